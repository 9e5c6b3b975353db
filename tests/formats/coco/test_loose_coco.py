"""COCO as people have it: every mask and every identity comes in, or is named."""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.coco.loose_files import (
    HW,
    Content,
    coco_content,
    images,
    loose_coco,
    plain_rle,
    polygon,
    put_coco,
    put_json,
    rle,
    truth,
)
from tests.trees import assert_masks, masks_of, put_frames, texts
from vosgui.cli.main import main
from vosgui.core.issues import Severity
from vosgui.core.mask import Mask, ids_in
from vosgui.errors import DatasetError
from vosgui.formats.coco.checks import check_coco
from vosgui.formats.dataset import Dataset, LabelledClip
from vosgui.formats.registry import detect

ALL = {f"{t:05d}": truth(t) for t in range(3)}


def listed(root: Path) -> Dataset:
    row = detect(root)
    assert row.name == "coco"
    return row.list_clips(root)


def only(root: Path) -> LabelledClip:
    (source,) = listed(root).clips
    return source.read()


@given(loose_coco())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_habit_is_read_as_what_it_means(made: tuple[Content, list[Mask]]) -> None:
    content, expected = made
    with tempfile.TemporaryDirectory() as folder:
        clip = only(put_coco(Path(folder), content))
    found = masks_of(clip)
    ids = sorted({i for mask in expected for i in ids_in(mask)})
    table = np.zeros(256, np.uint8)
    # Ids from 0 on are counted from 1 in their order; an object without any mask is none.
    table[ids] = (
        ids if [one.id for one in clip.annotation.objects] == ids else range(1, len(ids) + 1)
    )
    for t, mask in enumerate(expected):
        name = f"{t:05d}"
        if mask.any() or name in found:
            np.testing.assert_array_equal(found[name], table[mask])


@pytest.mark.parametrize("no_crowd", [False, 0, 0.0, None])
def test_yes_and_no_for_crowds(tmp_path: Path, no_crowd: Any) -> None:
    content = coco_content()
    for one in content["annotations"]:
        one["iscrowd"] = no_crowd
    crowd = {"id": 99, "image_id": 1, "category_id": 1, "iscrowd": True}
    content["annotations"].append({**crowd, "segmentation": {"size": list(HW), "counts": [0, 192]}})
    clip = only(put_coco(tmp_path, content))
    assert_masks(clip, ALL)
    assert "crowd" in texts(clip)


def test_names_with_dots_are_whole(tmp_path: Path) -> None:
    names = ["2024.05.01_cam1", "2024.05.01_cam2"]
    content = coco_content(0)
    content["videos"] = [{"id": n, "name": name} for n, name in enumerate(names, 1)]
    for n, name in enumerate(names):
        for image in images([f"{name}/frame.{t:04d}" for t in range(2)], 10 * n):
            content["images"].append({**image, "video_id": n + 1})
            one = {"image_id": image["id"], "category_id": 1, "segmentation": [polygon(n + 1)]}
            content["annotations"].append({**one, "track_id": 1})
    put_json(tmp_path / "instances_a.b.json", content)
    clips = [source.read() for source in listed(tmp_path).clips]
    assert [clip.name for clip in clips] == names
    for n, clip in enumerate(clips):
        assert clip.frame_names == ("frame.0000", "frame.0001")
        np.testing.assert_array_equal(clip.annotation.mask(0) > 0, truth() == n + 1)


@pytest.mark.parametrize("key", ["track_id", "attributes", None])
def test_masks_marked_as_crowds_are_objects_where_nothing_else_is(
    tmp_path: Path, key: str | None
) -> None:
    content = coco_content()
    for one in content["annotations"]:
        i, t = one.pop("track_id"), one["image_id"] - 1
        one |= {"iscrowd": 1, "segmentation": plain_rle(i, t)}
        if key is not None:
            one |= {key: i} if key == "track_id" else {key: {"occluded": False, "track_id": i - 1}}
    clip = only(put_coco(tmp_path, content))
    assert_masks(clip, ALL)


def test_a_run_that_would_leave_out_everything_is_refused(tmp_path: Path) -> None:
    content = coco_content()
    for one in content["annotations"]:
        one["segmentation"] = {"size": [2, 2], "counts": [0, 4]}
    with pytest.raises(DatasetError, match=r"annotation 1 .*size"):
        only(put_coco(tmp_path, content))


