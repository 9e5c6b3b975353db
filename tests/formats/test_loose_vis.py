"""YouTube-VIS and OVIS as people have them."""

from __future__ import annotations

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
    masks,
    missing,
    number,
    polygon,
    put_json,
    rle,
    truth,
    vis_content,
)
from tests.trees import assert_masks, put_frames, texts
from vosgui.core.mask import Mask
from vosgui.core.track import Source
from vosgui.errors import DatasetError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import detect


def only(root: Path) -> LabelledClip:
    row = detect(root)
    assert row.name == "youtube-vis"
    (source,) = row.list_clips(root).clips
    return source.read()


@pytest.mark.parametrize(
    ("file", "folder", "image"),
    [
        ("annotations_train.json", "train/vid1", "vid1/img_{:07d}.jpg"),  # OVIS
        ("annotations/annotations_valid.json", "valid/vid1", "vid1/img_{:07d}.jpg"),
        ("annotations/instances_train_sub.json", "train/JPEGImages/vid1", "vid1/{:05d}.jpg"),
        ("train/instances.json", "train/JPEGImages/vid1", "vid1/{:05d}.jpg"),  # 2021, 2022
        ("train.json", "train/JPEGImages/vid1", "vid1/{:05d}.jpg"),  # 2019
        ("instances_train.json", "JPEGImages/vid1", "vid1\\{:05d}.jpg"),
        ("instances.json", "JPEGImages", "vid1_{:05d}.jpg"),
    ],
)
def test_annotations_and_frames_are_found_where_benchmarks_put_them(
    tmp_path: Path, file: str, folder: str, image: str
) -> None:
    names = [image.format(t) for t in range(1, 4)]
    stems = [name.replace("\\", "/").rpartition("/")[2].removesuffix(".jpg") for name in names]
    put_json(tmp_path / file, vis_content(names))
    put_frames(tmp_path / folder, stems, HW)
    clip = only(tmp_path)
    assert (clip.name, clip.frames) == ("vid1", tmp_path / folder)
    assert_masks(clip, {stem: truth(t) for t, stem in enumerate(stems)})


@pytest.mark.parametrize("crowd", [False, None, "0", 0.0])
@pytest.mark.parametrize("as_text", [str, float])
def test_numbers_in_other_forms(tmp_path: Path, crowd: Any, as_text: Any) -> None:
    content = vis_content(["c.1/0.jpg", "c.1/1.jpg"])
    video = content["videos"][0]
    video |= {key: as_text(video[key]) for key in ("id", "width", "height", "length")}
    for one in content["annotations"]:
        one |= {key: as_text(one[key]) for key in ("id", "video_id", "category_id")}
        one["iscrowd"] = crowd
    content["annotations"][0]["segmentations"] = [polygon(1), [polygon(1, 1)]]
    put_json(tmp_path / "instances.json", content, "utf-8-sig")
    clip = only(tmp_path)
    assert clip.name == "c.1"
    assert_masks(clip, {"0": truth(0), "1": truth(1)})
    assert [one.category for one in clip.annotation.objects] == ["car", "car"]


@pytest.mark.parametrize("nothing", [None, {}, [], "", {"size": [12, 16], "counts": ""}])
def test_a_missing_mask_is_no_mask_however_it_is_written(tmp_path: Path, nothing: Any) -> None:
    content = vis_content(["c/0.jpg", "c/1.jpg"])
    content["annotations"][1]["segmentations"][0] = nothing
    put_json(tmp_path / "instances.json", content)
    clip = only(tmp_path)
    assert_masks(clip, {"0": truth(0) * (truth(0) != 2), "1": truth(1)})
    assert clip.annotation.track(2)["source"].tolist() == [Source.ABSENT, Source.PAINTED]


def broken_mask(content: Content) -> None:
    content["annotations"][1]["segmentations"][0] = {"size": [3, 3], "counts": "09"}


def broken_track(content: Content) -> None:
    content["annotations"].append({"id": 3, "video_id": 1, "category_id": 1, "segmentations": 5})


def track_of_another_length(content: Content) -> None:
    content["annotations"].append(
        {"id": 3, "video_id": 1, "category_id": 1, "segmentations": [rle(1)]}
    )


def track_of_no_clip(content: Content) -> None:
    content["annotations"].append(
        {"id": 3, "video_id": 8, "category_id": 1, "segmentations": [rle(1), None]}
    )


@pytest.mark.parametrize(
    "spoil", [broken_mask, broken_track, track_of_another_length, track_of_no_clip]
)
def test_what_is_broken_is_left_out_alone_and_named(tmp_path: Path, spoil: Any) -> None:
    content = vis_content(["c/0.jpg", "c/1.jpg"])
    spoil(content)
    put_json(tmp_path / "instances.json", content)
    dataset = detect(tmp_path).list_clips(tmp_path)
    (source,) = dataset.clips
    clip = source.read()
    is_mask = spoil is broken_mask
    first = truth(0) * (truth(0) != 2) if is_mask else truth(0)
    assert_masks(clip, {"0": first, "1": truth(1)})
    said = texts(clip) + "\n".join(map(str, dataset.issues))
    assert f"annotation {2 if is_mask else 3}" in said
    assert "left out" in said and "$" not in said
    if is_mask:  # nobody said that the object is not there
        assert clip.annotation.track(2)["source"][0] == Source.NONE


@pytest.mark.parametrize("again", ["c/0.jpg", "c\\0.jpg", "./c/0.jpg"])
def test_an_image_that_is_listed_twice_is_an_error(tmp_path: Path, again: str) -> None:
    put_json(tmp_path / "instances.json", vis_content(["c/0.jpg", again, "c/1.jpg"]))
    with pytest.raises(DatasetError, match=r"instances\.json.*c/0\.jpg"):
        only(tmp_path)


