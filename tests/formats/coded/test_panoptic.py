"""Panoptic masks with JSON: VIPSeg's clips and COCO's images."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.formats.coded.test_mots import CAR, MAN
from tests.trees import (
    assert_masks,
    boxes,
    put_colours,
    put_frames,
    put_image,
    put_text,
    texts,
)
from vosgui.errors import DatasetError
from vosgui.formats.registry import detect

KINDS = [
    {"id": 3, "name": "wall", "isthing": 0, "color": [1, 2, 3]},
    {"id": 60, "name": "person", "isthing": 1},
    {"id": 61, "name": "dog", "isthing": 1},
]


def coloured(segments: dict[int, tuple[int, int, int, int]]) -> np.ndarray:
    mask = np.zeros((12, 16, 3), np.uint8)
    for code, (y, x, h, w) in segments.items():
        colour = (code & 255, code >> 8 & 255, code >> 16)
        mask[y : y + h, x : x + w] = colour
    return mask


def segment(number: int, kind: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "category_id": kind, "area": 25, **more}


def vipseg(root: Path, frames: list[dict[str, Any]]) -> None:
    put_frames(root / "images/12_abc", [Path(one["file_name"]).stem for one in frames])
    content = {
        "videos": [{"video_id": "12_abc", "images": []}],
        "annotations": [{"video_id": "12_abc", "annotations": frames}],
        "categories": KINDS,
    }
    put_text(root / "panoptic_gt_VIPSeg.json", json.dumps(content))


def test_vipseg_things_are_objects_and_stuff_is_said(tmp_path: Path) -> None:
    whole = (0, 0, 12, 16)
    # 14384 and 14385 differ in red by 1, 70000 has all three channels.
    put_image(
        tmp_path / "panomasksRGB/12_abc/00000001.png",
        coloured({9: whole, 14384: CAR, 14385: MAN}),
    )
    put_image(tmp_path / "panomasksRGB/12_abc/00000004.png", coloured({14385: MAN, 70000: CAR}))
    first = [segment(9, 3), segment(14384, 60, iscrowd=0), segment(14385, 60)]
    second = [segment(14385, 60), segment(70000, 61)]
    frames = [
        {"image_id": "00000001", "file_name": "00000001.png", "segments_info": first},
        {"image_id": "00000004", "file_name": "00000004.png", "segments_info": second},
    ]
    vipseg(tmp_path, frames)
    row = detect(tmp_path)
    assert row.name == "panoptic"
    (source,) = row.list_clips(tmp_path).clips
    clip = source.read()
    assert (clip.name, clip.frames) == ("12_abc", tmp_path / "images/12_abc")
    masks = {"00000001": boxes({1: CAR, 2: MAN}), "00000004": boxes({2: MAN, 3: CAR})}
    assert_masks(clip, masks)
    assert [one.category for one in clip.annotation.objects] == ["person", "person", "dog"]
    said = texts(clip)
    assert "14384 is 1, 14385 is 2, 70000 is 3" in said
    assert "Stuff became background: wall" in said


def test_colours_that_became_a_palette_are_the_same_numbers(tmp_path: Path) -> None:
    """What makes files smaller turns few colours into a palette of them."""
    path = tmp_path / "panomasksRGB/12_abc/0.png"
    listed = [segment(300, 60), segment(1, 61)]
    vipseg(tmp_path, [{"image_id": "0", "file_name": "0.png", "segments_info": listed}])
    shown = np.where(boxes({1: CAR}) > 0, 0, np.where(boxes({1: MAN}) > 0, 1, 2))
    put_colours(path, shown, [(44, 1, 0), (1, 0, 0), (0, 0, 0)])
    (source,) = detect(tmp_path).list_clips(tmp_path).clips
    clip = source.read()
    assert_masks(clip, {"0": boxes({1: MAN, 2: CAR})})
    assert [one.category for one in clip.annotation.objects] == ["dog", "person"]
    put_colours(path, boxes({1: MAN}), [(0, 0, 0), (9, 9, 9)])  # listed are its indices
    assert_masks(source.read(), {"0": boxes({1: MAN})})


def test_what_the_file_does_not_list_and_crowds_are_left_out_and_said(tmp_path: Path) -> None:
    put_image(
        tmp_path / "panomasksRGB/12_abc/0.png", coloured({300: CAR, 301: MAN, 5: (0, 0, 1, 1)})
    )
    listed = [segment(300, 60), segment(301, 60, iscrowd=1)]
    vipseg(tmp_path, [{"image_id": "0", "file_name": "0.png", "segments_info": listed}])
    (source,) = detect(tmp_path).list_clips(tmp_path).clips
    clip = source.read()
    assert_masks(clip, {"0": boxes({1: CAR})})
    assert "does not list were left out: 5" in texts(clip)
    assert "Crowds were left out: person" in texts(clip)


def coco(root: Path, names: list[str]) -> None:
    content: dict[str, Any] = {"images": [], "annotations": [], "categories": KINDS}
    for n, name in enumerate(names):
        content["images"].append({"id": n, "file_name": f"{name}.jpg", "width": 16, "height": 12})
        listed = [segment(300, 60)]
        entry = {"image_id": n, "file_name": f"{name}.png", "segments_info": listed}
        content["annotations"].append(entry)
        put_image(root / f"annotations/panoptic_val2017/{name}.png", coloured({300: CAR}))
        put_frames(root / "val2017" / Path(name).parent, [Path(name).name])
    put_text(root / "annotations/panoptic_val2017.json", json.dumps(content))


def test_images_of_coco_are_clips_of_their_own(tmp_path: Path) -> None:
    coco(tmp_path, ["000000000139", "000000000285"])
    row = detect(tmp_path)
    assert row.name == "panoptic"
    dataset = row.list_clips(tmp_path)
    assert [one.name for one in dataset.clips] == ["000000000139", "000000000285"]
    assert "clip of its own" in str(dataset.issues[0])
    for source in dataset.clips:
        clip = source.read()
        assert clip.frames == tmp_path / f"val2017/{source.name}.jpg"
        assert_masks(clip, {source.name: boxes({1: CAR})})


def test_a_file_without_a_thing_has_objects_all_the_same(tmp_path: Path) -> None:
    coco(tmp_path, ["a/0001"])
    file = tmp_path / "annotations/panoptic_val2017.json"
    put_text(file, file.read_text().replace('"isthing": 1', '"isthing": 0'))
    dataset = detect(tmp_path).list_clips(tmp_path)
    assert str(file) in str(dataset.issues[0])
    assert_masks(dataset.clips[0].read(), {"0001": boxes({1: CAR})})


def test_images_in_folders_are_clips(tmp_path: Path) -> None:
    coco(tmp_path, ["a/0001", "a/0002", "b/0001"])
    first, second = (source.read() for source in detect(tmp_path).list_clips(tmp_path).clips)
    assert_masks(first, {"0001": boxes({1: CAR}), "0002": boxes({1: CAR})})
    assert_masks(second, {"0001": boxes({1: CAR})})
    assert (first.name, first.frames) == ("a", tmp_path / "val2017/a")


def test_instances_beside_a_panoptic_file_are_what_is_read(tmp_path: Path) -> None:
    coco(tmp_path, ["000000000139"])
    one = {"id": 1, "image_id": 0, "category_id": 60, "segmentation": [[1, 1, 6, 1, 6, 6, 1, 6]]}
    image = {"id": 0, "file_name": "000000000139.jpg", "width": 16, "height": 12}
    content = {"images": [image], "annotations": [one], "categories": KINDS}
    put_text(tmp_path / "annotations/instances_val2017.json", json.dumps(content))
    assert detect(tmp_path).name == "coco"
    file = tmp_path / "annotations/panoptic_val2017.json"
    assert detect(file).name == "panoptic"


def test_masks_that_are_not_there_are_named(tmp_path: Path) -> None:
    frame = {"image_id": "0", "file_name": "0.png", "segments_info": [segment(300, 60)]}
    vipseg(tmp_path, [frame])
    with pytest.raises(DatasetError, match=r"panoptic_gt_VIPSeg\.json.*12_abc/0\.png"):
        detect(tmp_path).list_clips(tmp_path)
    vipseg(tmp_path, [{**frame, "file_name": "../../0.png"}])
    with pytest.raises(DatasetError, match="no file of a mask"):
        detect(tmp_path).list_clips(tmp_path)
