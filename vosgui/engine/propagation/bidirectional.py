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
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

import numpy as np

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.engine.propagation.keyframe_memory import KeyframeMemory
from vosgui.engine.propagation.logit_store import LogitStore
from vosgui.engine.propagation.plan import Pass
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


def propagate_both_sides(
    clip: Clip, snapshot: Snapshot, passes: Sequence[Pass], propagator: Propagator
) -> Generator[Undecided, None, None]:
    """Carry out the passes of a bidirectional run, as `propagate` does.

    A frame between keyframes is yielded twice: as it comes from the later keyframe, then blended,
    with both keyframes as its origins; where the sides know of each other's end, both are origins
    from the first. So something is seen, and can be stopped, at any time.
    """
    store = LogitStore()
    # The tracks of all forward passes are the same: one tracker, a stretch at a time.
    forward = next(one for one in passes if not one.is_backward)
    reach = range(forward.frames.start, passes[-1].frames.stop)
    memory, weights = KeyframeMemory(snapshot, propagator, reach), propagator.blend_weights
    ahead = Tracker(
        snapshot,
        forward.tracks,
        propagator,
        lambda t, own: blend(t, own, store.take(t), weights),
        memory,
    )
    recent: OrderedDict[int, Any] = OrderedDict()
    try:
        for one in passes:
            memory.prepare(clip, one)
            tracker = ahead
            if one.is_backward:
                store.clear()
                tracker = Tracker(snapshot, one.tracks, propagator, store.put, memory)
            with closing(_encoded(clip, one, propagator, recent)) as frames:
                for t, features in frames:
                    memory.note(t, features)
                    undecided = tracker.step(t, features)
                    if undecided is not None:
                        yield undecided
    finally:
        store.close()


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
