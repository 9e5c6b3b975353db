"""Colours of masks: each stands for the object that it was drawn for, and no blend is one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL.Image import Resampling

from tests.media.soft_masks import COLOURS, soft_mask
from vosgui.core.colours import palette, voc_palette
from vosgui.core.mask import Mask
from vosgui.errors import MaskError
from vosgui.media.colour_masks import ColourTable, colour_table
from vosgui.media.soft_edges import Colours


def table_of(*images: Colours) -> ColourTable:
    return colour_table(lambda: images)


def share_right(found: Mask, ids: Mask, inner: np.ndarray) -> float:
    """Return the share of inner pixels that are right, each object under one id of its own."""
    names = {}
    for i in np.unique(ids):
        names[int(np.bincount(found[inner & (ids == i)]).argmax())] = i
    renamed = np.full(256, 255)
    renamed[[*names]] = [*names.values()]
    return float((renamed[found] == ids)[inner].mean())


@pytest.mark.parametrize("n_objects", [3, 7])
@pytest.mark.parametrize("background", [0, 255])
@pytest.mark.parametrize(
    ("how", "factor"),
    [
        *((how, factor) for how in (Resampling.LANCZOS, Resampling.BILINEAR) for factor in (4, 3)),
        (Resampling.BOX, 4),
        (Resampling.BICUBIC, 2.7),
        (Resampling.BILINEAR, 0.5),
    ],
)
def test_soft_edges_add_no_object(
    n_objects: int, background: int, how: Resampling, factor: float
) -> None:
    for seed in range(3):
        drawn = soft_mask(seed, n_objects, factor, how, background)
        assert len(np.unique(drawn.image.reshape(-1, 3), axis=0)) > 2 * n_objects
        table = table_of(drawn.image)
        mask, n_snapped = table.mask(drawn.image)
        assert len(table.objects) == len(np.unique(mask[mask > 0])) == n_objects
        assert share_right(mask, drawn.ids, drawn.inner) >= 0.99
        assert n_snapped > 0


def test_a_blend_never_becomes_a_third_object() -> None:
    """Half red and half green is olive, but where they meet there is no olive object."""
    ids = np.zeros((60, 90), np.uint8)
    ids[5:25, 5:45], ids[5:25, 45:85], ids[35:55, 20:60] = 1, 2, 3
    image = np.array([(0, 0, 0), (200, 0, 0), (0, 200, 0), (100, 100, 0)], np.uint8)[ids]
    image[:, 44] = ((image[:, 43].astype(int) + image[:, 45]) // 2).astype(np.uint8)
    image[4, 5:85], image[55, 20:60] = image[5, 5:85] // 2, image[54, 20:60] // 2
    image[5:25, 4] = image[5:25, 5] // 3
    found, _ = table_of(image).mask(image)
    assert set(np.unique(found[:30])) == {0, 1, 2}
    assert set(np.unique(found[30:])) == {0, 3}


def test_the_same_colour_is_the_same_object_in_all_masks() -> None:
    first = soft_mask(1, 3, 4, Resampling.LANCZOS)
    flat = np.zeros_like(first.image)
    own, n = np.unique(first.image[first.inner & (first.ids == 2)], axis=0, return_counts=True)
    flat[10:30, 10:30] = own[n.argmax()]
    table = table_of(first.image, flat)
    found, _ = table.mask(flat)
    of_both = np.bincount(table.mask(first.image)[0][first.inner & (first.ids == 2)]).argmax()
    assert set(np.unique(found)) == {0, of_both}


KINDS = ("any", "reds", "numbers", "close", "voc")


def exact(n: int, seed: int, kind: str) -> tuple[Mask, Colours]:
    """Return ids and their colours, of which many are close; and objects that are thin or tiny."""
    rng = np.random.default_rng(seed)
    colours = {
        "any": rng.integers(0, 256, (n, 3)),
        "reds": np.column_stack([rng.permutation(200)[:n] + 1, np.zeros((n, 2), int)]),
        "numbers": np.column_stack([(k := rng.permutation(9000)[:n]) & 255, k >> 8, 0 * k]),
        "close": np.column_stack([100 + rng.permutation(60)[:n], np.full((n, 2), 120)]),
        "voc": voc_palette()[1 + rng.permutation(60)[:n]],
    }[kind]
    colours = np.unique(colours, axis=0)
    colours = colours[colours.any(axis=1)]
    ids = np.zeros((60, 80), np.uint8)
    for i in range(1, len(colours) + 1):
        y, x, h, w = (int(one) for one in rng.integers(0, (60, 80, 30, 30)))
        if rng.random() < 0.5:
            cv2.line(ids, (x, y), (w, h), i, int(rng.integers(1, 3)))
        else:
            ids[y : y + h + 1, x : x + w + 1] = i
    return ids, np.array([(0, 0, 0), *colours], np.uint8)[ids]


@st.composite
def exact_masks(draw: st.DrawFn) -> tuple[Mask, Colours]:
    kind = draw(st.sampled_from(KINDS))
    # A few thin reds between two that fill areas may as well be the soft edge of these.
    n = draw(st.integers(10 if kind == "reds" else 1, 40))
    return exact(n, draw(st.integers(0, 2**32 - 1)), kind)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(masks=exact_masks())
def test_exact_masks_keep_every_colour(masks: tuple[Mask, Colours]) -> None:
    ids, image = masks
    found, n_snapped = table_of(image).mask(image)
    assert n_snapped == 0
    pairs = np.unique(np.stack([ids.ravel(), found.ravel()]), axis=1)
    assert pairs.shape[1] == len(np.unique(ids)) == len(np.unique(found))


@pytest.mark.parametrize(("n", "seed"), [(28, 190), (32, 1058), (26, 1296)])
def test_many_ids_in_red_alone_are_no_shades_of_one(n: int, seed: int) -> None:
    """Thin objects lie between others by chance, as blends do; nobody draws so many in red."""
    ids, image = exact(n, seed, "reds")
    found, n_snapped = table_of(image).mask(image)
    assert n_snapped == 0
    np.testing.assert_array_equal(found, image[..., 0])
    assert len(np.unique(found)) == len(np.unique(ids))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(n=st.integers(1, 12), seed=st.integers(0, 2**32 - 1))
def test_few_ids_in_red_alone_are_exact_refused_or_doubted(n: int, seed: int) -> None:
    ids, image = exact(n, seed, "reds")
    try:
        table = table_of(image)
    except MaskError as problem:
        assert "256 G" in str(problem)
        return
    found, n_snapped = table.mask(image)
    if n_snapped:
        assert table.found.may_be_ids
        return
    pairs = np.unique(np.stack([ids.ravel(), found.ravel()]), axis=1)
    assert pairs.shape[1] == len(np.unique(ids)) == len(np.unique(found))


def test_dark_reds_are_numbers_however_thin() -> None:
    numbers = np.zeros((40, 40), np.int64)
    numbers[10:30, 10:30], numbers[9, 10:30], numbers[30, 10:30] = 12, 6, 3
    table = table_of(as_colours(numbers))
    np.testing.assert_array_equal(table.mask(as_colours(numbers))[0], numbers)


@pytest.mark.parametrize("how", [Resampling.LANCZOS, Resampling.BICUBIC])
@pytest.mark.parametrize("times", [2.0, 2.4, 2.7])
def test_enlarged_masks_come_out_right_or_are_doubted_or_refused(
    how: Resampling, times: float
) -> None:
    for seed in range(8):
        drawn = soft_mask(seed, 4, 1 / times, how)
        try:
            table = table_of(drawn.image)
        except MaskError as problem:
            assert "smoothing" in str(problem)
            continue
        mask, _ = table.mask(drawn.image)
        if len(table.objects) != 4 or share_right(mask, drawn.ids, drawn.inner) < 0.98:
            assert table.found.thin


def as_colours(numbers: np.ndarray) -> Colours:
    """Return numbers as DEVA and panopticapi write them: R + 256 G + 65536 B."""
    return np.stack([numbers % 256, numbers // 256 % 256, numbers // 65536], -1).astype(np.uint8)


def test_colours_a_few_levels_apart_are_numbers() -> None:
    numbers = np.zeros((48, 64), np.int64)
    numbers[5:15, 5:15], numbers[20:22, 5:40], numbers[30:40, 40:52] = 1, 2, 300
    later = numbers.copy()
    later[30:40, 5:20] = 3
    table = table_of(as_colours(numbers), as_colours(later))
    assert table.numbers == {1: 1, 2: 2, 3: 3, 300: 4}
    assert table.has_own_ids
    found, n_snapped = table.mask(as_colours(later))
    np.testing.assert_array_equal(found, np.where(later == 300, 4, later))
    assert n_snapped == 0


def test_a_thin_number_along_another_is_no_blend() -> None:
    numbers = np.zeros((40, 40), np.int64)
    numbers[10:30, 10:30] = 40
    numbers[9, 10:30] = 20  # between background and 40, in place and in colour
    numbers[35:38, 5:9] = 1
    table = table_of(as_colours(numbers))
    np.testing.assert_array_equal(table.mask(as_colours(numbers))[0], numbers)


@pytest.mark.parametrize("colours", [palette(), voc_palette()])
def test_published_colours_keep_their_ids_one_level_off(colours: np.ndarray) -> None:
    ids = np.zeros((30, 30), np.uint8)
    ids[2:8, 2:8], ids[12:18, 2:8], ids[20:26, 12:20] = 2, 5, 7
    image = colours[ids]
    np.testing.assert_array_equal(table_of(image).mask(image)[0], ids)
    off = np.where(image == 128, np.uint8(127), image)
    np.testing.assert_array_equal(table_of(off).mask(off)[0], ids)


def test_other_colours_are_numbered_as_they_appear() -> None:
    image = np.zeros((40, 40, 3), np.uint8)
    image[20:26, 2:8], image[2:8, 20:26] = COLOURS[0], COLOURS[3]
    table = table_of(image)
    assert table.objects == {1: COLOURS[3], 2: COLOURS[0]}
    assert not table.has_own_ids


def test_photographs_are_no_masks() -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (90, 120, 3), np.uint8)
    for image in (noise, cv2.GaussianBlur(noise, (0, 0), 4)):
        with pytest.raises(MaskError, match="colours"):
            table_of(np.asarray(image))
