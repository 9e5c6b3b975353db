"""MOTS: PNGs of 16 bits and text, as KITTI-MOTS, MOTSChallenge and datumaro lay them out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco

from tests.trees import assert_masks, boxes, masks_of, put_frames, put_image, put_text, texts
from vosgui.errors import DatasetError, MaskError
from vosgui.formats.coded.mots import CLASSES
from vosgui.formats.coded.mots_writer import class_numbers
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import detect, read_format

CAR, MAN = (1, 1, 5, 5), (6, 8, 4, 5)
EMPTY = boxes({})


def coded(objects: dict[int, tuple[int, int, int, int]]) -> np.ndarray:
    """Return a mask of 16 bits, boxes of any value."""
    mask = np.zeros((12, 16), np.uint16)
    for value, (y, x, h, w) in objects.items():
        mask[y : y + h, x : x + w] = value
    return mask


def line(t: int, code: int, kind: int, pixels: np.ndarray) -> str:
    rle = coco.encode(np.asfortranarray(pixels.astype(np.uint8)))
    height, width = pixels.shape
    return f"{t} {code} {kind} {height} {width} {rle['counts'].decode()}\n"


def only(root: Path, name: str) -> LabelledClip:
    row = detect(root)
    assert row.name == name
    (source,) = row.list_clips(root).clips
    return source.read()


def kitti(root: Path) -> None:
    put_frames(root / "training/image_02/0002", ["000000", "000001", "000002"])
    first = {1005: CAR, 2005: MAN, 10000: (0, 14, 12, 2)}
    put_image(root / "instances/0002/000000.png", coded(first))
    put_image(root / "instances/0002/000001.png", coded({1005: CAR}))


def test_kitti_mots_pngs_keep_who_is_who(tmp_path: Path) -> None:
    kitti(tmp_path)
    clip = only(tmp_path, "mots")
    assert clip.name == "0002"
    assert clip.frames == tmp_path / "training/image_02/0002"
    # Two classes have an instance 5 each: ids that tell them apart are said.
    assert_masks(clip, {"000000": boxes({1: CAR, 2: MAN}), "000001": boxes({1: CAR})})
    categories = {one.id: one.category for one in clip.annotation.objects}
    assert categories == dict(zip((1, 2), CLASSES, strict=True))
    said = texts(clip)
    assert "1005 is 1, 2005 is 2" in said
    assert "10000" in said
    assert clip.annotation.packed(2) is None  # nobody annotated it


def test_datumaro_layout_has_labels_and_one_clip(tmp_path: Path) -> None:
    root = tmp_path / "mine"
    put_frames(root / "images", ["a_1", "a_2"])
    put_text(root / "instances/labels.txt", "\ufeffcat\r\ndog\r\n")
    put_image(root / "instances/a_1.png", coded({2007: CAR}))
    put_image(root / "instances/a_2.png", coded({2007: MAN, 3: CAR}))
    clip = only(root, "mots")
    assert (clip.name, clip.frames) == ("mine", root / "images")
    assert_masks(clip, {"a_1": boxes({7: CAR}), "a_2": boxes({7: MAN})})
    assert [one.category for one in clip.annotation.objects] == ["dog"]
    assert "name no class and were left out: 3" in texts(clip)


def test_masks_are_found_by_the_number_of_their_frame(tmp_path: Path) -> None:
    put_frames(tmp_path / "images/0002", ["000004", "000005", "000006"])
    put_image(tmp_path / "instances/0002/4.png", coded({1001: CAR}))
    put_image(tmp_path / "instances/0002/9.png", coded({1001: MAN}))
    clip = only(tmp_path, "mots")
    assert_masks(clip, {"000004": boxes({1: CAR})})
    assert "9.png, frame 9: There is no frame" in texts(clip)


def test_a_mask_of_another_size_is_named(tmp_path: Path) -> None:
    kitti(tmp_path)
    put_image(tmp_path / "instances/0002/000001.png", np.zeros((5, 5), np.uint16))
    with pytest.raises(MaskError, match=r"000001\.png is 5x5"):
        only(tmp_path, "mots")


def test_palette_masks_in_instances_are_no_mots(tmp_path: Path) -> None:
    put_image(tmp_path / "instances/0002/000000.png", boxes({1: CAR}))
    assert detect(tmp_path).name != "mots"


def test_text_of_a_folder(tmp_path: Path) -> None:
    put_frames(tmp_path / "image_02/0002", ["000000", "000001", "000002"])
    lines = line(0, 1005, 1, boxes({1: CAR}) > 0) + line(0, 10000, 10, boxes({1: MAN}) > 0)
    lines += line(2, 1005, 1, boxes({1: MAN}) > 0) + line(2, 2001, 2, boxes({1: CAR}) > 0)
    put_text(tmp_path / "instances_txt/0002.txt", lines)
    clip = only(tmp_path, "mots-txt")
    expected = {"000000": boxes({5: CAR}), "000002": boxes({5: MAN, 1: CAR})}
    assert_masks(clip, expected)
    assert {one.id: one.category for one in clip.annotation.objects} == {5: "car", 1: "pedestrian"}
    assert clip.annotation.packed(1) is None  # no line says anything of it


def test_text_of_mots_challenge_counts_from_1(tmp_path: Path) -> None:
    put_frames(tmp_path / "MOTS20-02/img1", ["000001", "000002"])
    put_text(tmp_path / "MOTS20-02/gt/gt.txt", line(2, 2003, 2, boxes({1: CAR}) > 0))
    clip = only(tmp_path, "mots-txt")
    assert (clip.name, clip.frames) == ("MOTS20-02", tmp_path / "MOTS20-02/img1")
    assert_masks(clip, {"000002": boxes({3: CAR})})


@pytest.mark.parametrize(
    "text",
    ["0 1007 1 12 16 1", "0 1007 1 12", "0 1007 1 5 16 `2", "99999999 1007 1 12 16 1", "# x"],
)
def test_a_broken_line_is_left_out_alone_and_named(tmp_path: Path, text: str) -> None:
    good = line(0, 1005, 1, boxes({1: CAR}) > 0)
    put_text(tmp_path / "c.txt", f"{good}{text}\n")
    clip = only(tmp_path, "mots-txt")
    assert_masks(clip, {"000000": boxes({5: CAR})})
    assert "c.txt:2" in texts(clip)


def test_a_file_without_a_good_line_is_refused(tmp_path: Path) -> None:
    file = put_text(tmp_path / "c.txt", "0 1007 1 12\n")
    with pytest.raises(DatasetError, match=r"c\.txt"):
        read_format("mots-txt").list_clips(file)


def test_other_text_is_no_mots(tmp_path: Path) -> None:
    put_text(tmp_path / "notes.txt", "0 1 2 3 4 hello there\n")
    put_image(tmp_path / "c/0.png", boxes({1: CAR}))
    assert detect(tmp_path).name == "masks"


def test_class_numbers_leave_out_the_one_that_is_ignored() -> None:
    names = [f"k{n:02d}" for n in range(9)]
    numbers = class_numbers([*names, "pedestrian"])
    assert (numbers["car"], numbers["pedestrian"]) == (1, 2)
    assert [numbers[name] for name in names] == [3, 4, 5, 6, 7, 8, 9, 11, 12]
    with pytest.raises(DatasetError, match="65"):
        class_numbers([f"k{n:02d}" for n in range(63)])


def test_masks_keep_values_of_16_bits(tmp_path: Path) -> None:
    kitti(tmp_path)
    with Image.open(tmp_path / "instances/0002/000000.png") as image:
        assert np.array(image).max() == 10000
    assert len(masks_of(only(tmp_path, "mots"))) == 2
