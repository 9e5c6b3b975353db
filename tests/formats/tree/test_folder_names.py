"""Folders of frames and masks under the names that people give them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import assert_masks, boxes, put_frames, put_image, put_palette
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import detect
from vosgui.formats.tree.folders import is_frame_role, is_mask_role

STEMS = ["00000", "00001"]
TWO = boxes({1: (1, 1, 5, 5), 2: (6, 8, 4, 5)})
FRAMES = ["raw", "input", "left", "RGB", "jpegs", "JPEGImages_24fps", "original", "my_recording"]
MASKS = [
    "GT_object_level_masks",
    "ground-truth",
    "InstanceMasks",
    "gt",
    "labels_png",
    "Annotations",
]


def read(root: Path) -> dict[str, LabelledClip]:
    return {source.name: source.read() for source in detect(root).list_clips(root).clips}


def put_masks(folder: Path) -> None:
    for stem in STEMS:
        put_palette(folder / f"{stem}.png", TWO)


@pytest.mark.parametrize("masks", MASKS)
@pytest.mark.parametrize("frames", FRAMES)
@pytest.mark.parametrize("layout", ["{role}/{clip}", "{clip}/{role}"])
def test_frames_are_found_beside_masks(
    tmp_path: Path, layout: str, frames: str, masks: str
) -> None:
    for clip in ("walk", "run"):
        put_masks(tmp_path / layout.format(role=masks, clip=clip))
        put_frames(tmp_path / layout.format(role=frames, clip=clip), STEMS)
    found = read(tmp_path)
    assert sorted(found) == ["run", "walk"]
    for clip, one in found.items():
        assert one.frames == tmp_path / layout.format(role=frames, clip=clip)
        assert_masks(one, dict.fromkeys(STEMS, TWO))


@pytest.mark.parametrize("frames", ["raw", "left", "input_png"])
def test_frames_that_are_no_jpegs_are_no_masks(tmp_path: Path, frames: str) -> None:
    put_masks(tmp_path / "walk/masks")
    for n, stem in enumerate(STEMS):
        put_image(tmp_path / f"walk/{frames}/{stem}.png", TWO[..., None].repeat(3, axis=2) + n)
    (one,) = read(tmp_path).values()
    assert one.frames == tmp_path / "walk" / frames


def test_a_folder_that_is_found_by_its_files_is_named(tmp_path: Path) -> None:
    put_masks(tmp_path / "Annotations/walk")
    put_frames(tmp_path / "of_the_day/walk", STEMS)
    put_frames(tmp_path / "overlay/walk", STEMS)
    dataset = detect(tmp_path).list_clips(tmp_path)
    assert dataset.clips[0].read().frames == tmp_path / "of_the_day/walk"
    assert any("of_the_day" in str(one) for one in dataset.issues)


@pytest.mark.parametrize("masks", ["annos", "labelTrue", "of_my_tool"])
def test_clips_of_frames_are_no_objects_of_an_unlisted_folder(tmp_path: Path, masks: str) -> None:
    one = boxes({1: (1, 1, 5, 5)})  # as a folder of an object has it
    for clip in ("walk", "run"):
        put_frames(tmp_path / "images" / clip, STEMS)
        for stem in STEMS:
            put_palette(tmp_path / masks / clip / f"{stem}.png", one)
    found = read(tmp_path)
    assert sorted(found) == ["run", "walk"]
    for clip, labelled in found.items():
        assert labelled.frames == tmp_path / "images" / clip
        assert_masks(labelled, dict.fromkeys(STEMS, one))


def test_of_two_folders_none_is_taken(tmp_path: Path) -> None:
    put_masks(tmp_path / "Annotations/walk")
    for name in ("monday", "tuesday"):
        put_frames(tmp_path / name / "walk", STEMS)
    (one,) = read(tmp_path).values()
    assert one.frames is None


@pytest.mark.parametrize("name", ["left", "raw", "frame_1", "image_2", "dog_masks", "mask_1"])
def test_clips_may_be_called_nearly_so(tmp_path: Path, name: str) -> None:
    for clip in (name, "walk"):
        put_masks(tmp_path / clip)
    assert sorted(read(tmp_path)) == sorted([name, "walk"])


def test_words_of_a_name_tell_its_role() -> None:
    assert is_mask_role("video_instance_masks") and not is_frame_role("video_instance_masks")
    assert is_frame_role("Frames-480p") and not is_mask_role("Frames-480p")
    assert is_frame_role("raw", ["dog", "GT"]) and not is_frame_role("raw", ["dog"])