@pytest.mark.parametrize("command", ["convert", "import"])
def test_boxes_without_masks_are_no_success(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    content = coco_content()
    for one in content["annotations"]:
        one["segmentation"] = []
    put_coco(tmp_path / "in", content)
    out = tmp_path / "out"
    to = ["--to", "masks", "--out", str(out)] if command == "convert" else ["--project", str(out)]
    assert main([command, str(tmp_path / "in"), *to, "--workers", "1"]) == 2
    assert "no mask" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"segmentation": {"size": list(HW), "counts": "not run lengths"}},
        {"segmentation": {"size": [3, 4], "counts": "327"}},
        {"segmentation": [[1, 2, 3, 4, 5]]},
        {"segmentation": [[500, 10, 510, 10, 510, 20, 500, 20]]},  # beyond the frame
        {"segmentation": 7},
        {"image_id": 77},
        {"image_id": {"no": "id"}},
        {"track_id": [1]},
    ],
)
def test_one_broken_annotation_is_left_out_alone(tmp_path: Path, broken: Content) -> None:
    content = coco_content()
    content["annotations"][1] |= broken
    dataset = listed(put_coco(tmp_path, content))
    (source,) = dataset.clips
    clip = source.read()
    first = truth(0)
    first[first == 2] = 0
    assert_masks(clip, {**ALL, "00000": first})
    said = texts(clip) + "\n".join(map(str, dataset.issues))
    assert "nnotation 2 " in said or "annotations[1]" in said
    assert "$" not in said
    # What could not be drawn is not said to be absent.
    known = clip.annotation.track(2)["source"][0]
    assert not known or "image_id" in broken or "track_id" in broken


def test_ids_that_are_words_are_names(tmp_path: Path) -> None:
    content = coco_content()
    for image in content["images"]:
        image["id"] = f"img-{image['id']}"
    for one in content["annotations"]:
        one |= {"image_id": f"img-{one['image_id']}", "track_id": f"car {one['track_id']}"}
    clip = only(put_coco(tmp_path, content))
    assert_masks(clip, ALL)
    assert [one.name for one in clip.annotation.objects] == ["car 1", "car 2"]


def test_numbers_that_tie_nothing_are_doubted(tmp_path: Path) -> None:
    content = coco_content()
    for one in content["annotations"]:
        one["instance_id"] = one.pop("track_id") and one["id"]
    assert "more than one image" in texts(only(put_coco(tmp_path, content)))
    assert "more than one image" not in texts(only(put_coco(tmp_path / "b", coco_content())))


@pytest.mark.parametrize("ids", [(0, 1), (1, 300), (7, 1000), (3, 4)])
def test_every_number_that_changes_is_named(tmp_path: Path, ids: tuple[int, int]) -> None:
    content = coco_content()
    for one in content["annotations"]:
        one["track_id"] = ids[one["track_id"] - 1]
    clip = only(put_coco(tmp_path, content))
    kept = max(ids) <= 254 and min(ids) > 0
    order = ids if kept else (1, 2)
    assert [one.id for one in clip.annotation.objects] == list(order)
    for old, new in zip(ids, order, strict=True):
        assert (f"{old} is {new}" in texts(clip)) == (old != new)


def test_what_lies_beside_the_instances_is_noted_and_left(tmp_path: Path) -> None:
    content = coco_content()
    put_coco(tmp_path, content)
    panoptic = {**content, "annotations": [{"image_id": 1, "segments_info": [{"id": 1}]}]}
    captions = {"images": content["images"], "annotations": [{"image_id": 1, "caption": "a car"}]}
    keypoints = copy.deepcopy(content)
    others = {"panoptic_train": panoptic, "captions_train": captions, "person_keypoints": keypoints}
    for name, one in others.items():
        put_json(tmp_path / f"annotations/{name}.json", one)
    dataset = listed(tmp_path)
    assert [source.name for source in dataset.clips] == ["instances_train"]
    for name in others:
        assert any(issue.file.endswith(f"{name}.json") for issue in dataset.issues)


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("annotations/instances_default.json", "images/default"),
        ("annotations/instances_train.json", "images/train"),
        ("annotations/instances_val2017.json", "val2017"),
        ("train/_annotations.coco.json", "train"),
        ("result.json", "images"),
    ],
)
def test_frames_are_found_where_tools_put_them(tmp_path: Path, file: str, folder: str) -> None:
    put_json(tmp_path / file, coco_content())
    put_frames(tmp_path / folder, list(ALL), HW)
    assert only(tmp_path).frames == tmp_path / folder


