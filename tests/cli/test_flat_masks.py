"""Masks of several videos in one folder, through every command that reads trees of masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.trees import boxes, masks_of, put_frames, put_palette
from vosgui.cli.main import main
from vosgui.engine.training.tree_source import annotated_clips
from vosgui.errors import DatasetError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import detect

A, B = (1, 1, 5, 5), (6, 8, 4, 5)
STEMS = {"videoA": ["videoA_00001", "videoA_00002"], "videoB": ["videoB_00001", "videoB_00002"]}
BOXES = {"videoA": boxes({1: A}), "videoB": boxes({1: B})}


def put_masks(folder: Path) -> Path:
    for clip, stems in STEMS.items():
        for stem in stems:
            put_palette(folder / f"{stem}.png", BOXES[clip])
    return folder


def read(root: Path) -> dict[str, LabelledClip]:
    return {source.name: source.read() for source in detect(root).list_clips(root).clips}


def assert_apart(clips: dict[str, LabelledClip], names: dict[str, str]) -> None:
    assert sorted(clips) == sorted(names.values())
    for clip, name in names.items():
        masks = masks_of(clips[name])
        assert len(masks) == len(clips[name].frame_names) == 2
        for mask in masks.values():
            np.testing.assert_array_equal(mask, BOXES[clip])


SAME = {"videoA": "videoA", "videoB": "videoB"}


@pytest.mark.parametrize("masks", ["", "Annotations", "masks", "train/Annotations"])
def test_names_tell_videos_in_one_folder_apart(tmp_path: Path, masks: str) -> None:
    put_masks(tmp_path / masks)
    assert_apart(read(tmp_path), SAME)
    (listed,) = {str(one) for one in detect(tmp_path).list_clips(tmp_path).issues}
    assert "videoA, videoB" in listed


def test_each_has_the_frames_of_its_own(tmp_path: Path) -> None:
    put_masks(tmp_path / "Annotations")
    put_frames(tmp_path / "JPEGImages", [stem for stems in STEMS.values() for stem in stems])
    clips = read(tmp_path)
    assert_apart(clips, SAME)
    assert clips["videoB"].frame_names == tuple(STEMS["videoB"])
    assert [len(clip.frames) for clip in annotated_clips(tmp_path)] == [2, 2]
    assert main(["convert", str(tmp_path), "--to", "mose", "--out", str(tmp_path / "out")]) == 0
    assert_apart(read(tmp_path / "out"), SAME)


def test_frames_may_lie_in_folders_of_the_videos(tmp_path: Path) -> None:
    put_masks(tmp_path / "Annotations")
    for clip, stems in STEMS.items():
        put_frames(tmp_path / "JPEGImages" / clip, stems)
    clips = read(tmp_path)
    assert_apart(clips, SAME)
    for name, clip in clips.items():
        assert clip.frames == tmp_path / "JPEGImages" / name


def test_folders_of_several_videos_are_told_apart_too(tmp_path: Path) -> None:
    put_masks(tmp_path / "Annotations/day")
    put_frames(tmp_path / "JPEGImages/day", [stem for stems in STEMS.values() for stem in stems])
    assert_apart(read(tmp_path), SAME)


def test_what_names_do_not_tell_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for n, (y, x, h, w) in enumerate([A, B]):
        for t in range(2):
            put_palette(tmp_path / f"{t:05d}_{n}.png", boxes({1: (y, x, h, w)}))
    with pytest.raises(DatasetError, match=f"{tmp_path}.*00000, 00001.*folder"):
        read(tmp_path)
    assert main(["compare", str(tmp_path), str(tmp_path)]) == 2
    assert main(["convert", str(tmp_path), "--to", "mose", "--out", str(tmp_path / "o")]) == 2
    assert all(line.startswith("vosgui") for line in capsys.readouterr().err.splitlines() if line)


def test_numbers_in_front_of_names_are_no_one_clip(tmp_path: Path) -> None:
    for name, box in (("videoA", A), ("videoB", B)):
        for t in range(2):
            put_palette(tmp_path / f"{t:05d}_{name}.png", boxes({1: box}))
    with pytest.raises(DatasetError, match="videoA, videoB"):
        read(tmp_path)


def test_masks_beside_frames_that_begin_otherwise_are_not_their_clip(tmp_path: Path) -> None:
    for t in range(2):
        put_palette(tmp_path / f"mask_{t:05d}.png", boxes({1: A}))
        put_palette(tmp_path / f"frame_{t:05d}.png", boxes({1: B}))
    with pytest.raises(DatasetError, match="frame, mask"):
        read(tmp_path)


def test_two_sides_in_one_folder_each_are_compared_clip_by_clip(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_masks(tmp_path / "a")
    for clip, stems in STEMS.items():
        for stem in stems:
            put_palette(tmp_path / "b" / clip / f"{stem}.png", BOXES[clip])
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    assert "(2 objects, 4 scores)" in capsys.readouterr().out


def test_propagate_does_not_run_from_one_video_into_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_palette(tmp_path / "Annotations/videoA_00001.png", BOXES["videoA"])
    put_palette(tmp_path / "Annotations/videoB_00001.png", BOXES["videoB"])
    put_frames(tmp_path / "JPEGImages", [stem for stems in STEMS.values() for stem in stems])
    words = ["--dataset", str(tmp_path), "--out", str(tmp_path / "out"), "--model", "flow"]
    assert main(["propagate", *words]) == 2
    said = "".join(capsys.readouterr())
    assert "several videos" in said and "videoA, videoB" in said
