"""The hidden folder in which a dataset grows: whose it is, who is at it, and what is kept."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from vosgui.datasets.resuming.partial_tree import PartialTree, partial_folder, partial_tree
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


class _Interrupt:
    """Raises KeyboardInterrupt at the nth line of partial_tree.py that is run from now on."""

    def __init__(self, n: int) -> None:
        self.n_left = n

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename != sys.modules[partial_tree.__module__].__file__:
            return None
        if event == "line":
            self.n_left -= 1
            if self.n_left == 0:
                raise KeyboardInterrupt
        return self


def finished(target: Path, interrupt: _Interrupt) -> None:
    """Write a whole tree, interrupted while what it grew in is removed."""
    before = sys.gettrace()
    try:
        with partial_tree(target, ["a"]) as partial:
            put(partial, "a")
            partial.gather(["a"]).replace(target)
            sys.settrace(interrupt)
    finally:
        sys.settrace(before)


def test_an_interrupt_at_any_line_of_the_end_leaves_the_whole_tree_alone(tmp_path: Path) -> None:
    for n in range(1, 1000):
        target = tmp_path / str(n) / "new" / "out"
        interrupt = _Interrupt(n)
        try:
            finished(target, interrupt)
        except KeyboardInterrupt:
            assert interrupt.n_left == 0
        assert [path.name for path in target.parent.iterdir()] == ["out"], n
        assert (target / "Annotations/a/00000.png").read_text() == "a"
        if interrupt.n_left > 0:
            break
    assert n > 20  # there were that many lines


def test_an_interrupt_at_any_line_of_the_end_keeps_clips_that_are_whole(tmp_path: Path) -> None:
    for n in range(1, 1000):
        target = tmp_path / str(n) / "out"
        interrupt, before = _Interrupt(n), sys.gettrace()
        try:
            with partial_tree(target, ["a"]) as partial:
                put(partial, "a")
                sys.settrace(interrupt)
        except KeyboardInterrupt:
            assert interrupt.n_left == 0
        finally:
            sys.settrace(before)
        with partial_tree(target, ["a"]) as partial:
            assert partial.whole("a") is not None, n
        if interrupt.n_left > 0:
            break
    assert n > 10


def test_one_at_a_time(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with partial_tree(target, ["a"]) as partial:
        put(partial, "a")
        before = left(target)
        with (
            pytest.raises(TargetError, match="Another command is writing"),
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
