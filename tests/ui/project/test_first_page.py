"""The page without a clip: by keys alone, and what it says of a project without clips."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip
from vosgui.project.project import Project
from vosgui.ui.main_window import MainWindow
from vosgui.ui.project.empty_state import MOST_PX


def focused(window: MainWindow) -> str:
    has_keys = QApplication.focusWidget()
    assert isinstance(has_keys, QPushButton) and has_keys.window() is window
    return has_keys.text().replace("&", "")


def test_its_buttons_and_recent_ones_go_by_keys(
    qtbot: QtBot, empty_window: MainWindow, clip_folder: Path
) -> None:
    empty_window.settings.recent = [str(clip_folder)]
    empty_window.empty.refresh()
    QApplication.processEvents()
    seen = [focused(empty_window)]
    for _ in range(4):
        has_keys = QApplication.focusWidget()
        assert has_keys is not None
        qtbot.keyClick(has_keys, Qt.Key.Key_Tab)
        seen.append(focused(empty_window))
    assert seen[:3] == ["Open clip", "Open folder of images", "Open project"]
    assert seen[4].startswith(clip_folder.name)
    with qtbot.waitSignal(empty_window.session.frame_loaded):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def test_a_project_without_clips_offers_to_add_some(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    Project.create(tmp_path / "birds.vosgui").close()
    page, actions = empty_window.empty, empty_window.actions_
    assert not actions["add_files"].isEnabled()
    with qtbot.waitSignal(empty_window.opener.opened):
        empty_window.opener.open_path(tmp_path / "birds.vosgui")
    assert page.title.text() == "birds has no clips yet"
    assert focused(empty_window).startswith("Add videos")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    dialog = empty_window.findChild(QFileDialog)
    assert dialog is not None
    folder = make_clip(tmp_path / "clips" / "one", 3)
    dialog.reject()
    with qtbot.waitSignal(empty_window.adder.ended):
        empty_window.adder.add([folder])
    assert "no clips" not in page.title.text()


def test_a_long_name_does_not_widen_the_window(empty_window: MainWindow, tmp_path: Path) -> None:
    folder = tmp_path / ("a clip with a long name " * 5)
    folder.mkdir()
    empty_window.settings.recent = [str(folder)]
    empty_window.empty.refresh()
    assert empty_window.empty.minimumSizeHint().width() < 2 * MOST_PX + 100
