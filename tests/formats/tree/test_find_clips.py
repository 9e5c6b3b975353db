"""Which clips of masks a tree has, whatever folder of it is named, and how two are paired."""

from __future__ import annotations

from pathlib import Path

import pytest

from vosgui.core.words import some_of
from vosgui.datasets.find_masks import find_masks
from vosgui.datasets.mask_sources import pair_clips
from vosgui.errors import DatasetError
from vosgui.formats.tree.meta import find_object_table


def tree(root: Path, *files: str) -> Path:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()
    return root


def test_clips_and_frames_are_sorted_and_strangers_left_out(tmp_path: Path) -> None:
    tree(tmp_path, "b/00005.png", "b/00000.png", "a/1.png", "b/.hidden.png", "b/note.txt")
    tree(tmp_path, "empty/readme.md")
    clips = find_masks(tmp_path)
    assert list(clips) == ["a", "b"]
    assert clips["b"].frame_names == ("00000", "00005")
    assert clips["b"].path("00005") == tmp_path / "b" / "00005.png"


def test_a_folder_of_masks_is_one_clip(tmp_path: Path) -> None:
    clips = find_masks(tree(tmp_path / "bear", "0.png", "1.png"))
    assert [(clip.name, clip.frame_names) for clip in clips.values()] == [("bear", ("0", "1"))]


@pytest.mark.parametrize(
    "inner",
    [
        "Annotations",
        "Annotations/480p",
        "Annotations/Full-Resolution",
        "val/Annotations",
        "test-dev/Annotations/1080p",
    ],
)
def test_the_root_of_a_published_tree_will_do(tmp_path: Path, inner: str) -> None:
    tree(tmp_path, f"{inner}/bear/00000.png", "JPEGImages/bear/00000.jpg")
    assert list(find_masks(tmp_path)) == ["bear"]


def test_a_folder_without_masks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no folder"):
        find_masks(tmp_path / "absent")
    with pytest.raises(DatasetError, match="no masks"):
        find_masks(tree(tmp_path, "a/0.jpg"))


def test_single_clips_are_twins_whatever_their_names(tmp_path: Path) -> None:
    truth = find_masks(tree(tmp_path / "truth", "0.png"))
    pred = find_masks(tree(tmp_path / "pred", "0.png"))
    ((a, b),) = pair_clips(truth, pred)
    assert b is not None
    assert (a.name, b.name) == ("truth", "pred")


def test_clips_of_trees_are_paired_by_name(tmp_path: Path) -> None:
    truth = find_masks(tree(tmp_path / "truth", "a/0.png", "b/0.png"))
    pred = find_masks(tree(tmp_path / "pred", "b/0.png", "c/0.png"))
    assert [(a.name, b and b.name) for a, b in pair_clips(truth, pred)] == [("a", None), ("b", "b")]


def test_long_lists_are_cut() -> None:
    assert some_of(["a", "b"]) == "a, b"
    assert some_of([str(i) for i in range(8)]) == "0, 1, 2, 3, 4 and 3 more"


def test_the_one_split_of_a_tree_is_found(tmp_path: Path) -> None:
    root = tree(tmp_path, "train/Annotations/a/00000.png", "train/meta.json")
    assert list(find_masks(root)) == ["a"]
    assert find_object_table(root) == root / "train/meta.json"
    tree(root, "valid/Annotations/b/00000.png")
    with pytest.raises(DatasetError, match="train and valid"):
        find_masks(root)
