"""The hidden folder in which a dataset grows: whose it is, who is at it, and what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from vosgui.datasets.partial_tree import PartialTree, partial_folder, partial_tree
from vosgui.errors import TargetError
from vosgui.formats.writer import WrittenClip


def put(partial: PartialTree, key: str) -> None:
    """Write a clip of one file, named after its key."""
    with partial.stage() as files:
        (files / "Annotations" / key).mkdir(parents=True)
        (files / "Annotations" / key / "00000.png").write_text(key)
        partial.keep(files, key, WrittenClip(key, 1, 1))


def left(target: Path) -> list[str]:
    folder = partial_folder(target)
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(folder)) for path in files)


def test_whole_clips_are_kept_and_others_are_not(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with partial_tree(target, ["a", "b"]) as partial:
        put(partial, "a")
        with partial.stage() as files:
            (files / "half.png").write_text("half")
    assert left(target) == [
        "clips/a/files/Annotations/a/00000.png",
        "clips/a/written.json",
        "vosgui-export.lock",
    ]
    with partial_tree(target, ["c", "a"]) as partial:
        assert partial.whole("a") == WrittenClip("a", 1, 1)
        assert partial.whole("c") is None
    with partial_tree(target, ["c"]) as partial:
        assert partial.whole("a") is None
    assert list(tmp_path.iterdir()) == []


def test_what_lies_in_the_tree_already_is_gone_on_with(tmp_path: Path) -> None:
    target, keys = tmp_path / "out", ["a", "b"]
    with partial_tree(target, keys) as partial:
        for key in keys:
            put(partial, key)
        partial.gather(["a"])
    with partial_tree(target, keys) as partial:
        assert partial.whole("a")
        tree = partial.gather(keys)
        assert sorted(path.name for path in (tree / "Annotations").iterdir()) == keys
        tree.replace(target)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_clips_whose_files_are_gone_to_a_finished_tree_are_not_taken_for_whole(
    tmp_path: Path,
) -> None:
    target = tmp_path / "out"
    with partial_tree(target, ["a"]) as partial:
        put(partial, "a")
        partial.gather(["a"]).rename(tmp_path / "finished")
        # As a process leaves it that is killed here:
        (tmp_path / "copy").mkdir()
        for path in partial.folder.iterdir():
            path.rename(tmp_path / "copy" / path.name)
    (tmp_path / "copy").rename(partial_folder(target))
    with partial_tree(target, ["a"]) as partial:
        assert partial.whole("a") is None


def test_one_at_a_time(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with partial_tree(target, ["a"]) as partial:
        put(partial, "a")
        before = left(target)
        with (
            pytest.raises(TargetError, match="Another export is writing"),
            partial_tree(target, ["b"]),
        ):
            pass
        assert left(target) == before


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    mine = partial_folder(tmp_path / "out") / "clips" / "holiday.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with (
        pytest.raises(TargetError, match="was not made by an export"),
        partial_tree(tmp_path / "out", ["a"]),
    ):
        pass
    assert mine.read_text() == "mine"
