"""Supervisely's projects, made by hand after what its SDK writes."""

from __future__ import annotations

import base64
import io
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.trees import assert_masks, boxes, put_frames, put_text, texts
from vosgui.core.track import Source
from vosgui.errors import DatasetError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import detect

HW = (12, 16)
SIZE = {"height": 12, "width": 16}
RING = np.ones((3, 4), bool)
RING[1, 1:3] = False


def png(crop: np.ndarray, mode: str) -> str:
    """Return a mask as a PNG of one of the modes that are met, packed with zlib, in base64."""
    if mode == "RGBA":
        pixels = np.zeros((*crop.shape, 4), np.uint8)
        pixels[crop] = (0, 0, 0, 255)
        image, options = Image.fromarray(pixels), dict[str, Any]()
    else:
        image = Image.fromarray(crop.astype(np.uint8) * (255 if mode == "L" else 1))
        options = {}
        if mode == "P":
            image.putpalette([0, 0, 0, 255, 255, 255])
            options = {"transparency": 0}
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return base64.b64encode(zlib.compress(file.getvalue())).decode()


def bitmap(crop: np.ndarray, x: int, y: int, mode: str = "P") -> dict[str, Any]:
    return {"bitmap": {"data": png(crop, mode), "origin": [x, y]}, "geometryType": "bitmap"}


def ring(kind: str, outer: Any, *inner: Any) -> dict[str, Any]:
    return {"points": {"exterior": outer, "interior": list(inner)}, "geometryType": kind}


def rectangle(left: float, top: float, right: float, bottom: float) -> dict[str, Any]:
    return ring("rectangle", [[left, top], [right, bottom]])


def label(title: str, geometry: dict[str, Any], track: Any = None, **more: Any) -> dict[str, Any]:
    tags = [] if track is None else [{"name": "track_id", "value": track}]
    return {"classTitle": title, "tags": tags, **geometry, **more}


def put_image(dataset: Path, stem: str, objects: list[dict[str, Any]]) -> Path:
    content = {"description": "", "tags": [], "size": SIZE, "objects": objects}
    return put_text(dataset / f"ann/{stem}.jpg.json", json.dumps(content))


def put_meta(project: Path, **shapes: str) -> None:
    classes = [{"title": title, "shape": kind} for title, kind in shapes.items()]
    put_text(project / "meta.json", json.dumps({"classes": classes, "tags": []}))


def only(path: Path) -> LabelledClip:
    row = detect(path)
    assert row.name == "supervisely"
    (source,) = row.list_clips(path).clips
    return source.read()


@pytest.mark.parametrize("mode", ["P", "RGBA", "L"])
def test_bitmaps_are_put_where_they_were(tmp_path: Path, mode: str) -> None:
    put_image(tmp_path / "ds", "f.1", [label("car", bitmap(RING, 5, 7, mode), 3)])
    expected = np.zeros(HW, np.uint8)
    expected[7:10, 5:9][RING] = 3
    assert_masks(only(tmp_path), {"f.1": expected})


def test_polygons_have_holes_and_rectangles_their_border(tmp_path: Path) -> None:
    square = [[1, 1], [8, 1], [8, 8], [1, 8]]
    hole = [[3, 3], [5, 3], [5, 5], [3, 5]]
    objects = [
        label("car", ring("polygon", square, hole), 1),
        label("dog", rectangle(10, 2, 12, 4), 2),
    ]
    put_image(tmp_path / "ds", "0", objects)
    expected = boxes({1: (1, 1, 8, 8), 2: (2, 10, 3, 3)}, HW)
    expected[3:6, 3:6] = 0
    clip = only(tmp_path)
    assert_masks(clip, {"0": expected})
    assert [one.category for one in clip.annotation.objects] == ["car", "dog"]


def test_turned_boxes_and_polygons_of_parts(tmp_path: Path) -> None:
    quarter = {"points": [[4, 2], [10, 4]], "angle": np.pi / 2, "geometryType": "oriented_bbox"}
    parts = [
        {"exterior": [[0, 8], [2, 8], [2, 10], [0, 10]]},
        {"exterior": [[12, 8], [14, 8], [14, 10], [12, 10]]},
    ]
    multi = {"parts": parts, "geometryType": "multipolygon"}
    put_image(tmp_path / "ds", "0", [label("a", quarter, 1), label("b", multi, 2)])
    expected = boxes({1: (0, 6, 7, 3), 2: (8, 0, 3, 3)}, HW)
    expected[8:11, 12:15] = 2
    assert_masks(only(tmp_path), {"0": expected})


