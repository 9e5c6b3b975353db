"""A bidirectional run: between two keyframes an object is carried from both, and the two blended.

Each object has keyframes of its own. The clip is cut into stretches over whose ends nothing is
carried backward. Through each goes a backward pass, whose logits are stored, and then a forward
one, which meets them; in every frame all objects are aggregated once. Before its first keyframe an
object comes from behind alone, after its last one from ahead alone. Where the keyframes are far
apart, each side knows what the object looks like at the other end (see keyframe_memory.py).
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any

import numpy as np

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.core.track import is_given
from vosgui.engine.propagation.keyframe_memory import KeyframeMemory
from vosgui.engine.propagation.logit_store import LogitStore
from vosgui.engine.propagation.plan import (
    Pass,
    Run,
    TrackPlan,
    gaps_of,
    plan_run,
    planned_on,
    rest_of_both_sides,
)
from vosgui.engine.propagation.prefetch import encode_ahead
from vosgui.engine.propagation.propagator import LOST, Logits, Propagator
from vosgui.engine.propagation.soft_aggregation import sigmoid
from vosgui.engine.propagation.tracker import ObjectPrediction, Predictions, Tracker, Undecided
from vosgui.network.confidence import BLEND, Weights, confidence_of_blend

# Encoded frames kept; one takes about 17 MB at 384 pixels high.
_N_RECENT = 6
# A side without the object has lost it more often than it tells that it is away.
_TRUST_IN_NOTHING = 0.2
_SURE = 0.98  # confidence counts up to here
_MOST_ANEW = 2  # times that a stretch begins anew, as keyframes in it are changed

Latest = Callable[[], Snapshot]


def propagate_both_sides(
    clip: Clip, run: Run, latest: Latest, propagator: Propagator
) -> Generator[Undecided, None, None]:
    """Carry out a bidirectional run, as `propagate` does.

    A frame between keyframes is yielded twice: as it comes from the later keyframe, then blended,
    with both keyframes as its origins; where the sides know of each other's end, both are origins
    from the first. So something is seen, and can be stopped, at any time. A keyframe that is given
    ahead of the forward pass is met: from there both sides begin anew, see `_Rest`.
    """
    rest = _Rest(run, latest)
    store, weights = LogitStore(), propagator.blend_weights
    ahead = Tracker(
        rest.snapshot, (), propagator, lambda t, own: blend(t, own, store.take(t), weights)
    )
    recent: OrderedDict[int, Any] = OrderedDict()
    try:
        while rest.passes:
            one, *_ = rest.passes
            memory = rest.memory_of(propagator)
            memory.prepare(clip, one)
            tracker = ahead
            if one.is_backward:
                store.clear()
                tracker = Tracker(rest.snapshot, one.tracks, propagator, store.put)
            tracker.tracks, tracker.memory = one.tracks, memory
            with closing(_encoded(clip, one, propagator, recent)) as frames:
                for t, features in frames:
                    if rest.is_planned_anew(t):
                        break
                    memory.note(t, features)
                    tracker.snapshot, tracker.tracks = rest.snapshot, rest.tracks
                    undecided = tracker.step(t, features)
                    if undecided is not None:
                        yield undecided
                else:
                    rest.done()
    finally:
        store.close()


class _Rest:
    """What is left of a bidirectional run, as it is planned by now; the first pass is at work.

    A keyframe that is changed ahead has the stretch begin anew, where the forward pass has come to.
    Within a stretch that is done a few times only: else who draws faster than a backward pass goes
    would never see it end. Then, and where a backward pass comes to the keyframe yet, it is met.
    """

    def __init__(self, run: Run, latest: Latest) -> None:
        self._run, self._latest = run, latest
        self.snapshot = self._planned = latest()
        self.passes = plan_run(self.snapshot, run)
        self._gaps = gaps_of(self.snapshot, run)
        self._come_to = next(one for one in self.passes if not one.is_backward).frames[0]
        self._n_anew = 0
        self._memory: KeyframeMemory | None = None

    @property
    def tracks(self) -> tuple[TrackPlan, ...]:
        """Return the tracks of the pass at work."""
        return self.passes[0].tracks

    @property
    def _is_backward(self) -> bool:
        return self.passes[0].is_backward

    def memory_of(self, propagator: Propagator) -> KeyframeMemory:
        """Return the memory of keyframes as they are now."""
        if self._memory is None or self._memory.snapshot is not self._planned:
            reach = range(max(0, self._run.first), min(self.snapshot.n_frames, self._run.stop))
            self._memory = KeyframeMemory(self._planned, propagator, reach)
        return self._memory

    def done(self) -> None:
        """Go on to the next pass."""
        one, *rest = self.passes
        self.passes = tuple(rest)
        if not one.is_backward:
            self._come_to, self._n_anew = one.frames.stop, 0

    def is_planned_anew(self, t: int) -> bool:
        """Look before frame t what has changed; return whether other passes come next."""
        if not self._is_backward:
            self._come_to = t
        snapshot = self._latest()
        if snapshot is self.snapshot:
            return False
        self.snapshot = snapshot
        changed = self._changed_keyframes(snapshot)
        if not changed:
            return False
        is_met = self._is_backward and max(changed) < t
        if is_met or self._n_anew == _MOST_ANEW:
            self._take_in(snapshot)
            return False
        self._n_anew += 1
        self._planned = snapshot
        self.passes = rest_of_both_sides(snapshot, self._run, self._gaps, self._come_to)
        return True

    def _take_in(self, snapshot: Snapshot) -> None:
        """Let the passes that are planned meet the keyframes as they are."""
        self._planned = snapshot
        self.passes = tuple(planned_on(snapshot, self._run, self._gaps, one) for one in self.passes)

    def _changed_keyframes(self, snapshot: Snapshot) -> list[int]:
        """Return the frames ahead in which an object is given otherwise than it was."""
        found: list[int] = []
        for i, gap in self._gaps.items():
            if i not in snapshot.tracks:
                continue
            ahead = slice(max(gap.start, self._come_to), gap.stop)
            now, then = (one.tracks[i][ahead] for one in (snapshot, self._planned))
            differs = is_given(now) != is_given(then)
            differs |= is_given(now) & (now["revision"] != then["revision"])
            found += (np.flatnonzero(differs) + ahead.start).tolist()
        return found


def _encoded(
    clip: Clip, one: Pass, propagator: Propagator, recent: OrderedDict[int, Any]
) -> Generator[tuple[int, Any], None, None]:
    """Yield the frames of a pass, encoded; what is among the recent ones is not encoded again.

    A backward pass ends where the forward one begins, so a short stretch is encoded once.
    """
    visited = list(one.visited())
    known = set() if one.is_backward else recent.keys() & set(visited)
    others = [t for t in visited if t not in known]
    with closing(encode_ahead(clip, others, propagator)) as frames:
        for t in visited:
            features = recent.pop(t) if t in known else next(frames)[1]
            if one.is_backward:
                recent[t] = features
                if len(recent) > _N_RECENT:
                    recent.popitem(last=False)
            yield t, features


def blend(t: int, ahead: Predictions, behind: Predictions, weights: Weights = BLEND) -> Predictions:
    """Return what both sides say of frame t, of every object that one of them carried there.

    weights : of BLEND_SIGNS, see network/confidence.py
    """
    common = ahead.keys() & behind.keys()
    both = {i: _blend_object(t, ahead[i], behind[i], weights) for i in common}
    return {**behind, **ahead, **both}


def _blend_object(
    t: int, ahead: ObjectPrediction, behind: ObjectPrediction, weights: Weights
) -> ObjectPrediction:
    """Weigh two sides by their confidence and by how near in time their keyframes are.

    A side that has passed a frame where the object is absent yields to one that has not.
    """
    passed = [len(side.origins) > 1 for side in (ahead, behind)]
    if passed[0] != passed[1]:
        return behind if passed[0] else ahead
    logits, signs = weigh(t, ahead, behind)
    origins = (ahead.origins[0], behind.origins[0])
    return ObjectPrediction(logits, confidence_of_blend(signs, weights), origins)


def weigh(
    t: int, ahead: ObjectPrediction, behind: ObjectPrediction
) -> tuple[Logits, tuple[float, float]]:
    """Blend two sides: logits, float32 (h, w), and BLEND_SIGNS, see network/confidence.py."""
    n_before, n_after = t - ahead.origins[0][0], behind.origins[0][0] - t
    weight = n_after * _trust(ahead.confidence)
    weight_behind = n_before * _trust(behind.confidence)
    share = weight / (weight + weight_behind)
    logits = behind.logits + np.float32(share) * (ahead.logits - behind.logits)
    mean = share * ahead.confidence + (1 - share) * behind.confidence
    mean = min(max(mean, 1 - _SURE), _SURE)
    return logits, (math.log(mean / (1 - mean)), _agreement(ahead, behind))


def _trust(confidence: float) -> float:
    return _TRUST_IN_NOTHING if confidence == LOST else confidence**2


def _agreement(ahead: ObjectPrediction, behind: ObjectPrediction) -> float:
    """Return the overlap of two sides' probabilities, in [0, 1]; 1 where both have nothing."""
    one, other = sigmoid(ahead.logits), sigmoid(behind.logits)
    common, either = np.minimum(one, other).sum(), np.maximum(one, other).sum()
    return float((common + 1) / (either + 1))
