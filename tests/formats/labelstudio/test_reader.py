"""Label Studio's JSON exports, made by hand after what its pages of tags say of results."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.formats.labelstudio.packing import brush
from tests.trees import assert_masks, boxes, put_frames, put_text, texts
from vosgui.core.track import Source
from vosgui.errors import DatasetError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import detect

HW = (20, 40)


def result(kind: str, label: str = "car", key: str = "r1", **value: Any) -> dict[str, Any]:
    """Return a region as a tag such as RectangleLabels has it."""
    return {
        "id": key,
        "type": kind,
        "from_name": "tag",
        "to_name": "img",
        "original_width": HW[1],
        "original_height": HW[0],
        "image_rotation": 0,
        "value": {**value, kind: [label]},
    }


def rectangle(x: float, y: float, w: float, h: float, label: str = "car", **more: Any) -> Any:
    """Return a box given in pixels."""
    sides = {"x": x / 0.4, "y": y / 0.2, "width": w / 0.4, "height": h / 0.2}
    return result("rectanglelabels", label, **{"rotation": 0, **sides, **more})


def task(image: str, results: list[Any] | None, **more: Any) -> dict[str, Any]:
    annotations = [] if results is None else [{"id": 1, "result": results, "was_cancelled": False}]
    return {"id": 1, "data": {"img": image}, "annotations": annotations, "drafts": [], **more}


def export(folder: Path, *tasks: Any, name: str = "project-1") -> Path:
    return put_text(folder / f"{name}.json", json.dumps(list(tasks)))


def only(path: Path) -> LabelledClip:
    row = detect(path)
    assert row.name == "label-studio"
    (source,) = row.list_clips(path).clips
    return source.read()


def local(path: str) -> str:
    return f"/data/local-files/?d={path}"


def test_all_kinds_of_shapes_are_drawn(tmp_path: Path) -> None:
    pixels = boxes({1: (1, 1, 3, 5)}, HW) > 0
    pixels[2, 2] = False
    thin = np.where(pixels, 1, 0).astype(np.uint8)  # what is hardly there is there
    points = [[50, 50], [75, 50], [75, 75], [50, 75]]
    file = io.BytesIO()
    Image.fromarray(np.dstack([np.zeros((*HW, 3), np.uint8), thin * 255])).save(file, "PNG")
    url = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    clip = only(
        export(
            tmp_path,
            task(local("c/0.jpg"), [result("brushlabels", format="rle", rle=brush(thin))]),
            task(local("c/1.jpg"), [result("polygonlabels", points=points, closed=True)]),
            task(local("c/2.jpg"), [rectangle(5, 5, 10, 4)]),
            task(local("c/3.jpg"), [result("bitmasklabels", imageDataURL=url)]),
        )
    )
    assert clip.name == "c"
    expected = {
        "0": pixels,
        "1": boxes({1: (10, 20, 5, 10)}, HW),
        "2": boxes({1: (5, 5, 4, 10)}, HW),
        "3": pixels,
    }
    assert_masks(clip, expected)


def test_boxes_turn_about_their_top_left_corner(tmp_path: Path) -> None:
    clip = only(export(tmp_path, task(local("c/0.jpg"), [rectangle(20, 5, 10, 4, rotation=90)])))
    assert_masks(clip, {"0": boxes({1: (5, 16, 10, 4)}, HW)})


def test_ellipses_turn_about_their_middle(tmp_path: Path) -> None:
    lying = {"x": 50, "y": 50, "radiusX": 20, "radiusY": 20}  # 8 by 4 pixels
    flat = result("ellipselabels", **lying, rotation=0)
    up = result("ellipselabels", **lying, rotation=90)
    clip = only(export(tmp_path, task(local("c/0.jpg"), [flat]), task(local("c/1.jpg"), [up])))
    y, x = np.mgrid[:20, :40] + 0.5
    for t, (rx, ry) in enumerate([(8, 4), (4, 8)]):
        inside = ((x - 20) / rx) ** 2 + ((y - 10) / ry) ** 2 <= 1
        assert np.count_nonzero(clip.annotation.mask(t) != inside) <= 4


def test_label_and_shape_may_be_results_of_their_own(tmp_path: Path) -> None:
    shape = rectangle(5, 5, 10, 4)
    shape |= {
        "type": "rectangle",
        "value": {k: v for k, v in shape["value"].items() if k != "rectanglelabels"},
    }
    said = {**shape, "type": "labels", "value": {**shape["value"], "labels": ["dog"]}}
    clip = only(export(tmp_path, task(local("c/0.jpg"), [shape, said])))
    assert [one.category for one in clip.annotation.objects] == ["dog"]


def who(key: str, said: Any, kind: str = "textarea") -> dict[str, Any]:
    value = {
        "textarea": {"text": [said]},
        "number": {"number": said},
        "choices": {"choices": [said]},
    }
    return {"id": key, "type": kind, "from_name": "track_id", "value": value[kind]}


@pytest.mark.parametrize("kind", ["textarea", "number", "choices"])
def test_identity_is_what_a_region_is_asked_for(tmp_path: Path, kind: str) -> None:
    ids = (7, 9) if kind == "number" else ("7", "9")
    left = {**rectangle(1, 1, 4, 4), "id": "a"}
    right = {**rectangle(20, 1, 4, 4), "id": "b"}
    first = [left, who("a", ids[0], kind), right, who("b", ids[1], kind)]
    second = [right, left, who("b", ids[1], kind), who("a", ids[0], kind)]
    clip = only(export(tmp_path, task(local("c/0.jpg"), first), task(local("c/1.jpg"), second)))
    expected = boxes({7: (1, 1, 4, 4), 9: (1, 20, 4, 4)}, HW)
    assert_masks(clip, {"0": expected, "1": expected})
    assert "who is who" not in texts(clip)


def test_without_an_identity_the_guess_is_said(tmp_path: Path) -> None:
    two = [{**rectangle(1, 1, 4, 4), "id": "a"}, {**rectangle(20, 1, 4, 4), "id": "b"}]
    clip = only(export(tmp_path, task(local("c/0.jpg"), two), task(local("c/1.jpg"), two)))
    assert "frames 0, 1" in texts(clip)
    assert "who is who" in texts(clip)


def test_what_was_skipped_is_unknown_and_what_was_sent_empty_is_absent(tmp_path: Path) -> None:
    skipped = task(local("c/2.jpg"), [rectangle(1, 1, 4, 4)])
    skipped["annotations"][0]["was_cancelled"] = True
    clip = only(
        export(
            tmp_path,
            task(local("c/0.jpg"), [rectangle(1, 1, 4, 4)]),
            task(local("c/1.jpg"), None),
            skipped,
            task(local("c/3.jpg"), []),
        )
    )
    sources = clip.annotation.track(1)["source"].tolist()
    assert sources == [Source.PAINTED, Source.NONE, Source.NONE, Source.ABSENT]


def test_of_several_people_one_is_taken_and_said(tmp_path: Path) -> None:
    several = task(local("c/0.jpg"), [rectangle(1, 1, 4, 4)])
    late, true = ([rectangle(x, 1, 4, 4)] for x in (10, 20))
    several["annotations"] += [
        {"result": true, "ground_truth": True, "updated_at": "2024-01-01T00:00:00Z"},
        {"result": late, "updated_at": "2025-01-01T00:00:00Z"},
    ]
    clip = only(export(tmp_path, several))
    assert_masks(clip, {"0": boxes({1: (1, 20, 4, 4)}, HW)})
    assert "ground truth" in texts(clip)


@pytest.mark.parametrize(
    "odd",
    [
        result("keypointlabels", "odd", "r2", x=5, y=5, width=0.4),
        result("polygonlabels", "odd", "r2", points=[[1, 1], [5, 5]]),
        result("polygonlabels", "odd", "r2", points=[[1, 1], [5, 5], [9, 1]], closed=False),
        result("rectanglelabels", "odd", "r2", x=5, y="much", width=5, height=5),
        result("rectanglelabels", "odd", "r2", x=5, y=5, width=0, height=5),
        result("brushlabels", "odd", "r2", format="rle", rle=[1, 2, 3]),
        result("brushlabels", "odd", "r2", format="rle", rle="AAAA"),
        result("brushlabels", "odd", "r2", format="rle", rle=[300]),
        result("bitmasklabels", "odd", "r2", imageDataURL="data:image/png;base64,AAAA"),
        {**rectangle(1, 1, 4, 4, "odd"), "id": "r2", "image_rotation": 90},
        {**rectangle(90, 1, 4, 4, "odd"), "id": "r2"},
    ],
)
def test_what_cannot_be_drawn_is_left_out_alone(tmp_path: Path, odd: dict[str, Any]) -> None:
    file = export(tmp_path, task(local("c/0.jpg"), [odd, rectangle(20, 1, 4, 4)]))
    clip = only(file)
    found = clip.annotation.mask(0)
    assert np.count_nonzero(found) == 16
    assert found[1:5, 20:24].all()
    assert f"{file}:1" in texts(clip)
    assert "'odd'" in texts(clip)


def test_answers_about_the_image_are_no_regions(tmp_path: Path) -> None:
    answers: list[Any] = [
        {"id": "q", "type": "choices", "value": {"choices": ["sunny"]}},
        {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"},
        None,
    ]
    clip = only(export(tmp_path, task(local("c/0.jpg"), [*answers, rectangle(1, 1, 4, 4)])))
    assert len(clip.annotation.objects) == 1
    assert "left out" not in texts(clip)


def test_uploads_lose_what_was_put_before_their_names(tmp_path: Path) -> None:
    tasks = [
        task(f"/data/upload/3/{'%08x' % (77 * n)}-frame%2001.{n}.jpg", [rectangle(1, 1, 4, 4)])
        for n in (10, 9)
    ]
    put_frames(tmp_path / "images", ["frame 01.9", "frame 01.10"], HW)
    clip = only(export(tmp_path, *tasks).parent)
    assert clip.name == "project-1"
    assert clip.frame_names == ("frame 01.9", "frame 01.10")
    assert clip.frames == tmp_path / "images"


def test_uploads_of_one_name_stay_apart(tmp_path: Path) -> None:
    tasks = [task(f"/data/upload/3/0000000{n}-0.jpg", [rectangle(n, 1, 4, 4)]) for n in (1, 2)]
    put_frames(tmp_path, ["0"], HW)  # which of the two this is, nothing says
    clip = only(export(tmp_path, *tasks))
    assert clip.frame_names == ("00000001-0", "00000002-0")
    assert clip.annotation.mask(0)[1, 1]
    assert not clip.annotation.mask(1)[1, 1]


def test_uploads_of_two_videos_are_clips_by_their_prefix(tmp_path: Path) -> None:
    names = ["cam1_000", "cam1_001", "cam2_000", "cam2_001"]
    tasks = [
        task(f"/data/upload/3/0000000{n}-{name}.jpg", [rectangle(n, 1, 4, 4)])
        for n, name in enumerate(names)
    ]
    file = export(tmp_path, *tasks)
    clips = {clip.name: clip.read().frame_names for clip in detect(file).list_clips(file).clips}
    assert clips == {"cam1": ("cam1_000", "cam1_001"), "cam2": ("cam2_000", "cam2_001")}


def test_folders_are_clips_wherever_they_lie(tmp_path: Path) -> None:
    paths = ["s3://bucket/day1/cam0/0.jpg", "https://h/day2/cam0/0.png?x=1", "\\data\\cam1\\0.jpg"]
    tasks = [task(path, [rectangle(n, 1, 4, 4)]) for n, path in enumerate(paths)]
    put_frames(tmp_path / "images/day1/cam0", ["0"], HW)
    file = export(tmp_path, *tasks)
    clips = {clip.name: clip.read() for clip in detect(file).list_clips(file).clips}
    assert sorted(clips) == ["cam1", "day1_cam0", "day2_cam0"]
    assert clips["day1_cam0"].frames == tmp_path / "images/day1/cam0"
    assert clips["day1_cam0"].annotation.mask(0)[1, 0]
    assert not clips["day2_cam0"].annotation.mask(0)[1, 0]


def test_several_images_of_a_task_are_frames(tmp_path: Path) -> None:
    shapes = [
        {**rectangle(1, 1, 4, 4), "item_index": 1},
        {**rectangle(9, 1, 4, 4), "id": "r2", "item_index": 0},
    ]
    several = task("", shapes)
    several["data"] = {
        "note": "x",
        "images": [local("c/0.jpg"), local("c/1.jpg"), local("c/2.jpg")],
    }
    clip = only(export(tmp_path, several))
    assert clip.frame_names == ("0", "1", "2")
    assert clip.annotation.mask(0)[1, 9]
    assert clip.annotation.mask(1)[1, 1]


def test_a_single_task_a_byte_order_mark_and_numbers_as_text(tmp_path: Path) -> None:
    shape = rectangle(1, 1, 4, 4) | {"original_width": "40", "original_height": 20.0}
    shape["value"] |= {"x": str(shape["value"]["x"]), "rotation": "0"}
    one = task(local("c/0.jpg"), [shape]) | {"id": "7"}
    file = tmp_path / "task.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(one).encode())
    assert_masks(only(file), {"0": boxes({1: (1, 1, 4, 4)}, HW)})


def test_old_exports_have_completions(tmp_path: Path) -> None:
    old = task(local("c/0.jpg"), None) | {"completions": [{"result": [rectangle(1, 1, 4, 4)]}]}
    del old["annotations"]
    assert_masks(only(export(tmp_path, old)), {"0": boxes({1: (1, 1, 4, 4)}, HW)})


def test_predictions_alone_are_refused_with_what_to_do(tmp_path: Path) -> None:
    file = export(tmp_path, task(local("c/0.jpg"), None, predictions=[{"result": []}]))
    with pytest.raises(DatasetError, match="predictions"):
        detect(file).list_clips(file)


def in_min(*items: Any) -> list[dict[str, Any]]:
    """Return images with regions of a tag "box" and answers to "track_id", as JSON-MIN has them."""
    found = []
    for n, (name, regions, more) in enumerate(items):
        boxes_, answers = [], []
        for (x, y), track_id in regions:
            value = rectangle(x, y, 4, 4)["value"] | {"original_width": 40, "original_height": 20}
            boxes_.append(value)
            answers.append({k: v for k, v in value.items() if k != "rectanglelabels"})
            answers[-1]["number"] = track_id
        tags = {"box": boxes_, "track_id": answers, "weather": "sunny"}
        about = {"id": n, "annotator": 1, "annotation_id": 10 + n, "updated_at": "2024-01-01"}
        found.append({"image": local(f"c/{name}.jpg"), **tags, **about, **more})
    return found


def test_json_min_ties_what_is_said_by_the_shape(tmp_path: Path) -> None:
    first = ("0", [((1, 1), 7), ((20, 1), 9)], {})
    second = ("1", [((20, 1), 9), ((1, 1), 7)], {})
    clip = only(export(tmp_path, *in_min(first, second)))
    expected = boxes({7: (1, 1, 4, 4), 9: (1, 20, 4, 4)}, HW)
    assert_masks(clip, {"0": expected, "1": expected})
    assert [one.category for one in clip.annotation.objects] == ["car", "car"]


def test_json_min_has_an_item_for_each_person(tmp_path: Path) -> None:
    late = ("0", [((20, 1), 7)], {"id": 5, "updated_at": "2025-01-01"})
    early = ("0", [((1, 1), 7)], {"id": 5})
    clip = only(export(tmp_path, *in_min(late, early)))
    assert_masks(clip, {"0": boxes({7: (1, 20, 4, 4)}, HW)})
    assert "Several people" in texts(clip)


def keyframe(frame: int, x: float, enabled: bool = True) -> dict[str, Any]:
    sides = {"x": x / 0.4, "y": 5, "width": 10, "height": 20, "rotation": 0}
    return {"frame": frame, "enabled": enabled, "time": frame / 25, **sides}


def track(key: str, *keyframes: dict[str, Any], **more: Any) -> dict[str, Any]:
    value = {"framesCount": 10, "duration": 0.4, "sequence": list(keyframes), "labels": ["car"]}
    return {"id": key, "type": "videorectangle", "value": value, **more}


def video(*results: Any, name: str = "street.1.mp4") -> dict[str, Any]:
    one = task("", list(results))
    one["data"] = {"video": f"/data/upload/1/0a0b0c0d-{name}"}
    return one


SIDES = {"original_width": 40, "original_height": 20}


def test_boxes_of_a_video_are_keyframes(tmp_path: Path) -> None:
    first = track("a", keyframe(1, 2), keyframe(4, 10, enabled=False), **SIDES)
    second = track("b", keyframe(9, 30), keyframe(4, 20), **SIDES)
    clip = only(export(tmp_path, video(first, second)))
    assert clip.name == "street.1"
    assert len(clip.frame_names) == 10
    four = boxes({1: (1, 10, 4, 4), 2: (1, 20, 4, 4)}, HW)
    expected = {
        "00000": boxes({1: (1, 2, 4, 4)}, HW),
        "00003": four,
        "00004": boxes({}, HW),
        "00008": boxes({2: (1, 30, 4, 4)}, HW),
    }
    assert_masks(clip, expected)
    none, painted, absent = Source.NONE, Source.PAINTED, Source.ABSENT
    sources = [clip.annotation.track(i)["source"].tolist() for i in (1, 2)]
    assert sources[0] == [painted, *[none] * 2, painted, absent, *[none] * 3, absent, none]
    assert sources[1] == [*[none] * 3, painted, none, *[none] * 3, painted, none]
    assert "keyframes" in texts(clip)


def test_a_video_without_a_size_takes_that_of_its_frames(tmp_path: Path) -> None:
    file = export(tmp_path, video(track("a", keyframe(1, 2))))
    with pytest.raises(DatasetError, match=r"street\.1"):
        only(file)
    put_frames(tmp_path / "street.1", [f"{t:05d}" for t in range(10)], HW)
    clip = only(file)
    assert clip.frames == tmp_path / "street.1"
    assert_masks(clip, {"00000": boxes({1: (1, 2, 4, 4)}, HW)})


def test_two_tasks_of_one_video_are_clips_of_their_own(tmp_path: Path) -> None:
    one = video(track("a", keyframe(1, 2), **SIDES))
    file = export(tmp_path, one, one)
    names = [clip.name for clip in detect(file).list_clips(file).clips]
    assert names == ["street.1", "street.1_2"]
