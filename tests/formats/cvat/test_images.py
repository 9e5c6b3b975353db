"""CVAT for images: which images are of one clip, and who is who in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.cvat.files import HW, image, listed, project, put_cvat, read, shape, task
from tests.trees import assert_masks, boxes, masks_of, put_frames, texts
from vosgui.core.issues import Severity
from vosgui.core.track import Source
from vosgui.datasets.convert import convert
from vosgui.datasets.import_ import ImportOptions, import_dataset
from vosgui.errors import DatasetError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import write_format
from vosgui.formats.writer import WriteOptions


def at(x: int, object_id: int = 1) -> dict[int, tuple[int, int, int, int]]:
    return {object_id: (10, x, 10, 10)}


def columns(clip: LabelledClip) -> dict[str, dict[int, int]]:
    """Return the first column of each object in each frame."""
    return {
        name: {i: int((mask == i).any(axis=0).argmax()) for i in set(mask.ravel().tolist()) - {0}}
        for name, mask in masks_of(clip).items()
    }


def test_tasks_of_one_file_are_clips_of_their_own(tmp_path: Path) -> None:
    body = "".join(
        image(f"frame_{t:06d}", shape(x, group=1), more=f' subset="default" task_id="{i}"')
        for i, t, x in ((11, 0, 5), (11, 1, 6), (12, 0, 40), (12, 1, 41))
    )
    put_cvat(tmp_path / "annotations.xml", body, project(task(11, "a", 2), task(12, "b", 2)))
    clips = read(tmp_path)
    assert {name: columns(clip) for name, clip in clips.items()} == {
        "a": {"frame_000000": {1: 5}, "frame_000001": {1: 6}},
        "b": {"frame_000000": {1: 40}, "frame_000001": {1: 41}},
    }


def test_tasks_of_one_name_are_two_clips(tmp_path: Path) -> None:
    body = image("0.jpg", shape(5), more=' task_id="1"')
    body += image("0.jpg", shape(40), more=' task_id="2"')
    meta = project(task(1, "2024.11.29", 1), task(2, "2024.11.29", 1))
    put_cvat(tmp_path / "annotations.xml", body, meta)
    clips = read(tmp_path)
    assert len(clips) == 2
    assert all(name.startswith("2024.11.29") for name in clips)
    assert sorted(columns(clip)["0"][1] for clip in clips.values()) == [5, 40]


def test_folders_of_one_name_are_two_clips_with_frames_of_their_own(tmp_path: Path) -> None:
    body = ""
    for day, x in (("day1", 5), ("day2", 40)):
        for t in (0, 1):
            body += image(f"{day}/cam0/{t:05d}.jpg", shape(x + t))
        put_frames(tmp_path / f"images/{day}/cam0", ("00000", "00001"), HW)
    put_cvat(tmp_path / "annotations.xml", body)
    clips = read(tmp_path)
    assert len(clips) == 2
    for clip, (day, x) in zip(clips.values(), (("day1", 5), ("day2", 40)), strict=True):
        assert day in clip.name
        assert clip.frames == tmp_path / f"images/{day}/cam0"
        assert columns(clip) == {"00000": {1: x}, "00001": {1: x + 1}}
    writer = write_format("masks").writer(WriteOptions())
    report = convert(listed(tmp_path), writer, tmp_path / "out", 1)
    assert (report.n_clips, report.n_frames) == (2, 4)
    assert len(list((tmp_path / "out").rglob("*.png"))) == 4


def test_frames_that_several_clips_claim_are_nobodys(tmp_path: Path) -> None:
    body = "".join(image("frame_000000", shape(5), more=f' task_id="{i}"') for i in (1, 2))
    put_cvat(tmp_path / "annotations.xml", body, project(task(1, "a", 1), task(2, "b", 1)))
    put_frames(tmp_path / "images/default", ["frame_000000"], HW)
    put_frames(tmp_path / "images", ["frame_000000"], HW)
    dataset = listed(tmp_path)
    assert [source.read().frames for source in dataset.clips] == [None, None]
    assert "a or of b" in str(dataset.issues[0])


def test_a_broken_file_is_left_out_alone(tmp_path: Path) -> None:
    put_cvat(tmp_path / "a.xml", image("0.jpg", shape(5)))
    (tmp_path / "b.xml").write_text(put_cvat(tmp_path / "b.xml", image("0.jpg")).read_text()[:-30])
    writer = write_format("masks").writer(WriteOptions())
    with pytest.raises(DatasetError, match=r"b\.xml"):
        convert(listed(tmp_path), writer, tmp_path / "out", 1)
    report = convert(listed(tmp_path), writer, tmp_path / "out", 1, skip_broken=True)
    assert report.n_clips == 1
    assert "b.xml" in str(report.issues[-1])


def test_images_of_one_name_in_two_subsets_are_of_two_clips(tmp_path: Path) -> None:
    body = "".join(
        image(f"{t:05d}", shape(x), more=f' subset="{subset}"')
        for subset, x in (("Train", 5), ("Val", 30))
        for t in range(2)
    )
    put_cvat(tmp_path / "annotations.xml", body)
    assert {name: columns(clip) for name, clip in read(tmp_path).items()} == {
        "Train": {"00000": {1: 5}, "00001": {1: 5}},
        "Val": {"00000": {1: 30}, "00001": {1: 30}},
    }


def test_frames_of_one_clip_in_two_subsets_stay_together(tmp_path: Path) -> None:
    body = "".join(
        image(f"{t:05d}", shape(5), more=f' subset="{subset}"')
        for t, subset in enumerate(("Train", "Val", "Train"))
    )
    put_cvat(tmp_path / "annotations.xml", body)
    (clip,) = read(tmp_path).values()
    assert columns(clip) == {f"{t:05d}": {1: 5} for t in range(3)}


def test_two_images_of_one_name_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    put_cvat(tmp_path / "annotations.xml", image("a/0.jpg", shape(5)) + image("a/0.png", shape(9)))
    writer = write_format("masks").writer(WriteOptions())
    with pytest.raises(DatasetError, match="both called 0"):
        convert(listed(tmp_path), writer, tmp_path / "out", 1)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("folder", ["images", "images/Train", "Train", "JPEGImages"])
@pytest.mark.parametrize("ending", ["", ".png", ".JPG"])
def test_frames_are_found_in_a_subsets_folder(tmp_path: Path, folder: str, ending: str) -> None:
    more = ' subset="Train" task_id="1"'
    body = "".join(image(f"{t:05d}{ending}", shape(5), more=more) for t in range(2))
    put_cvat(tmp_path / "annotations.xml", body)
    put_frames(tmp_path / folder, ("00000", "00001"), HW)
    report = import_dataset(listed(tmp_path), tmp_path / "p.vosgui", ImportOptions())
    assert (report.n_clips, report.n_objects, report.n_frames) == (1, 1, 2)


def test_groups_are_within_a_label(tmp_path: Path) -> None:
    first = shape(5, "person", 1) + shape(20, "bicycle", 1)
    put_cvat(tmp_path / "a.xml", image("0.jpg", first) + image("1.jpg", shape(40, group=1)))
    (clip,) = read(tmp_path / "a.xml").values()
    assert [one.category for one in clip.annotation.objects] == ["person", "bicycle", "car"]
    assert columns(clip) == {"0": {1: 5, 2: 20}, "1": {3: 40}}
    said = texts(clip)
    for word in ("group_id 1", "person, bicycle, car", "of one frame", "1 (car) is 3"):
        assert word in said


IDENTITIES = st.sampled_from(["track_id", "instance_id", "object_id", "id"])


@given(
    name=IDENTITIES,
    orders=st.lists(st.permutations([1, 2, 3]), min_size=1, max_size=4),
    grouped=st.booleans(),
)
@settings(deadline=None)
def test_an_attribute_says_who_is_who_in_any_order(
    name: str, orders: list[list[int]], grouped: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cvat") / "a.xml"
    body = ""
    for t, order in enumerate(orders):
        group = 1 if grouped else None
        body += image(f"{t}.jpg", "".join(shape(15 * k, "car", group, **{name: k}) for k in order))
    put_cvat(path, body)
    (clip,) = read(path).values()
    assert columns(clip) == {str(t): {k: 15 * k for k in (1, 2, 3)} for t in range(len(orders))}
    assert not clip.issues


def test_an_attribute_that_nobody_filled_in_says_nothing(tmp_path: Path) -> None:
    both = shape(5, track_id=0) + shape(40, track_id=0)
    put_cvat(tmp_path / "a.xml", image("0.jpg", both) + image("1.jpg", both))
    (clip,) = read(tmp_path / "a.xml").values()
    assert columns(clip) == {"0": {1: 5, 2: 40}, "1": {1: 5, 2: 40}}


def test_order_is_never_taken_without_a_word(tmp_path: Path) -> None:
    both, one = shape(5) + shape(40), shape(20)
    body = "".join(image(f"{t}.jpg", inner) for t, inner in enumerate((both, one, both)))
    put_cvat(tmp_path / "a.xml", body)
    (issue,) = next(iter(read(tmp_path / "a.xml").values())).issues
    assert issue.severity is Severity.WARNING
    for word in ("frames 0, 2", "'car'", "order"):
        assert word in str(issue)


def test_one_shape_of_a_label_in_each_frame_is_one_object(tmp_path: Path) -> None:
    put_cvat(tmp_path / "a.xml", image("0.jpg", shape(5)) + image("1.jpg", shape(40)))
    (clip,) = read(tmp_path / "a.xml").values()
    assert columns(clip) == {"0": {1: 5}, "1": {1: 40}}
    (issue,) = clip.issues
    assert issue.severity is Severity.NOTE and "'car'" in issue.text


def test_images_without_a_shape_are_not_annotated(tmp_path: Path) -> None:
    inner = {0: shape(5), 9: shape(14)}
    body = "".join(image(f"c/{t:05d}.jpg", inner.get(t, "")) for t in range(10))
    put_cvat(tmp_path / "annotations.xml", body)
    put_frames(tmp_path / "images/c", [f"{t:05d}" for t in range(10)], HW)
    clip = read(tmp_path)["c"]
    sources = clip.annotation.track(1)["source"].tolist()
    assert sources == [Source.PAINTED, *[Source.NONE] * 8, Source.PAINTED]
    assert "frames 00001, 00002" in texts(clip)
    report = import_dataset(listed(tmp_path), tmp_path / "p.vosgui", ImportOptions())
    assert report.n_frames == 2


PHOTOS = image("b/x.jpg", shape(5)) + image("b/y.jpg", shape(5), hw=(96, 128))
SIZES = image("b/0.jpg", shape(5)) + image("b/1.jpg", shape(5), hw=(96, 128))
GARBLED = image("b/0.jpg", shape(5)).replace('width="64"', 'width="wide"')


def test_images_of_several_sizes_are_clips_of_their_own(tmp_path: Path) -> None:
    put_cvat(tmp_path / "annotations.xml", image("a/0.jpg", shape(5)) + PHOTOS)
    put_frames(tmp_path / "images/b", ["x"], HW)
    put_frames(tmp_path / "images/b", ["y"], (96, 128))
    dataset = listed(tmp_path)
    assert "b: " in str(dataset.issues[0]) and "64x48, 128x96" in str(dataset.issues[0])
    clips = {one.name: one.read() for one in dataset.clips}
    assert {name: one.annotation.hw for name, one in clips.items()} == {
        "a": HW,
        "x": HW,
        "y": (96, 128),
    }
    assert clips["y"].frames == tmp_path / "images/b/y.jpg"
    only_b = replace(dataset, clips=tuple(one for one in dataset.clips if one.name != "a"))
    report = import_dataset(only_b, tmp_path / "p.vosgui", ImportOptions())
    assert (report.n_clips, report.n_frames) == (2, 2)


@pytest.mark.parametrize(("broken", "words"), [(SIZES, ("64x48", "128x96")), (GARBLED, ("wide",))])
def test_a_broken_clip_is_left_out_alone(
    tmp_path: Path, broken: str, words: tuple[str, ...]
) -> None:
    put_cvat(tmp_path / "annotations.xml", image("a/0.jpg", shape(5)) + broken)
    writer = write_format("masks").writer(WriteOptions())
    with pytest.raises(DatasetError, match=words[0]):
        convert(listed(tmp_path), writer, tmp_path / "out", 1)
    report = convert(listed(tmp_path), writer, tmp_path / "out", 1, skip_broken=True)
    assert (report.n_clips, report.n_frames) == (1, 1)
    (issue,) = (one for one in report.issues if one.severity is Severity.ERROR)
    assert issue.clip == "b"
    assert all(word in issue.text for word in words)


def test_sizes_that_are_left_out_are_those_of_the_images(tmp_path: Path) -> None:
    body = image("c/0.jpg", shape(5)).replace('width="64" height="48"', "")
    put_cvat(tmp_path / "annotations.xml", body)
    with pytest.raises(DatasetError, match="size"):
        read(tmp_path)
    put_frames(tmp_path / "images/c", ["0"], HW)
    assert_masks(read(tmp_path)["c"], {"0": boxes(at(5), HW)})


def test_numbers_are_read_however_they_are_written(tmp_path: Path) -> None:
    body = image("0.jpg", shape(5, group="3.0")).replace('"64"', '"64.0"').replace('"0"', '"0.0"')
    put_cvat(tmp_path / "a.xml", body)
    (clip,) = read(tmp_path / "a.xml").values()
    assert columns(clip) == {"0": {3: 5}}


def test_groups_that_are_words_are_names(tmp_path: Path) -> None:
    body = image("0.jpg", shape(5, group="left")) + image("1.jpg", shape(20, group="left"))
    put_cvat(tmp_path / "a.xml", body)
    (clip,) = read(tmp_path / "a.xml").values()
    assert columns(clip) == {"0": {1: 5}, "1": {1: 20}}


def test_files_of_several_tasks_lie_in_one_folder(tmp_path: Path) -> None:
    for n, name in enumerate(("a", "b")):
        put_cvat(tmp_path / f"flat/{name}.xml", image("0.jpg", shape(5 + n)))
        put_cvat(tmp_path / f"deep/{name}/annotations.xml", image("0.jpg", shape(5 + n)))
    for folder in ("flat", "deep"):
        clips = read(tmp_path / folder)
        assert {name: columns(clip) for name, clip in clips.items()} == {
            "a": {"0": {1: 5}},
            "b": {"0": {1: 6}},
        }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_of_windows_editors_are_read(tmp_path: Path, encoding: str) -> None:
    path = put_cvat(tmp_path / "a.xml", image("0.jpg", shape(5, "straße")))
    text = path.read_text().replace("utf-8", encoding[:6].rstrip("-"))
    path.write_bytes(text.encode(encoding))
    (clip,) = read(path).values()
    assert clip.annotation.objects[0].category == "straße"


@pytest.mark.parametrize("said", ["utf-8", "GBK"])
def test_another_encoding_is_named_with_what_to_do(tmp_path: Path, said: str) -> None:
    path = put_cvat(tmp_path / "a.xml", image("0.jpg", shape(5, "汽车")))
    path.write_bytes(path.read_text().replace("utf-8", said).encode("gbk"))
    with pytest.raises(DatasetError, match=r"a\.xml.*UTF-8.*iconv"):
        listed(path)


def test_images_of_two_videos_without_folders_are_clips_of_their_own(tmp_path: Path) -> None:
    body = "".join(
        image(f"{name}_{t:05d}.jpg", shape(x + t))
        for name, x in (("v1", 5), ("v2", 40))
        for t in (0, 1)
    )
    put_cvat(tmp_path / "annotations.xml", body)
    stems = [f"{name}_{t:05d}" for name in ("v1", "v2") for t in (0, 1)]
    put_frames(tmp_path / "images", stems, HW)
    dataset = listed(tmp_path)
    assert [source.name for source in dataset.clips] == ["v1", "v2"]
    assert "v1" in str(dataset.issues[0]) and "v2" in str(dataset.issues[0])
    clips = read(tmp_path)
    assert columns(clips["v1"]) == {"v1_00000": {1: 5}, "v1_00001": {1: 6}}
    assert columns(clips["v2"]) == {"v2_00000": {1: 40}, "v2_00001": {1: 41}}
    assert [clip.frames for clip in clips.values()] == [tmp_path / "images"] * 2


def test_frames_of_a_video_stay_one_clip(tmp_path: Path) -> None:
    body = "".join(image(f"frame_{t:06d}", shape(5 + t)) for t in (0, 1, 10))
    put_cvat(tmp_path / "annotations.xml", body)
    dataset = listed(tmp_path)
    assert len(dataset.clips) == 1
    assert not dataset.issues
