"""The window where nothing can be written: one line, and what is open stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip, paint_square
from vosgui.ui.main_window import MainWindow

Disk = tuple[Path, Callable[[], None]]


@pytest.fixture
def disk(read_only_disk: Disk) -> Iterator[Path]:
    """Return a folder on a disk that is read-only by now."""
    folder, close = read_only_disk
    (folder / "there").mkdir()
    close()
    yield folder


def said(window: MainWindow, path: Path) -> QMessageBox:
    """Return the one dialog, which names a path in one line and holds no trace."""
    (box,) = window.findChildren(QMessageBox)
    assert str(path) in box.text() and "\n" not in box.text()
    assert "Traceback" not in box.detailedText()
    return box


def test_saving_there(qtbot: QtBot, window: MainWindow, disk: Path) -> None:
    paint_square(window)
    for target in (disk / "copy.vosgui", disk / "new" / "copy.vosgui"):
        with qtbot.waitSignal(window.saver.failed):
            window.saver.save_as(target)
        said(window, target).close()
        qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
    paint_square(window, 1)
    assert window.session.annotation.frames_with_mask() == (0, 1)


def test_a_clip_whose_project_would_lie_there(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, disk: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("XDG_DATA_HOME", str(disk))
    with qtbot.waitSignal(empty_window.session.failed):
        empty_window.opener.open_path(make_clip(tmp_path / "clips" / "one", 3))
    said(empty_window, disk).close()
    assert not empty_window.session.is_open
    monkeypatch.undo()
    with qtbot.waitSignal(empty_window.session.frame_loaded):
        empty_window.opener.open_path(tmp_path / "clips" / "one")


def test_settings_that_would_lie_there(
    qtbot: QtBot, window: MainWindow, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(disk))
    window.close()
    box = said(window, disk)
    assert window.isVisible() and not window.session.is_open
    box.accept()
    qtbot.waitUntil(lambda: not window.isVisible())
