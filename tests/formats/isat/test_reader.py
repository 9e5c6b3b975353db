"""ISAT's files, made by hand after what the tool writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.trees import assert_masks, boxes, put_frames, put_text, texts
from vosgui.core.track import Source
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import detect

HW = (12, 16)


def square(x: float, y: float, side: float) -> list[list[float]]:
    """Return the corners of what covers side + 1 pixels each way, its border included."""
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]


def shape(category: str, points: list[list[float]], group: Any, **more: Any) -> dict[str, Any]:
    about = {"category": category, "group": group, "segmentation": points, "layer": 1.0}
    return {**about, "bbox": [0, 0, 1, 1], "iscrowd": False, "note": "", "area": 1.0, **more}


def put_isat(folder: Path, stem: str, objects: list[dict[str, Any]], **info: Any) -> Path:
    about = {"description": "ISAT", "folder": "D:/frames", "name": f"{stem}.jpg"}
    sides = {"width": HW[1], "height": HW[0], "depth": 3, "note": ""}
    content = {"info": {**about, **sides, **info}, "objects": objects}
    return put_text(folder / f"{stem}.json", json.dumps(content, indent=4))


def only(path: Path) -> LabelledClip:
    row = detect(path)
    assert row.name == "isat"
    (source,) = row.list_clips(path).clips
    return source.read()


def test_layers_lie_over_each_other_and_background_cuts_holes(tmp_path: Path) -> None:
    below = shape("car", square(1, 1, 7), 1, layer=1.0)
    above = shape("dog", square(5, 5, 4), "2", layer=3)
    hole = shape("__background__", square(2, 2, 1), 0, layer=2)
    put_isat(tmp_path / "c", "00000", [above, hole, below])
    put_isat(tmp_path / "c", "00001", [shape("dog", square(5, 5, 4), 2)])
    clip = only(tmp_path / "c")
    first = boxes({1: (1, 1, 8, 8)}, HW)
    first[2:4, 2:4] = 0
    first[5:10, 5:10] = 2
    assert_masks(clip, {"00000": first, "00001": boxes({2: (5, 5, 5, 5)}, HW)})
    assert [one.category for one in clip.annotation.objects] == ["car", "dog"]
    assert clip.annotation.track(1)["source"].tolist() == [Source.PAINTED, Source.ABSENT]
    assert "group" in texts(clip)
    assert "__background__" in texts(clip)


def test_a_group_is_an_object_of_its_category_alone(tmp_path: Path) -> None:
    put_isat(
        tmp_path, "0", [shape("person", square(0, 0, 2), 1), shape("bike", square(5, 5, 2), 1)]
    )
    put_isat(tmp_path, "1", [shape("car", square(9, 0, 2), 1), shape("bike", square(5, 5, 1), 1)])
    clip = only(tmp_path)
    assert [one.category for one in clip.annotation.objects] == ["person", "bike", "car"]
    counts = [np.bincount(clip.annotation.mask(t).ravel(), minlength=4)[1:] for t in range(2)]
    assert np.array(counts).tolist() == [[9, 9, 0], [0, 4, 9]]


def test_parts_of_a_group_are_one_object(tmp_path: Path) -> None:
    parts = [shape("car", square(0, 0, 2), 4), shape("car", square(6, 6, 2), 4)]
    put_isat(tmp_path, "0", parts)
    clip = only(tmp_path)
    assert_masks(clip, {"0": boxes({4: (0, 0, 3, 3)}, HW) + boxes({4: (6, 6, 3, 3)}, HW)})


@pytest.mark.parametrize(
    ("files", "images"), [("c", "c"), ("c/labels", "c/images"), ("labels/c", "images/c")]
)
def test_frames_lie_with_the_files_or_beside_them(tmp_path: Path, files: str, images: str) -> None:
    put_isat(tmp_path / files, "00001", [shape("car", square(1, 1, 3), 1)])
    put_frames(tmp_path / images, ["00000", "00001"], HW)
    clip = only(tmp_path / files.removesuffix("labels"))
    assert clip.name == "c"
    assert clip.frames == tmp_path / images
    assert clip.frame_names == ("00000", "00001")
    assert clip.annotation.track(1)["source"].tolist() == [Source.NONE, Source.PAINTED]


def test_the_image_that_a_file_names_is_meant(tmp_path: Path) -> None:
    put_isat(tmp_path, "a", [shape("car", square(1, 1, 3), 1)], name="2024.05.01_b.png")
    assert only(tmp_path).frame_names == ("2024.05.01_b",)


def test_what_cannot_be_drawn_is_left_out_alone(tmp_path: Path) -> None:
    good = shape("car", square(1, 1, 3), 1)
    flat = shape("dog", [[1, 1], [5, 5]], 2)
    garbled = shape("dog", [["a", "b"]], 3)  # type: ignore[list-item]
    crowd = shape("people", square(5, 5, 5), 4, iscrowd=1)
    put_isat(tmp_path, "0", [good, flat, garbled, crowd])
    clip = only(tmp_path)
    assert_masks(clip, {"0": boxes({1: (1, 1, 4, 4)}, HW)})
    said = texts(clip)
    assert said.count("'dog'") == 2
    assert str(tmp_path / "0.json") in said
    assert "crowd" in said


def test_a_box_alone_is_drawn_as_its_corners(tmp_path: Path) -> None:
    put_isat(tmp_path, "0", [shape("car", [], 1, bbox=[2, 3, 5, 7])])
    assert_masks(only(tmp_path), {"0": boxes({1: (3, 2, 5, 4)}, HW)})


def test_numbers_as_people_write_them(tmp_path: Path) -> None:
    objects = [shape("", square(1, 1, 3), "3", layer="2", iscrowd=0) | {"category": 7}]
    file = put_isat(tmp_path, "0", objects, width=16.0, height="12")
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    clip = only(tmp_path)
    assert_masks(clip, {"0": boxes({3: (1, 1, 4, 4)}, HW)})
    assert clip.annotation.header.object(3).category == "7"


def test_a_file_without_shapes_says_nothing(tmp_path: Path) -> None:
    put_isat(tmp_path, "0", [shape("car", square(1, 1, 3), 1)])
    put_isat(tmp_path, "1", [])
    clip = only(tmp_path)
    assert clip.annotation.track(1)["source"].tolist() == [Source.PAINTED, Source.NONE]
    assert "1" in texts(clip)


def test_folders_are_clips_and_stray_files_are_named(tmp_path: Path) -> None:
    for name in ("a", "b"):
        put_isat(tmp_path / name, "0", [shape("car", square(1, 1, 3), 1)])
    put_text(tmp_path / "a/classes.json", '["car"]')
    dataset = detect(tmp_path).list_clips(tmp_path)
    assert [clip.name for clip in dataset.clips] == ["a", "b"]
    assert [issue.file for issue in dataset.issues] == [str(tmp_path / "a/classes.json")]


def test_images_of_two_sizes_are_clips_of_their_own(tmp_path: Path) -> None:
    put_isat(tmp_path, "b", [shape("car", square(1, 1, 3), 1)])
    put_isat(tmp_path, "a", [shape("car", square(1, 1, 3), 1)], width=20)
    put_frames(tmp_path, ["b"], HW)
    put_frames(tmp_path, ["a"], (HW[0], 20))
    dataset = detect(tmp_path).list_clips(tmp_path)
    assert "differ in size (20x12, 16x12)" in str(dataset.issues[0])
    clips = {one.name: one.read() for one in dataset.clips}
    assert {name: one.frames for name, one in clips.items()} == {
        name: tmp_path / f"{name}.jpg" for name in "ab"
    }
    assert [one.annotation.hw for one in clips.values()] == [(12, 20), (12, 16)]


def test_frames_of_two_videos_in_one_folder_are_clips_of_their_own(tmp_path: Path) -> None:
    for video, x in (("v1", 0), ("v2", 6)):
        for t in range(2):
            put_isat(tmp_path, f"{video}_{t:05d}", [shape("car", square(x, 0, 2), 1)])
    put_frames(tmp_path, [f"{video}_{t:05d}" for video in ("v1", "v2") for t in range(2)], HW)
    found = detect(tmp_path).list_clips(tmp_path)
    assert [one.name for one in found.clips] == ["v1", "v2"]
    assert "v1" in str(found.issues[0]) and "v2" in str(found.issues[0])
    for source, x in zip(found.clips, (0, 6), strict=True):
        mask = boxes({1: (0, x, 3, 3)}, HW)
        assert_masks(source.read(), {f"{source.name}_{t:05d}": mask for t in range(2)})
        assert source.read().frames is None  # those of both lie there
