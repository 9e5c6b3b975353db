"""Shapes are measured, signs tell what went wrong, and stretches are what a person looks at."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Mask
from vosgui.core.quality.needs_review import Reason, reasons
from vosgui.core.quality.shapes import Shapes, measure
from vosgui.core.quality.stretches import Stretch, stretches, worst_first

HW, N = (60, 90), 30


def scene(
    masks: Mapping[int, Mask], confidence: Mapping[tuple[int, int], float] | None = None
) -> Annotation:
    """Return two objects, painted in frame 0 and carried; frames not named are as frame 0."""
    annotation = Annotation(HW, N)
    for _ in range(2):
        annotation.apply(edits.add_object(annotation))
    annotation.apply(edits.give_mask(annotation, 0, usual(0), [1, 2]))
    for t in range(1, N):
        mask = masks.get(t, usual(t))
        levels = {i: (confidence or {}).get((t, i), 0.9) if (mask == i).any() else 0.0
                  for i in (1, 2)}  # fmt: skip
        origins = {i: ((0, int(annotation.track(i)["revision"][0])),) for i in (1, 2)}
        result = FrameResult(t, mask, levels, origins)
        annotation.apply(edits.predict(annotation, result, frozenset({1, 2})))
    return annotation


def usual(t: int, x: int = 10) -> Mask:
    """Return two squares side by side, of which the first goes slowly to the right."""
    mask = np.zeros(HW, np.uint8)
    mask[20:40, x + t // 3 : x + t // 3 + 20] = 1
    mask[20:40, 60:75] = 2
    return mask


def swap(mask: Mask) -> Mask:
    return np.array([0, 2, 1], np.uint8)[mask]


def measured(annotation: Annotation) -> Shapes:
    shapes = Shapes(annotation.n_frames)
    for one in measure(annotation.snapshot(), range(annotation.n_frames)):
        shapes.take(one)
    return shapes


def found(annotation: Annotation) -> list[tuple[int, range, Reason]]:
    shapes = measured(annotation)
    return [(s.object_id, s.frames, s.reasons[0]) for s in stretches(annotation, shapes=shapes)]


def far(t: int) -> Mask:
    return usual(t, x=10 if t < 12 else 38 - t // 3)


def halves(t: int) -> Mask:
    mask = usual(t)
    mask[28:32][mask[28:32] == 1] = 0
    return mask


def small(t: int) -> Mask:
    mask = usual(t)
    mask[20:30][mask[20:30] == 1] = 0
    return mask


def without(object_id: int, t: int) -> Mask:
    return edits._without(usual(t), object_id)


def eaten(t: int) -> Mask:
    mask = usual(t)
    mask[mask == 2] = 1
    return mask


def test_what_goes_well_needs_no_look() -> None:
    assert found(scene({})) == []


@pytest.mark.parametrize(
    ("masks", "wanted"),
    [
        ({t: without(2, t) for t in range(9, 25)}, (2, range(9, 25), Reason.LOST)),
        ({t: without(1, t) for t in (9, 10)}, (1, range(9, 11), Reason.LOST)),
        ({t: far(t) for t in range(12, N)}, (1, range(12, 13), Reason.PLACE)),
        ({t: small(t) for t in range(12, N)}, (1, range(12, 13), Reason.AREA)),
        ({t: halves(t) for t in range(12, 20)}, (1, range(12, 13), Reason.SPLIT)),
        ({t: eaten(t) for t in range(12, N)}, (1, range(12, 13), Reason.SWALLOWED)),
    ],
)
def test_each_sign_is_found_where_it_begins(
    masks: dict[int, Mask], wanted: tuple[int, range, Reason]
) -> None:
    assert wanted in found(scene(masks))


def test_two_objects_that_change_places_are_both_named() -> None:
    close = {t: np.roll(usual(t), -3, axis=1) for t in range(1, N)}
    for mask in close.values():
        mask[:, :] = 0
        mask[20:40, 20:40], mask[20:40, 40:60] = 1, 2
    masks = {t: mask if t < 15 else swap(mask) for t, mask in close.items()}
    names = [(i, t.start, why) for i, t, why in found(scene(masks)) if why is Reason.SWAPPED]
    assert names == [(1, 15, Reason.SWAPPED), (2, 15, Reason.SWAPPED)]


def test_flicker_is_a_dip_of_a_few_frames() -> None:
    def tiny(t: int) -> Mask:
        mask = usual(t)
        mask[24:40][mask[24:40] == 1] = 0
        return mask

    annotation = scene({t: tiny(t) for t in (10, 11)})
    why = reasons(annotation, 1, shapes=measured(annotation))
    assert np.flatnonzero(why[Reason.FLICKER]).tolist() == [10, 11]
    annotation = scene({t: tiny(t) for t in range(10, 20)})
    why = reasons(annotation, 1, shapes=measured(annotation))
    assert not why[Reason.FLICKER].any(), "too long for that"


def test_the_threshold_decides_what_is_uncertain() -> None:
    annotation = scene({}, {(t, 1): 0.6 - 0.01 * t for t in range(5, 9)})
    assert stretches(annotation) == []
    (one,) = stretches(annotation, threshold=0.6)
    assert (one.frames, one.t, one.reasons) == (range(5, 9), 8, (Reason.UNCERTAIN,))
    annotation.apply(edits.verify(annotation, 6, [1], on=True))
    (one,) = stretches(annotation, threshold=0.6)
    assert one.frames == range(5, 9), "a frame in between does not part it"
    for t in range(5, 9):
        annotation.apply(edits.verify(annotation, t, [1], on=True))
    assert stretches(annotation, threshold=0.6) == []


def test_frames_without_a_mask_on_the_grid_are_one_stretch() -> None:
    annotation = Annotation(HW, N)
    (one,) = stretches(annotation)
    assert (one.object_id, one.frames, one.reasons) == (0, range(0, 26), (Reason.MISSING,))
    annotation.apply(edits.add_object(annotation))
    annotation.apply(edits.give_mask(annotation, 10, usual(0), [1]))
    assert [(s.object_id, s.frames) for s in stretches(annotation)] == [
        (0, range(0, 6)), (1, range(15, 26)),
    ]  # fmt: skip


def test_the_worst_comes_first() -> None:
    masks = {t: without(2, t) for t in range(20, N)}
    annotation = scene(masks, {(t, 1): 0.45 for t in range(5, 9)} | {(12, 1): 0.1})
    order = [(one.object_id, one.t) for one in worst_first(stretches(annotation))]
    assert order == [(2, 20), (1, 12), (1, 5)]


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_stretches_hold_every_frame_that_needs_a_look(data: st.DataObject) -> None:
    ways = [usual, halves, small, eaten, far, lambda t: without(1, t), lambda t: without(2, t)]
    frames = data.draw(st.dictionaries(st.integers(1, N - 1), st.sampled_from(ways), max_size=12))
    levels = data.draw(
        st.dictionaries(
            st.tuples(st.integers(1, N - 1), st.integers(1, 2)), st.floats(0.01, 1), max_size=9
        )
    )
    annotation = scene({t: way(t) for t, way in frames.items()}, levels)
    threshold = data.draw(st.floats(0, 1))
    shapes = measured(annotation)
    found = stretches(annotation, threshold, shapes)
    assert sorted(worst_first(found), key=id) == sorted(found, key=id)
    for object_id in (1, 2):
        why = reasons(annotation, object_id, threshold, shapes)
        needs = np.logical_or.reduce(list(why.values()))
        own: list[Stretch] = [one for one in found if one.object_id == object_id]
        assert all(needs[one.t] and why[one.reasons[0]][one.t] for one in own)
        covered = {t for one in own for t in one.frames}
        assert set(np.flatnonzero(needs).tolist()) <= covered
        assert sum(len(one.frames) for one in own) == len(covered), "none overlaps another"
    # A frame that is measured again, alone, is known as if all had been.
    t = data.draw(st.integers(1, N - 1))
    annotation.apply(edits.mark_absent(annotation, t, 1))
    for one in measure(annotation.snapshot(), [t]):
        shapes.take(one)
    anew = measured(annotation)
    for i in (1, 2):
        np.testing.assert_array_equal(shapes.series(i), anew.series(i))
        np.testing.assert_array_equal(shapes.swapped(i), anew.swapped(i))
        np.testing.assert_array_equal(shapes.swallows(i), anew.swallows(i))
