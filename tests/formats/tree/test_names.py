"""Names of clips and frames from what files say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vosgui.formats.tree.names import (
    clip_stem,
    clips_of_flat,
    distinct_names,
    flat_clip,
    identity_in,
    identity_said,
    image_stem,
    said_of_flat,
)


def test_the_innermost_folder_names_a_clip_where_that_tells_it() -> None:
    assert distinct_names([("a", "day1"), ("a", "day2")], "x") == ["day1", "day2"]
    paths = [("a", "day1", "cam0"), ("a", "day2", "cam0"), ("a", "day2", "cam1")]
    assert distinct_names(paths, "x") == ["day1_cam0", "day2_cam0", "cam1"]


def test_a_clip_without_a_folder_is_called_after_the_file() -> None:
    assert distinct_names([(), ("..", ".")], "project") == ["project", "project_2"]


@given(st.lists(st.lists(st.sampled_from(["a", "b", "a_b", "..", ""]), max_size=3), max_size=6))
def test_no_two_clips_share_a_name(paths: list[list[str]]) -> None:
    names = distinct_names(paths, "x")
    assert len(set(names)) == len(paths)
    assert all(names)


@pytest.mark.parametrize(
    ("file", "stem"),
    [
        ("a/b/2024.05.01_cam1.JPG", "2024.05.01_cam1"),
        ("2024.05.01_cam1", "2024.05.01_cam1"),
        ("C:\\clips\\f 1.png", "f 1"),
    ],
)
def test_a_name_is_cut_at_the_ending_of_an_image_alone(file: str, stem: str) -> None:
    assert image_stem(file) == stem


def test_an_identity_is_an_attribute_of_one_of_the_usual_names() -> None:
    assert identity_said([("colour", "red"), ("Track ID", 3)]) == 3
    assert identity_said([("id", ""), ("instance-id", 0)]) == 0
    assert identity_said([("idea", 3)]) is None


@pytest.mark.parametrize(
    ("files", "clip"),
    [
        (["vid1_00000.jpg", "vid1_00001.jpg"], "vid1"),
        (["2024.05.01-7.png", "2024.05.01-8.png"], "2024.05.01"),
        (["a.0001"], "a"),
        (["00000.jpg"], ""),
        (["a_1.jpg", "b_1.jpg"], ""),
        ([], ""),
    ],
)
def test_a_clip_of_flat_files_is_called_by_what_they_share(files: list[str], clip: str) -> None:
    assert flat_clip(files) == clip


@pytest.mark.parametrize(
    ("said", "folders", "name"),
    [
        ("2024.05.01_cam1", (), "2024.05.01_cam1"),
        ("videos/street.v2.MP4", (), "street.v2"),
        ("street.mp4", ("street.mp4",), "street.mp4"),
        ("D:\\clips\\a.avi", (), "a"),
        ("a.jpg", (), "a.jpg"),
    ],
)
def test_a_clip_is_cut_at_the_ending_of_a_video_alone(
    said: str, folders: tuple[str, ...], name: str
) -> None:
    assert clip_stem(said, folders) == name


@pytest.mark.parametrize(
    ("attributes", "identity"),
    [
        ({"track_id": "7", "id": 1}, 7),
        ([{"name": "Object ID", "value": "left car"}], "left car"),
        ({"occluded": False}, None),
        ("track_id", None),
        ({"id": None}, None),
    ],
)
def test_who_an_object_is_by_its_attributes(attributes: object, identity: object) -> None:
    assert identity_in(attributes) == identity


@pytest.mark.parametrize(
    ("files", "clips"),
    [
        (["v1_00000", "v1_00001", "v2_00000"], ["v1", "v1", "v2"]),
        (["v1_00000", "v2_00000"], ["v1", "v2"]),
        (["001_00000.jpg", "002_00000.jpg"], ["001", "002"]),
        (["frame_000000", "frame_000001", "frame_000007"], ["", "", ""]),
        (["00000.png", "00001.png"], ["", ""]),
        (["00000", "v1_00000"], ["", ""]),
        (["1699999999.125", "1700000000.250", "1700000001.375"], ["", "", ""]),
        ([], []),
    ],
)
def test_clips_of_one_folder_are_told_by_what_is_before_their_numbers(
    files: list[str], clips: list[str]
) -> None:
    assert clips_of_flat(files) == clips
    said = said_of_flat(clips, "in/this/folder")
    assert bool(said) == any(clips)
    assert all("in/this/folder" in str(one) and one.text.count("v1") < 2 for one in said)


NAMES = st.sampled_from(["v1", "v2", "cam_a", "b 2", "ä", "007", "x.y"])


@given(st.dictionaries(NAMES, st.integers(1, 4), min_size=2, max_size=4))
def test_no_two_videos_in_one_folder_become_one(n_frames: dict[str, int]) -> None:
    files = [(name, f"{name}_{t:05d}.jpg") for name, n in n_frames.items() for t in range(n)]
    told = clips_of_flat([file for _, file in files])
    assert told == [name for name, _ in files]
