"""Photographs as tensors: squares, their objects, and how wide and high they were."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from vosgui.engine.training.photographs import Photographs, find_photographs
from vosgui.engine.training.scenes.photograph_tensors import read_photographs
from vosgui.errors import DatasetError, MaskError
from vosgui.media.palette import write_mask

SIDE = 64


def photograph(folder: Path, name: str, mask: np.ndarray | None) -> None:
    """Write a photograph of 120x60 whose red is 200, and its mask."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "masks").mkdir(exist_ok=True)
    image = np.zeros((60, 120, 3), np.uint8)
    image[..., 2] = 200
    cv2.imwrite(str(folder / "images" / f"{name}.png"), image)
    if mask is not None:
        write_mask(folder / "masks" / f"{name}.png", mask)


def two_that_touch() -> np.ndarray:
    mask = np.zeros((60, 120), np.uint8)
    mask[10:50, 30:60], mask[15:45, 60:90] = 7, 3
    mask[:2, :2] = 9  # a speck
    mask[55:, 100:] = 255  # void
    return mask


def test_objects_are_numbered_anew_and_know_where_they_lie(tmp_path: Path) -> None:
    photograph(tmp_path, "a", two_that_touch())
    photograph(tmp_path, "b", None)
    read = read_photographs(find_photographs([tmp_path]), side=SIDE)
    assert read.pixels.shape == (2, 3, SIDE, SIDE) and read.ids.shape == (2, SIDE, SIDE)
    assert read.pixels[:, 0].eq(200).all() and read.pixels[:, 1:].eq(0).all()
    table = read.table
    np.testing.assert_allclose(table.extents, [[1, 0.5], [1, 0.5]])
    assert table.photograph.tolist() == [0, 0] and table.mates.tolist() == table.ids[::-1].tolist()
    assert table.of_photograph(0).tolist() == [0, 1] and table.of_photograph(1).tolist() == []
    boxes = {tuple(box.tolist()) for box in table.boxes}
    assert boxes == {(32, 16, 48, 48), (16, 11, 32, 54)}
    for object_id, (left, top, right, bottom) in zip(table.ids, table.boxes, strict=True):
        y, x = torch.nonzero(read.ids[0] == object_id, as_tuple=True)
        assert (int(x.min()), int(x.max()) + 1) == (left, right)
        assert (int(y.min()), int(y.max()) + 1) == (top, bottom)
    assert not bool((read.ids[0] == 255).any())


def test_an_object_is_void_only_beside_others(tmp_path: Path) -> None:
    photograph(tmp_path, "a", np.where(two_that_touch() == 3, 255, 0).astype(np.uint8))
    read = read_photographs(find_photographs([tmp_path]), side=SIDE)
    assert read.table.ids.tolist() == [1]


def test_textures_take_the_place_of_photographs() -> None:
    one, same = (read_photographs(Photographs(), 5, side=SIDE) for _ in range(2))
    assert torch.equal(one.pixels, same.pixels) and torch.equal(one.ids, same.ids)
    assert len(one.pixels) == 5 and len(one.table.ids) >= 5
    assert one.table.extents.max() == 1 and one.table.extents.min() < 1


def test_what_cannot_be_read_or_shows_nothing_says_so(tmp_path: Path) -> None:
    photograph(tmp_path / "plain", "a", None)
    with pytest.raises(DatasetError, match="No photograph has a mask"):
        read_photographs(find_photographs([tmp_path / "plain"]), side=SIDE)
    photograph(tmp_path / "misfit", "a", np.ones((10, 10), np.uint8))
    with pytest.raises(MaskError, match="10x10"):
        read_photographs(find_photographs([tmp_path / "misfit"]), side=SIDE)
