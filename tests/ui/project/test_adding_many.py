"""Many clips are added at once, while the window goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip
from vosgui.media.clips_under import clips_under
from vosgui.ui.main_window import MainWindow


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a folder of five clips in folders of folders, a broken video, and other files."""
    root = tmp_path / "tree"
    for n, name in enumerate(("a", "b", "deep/c", "deep/deeper/d", "deep/deeper/e")):
        make_clip(root / name, 3, seed=n)
    (root / "broken.mp4").write_bytes(b"no video at all")
    (root / "notes.txt").write_text("not a clip", "utf-8")
    make_clip(root / ".hidden", 2)
    return root


def names(window: MainWindow) -> list[str]:
    return [record.name for record in window.opener.records]


def test_clips_are_found_in_the_order_of_names(tree: Path) -> None:
    found = [str(path.relative_to(tree)) for path in clips_under(tree)]
    assert found == ["broken.mp4", "a", "b", "deep/c", "deep/deeper/d", "deep/deeper/e"]
    assert list(clips_under(tree / "broken.mp4")) == [tree / "broken.mp4"]


def test_a_tree_is_added_and_what_is_broken_is_named(
    qtbot: QtBot, window: MainWindow, tree: Path
) -> None:
    window.actions_["add_tree"].trigger()
    (dialog,) = window.findChildren(QFileDialog)
    with qtbot.waitSignal(window.adder.ended):
        dialog.fileSelected.emit(str(tree))
        assert window.actions_["stop"].isEnabled()
    dialog.close()
    assert names(window) == ["square", "a", "b", "c", "d", "e"]
    said = window.message.label.text()
    assert said.startswith("5 clips added. 1 could not be read: ")
    assert str(tree / "broken.mp4") in said
    assert window.clips.model.rowCount() == 6


def test_clips_that_are_there_are_not_added_twice(
    qtbot: QtBot, window: MainWindow, tree: Path
) -> None:
    for _ in range(2):
        with qtbot.waitSignal(window.adder.ended):
            window.adder.add([tree / "a", tree / "deep"])
            qtbot.keyClick(window.canvas, Qt.Key.Key_Right)  # work goes on
    assert names(window) == ["square", "a", "c", "d", "e"]
    assert window.message.label.text() == "0 clips added."
    assert window.session.t == 2


def test_escape_stops_it_and_what_was_added_stays(
    qtbot: QtBot, window: MainWindow, tree: Path
) -> None:
    with qtbot.waitSignal(window.adder.ended):
        window.adder.add([tree])
        with qtbot.waitSignal(window.adder.yielded):
            pass
        qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert names(window)[0] == "square"
    assert len(names(window)) <= 6
    assert "added" in window.message.label.text()
    assert not window.adder.is_running
