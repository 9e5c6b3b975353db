"""labelme and X-AnyLabeling: files as people and their tools leave them."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.formats.others.labelme import (
    CAR,
    DOG,
    HW,
    NAMES,
    areas,
    content,
    listed,
    put,
    read,
    shape,
    whole,
)
from tests.trees import assert_masks, boxes, masks_of, put_text, texts
from vosgui.core.issues import Severity
from vosgui.core.track import Source
from vosgui.datasets.convert import convert
from vosgui.errors import DatasetError
from vosgui.formats.others.labelme import LabelmeClip
from vosgui.formats.registry import write_format
from vosgui.formats.writer import WriteOptions


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_of_windows_editors_are_read(tmp_path: Path, encoding: str) -> None:
    put(tmp_path, [shape("straße", CAR), shape("dog", DOG)])
    for path in tmp_path.glob("*.json"):
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    clip = read(tmp_path)
    assert areas(clip) == whole()
    assert clip.annotation.objects[0].category == "straße"


def test_another_encoding_is_named_with_what_to_do(tmp_path: Path) -> None:
    put(tmp_path, [shape("车", CAR), shape("dog", DOG)])
    for path in tmp_path.glob("*.json"):
        path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))
    with pytest.raises(DatasetError, match=r"00000\.json.*UTF-8"):
        read(tmp_path)


LOOSE = {
    "label": st.sampled_from([1, 1.0, "1"]),
    "group": st.sampled_from([None, "", 3, 3.0, "3"]),
    "number": st.sampled_from([int, float, str]),
    "flags": st.sampled_from([{}, None]),
}


@given(**LOOSE)
@settings(deadline=None)
def test_numbers_are_read_however_they_are_written(
    label: Any, group: Any, number: Any, flags: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("labelme")
    car = shape(label, [[number(x), number(y)] for x, y in CAR], group_id=group, flags=flags)
    shapes = [car, shape("dog", DOG, description=None)]
    put(folder, shapes, NAMES[:1], imageHeight=number(HW[0]), imageWidth=number(HW[1]))
    clip = read(folder)
    assert areas(clip) == whole(1)
    assert [one.category for one in clip.annotation.objects] == ["1", "dog"]


def test_groups_are_ids_where_all_have_one(tmp_path: Path) -> None:
    cars = [shape("car", CAR, group_id=7), shape("car", DOG, group_id="9")]
    put(tmp_path / "a", cars, NAMES[:1])
    put(tmp_path / "b", [*cars, shape("dog", [[20, 30], [30, 30], [30, 40]])], NAMES[:1])
    with_ids, without = (source.read() for source in listed(tmp_path).clips)
    assert [one.id for one in with_ids.annotation.objects] == [7, 9]
    assert [one.id for one in without.annotation.objects] == [1, 2, 3]
    assert "7 is 1, 9 is 2" in texts(without)


@pytest.mark.parametrize("kind", ["rectangle", "polygon", "rotation", "quadrilateral"])
@pytest.mark.parametrize("start", range(4))
def test_boxes_of_four_corners_of_x_anylabeling(tmp_path: Path, kind: str, start: int) -> None:
    corners = [[5, 5], [20, 5], [20, 15], [5, 15]]
    more = {"score": None, "difficult": False, "attributes": {}, "kie_linking": [], "flags": None}
    car = shape("car", corners[start:] + corners[:start], kind, direction=0.7, **more)
    put(tmp_path, [car, shape("dog", DOG, group_id=2)], version="3.2.1", checked=False)
    clip = read(tmp_path)
    assert areas(clip) == {name: [176, 176] for name in NAMES}
    assert_masks(clip, dict.fromkeys(NAMES, masks_of(clip)["00000"]))
    assert (masks_of(clip)["00000"][5:16, 5:21] == 1).all()


def test_turned_boxes_have_their_corners(tmp_path: Path) -> None:
    corners = [[30, 10], [40, 20], [30, 30], [20, 20]]
    for n, kind in enumerate(("rectangle", "rotation", "oriented_rectangle")):
        put(tmp_path / str(n), [shape("car", corners, kind)], NAMES[:1])
    masks = [masks_of(source.read())["00000"] for source in listed(tmp_path).clips]
    assert len(masks) == 3
    for mask in masks:
        np.testing.assert_array_equal(mask, masks[0])
        assert mask[20, 30] and not mask[12, 22]


BROKEN = [
    (shape("car", CAR[:2]), Severity.WARNING),
    (shape("car", [[5, 10], [15, 10], [9, 10]]), Severity.WARNING),
    (shape("car", []), Severity.WARNING),
    (shape("car", CAR[:1], "rectangle"), Severity.WARNING),
    (shape("car", [[5, 5], [5, 5]], "circle"), Severity.WARNING),
    (shape("car", CAR[:1], "circle"), Severity.WARNING),
    (shape("car", CAR, "linestrip"), Severity.WARNING),
    (shape("car", [[-30, -30], [-20, -20]], "rectangle"), Severity.WARNING),
    (shape("car", [[1, 2], [3]]), Severity.ERROR),
    (shape("car", [[1, 2, 3], [4, 5, 6]]), Severity.ERROR),
    (shape("car", CAR, "circle"), Severity.ERROR),
    (shape("car", CAR, "blob"), Severity.ERROR),
    (shape("car", CAR, "mask"), Severity.ERROR),
    (shape("car", CAR[:1], "mask", mask="bm9uZQ=="), Severity.ERROR),
]


@pytest.mark.parametrize(("broken", "severity"), BROKEN)
@pytest.mark.parametrize("skip_broken", [True, False])
def test_a_shape_that_cannot_be_drawn_is_left_out_alone(
    tmp_path: Path, broken: dict[str, Any], severity: Severity, skip_broken: bool
) -> None:
    put(tmp_path / "in", [shape("car", CAR), shape("dog", DOG)])
    lost = content([broken, shape("dog", DOG)], "00001.jpg")
    put_text(tmp_path / "in/00001.json", json.dumps(lost))
    dataset, writer = listed(tmp_path / "in"), write_format("masks").writer(WriteOptions())
    report = convert(dataset, writer, tmp_path / "out", 1, skip_broken=skip_broken)
    assert (report.n_clips, report.n_frames) == (1, 3)
    (issue,) = (one for one in report.issues if one.severity > Severity.NOTE)
    assert issue.severity is severity
    for word in ("00001.json", "frame 00001", "'car'"):
        assert word in str(issue)
    clip = read(tmp_path / "in")
    assert areas(clip) == {**whole(), "00001": [176]}
    assert clip.annotation.track(1)["source"].tolist()[1] == Source.NONE


def test_other_json_is_left_out_with_a_note(tmp_path: Path) -> None:
    put(tmp_path, [shape("car", CAR), shape("dog", DOG)])
    for name, text in (("classes", '{"car": 1}'), ("list", "[1]"), ("empty", ""), ("cut", "{")):
        put_text(tmp_path / f"{name}.json", text)
    clip = read(tmp_path)
    assert areas(clip) == whole()
    files = {Path(one.file).name for one in clip.issues if one.severity is Severity.NOTE}
    assert files >= {"classes.json", "list.json", "empty.json", "cut.json"}


def test_a_broken_file_is_no_other_json(tmp_path: Path) -> None:
    put(tmp_path, [shape("car", CAR)])
    path = tmp_path / "00001.json"
    path.write_text(path.read_text()[:-20])
    with pytest.raises(DatasetError, match=r"00001\.json"):
        read(tmp_path)


@pytest.mark.parametrize("label", ["__ignore__", "_background_"])
def test_labels_of_no_object_are_background(tmp_path: Path, label: str) -> None:
    ignored = shape(label, [[0, 0], [9, 0], [9, 9]])
    put(tmp_path, [shape("car", CAR), shape("dog", DOG), ignored])
    clip = read(tmp_path)
    assert areas(clip) == whole()
    assert [one.category for one in clip.annotation.objects] == ["car", "dog"]
    assert label in texts(clip)


OLD = {"imageHeight": None, "imageWidth": None}


def test_sizes_that_are_left_out_are_those_of_the_images(tmp_path: Path) -> None:
    shapes = [shape("car", CAR), shape("dog", DOG)]
    for one in shapes:
        del one["group_id"]
    put(tmp_path, shapes, version="3.5.0", **OLD)
    assert areas(read(tmp_path)) == whole()
    put(tmp_path, shapes, imageHeight=-1, imageWidth=-1)
    assert areas(read(tmp_path)) == whole()


def test_sizes_that_are_left_out_are_those_of_the_images_within(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.new("RGB", HW[::-1]).save(stream, format="PNG")
    data = base64.b64encode(stream.getvalue()).decode()
    put(tmp_path, [shape("car", CAR), shape("dog", DOG)], imageData=data, **OLD)
    for path in tmp_path.glob("*.jpg"):
        path.unlink()
    assert areas(read(tmp_path)) == whole()


def test_a_size_that_nothing_tells_is_asked_for(tmp_path: Path) -> None:
    put(tmp_path, [shape("car", CAR)], imageData="none", **OLD)
    for path in tmp_path.glob("*.jpg"):
        path.unlink()
    with pytest.raises(DatasetError, match=r"00000\.json.*size"):
        read(tmp_path)


def test_files_without_a_shape_are_not_annotated(tmp_path: Path) -> None:
    put(tmp_path, [shape("car", CAR)])
    put_text(tmp_path / "00001.json", json.dumps(content([], "00001.jpg")))
    clip = read(tmp_path)
    assert clip.annotation.track(1)["source"].tolist() == [
        Source.PAINTED,
        Source.NONE,
        Source.PAINTED,
    ]
    assert "frame 00001" in texts(clip)


def test_order_is_never_taken_without_a_word(tmp_path: Path) -> None:
    put(tmp_path, [shape("car", CAR), shape("car", DOG)])
    (issue,) = read(tmp_path).issues
    assert issue.severity is Severity.WARNING
    for word in ("00000, 00001, 00002", "'car'", "order"):
        assert word in str(issue)


@given(orders=st.lists(st.permutations([1, 2, 3]), min_size=2, max_size=3))
@settings(deadline=None)
def test_an_attribute_says_who_is_who_in_any_order(
    orders: list[list[int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("labelme")
    for name, order in zip(NAMES, orders, strict=False):
        shapes = [
            shape("car", [[15 * k, 5], [15 * k + 9, 14]], "rectangle", attributes={"track_id": k})
            for k in order
        ]
        put(folder, shapes, (name,))
    clip = read(folder)
    expected = boxes({k: (5, 15 * k, 10, 10) for k in (1, 2, 3)}, HW)
    assert_masks(clip, dict.fromkeys(NAMES[: len(orders)], expected))
    assert not clip.issues


CORNERS = st.lists(st.tuples(st.integers(-9, 70), st.integers(-9, 60)), max_size=5)
DRAWN = st.tuples(st.sampled_from(["car", "dog", "_background_"]), CORNERS)


@given(st.lists(st.lists(DRAWN, max_size=3), min_size=1, max_size=3))
@example([[("car", [])], [("_background_", [(0, 0), (0, 1), (1, 1)])]])
@settings(max_examples=60, deadline=None)
def test_a_check_says_what_reading_says(
    tmp_path_factory: pytest.TempPathFactory, frames: list[list[tuple[str, list[Any]]]]
) -> None:
    folder = tmp_path_factory.mktemp("labelme")
    for n, drawn in enumerate(frames):
        shapes = [shape(label, corners) for label, corners in drawn]
        put_text(folder / f"{n:05d}.json", json.dumps(content(shapes, f"{n:05d}.jpg")))
    (source,) = listed(folder).clips
    assert isinstance(source, LabelmeClip)
    try:
        wanted: object = source.read().issues
    except DatasetError as refused:
        with pytest.raises(DatasetError) as again:
            source.issues()
        assert str(again.value) == str(refused)
    else:
        assert source.issues() == wanted
