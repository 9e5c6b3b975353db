"""A fill: between two keyframes an object is carried from both, and what they say is blended.

Each object has keyframes of its own. The clip is cut into stretches over whose ends nothing is
carried backward. Through each goes a backward pass, whose scores are kept, and then a forward one,
which meets them; in every frame the scores of all objects are merged once. Before its first
keyframe an object comes from behind alone, after its last one from ahead alone. Where the
keyframes are far apart, each side knows what the object looks like at the other end (see
engine/propagation/keyframe_memory.py).
"""

from __future__ import annotations

import math
import os
import tempfile
import zlib
from collections import OrderedDict
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import IO, Any, NamedTuple

import numpy as np

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.core.edits import FrameResult
from vosgui.engine.propagation.keyframe_memory import Memory
from vosgui.engine.propagation.plan import Pass
from vosgui.engine.propagation.prefetch import encode_ahead
from vosgui.engine.propagation.propagator import LOST, Propagator, Scores
from vosgui.engine.propagation.soft_aggregation import sigmoid
from vosgui.engine.propagation.tracker import Carried, Origins, Proposal, Walk
from vosgui.network.confidence import confidence_of_blend

# Kept scores fill so much memory at most, then go to a temporary file.
SHELF_BYTES = 128 << 20
# Encoded frames kept; one takes about 17 MB at 384 pixels high.
_N_RECENT = 6
# Logits are kept in 255 steps between these bounds: 1 / 3000 and 1 less that.
_LIMIT = 8.0
_STEPS = 255 / (2 * _LIMIT)
# A side without the object has lost it more often than it tells that it is away.
_TRUST_IN_NOTHING = 0.2
_SURE = 0.98  # confidence counts up to here


def fill(
    clip: Clip, snapshot: Snapshot, passes: Sequence[Pass], propagator: Propagator
) -> Generator[FrameResult, None, None]:
    """Carry out the passes of a fill, as `propagate` does.

    A frame between keyframes is yielded twice: as it comes from the later keyframe, then blended,
    with both keyframes as its origins; where the sides know of each other's end, both are origins
    from the first. So something is seen, and can be stopped, at any time. The scores kept take a
    byte per cell and object, compressed, for the frames of one stretch.
    """
    ahead: Walk | None = None
    memory = Memory(snapshot, propagator, _reach(passes))
    shelf = Shelf()
    recent: OrderedDict[int, Any] = OrderedDict()
    try:
        for one in passes:
            memory.prepare(clip, one)
            if one.is_backward:
                shelf.clear()
                walk = Walk(snapshot, one.tracks, propagator, shelf.put, memory)
            else:
                # The tracks of all forward passes are the same: one walk, a stretch at a time.
                walk = ahead = ahead or Walk(
                    snapshot,
                    one.tracks,
                    propagator,
                    lambda t, own: blend(t, own, shelf.take(t)),
                    memory,
                )
            with closing(_encoded(clip, one, propagator, recent)) as frames:
                for t, features in frames:
                    memory.note(t, features)
                    result = walk.visit(t, features)
                    if result is not None:
                        yield result
    finally:
        shelf.close()


def _reach(passes: Sequence[Pass]) -> range:
    """Return the frames of a fill: its forward passes cover them."""
    ahead = [one.frames for one in passes if not one.is_backward]
    return range(ahead[0].start, ahead[-1].stop)


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


class Shelf:
    """What a backward pass proposed, by frame, in bounded memory."""

    def __init__(self, max_bytes: int = SHELF_BYTES) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_bytes)  # noqa: SIM115
        self._kept: dict[int, dict[int, _Kept]] = {}

    def put(self, t: int, proposal: Proposal) -> Proposal:
        """Keep a frame's proposal; return it as it is."""
        self._kept[t] = {i: self._write(carried) for i, carried in proposal.items()}
        return proposal

    def take(self, t: int) -> Proposal:
        """Return the proposal of a frame, logits cut off at 8 and right to 0.03; empty: none."""
        return {i: self._read(kept) for i, kept in self._kept.pop(t, {}).items()}

    def clear(self) -> None:
        """Forget all proposals."""
        self._kept.clear()
        self._file.seek(0)
        self._file.truncate()

    def close(self) -> None:
        """Give memory and file back."""
        self._file.close()

    def _write(self, carried: Carried) -> _Kept:
        steps = np.rint((np.clip(carried.logits, -_LIMIT, _LIMIT) + _LIMIT) * _STEPS)
        packed = zlib.compress(steps.astype(np.uint8).tobytes(), 1)
        start = self._file.seek(0, os.SEEK_END)
        self._file.write(packed)
        return _Kept(start, len(packed), carried.logits.shape, carried.confidence, carried.origins)

    def _read(self, kept: _Kept) -> Carried:
        self._file.seek(kept.start)
        steps = np.frombuffer(zlib.decompress(self._file.read(kept.n_bytes)), np.uint8)
        logits = steps.reshape(kept.shape).astype(np.float32) / _STEPS - _LIMIT
        return Carried(logits, kept.confidence, kept.origins)


class _Kept(NamedTuple):
    """Where an object's scores lie in the file, and the rest of what was carried."""

    start: int
    n_bytes: int
    shape: tuple[int, ...]
    confidence: float
    origins: Origins


def blend(t: int, ahead: Proposal, behind: Proposal) -> Proposal:
    """Return what both sides say of frame t, of every object that one of them carried there."""
    both = {i: _blend_object(t, ahead[i], behind[i]) for i in ahead.keys() & behind.keys()}
    return {**behind, **ahead, **both}


def _blend_object(t: int, ahead: Carried, behind: Carried) -> Carried:
    """Weigh two sides by their confidence and by how near in time their keyframes are.

    A side that has passed a frame where the object is absent yields to one that has not.
    """
    passed = [len(side.origins) > 1 for side in (ahead, behind)]
    if passed[0] != passed[1]:
        return behind if passed[0] else ahead
    weighed = weigh(t, ahead, behind)
    origins = (ahead.origins[0], behind.origins[0])
    return Carried(weighed.logits, confidence_of_blend(weighed.signs), origins)


class Weighed(NamedTuple):
    """Two sides as one. signs : of the blend's worth, see network/confidence.py."""

    logits: Scores
    signs: tuple[float, float]


def weigh(t: int, ahead: Carried, behind: Carried) -> Weighed:
    """Blend the logits of two sides."""
    n_before, n_after = t - ahead.origins[0][0], behind.origins[0][0] - t
    weight = n_after * _trust(ahead.confidence)
    weight_behind = n_before * _trust(behind.confidence)
    share = weight / (weight + weight_behind)
    logits = behind.logits + np.float32(share) * (ahead.logits - behind.logits)
    mean = share * ahead.confidence + (1 - share) * behind.confidence
    mean = min(max(mean, 1 - _SURE), _SURE)
    return Weighed(logits, (math.log(mean / (1 - mean)), _agreement(ahead, behind)))


def _trust(confidence: float) -> float:
    return _TRUST_IN_NOTHING if confidence == LOST else confidence**2


def _agreement(ahead: Carried, behind: Carried) -> float:
    """Return the overlap of two sides' scores, in [0, 1]; 1 where both have nothing."""
    one, other = sigmoid(ahead.logits), sigmoid(behind.logits)
    common, either = np.minimum(one, other).sum(), np.maximum(one, other).sum()
    return float((common + 1) / (either + 1))
