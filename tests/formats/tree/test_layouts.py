"""Folders of masks as people keep them: which is a clip, which holds its frames, what is none."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trees import assert_masks, boxes, put_frames, put_image, put_palette, put_text
from vosgui.cli.main import main
from vosgui.core.issues import Severity
from vosgui.errors import DatasetError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.locate import locate
from vosgui.formats.registry import detect
from vosgui.formats.tree.folders import FRAME_FOLDERS, MASK_FOLDERS
from vosgui.project.project import Project

A, B = (1, 1, 5, 5), (6, 8, 4, 5)
STEMS = ["00000", "00001", "00002"]
TWO = boxes({1: A, 2: B})


def put_masks(folder: Path, mask: np.ndarray = TWO) -> None:
    for stem in STEMS:
        put_palette(folder / f"{stem}.png", mask)


def clips_in(root: Path) -> dict[str, LabelledClip]:
    row, place = locate(root, "auto")
    dataset = row.list_clips(place)
    return {source.name: source.read() for source in dataset.clips}


def run(*words: object) -> int:
    return main([str(word) for word in words])


def assert_two(clip: LabelledClip, frames: Path | None) -> None:
    assert_masks(clip, dict.fromkeys(STEMS, TWO))
    assert clip.frames == frames


@pytest.mark.parametrize(
    ("frames", "masks"),
    [*zip(FRAME_FOLDERS, [*MASK_FOLDERS, *MASK_FOLDERS], strict=False), ("Images", "Masks"),
     ("JPEGImages", "Annotations"), ("images", "labels"), ("imgs", "annotations")],
)  # fmt: skip
@pytest.mark.parametrize("end", ["jpg", "png"])
def test_a_clip_has_folders_of_frames_and_of_masks(
    tmp_path: Path, frames: str, masks: str, end: str
) -> None:
    for clip in ("b", "a"):
        put_masks(tmp_path / clip / masks)
        for stem in STEMS:
            put_image(
                tmp_path / clip / frames / f"{stem}.{end}", np.full((12, 16, 3), 90, np.uint8)
            )
    found = clips_in(tmp_path)
    assert list(found) == ["a", "b"]
    for name, clip in found.items():
        assert_two(clip, tmp_path / name / frames)


@pytest.mark.parametrize("given", ["", "masks"])
def test_the_folder_of_one_clip_will_do(tmp_path: Path, given: str) -> None:
    put_masks(tmp_path / "walk/masks")
    put_frames(tmp_path / "walk/images", STEMS)
    ((name, clip),) = clips_in(tmp_path / "walk" / given).items()
    assert name == "walk"
    assert_two(clip, tmp_path / "walk/images")


@pytest.mark.parametrize("split", ["", "train", "val"])
def test_masks_and_images_with_folders_of_clips(tmp_path: Path, split: str) -> None:
    for clip in ("a", "b"):
        put_masks(tmp_path / split / "masks" / clip)
        put_frames(tmp_path / split / "images" / clip, STEMS)
    found = clips_in(tmp_path)
    assert list(found) == ["a", "b"]
    assert_two(found["b"], tmp_path / split / "images/b")


def test_masks_alone(tmp_path: Path) -> None:
    for clip in ("a", "b"):
        put_masks(tmp_path / clip / "masks")
    found = clips_in(tmp_path)
    assert list(found) == ["a", "b"]
    assert_two(found["a"], None)


def test_clips_in_groups_are_told_apart(tmp_path: Path) -> None:
    for folder in ("day1/cam0", "day2/cam0", "day2/cam1"):
        put_masks(tmp_path / "tree/Annotations" / folder)
        put_frames(tmp_path / "tree/JPEGImages" / folder, STEMS)
        put_masks(tmp_path / "plain" / folder)
    for root in ("tree", "plain"):
        found = clips_in(tmp_path / root)
        assert list(found) == ["day1_cam0", "day2_cam0", "cam1"]
    assert_two(clips_in(tmp_path / "tree")["cam1"], tmp_path / "tree/JPEGImages/day2/cam1")
    assert_two(found["cam1"], None)


def test_a_folder_of_one_value_each_is_an_object(tmp_path: Path) -> None:
    for masks in ("plain/walk", "own/walk/masks"):
        put_masks(tmp_path / masks / "dog", boxes({255: A}))
        put_masks(tmp_path / masks / "man", boxes({255: B}))
    put_frames(tmp_path / "own/walk/images", STEMS)
    for root in ("plain", "own"):
        ((name, clip),) = clips_in(tmp_path / root).items()
        assert name == "walk"
        assert [one.name for one in clip.annotation.objects] == ["dog", "man"]
        assert_masks(clip, dict.fromkeys(STEMS, TWO))
    assert clip.frames == tmp_path / "own/walk/images"


@pytest.mark.parametrize("top", ["", "top/"])
@pytest.mark.parametrize(
    ("frames", "masks"),
    [
        ("JPEGImages/{}", "Annotations/{}"),
        ("images/{}", "masks/{}"),
        ("train/JPEGImages/{}", "train/Annotations/{}"),
        ("{}/images", "{}/masks"),
    ],
)
@pytest.mark.parametrize("clips", [["vid1"], ["vid1", "vid2"]])
def test_a_folder_of_one_value_each_is_an_object_wherever_its_clip_has_frames(
    tmp_path: Path, top: str, frames: str, masks: str, clips: list[str]
) -> None:
    for clip in clips:
        put_frames(tmp_path / (top + frames).format(clip), STEMS)
        for name, where in (("1", A), ("2", B)):
            put_masks(tmp_path / (top + masks).format(clip) / name, 255 * boxes({1: where}))
    found = clips_in(tmp_path)
    assert sorted(found) == clips
    for clip in clips:
        assert_two(found[clip], tmp_path / (top + frames).format(clip))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["00000_1", "00000_2", "00001_1"], ("00000", "00001")),
        (["1-1_5", "1-1_6", "1-2_7"], ()),
        (["a", "b"], ()),
        (STEMS, ()),
    ],
)
def test_masks_that_are_numbered_anew_in_one_folder_are_doubted(
    tmp_path: Path, names: list[str], said: tuple[str, ...]
) -> None:
    put_frames(tmp_path / "images", names)
    for name in names:
        put_palette(tmp_path / f"masks/{name}.png", TWO)
    (clip,) = clips_in(tmp_path).values()
    doubts = [one for one in clip.issues if one.severity == Severity.WARNING]
    assert len(doubts) == bool(said)
    assert all(one in str(doubts[0]) for one in said)


def test_a_mask_of_several_objects_in_a_folder_of_one_is_named(tmp_path: Path) -> None:
    put_masks(tmp_path / "walk/dog", boxes({1: A}))
    put_palette(tmp_path / "walk/dog/00001.png", TWO)  # the middle one tells
    assert detect(tmp_path).name == "masks"
    for n in range(3, 9):
        put_palette(tmp_path / f"walk/dog/{n:05d}.png", boxes({1: A}))
    assert detect(tmp_path).name == "object-folders"
    with pytest.raises(DatasetError, match=r"dog/00001\.png holds 1, 2"):
        clips_in(tmp_path)


def test_frames_and_masks_in_one_folder_are_told_so(tmp_path: Path) -> None:
    put_frames(tmp_path / "walk", [f"frame_{stem}" for stem in STEMS])
    for stem in STEMS:
        put_palette(tmp_path / f"walk/frame_{stem}_mask.png", TWO)
    with pytest.raises(DatasetError, match=r"one folder, .*walk.*JPEGImages/walk"):
        clips_in(tmp_path)


def test_masks_without_any_frame_of_theirs_are_no_success(tmp_path: Path) -> None:
    put_frames(tmp_path / "JPEGImages/c", ["a", "b"])
    put_masks(tmp_path / "Annotations/c")
    with pytest.raises(DatasetError, match=r"00000.*00002.*a to b"):
        clips_in(tmp_path)


def test_folders_that_lie_beside_a_clip_are_named(tmp_path: Path) -> None:
    put_masks(tmp_path / "walk")
    put_masks(tmp_path / "walk/preview")
    dataset = detect(tmp_path / "walk").list_clips(tmp_path / "walk")
    assert [clip.name for clip in dataset.clips] == ["walk"]
    assert "preview" in str(dataset.issues[0])


@pytest.mark.parametrize("clip", ["b.json", "instances.json", "a.xml", "d.mp4", "e.zip"])
def test_a_clip_may_be_called_like_a_file(tmp_path: Path, clip: str) -> None:
    put_masks(tmp_path / "Annotations" / clip)
    put_frames(tmp_path / "JPEGImages" / clip, STEMS)
    assert_two(clips_in(tmp_path)[clip], tmp_path / "JPEGImages" / clip)


def test_what_a_system_leaves_is_no_clip(tmp_path: Path) -> None:
    put_masks(tmp_path / "walk/masks")
    put_frames(tmp_path / "walk/images", STEMS)
    for stray in ("__MACOSX/walk/masks/._00000.png", "walk/masks/._00001.png", ".DS_Store",
                  "walk/masks/Thumbs.db", "walk/images/.DS_Store", "__MACOSX/x.png"):  # fmt: skip
        put_text(tmp_path / stray, "\0\5\x16\7")
    ((name, clip),) = clips_in(tmp_path).items()
    assert name == "walk"
    assert_two(clip, tmp_path / "walk/images")


def test_an_imported_clip_is_called_like_the_clip(tmp_path: Path) -> None:
    for clip in ("a", "b"):
        put_masks(tmp_path / clip / "masks")
        put_frames(tmp_path / clip / "images", STEMS)
    project = tmp_path / "p.vosgui"
    assert run("import", tmp_path, "--project", project, "--workers", 1, "--quiet") == 0
    with Project.open(project) as opened:
        assert [record.name for record in opened.clips] == ["a", "b"]


@st.composite
def loose_trees(draw: st.DrawFn) -> tuple[list[str], str, str]:
    """Return paths of clips, and what their folders of frames and masks are called."""
    word = st.sampled_from(["a", "b2", "cam.1", "2024.05.01", "walk the dog", "x_y"])
    depth = draw(st.integers(1, 2))
    clips = draw(st.sets(st.tuples(*[word] * depth), min_size=1, max_size=4))
    pairs = list(product(FRAME_FOLDERS, MASK_FOLDERS))
    frames, masks = draw(st.sampled_from(pairs))
    case = draw(st.sampled_from([str.lower, str.title, str.upper]))
    return ["/".join(parts) for parts in sorted(clips)], case(frames), case(masks)


@settings(max_examples=25, deadline=None)
@given(
    tree=loose_trees(), digits=st.tuples(st.integers(1, 7), st.integers(1, 7)), above=st.booleans()
)
def test_no_clip_and_no_object_is_lost_or_mixed(
    tmp_path_factory: pytest.TempPathFactory,
    tree: tuple[list[str], str, str],
    digits: tuple[int, int],
    above: bool,
) -> None:
    root = tmp_path_factory.mktemp("tree")
    clips, frames, masks = tree
    for n, clip in enumerate(clips):
        places = [root / masks / clip, root / frames / clip] if above else [
            root / clip / masks, root / clip / frames]  # fmt: skip
        for t in range(2):
            box = {1: (n, t, 4, 4), 2: (7, 9 - n, 3, 3 + t)}
            put_palette(places[0] / f"{t:0{digits[0]}d}.png", boxes(box))
            put_image(places[1] / f"{t:0{digits[1]}d}.jpg", np.zeros((12, 16, 3), np.uint8))
    found = clips_in(root)
    assert len(found) == len(clips)
    for n, (clip, path) in enumerate(zip(found.values(), clips, strict=True)):
        assert clip.name.endswith(path.split("/")[-1])
        assert clip.frames == (root / frames / path if above else root / path / frames)
        for t in range(2):
            np.testing.assert_array_equal(
                clip.annotation.mask(t), boxes({1: (n, t, 4, 4), 2: (7, 9 - n, 3, 3 + t)})
            )
