"""Datumaro's JSON, made by hand after what its exporter and CVAT's write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as coco

from tests.annotated import video_file
from tests.trees import assert_masks, boxes, put_frames, put_text, texts
from vosgui.core.track import Source
from vosgui.errors import DatasetError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import detect

HW = (12, 16)


def annotation(kind: str, label: int = 0, **more: Any) -> dict[str, Any]:
    about = {"id": 0, "type": kind, "attributes": {}, "group": 0, "label_id": label, "z_order": 0}
    return {**about, **more}


def bbox(x: float, y: float, w: float, h: float, track: Any = None, **more: Any) -> dict[str, Any]:
    attributes = {**more.pop("attributes", {}), **({} if track is None else {"track_id": track})}
    return annotation("bbox", bbox=[x, y, w, h], attributes=attributes, **more)


def mask(pixels: np.ndarray, **more: Any) -> dict[str, Any]:
    rle = coco.encode(np.asfortranarray(pixels.astype(np.uint8)))
    return annotation("mask", rle={"counts": rle["counts"].decode(), "size": rle["size"]}, **more)


def item(name: str, annotations: list[Any], size: Any = HW, **more: Any) -> dict[str, Any]:
    image = {"path": f"{name}.jpg", **({} if size is None else {"size": list(size)})}
    return {"id": name, "annotations": annotations, "image": image, **more}


def put(root: Path, *items: dict[str, Any], subset: str = "default") -> Path:
    labels = [{"name": name, "parent": "", "attributes": []} for name in ("car", "dog")]
    content = {"dm_format_version": "1.0", "infos": {}, "items": list(items)}
    content["categories"] = {"label": {"labels": labels, "attributes": []}}
    return put_text(root / f"annotations/{subset}.json", json.dumps(content))


def only(path: Path) -> LabelledClip:
    row = detect(path)
    assert row.name == "datumaro"
    (source,) = row.list_clips(path).clips
    return source.read()


def test_all_kinds_of_shapes_are_drawn(tmp_path: Path) -> None:
    ring = boxes({1: (1, 1, 4, 4)}, HW) > 0
    ring[2:4, 2:4] = False
    square = annotation("polygon", points=[2, 2, 6, 2, 6, 6, 2, 6], object_id=1)
    round_ = annotation("ellipse", points=[2, 2, 12, 10], object_id=1)
    items = [
        item("c/0", [mask(ring, object_id=1)]),
        item("c/1", [square]),
        item("c/2", [bbox(2, 3, 6, 2, 1)]),
        item("c/3", [bbox(4, 3, 6, 2, 1, attributes={"rotation": 90.0})]),
        item("c/4", [round_]),
    ]
    put(tmp_path, *items)
    clip = only(tmp_path)
    assert clip.name == "c"
    masks = [clip.annotation.mask(t) for t in range(5)]
    np.testing.assert_array_equal(masks[0], ring)
    np.testing.assert_array_equal(masks[1], boxes({1: (2, 2, 4, 4)}, HW))
    np.testing.assert_array_equal(masks[2], boxes({1: (3, 2, 2, 6)}, HW))
    np.testing.assert_array_equal(masks[3], boxes({1: (1, 6, 6, 2)}, HW))
    y, x = np.mgrid[: HW[0], : HW[1]] + 0.5
    inside = ((x - 7) / 5) ** 2 + ((y - 6) / 4) ** 2 <= 1
    assert np.count_nonzero(masks[4] != inside) <= 4


def test_identity_is_a_track_or_a_label_and_a_group(tmp_path: Path) -> None:
    left, right = bbox(1, 1, 3, 3, 5), bbox(9, 1, 3, 3, "6")
    put(tmp_path, item("c/0", [left, right]), item("c/1", [right, left]))
    clip = only(tmp_path)
    expected = boxes({5: (1, 1, 3, 3), 6: (1, 9, 3, 3)}, HW)
    assert_masks(clip, {"0": expected, "1": expected})
    assert "who is who" not in texts(clip)


def test_a_group_holds_within_a_label(tmp_path: Path) -> None:
    parts = [bbox(1, 1, 2, 2, group=1), bbox(5, 1, 2, 2, group=1)]
    dog = bbox(9, 9, 2, 2, group=1, label=1)
    put(tmp_path, item("0", [*parts, dog]), item("1", [bbox(1, 5, 2, 2, group=1)]))
    clip = only(tmp_path)
    assert [one.category for one in clip.annotation.objects] == ["car", "dog"]
    assert clip.annotation.mask(0)[[1, 1, 9], [1, 5, 9]].tolist() == [1, 1, 2]
    assert clip.annotation.mask(1)[5, 1] == 1


def test_without_either_the_guess_is_said(tmp_path: Path) -> None:
    put(tmp_path, item("0", [bbox(1, 1, 2, 2), bbox(5, 1, 2, 2)]))
    assert "who is who" in texts(only(tmp_path))


def test_a_higher_z_order_is_on_top(tmp_path: Path) -> None:
    put(tmp_path, item("0", [bbox(0, 0, 8, 8, 1, z_order=2), bbox(4, 4, 8, 8, 2, z_order=1)]))
    expected = boxes({2: (4, 4, 8, 8)}, HW)
    expected[:8, :8] = 1
    assert_masks(only(tmp_path), {"0": expected})


def test_items_are_in_the_order_of_their_frames_and_empty_ones_unknown(tmp_path: Path) -> None:
    items = [
        item("c/b", [bbox(1, 1, 2, 2, 1)], attr={"frame": 0}),
        item("c/a", [bbox(5, 1, 2, 2, 2)], attr={"frame": 10}),
        item("c/c", [], attr={"frame": 5}),
    ]
    put(tmp_path, *items)
    clip = only(tmp_path)
    assert clip.frame_names == ("b", "c", "a")
    assert clip.annotation.track(1)["source"].tolist() == [
        Source.PAINTED,
        Source.NONE,
        Source.ABSENT,
    ]
    assert "frame c" in texts(clip)


def test_what_lies_between_keyframes_is_unknown_and_outside_is_absent(tmp_path: Path) -> None:
    def of_track(t: int, key: bool, **more: Any) -> dict[str, Any]:
        return bbox(1 + t, 1, 3, 3, 0, attributes={"keyframe": key, "occluded": False, **more})

    items = [item(f"frame_{t:06d}", [of_track(t, t == 0)]) for t in range(3)]
    items += [item("frame_000003", [of_track(3, True, outside=True)])]
    put(tmp_path / "day1", *items)
    clip = only(tmp_path / "day1")
    assert clip.name == "day1"
    sources = clip.annotation.track(1)["source"].tolist()
    assert sources == [Source.PAINTED, Source.NONE, Source.NONE, Source.ABSENT]
    assert "keyframes" in texts(clip)
    assert "Listed without a shape" not in texts(clip)


def test_a_number_filled_in_by_default_is_no_track(tmp_path: Path) -> None:
    tracked = bbox(1, 1, 3, 3, 0, attributes={"keyframe": True})
    plain = bbox(9, 1, 3, 3, 0.0)
    put(tmp_path, item("0", [tracked, plain]))
    clip = only(tmp_path)
    assert clip.annotation.mask(0)[1, [1, 9]].tolist() == [1, 2]


def test_one_number_for_several_shapes_of_a_frame_is_doubted(tmp_path: Path) -> None:
    put(tmp_path, item("0", [bbox(1, 1, 3, 3, 0), bbox(9, 1, 3, 3, 0)]))
    clip = only(tmp_path)
    assert len(clip.annotation.objects) == 1
    assert "frame 0" in texts(clip)
    assert "who is who" in texts(clip)


@pytest.mark.parametrize(
    "odd",
    [
        annotation("mask", 1, rle={"counts": "1", "size": [12, 16]}),
        annotation("mask", 1, rle={"counts": "327", "size": [3, 4]}),
        annotation("mask", 1),
        annotation("polygon", 1, points=[1, 1, 5, 5]),
        annotation("polygon", 1, points=[1, 1, 5, "x"]),
        annotation("polygon", 1),
        annotation("bbox", 1, bbox=[1, 1, 0, 5]),
        annotation("bbox", 1, bbox=[1, 1, 3, 5], attributes={"rotation": "much"}),
        annotation("bbox", 1, bbox=[90, 90, 3, 5]),
        annotation("rotated_thing", 1),
    ],
)
def test_what_cannot_be_drawn_is_left_out_alone(tmp_path: Path, odd: dict[str, Any]) -> None:
    file = put(tmp_path, item("0", [odd, bbox(1, 1, 3, 3, 1)]))
    clip = only(tmp_path)
    assert np.count_nonzero(clip.annotation.mask(0)) == 9
    assert f"{file}:1" in texts(clip)
    assert "'dog'" in texts(clip)


def test_points_captions_and_labels_are_left_out_and_said(tmp_path: Path) -> None:
    others = [annotation("points", points=[1, 1]), annotation("label"), annotation("caption")]
    put(tmp_path, item("0", [*others, bbox(1, 1, 3, 3, 1)]))
    clip = only(tmp_path)
    assert len(clip.annotation.objects) == 1
    assert all(kind in texts(clip) for kind in ("points", "label", "caption"))


def test_folders_and_subsets_are_clips(tmp_path: Path) -> None:
    def one(name: str, x: int) -> dict[str, Any]:
        return item(f"{name}/0", [bbox(x, 1, 3, 3, 1)])

    put(tmp_path, one("day1/cam0", 1), one("day2/cam0", 5), subset="train")
    put(tmp_path, one("day1/cam0", 9), item("1", [bbox(1, 1, 3, 3)]), subset="val")
    put_frames(tmp_path / "images/val/day1/cam0", ["0"], HW)
    clips = {clip.name: clip.read() for clip in detect(tmp_path).list_clips(tmp_path).clips}
    assert sorted(clips) == ["day2_cam0", "train_day1_cam0", "val", "val_day1_cam0"]
    assert clips["train_day1_cam0"].annotation.mask(0)[1, 1] == 1
    assert clips["val_day1_cam0"].annotation.mask(0)[1, 9] == 1
    assert clips["val_day1_cam0"].frames == tmp_path / "images/val/day1/cam0"


def test_frames_of_two_videos_are_clips_by_their_prefix(tmp_path: Path) -> None:
    names = ["cam1_000", "cam1_001", "cam2_000", "cam2_001"]
    put(tmp_path, *(item(name, [bbox(1, 1, 3, 3, 1)]) for name in names))
    clips = {clip.name: clip.read() for clip in detect(tmp_path).list_clips(tmp_path).clips}
    assert {name: clip.frame_names for name, clip in clips.items()} == {
        "cam1": ("cam1_000", "cam1_001"),
        "cam2": ("cam2_000", "cam2_001"),
    }


def test_frames_of_several_clips_in_one_folder_are_not_mixed(tmp_path: Path) -> None:
    names = ("a/0", "b/0")
    items = [item(name, [bbox(1, 1, 3, 3, 1)]) for name in names]
    for one in items:  # as datumaro saves its images
        one["image"]["path"] = one["id"].replace("/", "_") + ".jpg"
    put(tmp_path, *items)
    put_frames(tmp_path / "images/default", ["a_0", "b_0"], HW)
    for source in detect(tmp_path).list_clips(tmp_path).clips:
        clip = source.read()
        assert (clip.frames, clip.frame_names) == (None, ("0",))
        assert "several clips" in texts(clip)


def test_a_size_that_is_not_said_is_that_of_a_mask_or_an_image(tmp_path: Path) -> None:
    pixels = boxes({1: (1, 1, 4, 4)}, HW)
    file = put(tmp_path, item("0", [mask(pixels)], size=None))
    assert_masks(only(file), {"0": pixels})
    put(tmp_path, item("0", [bbox(1, 1, 4, 4)], size=None))
    with pytest.raises(DatasetError, match="size"):
        only(file)
    put_frames(tmp_path / "images/default", ["0"], HW)
    assert_masks(only(file), {"0": pixels})


def test_frames_of_a_video_are_named_by_their_number(tmp_path: Path) -> None:
    def frame(index: int) -> dict[str, Any]:
        of = {"video_path": "a.b.avi", "frame_index": index}
        return {"id": f"x{index}", "annotations": [bbox(1, 1, 4, 4, 1)], "video_frame": of}

    put(tmp_path, frame(4), frame(0))
    (tmp_path / "videos").mkdir()
    video_file(tmp_path / "videos/a.b.avi")
    clip = only(tmp_path)
    assert clip.name == "a.b"
    assert clip.frames == tmp_path / "videos/a.b.avi"
    expected = boxes({1: (1, 1, 4, 4)}, clip.annotation.hw)
    assert_masks(clip, {"00000": expected, "00004": expected})


def test_numbers_as_people_write_them(tmp_path: Path) -> None:
    shape = bbox(1, 1, 4, 4, "3", label_id="1", z_order=0.0, group=None)
    shape["bbox"] = ["1", 1.0, 4, 4]
    file = put(tmp_path, item("7", [shape], size=["12", 16.0]) | {"id": 7})
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    clip = only(tmp_path)
    assert_masks(clip, {"7": boxes({3: (1, 1, 4, 4)}, HW)})
    assert clip.annotation.header.object(3).category == "dog"