@pytest.mark.parametrize(
    "name", ["C:\\data\\c\\{}.jpg", "/home/a/set/c/{}.jpg", "c/{}.png", "{}.JPG"]
)
def test_frames_are_found_by_the_names_of_other_machines(tmp_path: Path, name: str) -> None:
    content = coco_content()
    content["videos"] = [{"id": 1, "name": "c"}]
    for t, image in enumerate(content["images"]):
        image |= {"file_name": name.format(f"{t:05d}"), "video_id": 1}
    put_json(tmp_path / "annotations/instances_train.json", content)
    put_frames(tmp_path / "images/c", list(ALL), HW)
    clip = only(tmp_path)
    assert (clip.name, clip.frames, clip.frame_names) == ("c", tmp_path / "images/c", tuple(ALL))


def test_sizes_that_a_file_leaves_out_are_those_of_its_images(tmp_path: Path) -> None:
    content = coco_content()
    for image in content["images"]:
        del image["width"], image["height"]
    assert_masks(only(put_coco(tmp_path, content)), ALL)


@pytest.mark.parametrize("folders", [("day1/cam0", "day2/cam0"), ("a", "b")])
def test_clips_of_other_folders_are_never_one(tmp_path: Path, folders: tuple[str, str]) -> None:
    content = coco_content(0)
    for n, folder in enumerate(folders):
        for image in images([f"{folder}/{t:05d}.jpg" for t in range(2)], 10 * n):
            content["images"].append(image)
            one = {"image_id": image["id"], "category_id": 1, "segmentation": rle(n + 1)}
            content["annotations"].append({**one, "track_id": 1})
    put_json(tmp_path / "instances_train.json", content)
    clips = [source.read() for source in listed(tmp_path).clips]
    assert len({clip.name for clip in clips}) == 2
    for n, (clip, folder) in enumerate(zip(clips, folders, strict=True)):
        assert clip.name in (folder, folder.replace("/", "_"))
        np.testing.assert_array_equal(clip.annotation.mask(1) > 0, truth() == n + 1)


def test_an_image_that_is_listed_twice_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = coco_content()
    content["images"].append({**content["images"][0], "id": 77})
    root, out = put_coco(tmp_path / "in", content), tmp_path / "out"
    assert main(["convert", str(root), "--to", "masks", "--out", str(out)]) == 2
    assert "00000.jpg" in capsys.readouterr().err
    assert not out.exists()


def test_flat_names_of_several_clips_are_told_apart(tmp_path: Path) -> None:
    content = coco_content(0)
    for n, name in enumerate(("vid1", "vid2")):
        for image in images([f"{name}_{t:05d}.jpg" for t in range(2)], 10 * n):
            content["images"].append(image)
            one = {"image_id": image["id"], "category_id": 1, "segmentation": rle(n + 1)}
            content["annotations"].append({**one, "track_id": 1})
    put_json(tmp_path / "instances_train.json", content)
    clips = [source.read() for source in listed(tmp_path).clips]
    assert [clip.name for clip in clips] == ["vid1", "vid2"]
    assert [clip.frame_names[0] for clip in clips] == ["vid1_00000", "vid2_00000"]


def test_an_image_without_annotations_is_not_said_to_be_empty(tmp_path: Path) -> None:
    content = coco_content()
    content["annotations"] = [one for one in content["annotations"] if one["image_id"] != 2]
    clip = only(put_coco(tmp_path, content))
    assert_masks(clip, {name: mask for name, mask in ALL.items() if name != "00001"})
    assert not clip.annotation.track(1)["source"][1]
    assert "00001" in texts(clip)