def test_tracks_that_are_all_marked_as_crowds_are_objects(tmp_path: Path) -> None:
    content = vis_content(["c/0.jpg"])
    for one in content["annotations"]:
        one["iscrowd"] = 1
    put_json(tmp_path / "instances.json", content)
    assert_masks(only(tmp_path), {"0": truth(0)})


def test_splits_without_tracks_are_noted_beside_those_with(tmp_path: Path) -> None:
    content = vis_content(["c/0.jpg"])
    put_json(tmp_path / "train/instances.json", content)
    put_json(tmp_path / "valid/instances.json", {**content, "annotations": None})
    dataset = detect(tmp_path).list_clips(tmp_path)
    assert [source.name for source in dataset.clips] == ["c"]
    assert any("valid" in issue.file for issue in dataset.issues)
    put_json(tmp_path / "train/instances.json", {**content, "annotations": None})
    with pytest.raises(DatasetError, match="no annotations"):
        detect(tmp_path).list_clips(tmp_path)


def test_clips_of_one_name_in_two_splits_are_both_kept(tmp_path: Path) -> None:
    for split in ("train", "valid"):
        put_json(tmp_path / split / "instances.json", vis_content(["c/0.jpg"]))
    dataset = detect(tmp_path).list_clips(tmp_path)
    assert [source.name for source in dataset.clips] == ["train_c", "valid_c"]
    assert any("train_c" in issue.text for issue in dataset.issues)


@st.composite
def loose(draw: st.DrawFn) -> tuple[Content, list[Mask]]:
    """Return a file with the habits of many tools, and the mask of each frame."""
    content = vis_content(["c/0.jpg", "c/1.jpg", "c/2.jpg"])
    expected = [truth(t) for t in range(3)]
    video = content["videos"][0]
    video |= {key: number(draw, video[key]) for key in ("id", "width", "height", "length")}
    for i, one in enumerate(content["annotations"], start=1):
        one |= {key: number(draw, one[key]) for key in ("id", "video_id", "category_id")}
        one["iscrowd"] = draw(st.sampled_from([0, False, "0", 0.0, None]))
        for t in range(3):
            one["segmentations"][t] = draw(masks(i, t))
            if t and draw(st.booleans()) and draw(st.booleans()):
                one["segmentations"][t] = draw(missing())
                expected[t][expected[t] == i] = 0
    return content, expected


@given(loose())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_habit_is_read_as_what_it_means(made: tuple[Content, list[Mask]]) -> None:
    content, expected = made
    with tempfile.TemporaryDirectory() as folder:
        put_json(Path(folder) / "instances.json", content)
        clip = only(Path(folder))
    for t, mask in enumerate(expected):
        np.testing.assert_array_equal(clip.annotation.mask(t), mask)


@pytest.mark.parametrize(
    ("images", "names"),
    [
        (["a/00000.jpg", "a/00001.jpg", "b/00000.jpg"], ("00000", "00001", "00002")),
        (["a/00000.jpg", "a/00001.jpg", "b/00007.jpg"], ("00000", "00001", "00007")),
    ],
)
def test_images_in_several_folders_are_said_and_none_is_taken(
    tmp_path: Path, images: list[str], names: tuple[str, ...]
) -> None:
    """The folder of the first has other images under the names of those of the second."""
    put_json(tmp_path / "train/instances.json", vis_content(images))
    put_frames(tmp_path / "train/JPEGImages/a", [f"{t:05d}" for t in range(9)], HW)
    put_frames(tmp_path / "train/JPEGImages/b", ["00000", "00007"], HW)
    clip = only(tmp_path)
    assert clip.frame_names == names and clip.frames is None
    (said,) = [str(one) for one in clip.issues if "several" in str(one) or "folders" in str(one)]
    assert "2 folders (a, b)" in said
    assert ("called 00000 to 00002" in said) == (names[2] == "00002")


def test_numbers_of_annotations_that_change_are_said(tmp_path: Path) -> None:
    content = vis_content(["c/0.jpg", "c/1.jpg"])
    for n, one in enumerate(content["annotations"]):
        one["id"] = 3774 + n
    put_json(tmp_path / "train/instances.json", content)
    assert "3774 is 1" in texts(only(tmp_path))


@pytest.mark.parametrize("key", ["track_id", "instance_id"])
@pytest.mark.parametrize(
    ("said", "ids"),
    [((7, 3), [7, 3]), (("9", 2.0), [9, 2]), ((0, 1), [1, 2]), (("b", "a"), [1, 2])],
)
def test_tracks_that_the_file_names_are_the_objects(
    tmp_path: Path, key: str, said: tuple[Any, Any], ids: list[int]
) -> None:
    content = vis_content(["c/0.jpg", "c/1.jpg"])
    for one, name in zip(content["annotations"], said, strict=True):
        one[key] = name
    put_json(tmp_path / "instances.json", content)
    clip = only(tmp_path)
    table = np.array([0, *ids], np.uint8)
    assert_masks(clip, {"0": table[truth(0)], "1": table[truth(1)]})
    assert ("numbered" in texts(clip)) == (ids == [1, 2])


def test_tracks_of_one_name_are_told_by_their_place(tmp_path: Path) -> None:
    content = vis_content(["c/0.jpg", "c/1.jpg"])
    for one in content["annotations"]:
        one["track_id"] = 5
    put_json(tmp_path / "instances.json", content)
    assert_masks(only(tmp_path), {"0": truth(0), "1": truth(1)})
