"""A dataset that is shared out: what each part is given, and where its images are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.trees import boxes, put_frames, put_palette, put_text
from tests.youtubevos_reader import read_tree
from vosgui.cli.main import main
from vosgui.media.palette import read_mask

SPLIT = ["split.json", "test", "train", "truth", "valid"]
STEMS = ["00000", "00005", "00010"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "whole" / "train"
    videos = {}
    for category in ("ant", "bee", "cat"):
        for n in range(4):
            name = f"{category}{n}"
            put_frames(root / "JPEGImages" / name, STEMS)
            for t, stem in enumerate(STEMS):
                objects = {1: (0, 0, 5, 5)} | ({2: (8, 8, 3, 3)} if t else {})
                put_palette(root / f"Annotations/{name}/{stem}.png", boxes(objects))
            entry = {"category": category, "frames": STEMS}
            videos[name] = {"objects": {"1": entry, "2": {"category": "", "frames": STEMS[1:]}}}
    put_text(root / "meta.json", json.dumps({"videos": videos}))
    return root


def split(tree: Path, out: Path, *words: object) -> int:
    return main(["split", *map(str, (tree, "--out", out, "--workers", 1, "--quiet", *words))])


def lists(out: Path) -> dict[str, list[str]]:
    return json.loads((out / "split.json").read_text())["videos"]


@pytest.mark.parametrize("images", ["copy", "link", "symlink"])
def test_each_part_is_what_a_reader_of_youtube_vos_takes(
    tree: Path, tmp_path: Path, images: str
) -> None:
    out = tmp_path / "out"
    assert split(tree, out, "--unseen", "cat", "--valid", 1, "--test", 2, "--images", images) == 0
    assert sorted(one.name for one in out.iterdir()) == SPLIT
    parts = lists(out)
    assert parts["test-unseen"] == ["cat0", "cat1", "cat2", "cat3"]
    assert [len(parts[one]) for one in ("train", "valid", "test-seen")] == [2, 2, 4]
    train = read_tree(out / "train", style="train")
    assert sorted(train) == parts["train"]
    assert all(list(clip.masks) == STEMS for clip in train.values())
    for folder, names in (("valid", ["valid"]), ("test", ["test-seen", "test-unseen"])):
        given = read_tree(out / folder, style="valid")
        assert sorted(given) == sorted(name for part in names for name in parts[part])
        for clip in given.values():
            assert list(clip.frames) == STEMS
            # object 1 begins in the first frame, object 2 in the second
            assert {stem: np.unique(mask).tolist() for stem, mask in clip.masks.items()} == {
                "00000": [0, 1],
                "00005": [0, 2],
            }
    for part in ("valid", "test-seen", "test-unseen"):
        truth = out / "truth" / part
        assert sorted(one.name for one in truth.iterdir()) == parts[part]
        for path in truth.rglob("*.png"):
            np.testing.assert_array_equal(
                read_mask(path), read_mask(tree / "Annotations" / path.relative_to(truth))
            )
    predictions = tmp_path / "predictions"  # of all tests: those of the part alone are scored
    shutil.copytree(out / "truth" / "test-seen", predictions)
    shutil.copytree(out / "truth" / "test-unseen", predictions, dirs_exist_ok=True)
    words = [out / "truth" / "test-unseen", predictions, "--workers", 1, "--quiet"]
    assert main(["evaluate", *map(str, words)]) == 0
    for path in out.rglob("*.jpg"):
        source = tree / path.relative_to(out).relative_to(path.relative_to(out).parts[0])
        assert path.read_bytes() == source.read_bytes()
        assert path.is_symlink() == (images == "symlink")
        assert path.samefile(source) == (images != "copy")


def test_the_same_seed_gives_the_same_bytes_and_it_goes_on_where_it_stopped(
    tree: Path, tmp_path: Path
) -> None:
    trees = []
    for name in ("one", "two"):
        broken = tree / "Annotations" / "bee3" / "00010.png"
        whole = broken.read_bytes()
        if name == "two":
            words = ("--valid", 1, "--test", 1)
            broken.write_bytes(b"")
            assert split(tree, tmp_path / name, *words) == 2
            assert not (tmp_path / name).exists()
            broken.write_bytes(whole)
        assert split(tree, tmp_path / name, "--valid", 1, "--test", 1) == 0
        root = tmp_path / name
        files = [path for path in root.rglob("*") if path.is_file()]
        trees.append({path.relative_to(root): path.read_bytes() for path in files})
    assert trees[0] == trees[1]
    assert split(tree, tmp_path / "three", "--valid", 1, "--test", 1, "--seed", 7) == 0
    assert lists(tmp_path / "three") != lists(tmp_path / "one")


def test_a_part_without_videos_has_no_folder(tree: Path, tmp_path: Path) -> None:
    assert split(tree, tmp_path / "out", "--valid", 0, "--test", 0) == 0
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["split.json", "train"]


def test_what_is_wrong_is_said_before_anything_is_written(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert split(tree, tmp_path / "out", "--unseen", "cats") == 2
    assert "'cats'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
