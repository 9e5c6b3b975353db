"""One pass through a clip: objects join, are carried, decided on, and leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Snapshot
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Mask, ids_in
from vosgui.core.track import is_given
from vosgui.engine.propagation.keyframe_memory import Memory
from vosgui.engine.propagation.plan import TrackPlan
from vosgui.engine.propagation.propagator import LOST, Propagator, Scores, Step
from vosgui.engine.propagation.soft_aggregation import merge_mask, merge_scores

Origins = tuple[tuple[int, int], ...]  # up to two (keyframe, revision)


@dataclass(frozen=True)
class Carried:
    """An object as it is carried to a frame, before it is merged with the others.

    logits : float32 (h, w), at the propagator's size.
    """

    logits: Scores
    confidence: float
    origins: Origins


Proposal = Mapping[int, Carried]  # by object id
Revise = Callable[[int, Proposal], Proposal]


class Walk:
    """One pass: the objects carried so far, their states, and where they come from.

    revise : is shown what the propagator says of a frame before it is decided on, and returns what
        counts instead, of the same objects and maybe others.
    memory : further keyframes that objects recall where they begin.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        tracks: Sequence[TrackPlan],
        propagator: Propagator,
        revise: Revise | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._tracks = tracks
        self._propagator = propagator
        self._revise = revise
        self._memory = memory
        self._carried: list[int] = []
        self._states: Any = None
        self._origins: dict[int, Origins] = {}
        self._recalled: dict[int, Origins] = {}

    def visit(self, t: int, features: Any) -> FrameResult | None:
        """Carry the objects to frame t, let those that begin there join; None: none carried."""
        mask = self._snapshot.mask(t)
        begin = self._beginning(t, mask)
        on_the_way = [track.object_id for track in self._tracks if t in track.after]
        self._keep([i for i in on_the_way if i not in begin])
        result = self._step(t, mask, features) if self._carried else None
        if begin:
            self._join(t, begin, mask, features)
        if result is None and on_the_way:
            return FrameResult(t, np.zeros_like(mask), {}, {})
        return result

    def _beginning(self, t: int, mask: Mask) -> list[int]:
        """Return the objects that are initialised or re-initialised from their mask in frame t."""
        candidates = [track.object_id for track in self._tracks if _takes_mask(track, t)]
        return [i for i in candidates if (mask == i).any()]

    def _keep(self, ids: list[int]) -> None:
        """Drop the states of all other objects."""
        if ids != self._carried:
            kept = [self._carried.index(i) for i in ids if i in self._carried]
            self._carried = [self._carried[i] for i in kept]
            self._states = self._states.select(kept) if kept else None

    def _step(self, t: int, mask: Mask, features: Any) -> FrameResult:
        """Carry the objects to frame t and settle what is decided there."""
        step = self._propagator.step(features, self._states)
        writable = self._snapshot.writable(t, frozenset(self._carried))
        for i in set(self._carried) - writable:
            self._origins[i] = (*self._origins[i][:1], *_origin(self._snapshot, t, i))
        proposal: Proposal = {
            i: Carried(step.logits[row], step.confidence[row], self._origins[i])
            for row, i in enumerate(self._carried)
            if i in writable
        }
        self._states = self._settled(step, mask, proposal)
        if self._revise is not None:
            proposal = self._revise(t, proposal)
        ids = sorted(proposal)
        logits = _stacked(proposal, step.logits)
        fixed = _pixels_of_others(mask, ids)
        decided = merge_mask(logits, ids, mask.shape, fixed)
        shown = set(ids_in(decided))
        return FrameResult(
            t,
            decided,
            {i: proposal[i].confidence if i in shown else LOST for i in ids},
            {i: (*proposal[i].origins, *self._recalled.get(i, ()))[:2] for i in ids},
        )

    def _settled(self, step: Step, mask: Mask, proposal: Proposal) -> Any:
        """Return the states after this side's own merged scores.

        What another side says is not among them: one that is lost would take this one along.
        """
        ids = sorted(proposal)
        logits = _stacked(proposal, step.logits)
        shares = _shares_of_others(_pixels_of_others(mask, ids), logits)
        # What is given here (an absence) is certain: of such an object no pixel is open.
        scores = np.zeros_like(step.logits)
        rows = [self._carried.index(i) for i in ids]
        scores[rows] = merge_scores(logits, shares)
        return self._propagator.settle(step.states, scores)

    def _join(self, t: int, ids: list[int], mask: Mask, features: Any) -> None:
        """Make new states for some objects, from their masks in frame t."""
        started = self._propagator.start(features, np.stack([mask == i for i in ids]))
        recalled: dict[int, int] = {}
        if self._memory is not None:
            step = self._tracks[0].after.step
            started, recalled = self._memory.recall(started, t, ids, step)
        states = [started] if self._states is None else [self._states, started]
        self._states = self._propagator.join(states)
        self._carried += ids
        for i in ids:
            self._origins[i] = _origin(self._snapshot, t, i)
            self._recalled[i] = _origin(self._snapshot, recalled[i], i) if i in recalled else ()
        order = np.argsort(self._carried)  # results do not depend on who joined when
        self._states = self._states.select(order.tolist())
        self._carried = [self._carried[i] for i in order]


def _stacked(proposal: Proposal, like: Scores) -> Scores:
    """Return the logits of the objects, ascending by id, (N, h, w) also where N is 0."""
    return np.stack([proposal[i].logits for i in sorted(proposal)]) if proposal else like[:0]


def _takes_mask(track: TrackPlan, t: int) -> bool:
    return t == track.begin or (t in track.keyframes and t not in track.absent)


def _origin(snapshot: Snapshot, t: int, object_id: int) -> Origins:
    """Return the keyframes that rest on the object's mask in frame t: itself, or its own ones."""
    cells = snapshot.tracks[object_id][t : t + 1]
    if is_given(cells)[0]:
        return ((t, int(cells["revision"][0])),)
    pairs = zip(cells["origin"][0].tolist(), cells["origin_revision"][0].tolist(), strict=True)
    return tuple((frame, revision) for frame, revision in pairs if frame >= 0)


def _pixels_of_others(mask: Mask, ids: list[int]) -> npt.NDArray[np.bool_] | None:
    """Return the pixels that none of these objects may have, or None where there are none."""
    if not mask.any():
        return None
    is_other = np.ones(256, bool)
    is_other[[0, *ids]] = False
    fixed = is_other[mask]
    return fixed if fixed.any() else None


def _shares_of_others(fixed: npt.NDArray[np.bool_] | None, logits: Scores) -> Scores | None:
    """Return how much of each cell of the scores is fixed, (h, w) in [0, 1]."""
    if fixed is None:
        return None
    size = logits.shape[2], logits.shape[1]
    shares = cv2.resize(fixed.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(shares, np.float32)
