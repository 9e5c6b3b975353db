"""labelme: where files and images lie, and which of them are a clip."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

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
)
from tests.trees import masks_of, put_frames, put_text
from vosgui.datasets.convert import convert
from vosgui.datasets.import_ import ImportOptions, import_dataset
from vosgui.errors import DatasetError
from vosgui.formats.registry import write_format
from vosgui.formats.writer import WriteOptions


def test_folders_of_one_name_are_two_clips(tmp_path: Path) -> None:
    put(tmp_path / "day1/cam0", [shape("car", CAR)], NAMES[:2])
    put(tmp_path / "day2/cam0", [shape("car", DOG)], NAMES[:2])
    clips = [source.read() for source in listed(tmp_path).clips]
    assert len({clip.name for clip in clips}) == 2
    assert [areas(clip)["00000"] for clip in clips] == [[121], [176]]
    report = import_dataset(listed(tmp_path), tmp_path / "p.vosgui", ImportOptions())
    assert (report.n_clips, report.n_frames) == (2, 4)


@pytest.mark.parametrize(
    "image", ["../images/{}.jpg", "..\\images\\{}.jpg", "{}.jpg", "C:\\x\\{}.jpg"]
)
def test_images_lie_beside_the_folder_of_files(tmp_path: Path, image: str) -> None:
    put_frames(tmp_path / "images", NAMES, HW)
    for name in NAMES:
        text = json.dumps(content([shape("car", CAR)], image.format(name)))
        put_text(tmp_path / f"labels/{name}.json", text)
    report = import_dataset(listed(tmp_path), tmp_path / "p.vosgui", ImportOptions())
    assert (report.n_clips, report.n_frames) == (1, 3)


def test_folders_are_found_where_they_lie_deeper(tmp_path: Path) -> None:
    for day in ("day1", "day2"):
        put(tmp_path / f"in/set/{day}/cam0", [shape("car", CAR)], NAMES[:1])
    assert len(listed(tmp_path / "in").clips) == 2


def test_one_file_is_a_clip(tmp_path: Path) -> None:
    put(tmp_path, [shape("car", CAR)])
    assert areas(read(tmp_path / "00001.json")) == {"00001": [121]}


def test_a_file_is_of_the_image_of_its_own_name(tmp_path: Path) -> None:
    put(tmp_path, [shape("car", CAR)])
    text = json.dumps(content([shape("car", DOG)], "00000.jpg"))  # a copy, renamed with its image
    put_text(tmp_path / "00001.json", text)
    assert areas(read(tmp_path)) == {"00000": [121], "00001": [176], "00002": [121]}


def test_two_files_of_one_image_are_refused(tmp_path: Path) -> None:
    put(tmp_path, [shape("car", CAR)])
    put_text(tmp_path / "copy.json", json.dumps(content([shape("car", DOG)], "00000.jpg")))
    with pytest.raises(DatasetError, match=r"00000\.json.*copy\.json"):
        read(tmp_path)


def flat_folder(folder: Path, names: tuple[str, ...] = ("v1", "v2")) -> Path:
    """Write two frames of each of some videos into one folder, a car each at another place."""
    for n, name in enumerate(names):
        car = shape("car", [[x + 6 * n, y] for x, y in CAR], group_id=1)
        put(folder, [car], (f"{name}_00000", f"{name}_00001"))
    return folder


def test_videos_in_one_folder_are_clips_of_their_own(tmp_path: Path) -> None:
    folder = flat_folder(tmp_path)
    put_text(folder / "settings_1.json", "{}")  # of another program
    dataset = listed(folder)
    assert [source.name for source in dataset.clips] == ["v1", "v2"]
    assert "v1 and v2" in str(dataset.issues[0]) or "v1, v2" in str(dataset.issues[0])
    for n, source in enumerate(dataset.clips):
        clip = source.read()
        assert list(masks_of(clip)) == [f"v{n + 1}_00000", f"v{n + 1}_00001"]
        columns = np.flatnonzero(clip.annotation.mask(0).any(axis=0))
        assert columns[0] == 5 + 6 * n
        assert (clip.frames, clip.frame_names) == (folder, tuple(masks_of(clip)))


def test_a_counted_series_in_one_folder_is_one_clip(tmp_path: Path) -> None:
    put(tmp_path, [shape("car", CAR)], ("frame_000000", "frame_000005", "frame_000010"))
    dataset = listed(tmp_path)
    (source,) = dataset.clips
    assert not dataset.issues
    assert source.read().frames == tmp_path


def test_frames_of_several_clips_in_one_folder_are_no_clip_of_a_project(tmp_path: Path) -> None:
    dataset = listed(flat_folder(tmp_path / "in"))
    project = tmp_path / "p.vosgui"
    for overwrite in (False, True):
        with pytest.raises(DatasetError, match=r"v1.*v2|v2.*v1") as caught:
            import_dataset(dataset, project, ImportOptions(overwrite=overwrite))
        assert str(tmp_path / "in") in str(caught.value)
    assert not project.exists()


def test_frames_of_several_clips_in_one_folder_are_written_with_their_masks(tmp_path: Path) -> None:
    dataset = listed(flat_folder(tmp_path / "in"))
    writer = write_format("youtube-vos").writer(WriteOptions())
    convert(dataset, writer, tmp_path / "out", 1)
    found = {one.parent.name for one in (tmp_path / "out").rglob("*.jpg")}
    assert found == {"v1", "v2"}
    assert len(list((tmp_path / "out").rglob("*.jpg"))) == 4
