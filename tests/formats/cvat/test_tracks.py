"""CVAT for video: tracks, shapes that CVAT exports as tracks, and frames of videos in steps."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.cvat.files import (
    HW,
    brush,
    image,
    key,
    listed,
    points,
    project,
    put_cvat,
    read,
    shape,
    task,
    track,
)
from tests.trees import assert_masks, boxes, masks_of, put_frames, texts
from vosgui.core.issues import Severity
from vosgui.core.track import Source
from vosgui.datasets.import_ import ImportOptions, import_dataset
from vosgui.errors import DatasetError
from vosgui.formats.dataset import LabelledClip, placed_on
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project


def only(path: Path) -> LabelledClip:
    (clip,) = read(path).values()
    return clip


def test_tasks_of_one_project_are_clips_of_their_own_size(tmp_path: Path) -> None:
    large = (96, 128)
    body = "".join(
        track(n, "".join(key(t, x) for t in range(3)), more=f' task_id="{i}" subset="default"')
        for n, (i, x) in enumerate([(11, 10), (12, 90)])
    )
    meta = project(task(11, "street", 3), task(12, "park", 3, large))
    put_cvat(tmp_path / "annotations.xml", body, meta)
    clips = read(tmp_path)
    names = ("000000", "000001", "000002")
    assert_masks(clips["street"], dict.fromkeys(names, boxes({1: (5, 10, 10, 8)}, HW)))
    assert_masks(clips["park"], dict.fromkeys(names, boxes({2: (5, 90, 10, 8)}, large)))


def test_tracks_that_do_not_say_of_which_task_they_are_are_refused(tmp_path: Path) -> None:
    meta = project(task(1, "a", 3), task(2, "b", 3))
    put_cvat(tmp_path / "annotations.xml", track(0, key(0, 5)), meta)
    with pytest.raises(DatasetError, match="2 tasks"):
        only(tmp_path)


@given(t=st.lists(st.integers(0, 5), min_size=2, max_size=6, unique=True), step=st.integers(1, 7))
@settings(deadline=None)
def test_shapes_of_one_group_are_one_object(
    t: list[int], step: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cvat") / "a.xml"
    frames = [step * one for one in t]
    body = "".join(
        track(n, brush(at) + brush(at + step, outside=1), more=' group_id="1"')
        for n, at in enumerate(frames)
    )
    more = f"<frame_filter>step={step}</frame_filter>"
    put_cvat(path, body, task(1, "clip", 6, more=more))
    clip = only(path)
    expected = boxes({1: (10, 10, 10, 10)}, HW)
    assert_masks(clip, {f"{at:06d}": expected for at in frames})
    # That CVAT ends each of them is no absence of the object.
    assert Source.ABSENT not in clip.annotation.track(1)["source"].tolist()


def test_masks_without_a_group_are_tied_by_label(tmp_path: Path) -> None:
    tracks = [track(0, brush(0)), track(1, brush(1), "dog"), track(2, brush(2)), track(3, brush(4))]
    put_cvat(tmp_path / "a.xml", "".join(tracks), task(1, "clip", 6))
    clip = only(tmp_path / "a.xml")
    assert [one.category for one in clip.annotation.objects] == ["car", "dog"]
    assert "'car'" in texts(clip)


def test_two_masks_of_a_label_in_a_frame_are_told_apart_by_order_and_said(tmp_path: Path) -> None:
    tracks = [track(n, brush(t, 10 + 20 * (n % 2))) for n, t in enumerate((0, 0, 3, 3))]
    put_cvat(tmp_path / "a.xml", "".join(tracks), task(1, "clip", 6))
    clip = only(tmp_path / "a.xml")
    assert len(clip.annotation.objects) == 2
    (issue,) = clip.issues
    assert issue.severity is Severity.WARNING and "frames 000000, 000003" in str(issue)


def test_other_shapes_of_one_frame_stay_their_own_and_are_told(tmp_path: Path) -> None:
    tracks = [track(n, key(t, 5) + key(t + 1, 5, outside=1)) for n, t in enumerate((0, 2))]
    put_cvat(tmp_path / "a.xml", "".join(tracks), task(1, "clip", 6))
    clip = only(tmp_path / "a.xml")
    assert len(clip.annotation.objects) == 2
    assert "2 tracks (0, 1)" in texts(clip)


def test_tracks_of_one_group_stay_their_own(tmp_path: Path) -> None:
    body = "".join(
        track(n, key(0, 5 + 20 * n) + key(3, 9 + 20 * n), more=' group_id="1"') for n in range(2)
    )
    put_cvat(tmp_path / "a.xml", body, task(1, "clip", 6))
    assert len(only(tmp_path / "a.xml").annotation.objects) == 2


def test_a_track_that_ends_is_absent_from_then_on(tmp_path: Path) -> None:
    body = track(0, key(0, 5) + key(3, 5) + key(4, 5, outside=1))
    put_cvat(tmp_path / "a.xml", body, task(1, "clip", 6))
    track_of = only(tmp_path / "a.xml").annotation.track(1)
    assert track_of["source"].tolist() == [Source.PAINTED, Source.PAINTED, Source.ABSENT]


def test_a_polygon_of_two_points_is_left_out_alone(tmp_path: Path) -> None:
    bad = key(1, 6).replace(points(6, 5, 8, 10), "6,10;16,10")
    body = track(0, key(0, 5) + bad + key(2, 7))
    body += track(1, "".join(key(t, 40) for t in range(3)), "dog")
    put_cvat(tmp_path / "annotations.xml", body, task(1, "clip", 3))
    clip = read(tmp_path)["clip"]
    dog = boxes({2: (5, 40, 10, 8)}, HW)
    cars = {t: boxes({1: (5, 5 + t, 10, 8)}, HW) if t != 1 else 0 for t in range(3)}
    assert_masks(clip, {f"{t:06d}": dog + car for t, car in cars.items()})
    assert clip.annotation.track(1)["source"].tolist()[1] == Source.NONE
    (issue,) = clip.issues
    assert issue.severity is Severity.WARNING
    for word in ("clip clip", "frame 000001", "'car'", "2 points"):
        assert word in str(issue)


TURNED = {
    "box": 'xtl="10" ytl="19" xbr="50" ybr="29" rotation="90.00"',
    "ellipse": 'cx="30" cy="24" rx="20" ry="5" rotation="90.00"',
}


@pytest.mark.parametrize("kind", TURNED)
@pytest.mark.parametrize("in_track", [True, False])
def test_shapes_are_turned(tmp_path: Path, kind: str, in_track: bool) -> None:
    tag = f'<{kind} label="car" {TURNED[kind]} z_order="0"'
    inner = f'{tag} frame="0" keyframe="1" outside="0"/>'
    image = f'<image id="0" name="000000" width="64" height="48">{tag}/></image>'
    body = track(0, inner + inner.replace('"0" keyframe', '"2" keyframe')) if in_track else image
    put_cvat(tmp_path / "a.xml", body, task(1, "clip", 3))
    ys, xs = masks_of(only(tmp_path / "a.xml"))["000000"].nonzero()
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == (25, 35, 4, 44)


def test_an_object_beyond_the_frame_is_said(tmp_path: Path) -> None:
    body = track(0, key(0, 5) + key(1, 5)) + track(1, key(0, 90) + key(1, 40), "dog")
    put_cvat(tmp_path / "a.xml", body, task(1, "clip", 3))
    (issue,) = only(tmp_path / "a.xml").issues
    for word in ("frame 000000", "'dog'", "no pixel of the frame"):
        assert word in str(issue)


def stepped(path: Path) -> Path:
    """Write a file of frames 10, 15 and 20 of a video, and return its folder."""
    more = "<start_frame>10</start_frame><frame_filter>step=5</frame_filter>"
    body = track(0, key(10, 10) + key(20, 20))
    put_cvat(path / "annotations.xml", body, task(1, "clip", 3, more=more))
    return path


@pytest.mark.parametrize(
    ("names", "places"),
    [
        ([f"frame_{t:06d}" for t in (10, 15, 20)], (0, 2)),
        ([f"{t:05d}" for t in (10, 15, 20)], (0, 2)),
        ([f"shot-{t}.left" for t in range(30)], (10, 20)),
        ([f"frame_{t:06d}" for t in range(3)], (0, 2)),  # numbered anew by who exported them
        ([f"{t:05d}" for t in range(1, 4)], (0, 2)),
    ],
)
def test_frames_are_matched_by_the_videos_numbers(
    tmp_path: Path, names: list[str], places: tuple[int, ...]
) -> None:
    put_frames(stepped(tmp_path) / "images", names, HW)
    import_dataset(listed(tmp_path), tmp_path / "p.vosgui", ImportOptions())
    with Project.open(tmp_path / "p.vosgui") as opened:
        annotation = opened.history(opened.clips[0].id).annotation
        assert annotation.frames_with_mask() == places


def test_images_of_a_video_are_matched_by_its_numbers(tmp_path: Path) -> None:
    names = ("frame_000010", "frame_000020")
    put_cvat(tmp_path / "annotations.xml", "".join(image(name, shape(5)) for name in names))
    put_frames(tmp_path / "video", [f"{t:05d}" for t in range(30)], HW)
    with open_clip(tmp_path / "video") as frames:
        assert placed_on(only(tmp_path), frames.info).annotation.frames_with_mask() == (10, 20)


def test_frames_of_other_numbers_are_refused(tmp_path: Path) -> None:
    put_frames(stepped(tmp_path) / "images", [f"{t:05d}" for t in range(12)], HW)
    with open_clip(tmp_path / "images") as frames, pytest.raises(DatasetError, match="000020"):
        placed_on(only(tmp_path), frames.info)


def test_a_size_that_is_left_out_is_that_of_the_frames(tmp_path: Path) -> None:
    body = track(0, key(0, 5) + key(1, 5))
    put_cvat(tmp_path / "annotations.xml", body, "<task><name>clip</name></task>")
    with pytest.raises(DatasetError, match="size"):
        only(tmp_path)
    put_frames(tmp_path / "clip", ("frame_000000", "frame_000001"), HW)
    assert_masks(only(tmp_path), dict.fromkeys(("000000", "000001"), boxes({1: (5, 5, 10, 8)}, HW)))
