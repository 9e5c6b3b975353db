"""Masks from files: what is taken as given, what is changed aloud, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.clips import NumberedClip
from tests.trees import put_frames, put_palette
from vosgui.core.clip import ClipInfo
from vosgui.core.mask import Mask
from vosgui.datasets.given_masks import first_masks, read_masks
from vosgui.errors import InputError, MaskError
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.media.palette import write_mask

HW = (24, 32)


@pytest.fixture
def info() -> ClipInfo:
    return NumberedClip(6, HW).info


def mask_of(*ids: int, hw: tuple[int, int] = HW) -> Mask:
    mask = np.zeros(hw, np.uint8)
    for row, object_id in enumerate(ids):
        mask[3 * row : 3 * row + 3, 4:9] = object_id
    return mask


def test_one_png_belongs_to_frame_0_or_to_the_one_named(tmp_path: Path, info: ClipInfo) -> None:
    path = tmp_path / "any name.png"
    write_mask(path, mask_of(1, 4))
    assert list(read_masks(path, info).masks) == [0]
    given = read_masks(path, info, 3)
    assert list(given.masks) == [3] and given.objects == {1, 4}
    with pytest.raises(MaskError, match="no frame 6; the clip has 0 to 5"):
        read_masks(path, info, 6)


def test_a_folder_gives_each_frame_its_mask(tmp_path: Path, info: ClipInfo) -> None:
    write_mask(tmp_path / "00001.png", mask_of(1))
    write_mask(tmp_path / "00004.png", mask_of(1, 2))
    write_mask(tmp_path / "00005.png", mask_of())
    (tmp_path / "notes.txt").write_text("not a mask")
    (tmp_path / ".00002.png").write_text("left by a file browser")
    given = read_masks(tmp_path, info)
    assert sorted(given.masks) == [1, 4] and given.notes == ()
    chosen = given.only(frozenset({2}))
    assert sorted(chosen.masks) == [4] and chosen.objects == {2}
    with pytest.raises(MaskError, match="No mask holds object 3; they hold 1, 2"):
        given.only(frozenset({2, 3}))


def clip_of(folder: Path) -> MaskFolderClip:
    """Return a clip of six frames, whose masks lie in a folder beside."""
    put_frames(folder / "frames", [f"{t:05d}" for t in range(6)], HW)
    return MaskFolderClip("clip", folder / "masks", folder / "frames")


def test_of_a_dataset_each_object_s_first_mask_alone(tmp_path: Path) -> None:
    put_palette(tmp_path / "masks/00000.png", mask_of(1))
    put_palette(tmp_path / "masks/00002.png", mask_of(1, 2))
    put_palette(tmp_path / "masks/00003.png", mask_of(1, 2))
    given = first_masks(clip_of(tmp_path).read(strict=True))
    assert sorted(given.masks) == [0, 2]
    assert set(np.unique(given.masks[2])) == {0, 2}


def test_a_pixel_off_is_stretched_aloud_in_a_dataset_and_refused_elsewhere(
    tmp_path: Path, info: ClipInfo
) -> None:
    path = put_palette(tmp_path / "masks/00000.png", mask_of(1, hw=(24, 31)))
    given = first_masks(clip_of(tmp_path).read(strict=True))
    assert given.masks[0].shape == HW and given.objects == {1}
    assert "31x24, its frame 32x24" in given.notes[0]
    with pytest.raises(MaskError, match="31x24, its frame is 32x24"):
        read_masks(path, info)
    write_mask(path, mask_of(1, hw=(24, 29)))
    with pytest.raises(MaskError, match="29x24, its frame 32x24"):
        clip_of(tmp_path).read(strict=True)


def test_of_a_dataset_a_mask_without_a_frame_is_refused(tmp_path: Path) -> None:
    put_palette(tmp_path / "masks/frame.png", mask_of(1))
    with pytest.raises(MaskError, match=r"frame\.png.*no frame"):
        clip_of(tmp_path).read(strict=True)


def test_a_dataset_without_objects(tmp_path: Path) -> None:
    for folder in ("empty", "none"):
        clip = clip_of(tmp_path / folder)
        if folder == "empty":
            put_palette(clip.masks / "00000.png", mask_of())
        with pytest.raises(MaskError, match="shows an object"):
            first_masks(clip.read(strict=True))


def test_255_is_an_object_alone_and_void_beside_others(tmp_path: Path, info: ClipInfo) -> None:
    path = tmp_path / "mask.png"
    Image.fromarray(mask_of(255)).save(path)
    given = read_masks(path, info)
    assert given.objects == {1} and "object 1" in given.notes[0]
    write_mask(path, mask_of(3, 255))
    given = read_masks(path, info)
    assert given.objects == {3} and "void" in given.notes[0]


@pytest.mark.parametrize(
    ("name", "reason"), [("frame.png", "The frame frame of"), (None, "neither frames nor masks")]
)
def test_a_folder_that_does_not_fit(
    tmp_path: Path, info: ClipInfo, name: str | None, reason: str
) -> None:
    if name:
        write_mask(tmp_path / name, mask_of(1))
    with pytest.raises(InputError, match=reason):
        read_masks(tmp_path, info)


def test_masks_without_objects(tmp_path: Path, info: ClipInfo) -> None:
    write_mask(tmp_path / "00000.png", mask_of())
    with pytest.raises(MaskError, match="shows an object"):
        read_masks(tmp_path, info)
