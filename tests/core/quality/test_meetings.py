"""Objects that cross: each is known again by what it looked like, unless a person has said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.clip import Frame
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Mask
from vosgui.core.quality.meetings import Looks, exchanged, look_of, looks_of
from vosgui.core.quality.needs_review import Reason
from vosgui.core.quality.shapes import Shapes, measure
from vosgui.core.quality.stretches import stretches

HW, N = (60, 160), 40
COLOURS = {1: (200, 40, 40), 2: (40, 60, 190)}
MEET = 14  # the first frame in which they touch
PART = 24  # the first in which they are apart again
SWAP = np.array([0, 2, 1], np.uint8)


def crossing(t: int, colours: Mapping[int, tuple[int, int, int]] = COLOURS) -> tuple[Frame, Mask]:
    """Return a frame in which 1 goes to the right in front of 2, and its truth."""
    frame, mask = np.full((*HW, 3), 120, np.uint8), np.zeros(HW, np.uint8)
    for object_id, x in ((2, 110 - 3 * t + 10), (1, 10 + 3 * t)):
        mask[20:40, x : x + 30] = object_id
        frame[20:40, x : x + 30] = colours[object_id]
    frame = np.clip(
        frame.astype(int) + np.random.default_rng(t).integers(-8, 9, frame.shape), 0, 255
    )
    return frame.astype(np.uint8), mask


def carried(masks: list[Mask]) -> Annotation:
    annotation = Annotation(HW, N)
    for _ in range(2):
        annotation.apply(edits.add_object(annotation))
    annotation.apply(edits.give_mask(annotation, 0, masks[0], [1, 2]))
    both = frozenset({1, 2})
    for t in range(1, N):
        levels = {i: 0.9 if (masks[t] == i).any() else 0.0 for i in both}
        origins = {i: ((0, int(annotation.track(i)["revision"][0])),) for i in both}
        annotation.apply(edits.predict(annotation, FrameResult(t, masks[t], levels, origins), both))
    return annotation


def measured(annotation: Annotation) -> Shapes:
    shapes = Shapes(annotation.n_frames)
    for one in measure(annotation.snapshot(), range(annotation.n_frames)):
        shapes.take(one)
    return shapes


def found(annotation: Annotation, frames: list[Frame]) -> dict[int, list[int]]:
    """Return in which frames each object may have changed places."""

    def looks_in(t: int) -> Looks:
        return looks_of(frames[t], annotation.mask(t))

    flags = exchanged(annotation, measured(annotation), looks_in)
    return {i: np.flatnonzero(where).tolist() for i, where in flags.items()}


def test_masks_that_follow_their_objects_are_left_alone() -> None:
    frames, masks = (list(one) for one in zip(*map(crossing, range(N)), strict=True))
    assert found(carried(masks), frames) == {}


def test_an_exchange_while_one_hides_the_other_is_told_where_they_come_apart() -> None:
    frames, masks = (list(one) for one in zip(*map(crossing, range(N)), strict=True))
    assert measured(carried(masks)).touching()[1, 2].argmax() == MEET
    wrong = [mask if t < 18 else SWAP[mask] for t, mask in enumerate(masks)]
    annotation = carried(wrong)
    assert found(annotation, frames) == {1: [PART], 2: [PART]}
    shapes = measured(annotation)
    flags = np.zeros(N, bool)
    flags[PART] = True
    assert shapes.note_exchanged({1: flags, 2: flags})
    assert not shapes.note_exchanged({1: flags.copy(), 2: flags.copy()}), "nothing new"
    named = {one.object_id for one in stretches(annotation, shapes=shapes.copy())
             if Reason.SWAPPED in one.reasons and one.t == PART}  # fmt: skip
    assert named == {1, 2}


@pytest.mark.parametrize("given", [20, PART, PART + 2])
def test_who_is_given_while_they_meet_or_after_it_is_known(given: int) -> None:
    frames, masks = (list(one) for one in zip(*map(crossing, range(N)), strict=True))
    annotation = carried([mask if t < 18 else SWAP[mask] for t, mask in enumerate(masks)])
    annotation.apply(edits.verify(annotation, given, [1], on=True))
    assert found(annotation, frames) == {}


def test_objects_that_look_the_same_are_not_told_apart() -> None:
    alike = {1: COLOURS[1], 2: COLOURS[1]}
    pairs = [crossing(t, alike) for t in range(N)]
    frames, masks = (list(one) for one in zip(*pairs, strict=True))
    wrong = [mask if t < 18 else SWAP[mask] for t, mask in enumerate(masks)]
    assert found(carried(wrong), frames) == {}


def test_a_look_tells_the_upper_from_the_lower_half() -> None:
    frame, pixels = np.zeros((20, 10, 3), np.uint8), np.zeros((20, 10), bool)
    pixels[2:18, 2:8] = True
    frame[:10] = 255
    one, other = look_of(frame, pixels), look_of(frame[::-1], pixels)
    assert one[-1] == pytest.approx(np.log2(96))
    assert (one[:-1] * other[:-1]).sum() == 0
    assert (one[:-1] ** 2).sum() == pytest.approx(2)