@given(
    st.lists(
        st.sampled_from(["a.b", "00000", "a b", "c.jpg", "c.mp4", "ä", "images"]),
        unique=True,
        min_size=1,
    )
)
@settings(max_examples=10, deadline=None)
def test_names_of_videos_come_back(names: list[str]) -> None:
    content = coco_content(0)
    content["videos"] = [{"id": n, "name": name} for n, name in enumerate(names, 1)]
    for n, name in enumerate(names, 1):
        content["images"] += [{**one, "video_id": n} for one in images([f"{name}/00000.jpg"], n)]
        one = {"image_id": n, "category_id": 1, "track_id": 1, "segmentation": [polygon(1)]}
        content["annotations"].append(one)
    with tempfile.TemporaryDirectory() as folder:
        put_json(Path(folder) / "instances_train.json", content)
        assert [source.name for source in listed(Path(folder)).clips] == names


def test_the_check_says_in_words_what_readers_cannot_take(tmp_path: Path) -> None:
    content = coco_content(1)
    first, second = content["annotations"]
    first["segmentation"] = polygon(1)
    second["segmentation"] = {"counts": "327"}
    issues = check_coco(put_json(tmp_path / "a.json", content))
    flat, sizeless = [issue.text for issue in issues if issue.severity == Severity.ERROR]
    assert "list of polygons" in flat
    assert "no size" in sizeless


def photographs(tracks: bool = False) -> Content:
    """Return two photographs of several sizes in one folder."""
    sizes = {"000000000139": HW, "000000000285": (HW[0], HW[1] + 8)}
    content: Content = {"images": [], "annotations": [], "categories": [{"id": 1, "name": "dog"}]}
    for n, (stem, (h, w)) in enumerate(sizes.items(), start=1):
        content["images"].append({"id": n, "file_name": f"{stem}.jpg", "height": h, "width": w})
        for k in (1, 5):
            corners = [[k, 1, k + 3, 1, k + 3, 5, k, 5]]
            one = {"id": 10 * n + k, "image_id": n, "category_id": 1, "segmentation": corners}
            content["annotations"].append(one | ({"track_id": k} if tracks else {}))
    return content


def test_photographs_of_several_sizes_are_clips_of_their_own(tmp_path: Path) -> None:
    put_json(tmp_path / "annotations/instances_val2017.json", photographs())
    put_frames(tmp_path / "val2017", ["000000000139"], HW)
    put_frames(tmp_path / "val2017", ["000000000285"], (HW[0], HW[1] + 8))
    dataset = listed(tmp_path)
    assert [source.name for source in dataset.clips] == ["000000000139", "000000000285"]
    assert any("differ in size" in str(one) for one in dataset.issues)
    for source in dataset.clips:
        clip = source.read()
        assert clip.frames == tmp_path / f"val2017/{source.name}.jpg"
        assert sorted(ids_in(clip.annotation.mask(0))) == [1, 2]
        assert not any(one.severity == Severity.WARNING for one in clip.issues)
    out = tmp_path / "out"
    assert main(["convert", str(tmp_path), "--to", "mose", "--out", str(out)]) == 0
    assert len(list(out.rglob("*.jpg"))) == len(list(out.rglob("*.png"))) == 2


def test_images_with_tracks_are_a_clip_for_each_size(tmp_path: Path) -> None:
    content = photographs(tracks=True)
    content["images"].append({**content["images"][0], "id": 3, "file_name": "more.jpg"})
    content["annotations"].append({**content["annotations"][0], "id": 31, "image_id": 3})
    put_json(tmp_path / "instances.json", content)
    put_frames(tmp_path, ["000000000139", "more"], HW)
    put_frames(tmp_path, ["000000000285"], (HW[0], HW[1] + 8))
    dataset = listed(tmp_path)
    (issue,) = dataset.issues
    assert "Of another than most are 000000000285" in str(issue)
    clips = {one.name: one.read() for one in dataset.clips}
    assert [*clips] == ["instances", "000000000285"]
    assert clips["instances"].frame_names == ("000000000139", "more")
    assert clips["instances"].frames is None
    assert clips["000000000285"].frames == tmp_path / "000000000285.jpg"
    assert [[o.id for o in one.annotation.objects] for one in clips.values()] == [[1, 5], [1, 5]]
