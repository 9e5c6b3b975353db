"""One pass through a clip: objects begin, are carried and decided on, and leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Snapshot
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Box, GivesWay, Mask, among, ids_in
from vosgui.core.track import is_given
from vosgui.engine.propagation.covered import objects_around
from vosgui.engine.propagation.keyframe_memory import KeyframeMemory
from vosgui.engine.propagation.on_device import Fetched, as_mask
from vosgui.engine.propagation.plan import TrackPlan
from vosgui.engine.propagation.propagator import LOST, Logits, Probs, Propagator, Step
from vosgui.engine.propagation.soft_aggregation import (
    aggregate_mask,
    boxes_of,
    sigmoid,
    soft_aggregate,
)

Origins = tuple[tuple[int, int], ...]  # up to two (keyframe, revision)


@dataclass(frozen=True)
class ObjectPrediction:
    """An object as it is carried to a frame, before it is aggregated with the others.

    logits : float32 (h, w), at the propagator's size.
    """

    logits: Logits
    confidence: float
    origins: Origins


Predictions = Mapping[int, ObjectPrediction]  # by object id
Revise = Callable[[int, Predictions], Predictions]


@dataclass(frozen=True)
class Undecided:
    """Objects that were carried to frame t, whose pixels are still to be shared out among them.

    mask : uint8 (H, W), the annotation's, whose other objects keep theirs. ends : the origins at
    the other end, of objects that are matched with it. logits : float32 (N, h, w), of the
    predictions, ascending by id. boxes : of them, see `boxes_of`. fetched : the mask, on its way
    here, where it was decided on where the network runs; then logits and confidence are not here.
    gives_way : objects that do not run, to those that may have their pixels.
    """

    t: int
    mask: Mask
    predictions: Predictions
    ends: Mapping[int, Origins]
    logits: Logits
    boxes: Sequence[Box] | None = None
    gives_way: GivesWay = field(default_factory=dict)
    fetched: Fetched | None = None

    def decide(self) -> FrameResult:
        """Share the pixels out; nothing of the run depends on it, so any thread may."""
        ids = sorted(self.predictions)
        if self.fetched is None:
            others = _pixels_of_others(self.mask, [*ids, *self.gives_way])
            decided = aggregate_mask(self.logits, ids, self.mask.shape, others, self.boxes)
            confidence = [self.predictions[i].confidence for i in ids]
        else:
            decided, confidence = as_mask(self.fetched)
        for other, takers in self.gives_way.items():  # to nobody else
            decided[(self.mask == other) & ~among(decided, takers)] = 0
        shown = set(ids_in(decided))
        levels = dict(zip(ids, confidence, strict=True))
        return FrameResult(
            self.t,
            decided,
            {i: levels[i] if i in shown else LOST for i in ids},
            {i: (*self.predictions[i].origins, *self.ends.get(i, ()))[:2] for i in ids},
            self.gives_way,
        )


@dataclass
class Tracker:
    """One pass: the objects carried so far, their states, and where they come from.

    revise : is shown what the propagator says of a frame before it is decided on, and returns what
        counts instead, of the same objects and maybe others.
    memory : further keyframes that objects are matched with from where they begin.
    """

    snapshot: Snapshot
    tracks: Sequence[TrackPlan]
    propagator: Propagator
    revise: Revise | None = None
    memory: KeyframeMemory | None = None
    _ids: list[int] = field(default_factory=list, init=False)  # in the order of the states
    _states: Any = field(default=None, init=False)
    _origins: dict[int, Origins] = field(default_factory=dict, init=False)
    _other_ends: dict[int, Origins] = field(default_factory=dict, init=False)
    _around: dict[int, frozenset[int]] = field(default_factory=dict, init=False)

    def step(self, t: int, features: Any) -> Undecided | None:
        """Carry the objects to frame t, and begin those that begin there; None: none carried."""
        mask = self.snapshot.mask(t)
        begin = self._beginning(t, mask)
        on_the_way = [track.object_id for track in self.tracks if t in track.after]
        self._drop_others([i for i in on_the_way if i not in begin])
        result = self._carry(t, mask, features) if self._ids else None
        if begin:
            self._begin(t, begin, mask, features)
        if result is None and on_the_way:
            return Undecided(t, mask, {}, {}, np.empty((0, 1, 1), np.float32))
        return result

    def _beginning(self, t: int, mask: Mask) -> list[int]:
        """Return the objects that are initialised or re-initialised from their mask in frame t."""
        candidates = [track.object_id for track in self.tracks if _takes_mask(track, t)]
        return [i for i in candidates if (mask == i).any()]

    def _drop_others(self, ids: list[int]) -> None:
        """Drop the states of all objects but these."""
        if ids != self._ids:
            rows = [self._ids.index(i) for i in ids if i in self._ids]
            self._ids = [self._ids[row] for row in rows]
            self._states = self._states.select(rows) if rows else None

    def _carry(self, t: int, mask: Mask, features: Any) -> Undecided:
        """Carry the objects to frame t and commit."""
        writable = self.snapshot.writable(t, frozenset(self._ids))
        if self.propagator.stays_there and self.revise is None and len(writable) == len(self._ids):
            return self._carry_there(t, mask, features)
        step = self.propagator.step(features, self._states)
        for i in set(self._ids) - writable:
            self._origins[i] = (*self._origins[i][:1], *_origin(self.snapshot, t, i))
        predictions: Predictions = {
            i: ObjectPrediction(step.logits[row], step.confidence[row], self._origins[i])
            for row, i in enumerate(self._ids)
            if i in writable
        }
        # Of nearly all frames: then the step's own logits are the ones, without a copy.
        all_open = list(predictions) == self._ids
        boxes = (step.boxes or boxes_of(step.logits)) if all_open else None
        gives_way = self._gives_way(t, predictions)
        self._states = self._committed(step, mask, predictions, boxes, gives_way)
        if self.revise is not None:
            predictions, all_open, boxes = self.revise(t, predictions), False, None
        logits = step.logits if all_open else _stacked(predictions, step.logits)
        ends = {i: self._other_ends[i] for i in predictions.keys() & self._other_ends.keys()}
        return Undecided(t, mask, predictions, ends, logits, boxes, gives_way)

    def _gives_way(self, t: int, ids: Iterable[int]) -> GivesWay:
        """Return who gives way to which of these objects in frame t."""
        found: dict[int, frozenset[int]] = {}
        for i in ids:
            for other in self.snapshot.writable(t, self._around.get(i, frozenset())):
                found[other] = found.get(other, frozenset()) | {i}
        return found

    def _carry_there(self, t: int, mask: Mask, features: Any) -> Undecided:
        """Carry, commit and decide without a look at a value: nothing waits for the device."""
        propagator: Any = self.propagator
        step, ids = propagator.step_there(features, self._states), list(self._ids)
        gives_way = self._gives_way(t, ids)
        fixed = _pixels_of_others(mask, [*ids, *gives_way])
        self._states = propagator.commit_there(step, _shares_of_others(fixed, step.logits))
        fetched = propagator.fetch(step, ids, mask.shape, fixed)
        none = np.empty((1, 1), np.float32)
        predictions = {i: ObjectPrediction(none, LOST, self._origins[i]) for i in ids}
        ends = {i: self._other_ends[i] for i in ids if i in self._other_ends}
        return Undecided(
            t, mask, predictions, ends, none[None], gives_way=gives_way, fetched=fetched
        )

    def _committed(
        self,
        step: Step,
        mask: Mask,
        predictions: Predictions,
        boxes: Sequence[Box] | None,
        gives_way: GivesWay,
    ) -> Any:
        """Return the states after this side's own aggregated probabilities.

        What another side says is not among them: one that is lost would take this one along.
        """
        ids = sorted(predictions)
        shares = _shares_of_others(_pixels_of_others(mask, [*ids, *gives_way]), step.logits)
        if ids == self._ids:
            probs = soft_aggregate(step.logits, shares, boxes)
        else:
            # What is given here (an absence) is certain: of such an object no pixel is open.
            probs = np.zeros_like(step.logits)
            logits = _stacked(predictions, step.logits)
            probs[[self._ids.index(i) for i in ids]] = soft_aggregate(logits, shares)
        if step.lost:
            taken = probs.sum(0) + (0 if shares is None else shares)
            for row in [row for row in step.lost if self._ids[row] in predictions]:
                probs[row] = sigmoid(step.lost[row]) * (1 - taken)
        return self.propagator.commit(step.states, probs)

    def _begin(self, t: int, ids: list[int], mask: Mask, features: Any) -> None:
        """Make new states for some objects, from their masks in frame t."""
        started = self.propagator.start(features, np.stack([mask == i for i in ids]))
        ends: dict[int, int] = {}
        if self.memory is not None:
            way = self.tracks[0].after.step
            started, ends = self.memory.add_other_ends(started, t, ids, way)
        around = self._those_around(t, ids, mask)
        for i in ids:
            self._around[i] = around.get(i, frozenset())
            self._origins[i] = _origin(self.snapshot, t, i)
            self._other_ends[i] = _origin(self.snapshot, ends[i], i) if i in ends else ()
        states = [started] if self._states is None else [self._states, started]
        self._ids += ids
        order = np.argsort(self._ids)  # results do not depend on who began when
        self._states = self.propagator.concat(states).select(order.tolist())
        self._ids = [self._ids[row] for row in order]

    def _those_around(self, t: int, ids: list[int], mask: Mask) -> dict[int, frozenset[int]]:
        """Return inside of which objects, that do not run, these are drawn in frame t."""
        runs = {track.object_id for track in self.tracks}
        after = next((track.after for track in self.tracks if track.after), range(0))
        following = t + after.step
        if following not in self.snapshot.masks:
            return {}
        return objects_around(mask, self.snapshot.mask(following), ids, runs)


def _stacked(predictions: Predictions, like: Logits) -> Logits:
    """Return the logits of the objects, ascending by id, (N, h, w) also where N is 0."""
    logits = [predictions[i].logits for i in sorted(predictions)]
    return np.stack(logits) if logits else like[:0]


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


def _shares_of_others(fixed: npt.NDArray[np.bool_] | None, logits: Logits) -> Probs | None:
    """Return how much of each cell of the logits is fixed, (h, w) in [0, 1]."""
    if fixed is None:
        return None
    size = logits.shape[2], logits.shape[1]
    shares = cv2.resize(fixed.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(shares, np.float32)
