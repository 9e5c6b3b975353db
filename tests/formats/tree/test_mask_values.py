"""What the values of a clip's masks stand for, however they are stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.trees import assert_masks, boxes, put_image, put_palette, texts
from vosgui.errors import MaskError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.tree.clip import MaskFolderClip

A, B, C = (1, 1, 5, 5), (6, 8, 4, 5), (0, 12, 12, 1)


def read(folder: Path) -> LabelledClip:
    return MaskFolderClip("c", folder).read()


def wide(objects: dict[int, tuple[int, int, int, int]]) -> np.ndarray:
    mask = np.zeros((12, 16), np.uint16)
    for number, (y, x, h, w) in objects.items():
        mask[y : y + h, x : x + w] = number
    return mask


def in_channels(numbers: np.ndarray) -> np.ndarray:
    numbers = numbers.astype(np.int64)
    parts = [numbers % 256, numbers // 256 % 256, numbers // 65536]
    return np.stack(parts, axis=-1).astype(np.uint8)


def test_numbers_in_three_channels_are_ids(tmp_path: Path) -> None:
    put_image(tmp_path / "0.png", in_channels(wide({1: A, 2: C})))
    put_image(tmp_path / "1.png", in_channels(wide({2: C, 300: B})))
    clip = read(tmp_path)
    assert_masks(clip, {"0": boxes({1: A, 2: C}), "1": boxes({2: C, 3: B})})
    assert "300 is 3" in texts(clip)


def test_numbers_of_16_bits_are_ids(tmp_path: Path) -> None:
    put_image(tmp_path / "0.png", wide({7: A}))  # these fit into 8 bits
    put_image(tmp_path / "1.png", wide({7: A, 1000: B, 300: C}))
    clip = read(tmp_path)
    assert_masks(clip, {"0": boxes({7: A}), "1": boxes({7: A, 2: B, 1: C})})
    assert "300 is 1, 1000 is 2" in texts(clip)


def test_white_of_16_bits_is_one_object(tmp_path: Path) -> None:
    put_image(tmp_path / "0.png", wide({65535: A}))
    put_image(tmp_path / "1.png", wide({}))
    clip = read(tmp_path)
    assert_masks(clip, {"0": boxes({1: A}), "1": boxes({})})
    assert "65535 was read as object 1" in texts(clip)


def test_three_channels_that_are_the_same_are_one(tmp_path: Path) -> None:
    for n, objects in enumerate(({1: A, 2: B}, {2: B}, {})):
        put_image(tmp_path / f"{n}.png", np.repeat(boxes(objects)[..., None], 3, axis=2))
    clip = read(tmp_path)
    assert_masks(clip, {"0": boxes({1: A, 2: B}), "1": boxes({2: B}), "2": boxes({})})
    assert "three channels" in texts(clip)


def test_white_of_three_channels_is_one_object(tmp_path: Path) -> None:
    put_image(tmp_path / "0.png", np.repeat(boxes({255: A})[..., None], 3, axis=2))
    assert_masks(read(tmp_path), {"0": boxes({1: A})})


def test_a_mask_that_is_all_grey_does_not_change_what_colours_are(tmp_path: Path) -> None:
    """White is the ninth colour of YouTube-VOS's palette, also where it is alone."""
    for n, colours in enumerate(([(236, 95, 103), (255, 255, 255)], [(255, 255, 255)])):
        image = np.zeros((12, 16, 3), np.uint8)
        for (y, x, h, w), colour in zip((B, A), reversed(colours), strict=False):
            image[y : y + h, x : x + w] = colour
        put_image(tmp_path / f"{n}.png", image)
    assert_masks(read(tmp_path), {"0": boxes({1: A, 9: B}), "1": boxes({9: B})})


def test_colours_after_ids_are_met(tmp_path: Path) -> None:
    put_palette(tmp_path / "0.png", boxes({2: A}))
    put_image(tmp_path / "1.png", in_channels(wide({2: A, 3: B})))
    assert_masks(read(tmp_path), {"0": boxes({2: A}), "1": boxes({2: A, 3: B})})
    image = np.zeros((12, 16, 3), np.uint8)
    image[1:6, 1:6] = (200, 40, 90)
    put_image(tmp_path / "1.png", image)
    assert "ids, others colours" in texts(read(tmp_path))


def test_more_numbers_than_ids_are_refused(tmp_path: Path) -> None:
    put_image(tmp_path / "0.png", np.arange(300, dtype=np.uint16).reshape(15, 20) + 1)
    with pytest.raises(MaskError, match=rf"{tmp_path}.*254"):
        read(tmp_path)