def test_what_is_later_lies_on_top_and_old_files_have_shapes_in_the_meta(tmp_path: Path) -> None:
    first, second = rectangle(0, 0, 7, 7), rectangle(4, 4, 9, 9)
    del first["geometryType"], second["geometryType"]
    put_meta(tmp_path, car="rectangle")
    put_image(tmp_path / "ds", "0", [label("car", first, 1), label("car", second, 2)])
    expected = boxes({1: (0, 0, 8, 8)}, HW)
    expected[4:10, 4:10] = 2
    assert_masks(only(tmp_path), {"0": expected})


def test_images_are_frames_and_unlabelled_ones_are_unknown(tmp_path: Path) -> None:
    put_image(tmp_path / "ds", "f9", [label("car", rectangle(1, 1, 4, 4), "a")])
    put_image(tmp_path / "ds", "f10", [])
    put_image(tmp_path / "ds", "f11", [label("dog", rectangle(1, 1, 4, 4), "b")])
    put_frames(tmp_path / "ds/img", ["f9", "f10", "f11", "f12"], HW)
    clip = only(tmp_path)
    assert (clip.name, clip.frames) == ("ds", tmp_path / "ds/img")
    assert clip.frame_names == ("f9", "f10", "f11", "f12")
    sources = [clip.annotation.track(i)["source"].tolist() for i in (1, 2)]
    assert sources[0] == [Source.PAINTED, Source.NONE, Source.ABSENT, Source.NONE]
    assert sources[1] == [Source.ABSENT, Source.NONE, Source.PAINTED, Source.NONE]
    assert "f10" in texts(clip)
    assert "a is 1" in texts(clip)


def test_identity_is_a_tag_whatever_the_order(tmp_path: Path) -> None:
    left, right = rectangle(1, 1, 3, 3), rectangle(9, 1, 11, 3)
    put_image(tmp_path / "ds", "0", [label("car", left, "1"), label("car", right, 2.0)])
    put_image(tmp_path / "ds", "1", [label("car", right, 2), label("car", left, 1)])
    clip = only(tmp_path)
    expected = boxes({1: (1, 1, 3, 3), 2: (1, 9, 3, 3)}, HW)
    assert_masks(clip, {"0": expected, "1": expected})
    assert "who is who" not in texts(clip)


def test_without_a_tag_it_is_said_who_was_guessed(tmp_path: Path) -> None:
    for stem in "01":
        two = [label("car", rectangle(1, 1, 3, 3)), label("car", rectangle(9, 1, 11, 3))]
        put_image(tmp_path / "ds", stem, two)
    clip = only(tmp_path)
    assert len(clip.annotation.objects) == 2
    assert "frames 0, 1" in texts(clip)
    assert "who is who" in texts(clip)


def test_parts_bound_together_are_one_object(tmp_path: Path) -> None:
    parts = [
        label("car", rectangle(1, 1, 3, 3), instance="k1"),
        label("car", rectangle(9, 1, 11, 3), instance="k1"),
    ]
    put_image(tmp_path / "ds", "0", parts)
    put_image(tmp_path / "ds", "1", [label("car", rectangle(1, 1, 3, 3))])
    clip = only(tmp_path)
    both = boxes({1: (1, 1, 3, 3)}, HW) + boxes({1: (1, 9, 3, 3)}, HW)
    assert_masks(clip, {"0": both, "1": boxes({1: (1, 1, 3, 3)}, HW)})


@pytest.mark.parametrize(
    "geometry",
    [
        {"geometryType": "point", "points": {"exterior": [[1, 1]], "interior": []}},
        {"geometryType": "graph", "nodes": {}},
        {"geometryType": "bitmap", "bitmap": {"data": "AAAA", "origin": [0, 0]}},
        {"geometryType": "bitmap", "bitmap": {"data": 3, "origin": [0, 0]}},
        {"geometryType": "bitmap", "bitmap": {"data": png(RING, "P"), "origin": [90, 90]}},
        {"geometryType": "bitmap"},
        {"geometryType": "polygon", "points": {"exterior": [[1, 1], [2, 2]], "interior": []}},
        {"geometryType": "polygon", "points": {"exterior": 7}},
        {"geometryType": "polygon"},
        {"geometryType": "rectangle", "points": {"exterior": [[1, 1]]}},
        {"geometryType": "oriented_bbox", "points": [[1, 1], [5, 5]], "angle": "much"},
        {},
    ],
)
def test_what_cannot_be_drawn_is_left_out_alone(tmp_path: Path, geometry: dict[str, Any]) -> None:
    objects = [label("car", rectangle(1, 1, 4, 4), 1), label("odd", geometry, 2)]
    file = put_image(tmp_path / "ds", "0", objects)
    clip = only(tmp_path)
    assert_masks(clip, {"0": boxes({1: (1, 1, 4, 4)}, HW)})
    assert f"{file}:1" in texts(clip)
    assert "'odd'" in texts(clip)


