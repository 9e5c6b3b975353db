"""Packed masks, boxes, and the one place where given beats predicted."""

from __future__ import annotations

import hypothesis.extra.numpy as hnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vosgui.core.mask import (
    Box,
    Mask,
    PackedMask,
    box_of,
    boxes_of_parts,
    compose_prediction,
    ids_in,
    pack,
    paintable,
    renumbered,
)

masks = hnp.arrays(
    np.uint8,
    st.tuples(st.integers(1, 24), st.integers(1, 24)),
    elements=st.sampled_from([0, 0, 0, 1, 2, 7, 254, 255]),
)


@given(masks)
def test_a_packed_mask_comes_back_as_it_was(mask: Mask) -> None:
    packed = pack(mask)
    again = PackedMask.from_bytes(packed.to_bytes())
    assert again == packed
    np.testing.assert_array_equal(again.unpack(), mask)
    assert packed.ids == ids_in(mask)


@given(masks, hnp.arrays(np.uint8, 256))
def test_ids_become_others(mask: Mask, table: Mask) -> None:
    found = renumbered(mask, table)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, table[mask])


@given(masks, st.integers(0, 9), st.integers(0, 9))
def test_a_packed_mask_placed_in_a_larger_one(mask: Mask, y: int, x: int) -> None:
    height, width = mask.shape
    larger = np.zeros((height + 10, width + 10), np.uint8)
    larger[y : y + height, x : x + width] = mask
    assert pack(mask).placed(y, x, larger.shape) == pack(larger)


@given(*[st.builds(Box, *[st.integers(0, 4)] * 4)] * 2)
def test_inside(one: Box, other: Box) -> None:
    inner, outer = np.zeros((2, 9, 9), bool)
    inner[one.slices] = outer[other.slices] = True
    assert one.inside(other) == (not (inner & ~outer).any())


def test_a_1080p_mask_of_three_discs_packs_into_a_few_kilobytes() -> None:
    y, x = np.mgrid[:1080, :1920]
    mask = np.zeros((1080, 1920), np.uint8)
    for i, (cy, cx, r) in enumerate([(300, 400, 200), (700, 1200, 300), (500, 900, 150)], 1):
        mask[(y - cy) ** 2 + (x - cx) ** 2 < r * r] = i
    assert len(pack(mask).data) < 18_000


@given(masks)
def test_box_of_is_the_smallest_box(mask: Mask) -> None:
    box = box_of(mask)
    outside = mask.copy()
    outside[box.slices] = 0
    assert not outside.any()
    if box:
        inside = mask[box.slices]
        edges = (inside[0], inside[-1], inside[:, 0], inside[:, -1])
        assert all(edge.any() for edge in edges)
    else:
        assert not mask.any()
        assert box == Box(0, 0, 0, 0)


def test_each_part_has_a_box() -> None:
    pixels = np.zeros((9, 12), bool)
    pixels[1:3, 1] = pixels[3, 2] = True  # they meet in a corner
    pixels[8, 11] = True
    found = boxes_of_parts(pixels)
    assert sorted(found, key=lambda box: box.y) == [Box(1, 1, 3, 2), Box(8, 11, 1, 1)]
    assert boxes_of_parts(np.zeros((4, 5), bool)) == []


def test_boxes_meet_where_they_share_a_pixel() -> None:
    box = Box(2, 3, 4, 5)
    assert box.meets(Box(5, 7, 9, 9)) and Box(5, 7, 9, 9).meets(box)
    assert not box.meets(Box(6, 3, 4, 5)) and not box.meets(Box(2, 8, 4, 5))


@given(masks)
def test_ids_in_lists_what_is_there(mask: Mask) -> None:
    assert ids_in(mask) == tuple(i for i in np.unique(mask).tolist() if i)


@given(st.data())
def test_a_prediction_changes_writable_objects_only(data: st.DataObject) -> None:
    current = data.draw(masks)
    predicted = data.draw(hnp.arrays(np.uint8, current.shape, elements=st.sampled_from([0, 1, 2])))
    writable = data.draw(st.frozensets(st.sampled_from([1, 2, 7])))
    result = compose_prediction(current, predicted, writable)
    for object_id in {1, 2, 7, 254, 255} - writable:
        np.testing.assert_array_equal(result == object_id, current == object_id)
    for object_id in writable:
        room = np.isin(current, [0, *writable])
        np.testing.assert_array_equal(result == object_id, (predicted == object_id) & room)


def test_paint_keeps_off_other_objects_unless_told() -> None:
    mask = np.array([[0, 1, 2, 3]], np.uint8)
    locked = frozenset({3})
    assert paintable(mask, 1, locked, over_others=False).tolist() == [[True, True, False, False]]
    assert paintable(mask, 1, locked, over_others=True).tolist() == [[True, True, True, False]]
    assert not paintable(mask, 3, locked, over_others=True).any()
