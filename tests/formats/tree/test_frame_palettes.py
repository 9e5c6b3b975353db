"""Palettes that differ from mask to mask: when the colour says who an object is, and when not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trees import boxes, put_colours, put_image
from vosgui.core.colours import palette, voc_palette
from vosgui.errors import MaskError
from vosgui.formats.tree.frame_palettes import FramePalettes, background_of, permuted
from vosgui.media.mask_files import palette_of, read_stored

BLACK, RED, GREEN, BLUE = (0, 0, 0), (250, 0, 0), (0, 250, 0), (0, 0, 250)
A, B, C = (1, 1, 5, 5), (6, 8, 4, 5), (0, 12, 4, 3)
Colour = tuple[int, int, int]
Mask = np.ndarray


def ids_of(paths: list[Path]) -> tuple[list[Mask], str]:
    """Return the ids of masks, and the note on them."""
    palettes = FramePalettes(paths)
    return [palettes.ids(read_stored(path)) for path in paths], palettes.note


def put(
    folder: Path, *masks: tuple[dict[int, tuple[int, int, int, int]], list[Colour]]
) -> list[Path]:
    return [
        put_colours(folder / f"{n:05d}.png", boxes(objects), colours)
        for n, (objects, colours) in enumerate(masks)
    ]


def assert_ids(found: list[Mask], *expected: dict[int, tuple[int, int, int, int]]) -> None:
    assert len(found) == len(expected)
    for n, (mask, objects) in enumerate(zip(found, expected, strict=True)):
        np.testing.assert_array_equal(mask, boxes(objects), err_msg=str(n))


def test_the_colour_tells_who_is_who_where_indices_are_permuted(tmp_path: Path) -> None:
    paths = put(
        tmp_path,
        ({1: A, 2: B}, [BLACK, RED, GREEN]),
        ({1: B, 2: A}, [BLACK, GREEN, RED]),
        ({1: A, 2: B}, [BLACK, RED, GREEN]),
    )
    found, note = ids_of(paths)
    assert_ids(found, *[{1: A, 2: B}] * 3)
    assert "00001" in note and "1 is (250, 0, 0) in 00000, (0, 250, 0) in 00001" in note


def test_palettes_of_the_colours_of_each_frame_are_told_by_colour(tmp_path: Path) -> None:
    """What makes files smaller keeps the colours that a frame has alone, in their order."""
    paths = put(
        tmp_path,
        ({1: A}, [BLACK, RED]),
        ({1: B, 2: A}, [BLACK, GREEN, RED]),
        ({1: C, 2: B}, [BLACK, BLUE, GREEN]),
        ({1: (0, 0, 12, 16), 0: A}, [RED, BLACK]),
    )
    found, _ = ids_of(paths)
    assert_ids(found, {1: A}, {2: B, 1: A}, {3: C, 2: B}, {1: A})


def test_colours_of_a_published_palette_have_its_ids(tmp_path: Path) -> None:
    voc: list[Colour] = [tuple(row) for row in voc_palette().tolist()]  # type: ignore[misc]
    paths = put(tmp_path, ({1: A, 2: B}, [BLACK, voc[5], voc[2]]), ({1: A}, [BLACK, voc[5]]))
    paths += [put_colours(tmp_path / "00002.png", boxes({2: B, 5: A}), voc)]
    paths += put(tmp_path / "more", ({1: B}, [BLACK, voc[2]]))
    found, note = ids_of(paths)
    assert_ids(found, {5: A, 2: B}, {5: A}, {5: A, 2: B}, {2: B})
    assert note


@pytest.mark.parametrize(
    "second",
    [
        [BLACK, RED, GREEN],  # the same but for one that nothing has
        [BLACK, RED],  # shorter
        [BLACK, RED, BLACK, BLACK, BLACK],  # filled up
        [BLACK, RED, (9, 9, 9)],
        [BLACK, RED, GREEN, RED],
    ],
)
def test_palettes_that_differ_where_no_pixel_is_say_nothing(
    tmp_path: Path, second: list[Colour]
) -> None:
    paths = put(tmp_path, ({1: A, 2: B}, [BLACK, RED, BLUE]), ({1: C}, second))
    found, note = ids_of(paths)
    assert_ids(found, {1: A, 2: B}, {1: C})
    assert not note


def test_two_palettes_of_the_field_show_the_same_ids(tmp_path: Path) -> None:
    rows = [[tuple(row) for row in table.tolist()] for table in (palette(), voc_palette())]
    grey = [(n, n, n) for n in range(256)]
    paths = put(tmp_path, *(({1: A, 2: B}, one) for one in (rows[0], rows[1], grey)))
    paths.append(put_image(tmp_path / "9.png", boxes({1: A, 2: B})))
    found, note = ids_of(paths)
    assert_ids(found, *[{1: A, 2: B}] * 4)
    assert not note


@pytest.mark.parametrize("table", [voc_palette(), palette()])
@pytest.mark.parametrize("order", [(5, 2, 7), (7, 2), (2,)])
def test_one_palette_cut_down_to_the_colours_in_use_has_the_published_ids(
    tmp_path: Path, table: np.ndarray, order: tuple[int, ...]
) -> None:
    """What makes files smaller leaves 0, 2, 5, 7 as 0, 1, 2, 3; the same in every frame."""
    rows: list[Colour] = [tuple(row) for row in table.tolist()]  # type: ignore[misc]
    where = [A, B, C]
    shown = {n: where[n - 1] for n in range(1, len(order) + 1)}
    paths = put(tmp_path, *[(shown, [BLACK, *(rows[i] for i in order)])] * 2)
    found, note = ids_of(paths)
    assert_ids(found, *[{i: where[n] for n, i in enumerate(order)}] * 2)
    assert f"1 {rows[order[0]]} is {order[0]}" in note


@pytest.mark.parametrize("colours", [[RED, GREEN, BLACK], [(255, 255, 255), BLACK]])
def test_black_is_background_wherever_one_palette_has_it(
    tmp_path: Path, colours: list[Colour]
) -> None:
    black = len(colours) - 1
    mask = np.full((12, 16), black, np.uint8)
    mask[1:6, 1:6] = 0
    if black > 1:
        mask[6:10, 8:13] = 1
    path = put_colours(tmp_path / "0.png", mask, colours)
    (found,), note = ids_of([path])
    np.testing.assert_array_equal(found == 0, mask == black)
    assert (len(np.unique(found)), int(found[11, 0])) == (len(colours), 0)
    assert f"{black} (0, 0, 0) is 0" in note


@pytest.mark.parametrize(
    "colours",
    [
        [BLACK, (255, 255, 255)],  # 9 of YouTube-VOS, and of any binary mask
        [BLACK, (128, 128, 128), (64, 64, 64)],
        [BLACK, GREEN, RED],
        [(9, 9, 9), RED, GREEN],
        [RED, GREEN, BLUE, BLACK],  # which no pixel is
    ],
)
def test_indices_are_ids_where_one_palette_says_nothing_else(
    tmp_path: Path, colours: list[Colour]
) -> None:
    objects = {1: A, 2: B} if len(colours) > 2 else {1: A}
    found, note = ids_of(put(tmp_path, (objects, colours), (objects, colours)))
    assert_ids(found, objects, objects)
    assert not note


def test_masks_in_colours_of_their_own_are_told_by_index_and_that_is_said(tmp_path: Path) -> None:
    other = [BLACK, (1, 99, 3), (77, 0, 5)]
    paths = put(tmp_path, ({1: A, 2: B}, [BLACK, RED, GREEN]), ({1: A, 2: B}, other))
    found, note = ids_of(paths)
    assert_ids(found, *[{1: A, 2: B}] * 2)
    assert "index" in note and "00001" in note


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (({1: A}, [BLACK, RED]), ({1: B}, [BLACK, GREEN])),  # the same, or two
        (({1: A, 2: B}, [BLACK, RED, RED]), ({1: A, 2: B}, [BLACK, GREEN, RED])),
    ],
)
def test_what_neither_index_nor_colour_tells_is_refused(
    tmp_path: Path,
    first: tuple[dict[int, tuple[int, int, int, int]], list[Colour]],
    second: tuple[dict[int, tuple[int, int, int, int]], list[Colour]],
) -> None:
    paths = put(tmp_path, first, second)
    with pytest.raises(MaskError, match=f"{tmp_path}.*one palette"):
        ids_of(paths)


def test_a_broken_mask_does_not_keep_others_from_being_read(tmp_path: Path) -> None:
    paths = put(tmp_path, ({1: A, 2: B}, [BLACK, RED, GREEN]), ({1: B, 2: A}, [BLACK, GREEN, RED]))
    (tmp_path / "x.png").write_bytes(paths[0].read_bytes()[:90])
    palettes = FramePalettes([*paths, tmp_path / "x.png", tmp_path / "none.png"])
    assert_ids([palettes.ids(read_stored(path)) for path in paths], *[{1: A, 2: B}] * 2)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_any_permutation_of_any_palette_gives_the_same_objects(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    colour = st.tuples(*[st.integers(0, 255)] * 3)
    colours = data.draw(st.lists(colour, min_size=3, max_size=9, unique=True))
    n = len(colours)
    shown = np.arange(n, dtype=np.uint8).repeat(4).reshape(1, -1).repeat(3, axis=0)
    folder, paths = tmp_path_factory.mktemp("masks"), []
    for t in range(3):
        order = data.draw(st.permutations(range(n))) if t else list(range(n))
        place = {old: new for new, old in enumerate(order)}
        mask = np.array([[place[i] for i in row] for row in shown.tolist()], np.uint8)
        paths.append(put_colours(folder / f"{t}.png", mask, [colours[i] for i in order]))
    found, _ = ids_of(paths)
    for one in found[1:]:
        np.testing.assert_array_equal(one, found[0])
    assert len(np.unique(found[0])) == n


def test_palettes_are_found_in_the_head_of_a_file_or_behind_much_text(tmp_path: Path) -> None:
    (path,) = put(tmp_path, ({1: A}, [BLACK, RED]))
    data = path.read_bytes()
    at = data.index(b"PLTE") - 4
    text = b"\0\0\x20\0tEXt" + bytes(0x2000) + b"\0\0\0\0"
    (tmp_path / "long.png").write_bytes(data[:at] + text + data[at:])
    assert palette_of(tmp_path / "long.png") == palette_of(path) == read_stored(path).palette
    assert palette_of(path)[:6] == bytes([*BLACK, *RED])
    assert palette_of(put_image(tmp_path / "grey.png", boxes({1: A}))) == b""


def test_the_background_of_a_binary_mask_is_black() -> None:
    assert background_of(bytes([255, 255, 255, 0, 0, 0])) == 1
    assert background_of(bytes([0, 0, 0, 255, 255, 255])) == 0
    assert background_of(b"") == 0


def test_palettes_of_two_sides_that_are_permuted_are_told() -> None:
    one, other = (bytes([*BLACK, *a, *b]) for a, b in ((RED, GREEN), (GREEN, RED)))
    assert "(250, 0, 0) is 1 on one side and 2 on the other" in permuted(one, other)
    assert permuted(one[:6] + other[6:9], bytes([*BLACK, *BLUE, *GREEN, *RED]))  # cut down
    assert not permuted(one, bytes([*BLACK, *BLUE, *RED]))
    assert not permuted(one, one)
    assert not permuted(palette().tobytes(), voc_palette().tobytes())