def figure(key: str, kind: str, geometry: dict[str, Any], **more: Any) -> dict[str, Any]:
    about = {"geometryType": kind, "geometry": geometry, "meta": {"frame": 0}}
    return {"key": "f", "objectKey": key, **about, **more}


def put_video(dataset: Path, name: str, frames: dict[int, list[dict[str, Any]]]) -> Path:
    content = {
        "size": SIZE,
        "description": "",
        "key": "v",
        "tags": [],
        "objects": [{"key": "k1", "classTitle": "car"}, {"key": "k2", "classTitle": "car"}],
        "frames": [{"index": t, "figures": figures} for t, figures in frames.items()],
        "framesCount": 6,
    }
    return put_text(dataset / f"ann/{name}.json", json.dumps(content))


def test_figures_of_a_video_belong_to_its_objects(tmp_path: Path) -> None:
    left = figure("k1", "rectangle", rectangle(1, 1, 4, 4))
    right = figure("k2", "bitmap", bitmap(np.ones((2, 3), bool), 9, 1))
    put_video(tmp_path / "ds0", "street.1.mp4", {0: [left, right], 3: [right, left], 5: [right]})
    put_text(tmp_path / "ds0/video/street.1.mp4", "no video")
    clip = only(tmp_path)
    both = boxes({1: (1, 1, 4, 4), 2: (1, 9, 2, 3)}, HW)
    alone = boxes({2: (1, 9, 2, 3)}, HW)
    assert_masks(clip, {"00000": both, "00003": both, "00005": alone})
    assert clip.name == "street.1"
    assert clip.frames == tmp_path / "ds0/video/street.1.mp4"
    assert len(clip.frame_names) == 6
    # Nothing says that the first is gone in the last frame.
    assert clip.annotation.track(1)["source"].tolist()[5] == Source.NONE


def test_a_higher_priority_lies_on_top_and_a_figure_of_nobody_is_said(tmp_path: Path) -> None:
    high = figure("k1", "rectangle", rectangle(1, 1, 4, 4), priority=2)
    low = figure("k2", "rectangle", rectangle(3, 3, 6, 6), priority=1)
    put_video(tmp_path / "ds0", "a.mp4", {0: [high, low, figure("k9", "rectangle", {})]})
    clip = only(tmp_path)
    expected = boxes({2: (3, 3, 4, 4), 1: (1, 1, 4, 4)}, HW)
    expected[1:5, 1:5] = 1
    assert_masks(clip, {"00000": expected})
    assert "no object" in texts(clip)


def test_datasets_within_datasets_have_names_of_their_own(tmp_path: Path) -> None:
    put_meta(tmp_path, car="rectangle")
    inner = ("day1/datasets/cam0", "day2/datasets/cam0", "day2")
    for name in inner:
        put_image(tmp_path / name, "0", [label("car", rectangle(1, 1, 4, 4))])
    clips = detect(tmp_path).list_clips(tmp_path).clips
    assert sorted(clip.name for clip in clips) == ["day1_cam0", "day2", "day2_cam0"]
    assert [clip.read().frame_names for clip in clips] == [("0",)] * 3


def test_videos_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for name in ("ds0", "ds1"):
        put_video(tmp_path / name, "a.mp4", {0: [figure("k1", "rectangle", rectangle(1, 1, 4, 4))]})
    clips = detect(tmp_path).list_clips(tmp_path).clips
    assert [clip.name for clip in clips] == ["ds0_a", "ds1_a"]


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    put_image(tmp_path / "ds", "0", [])
    file = put_text(tmp_path / "ds/ann/1.jpg.json", '{"objects": [], "size": {"height": 3}}')
    with pytest.raises(DatasetError, match="width") as refused:
        only(tmp_path)
    assert refused.value.file == str(file)
    with pytest.raises(DatasetError):
        detect(tmp_path).list_clips(tmp_path / "ds/ann")


def test_images_of_two_videos_in_one_dataset_are_clips_of_their_own(tmp_path: Path) -> None:
    put_meta(tmp_path, car="rectangle")
    for video, x in (("v1", 0), ("v2", 6)):
        for t in range(2):
            car = label("car", rectangle(x, 0, x + 2, 2), 1)
            put_image(tmp_path / "ds", f"{video}_{t:05d}", [car])
    found = detect(tmp_path).list_clips(tmp_path)
    assert [one.name for one in found.clips] == ["v1", "v2"]
    assert "v1" in str(found.issues[0]) and "v2" in str(found.issues[0])
    for source, x in zip(found.clips, (0, 6), strict=True):
        mask = boxes({1: (0, x, 3, 3)}, HW)
        assert_masks(source.read(), {f"{source.name}_{t:05d}": mask for t in range(2)})
