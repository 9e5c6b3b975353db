"""What a person is asked while clips are opened and saved, answered in the dialogs themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip, open_clip, paint_square
from vosgui.ui.main_window import MainWindow
from vosgui.ui.style.forms import ask_into


@pytest.fixture(autouse=True)
def _own_dialogs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show Qt's own file dialogs: the system's could not be answered."""
    monkeypatch.setattr(QFileDialog, "open", _open_drawn)


def _open_drawn(dialog: QFileDialog) -> None:
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.show()


def choose(qtbot: QtBot, path: Path) -> None:
    """Choose a path in the file dialog that is shown."""
    (dialog,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog))
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(path.name)
    dialog.fileSelected.emit(str(path))
    dialog.close()
    dialog.setParent(None)
    dialog.deleteLater()


def press(window: MainWindow, name: str, button: str) -> None:
    box = window.findChild(QMessageBox, name)
    assert box is not None and box.isVisible()
    next(b for b in box.buttons() if b.text().replace("&", "") == button).click()


def test_a_folder_and_a_project_are_asked_for_and_opened(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    window, clip = empty_window, make_clip(tmp_path / "one")
    window.actions_["open_folder"].trigger()
    with qtbot.waitSignal(window.session.frame_loaded):
        choose(qtbot, clip)
    assert window.session.info.path == clip
    project = window.opener.project
    assert project is not None
    path = project.path
    window.actions_["close_clip"].trigger()
    window.actions_["open_project"].trigger()
    with qtbot.waitSignal(window.session.frame_loaded):
        choose(qtbot, path)
    assert window.session.info.path == clip


@pytest.mark.parametrize(("button", "suffix"), [("Folder…", ""), ("Video file…", "/00000.png")])
def test_a_clip_is_added_to_the_open_project(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, button: str, suffix: str
) -> None:
    other = make_clip(tmp_path / "other", n_frames=1)
    window.actions_["add_clip"].trigger()
    press(window, "add_clip", button)
    with qtbot.waitSignal(window.session.frame_loaded):
        choose(qtbot, Path(f"{other}{suffix}"))
    assert window.opener.project is not None
    assert len(window.opener.project.clips) == 2


def test_a_copy_is_saved_where_the_person_says(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    paint_square(window)
    window.actions_["save_as"].trigger()
    with qtbot.waitSignal(window.saver.ended):
        choose(qtbot, tmp_path / "copy.vosgui")
    assert window.opener.project is not None
    assert window.opener.project.path == tmp_path / "copy.vosgui"


@pytest.mark.parametrize("button", ["Find folder…", "Find file…"])
def test_a_clip_that_moved_is_found_again(
    qtbot: QtBot, window: MainWindow, clip_folder: Path, tmp_path: Path, button: str
) -> None:
    paint_square(window)
    mask = window.session.annotation.mask(0).copy()
    assert window.opener.project is not None
    project = window.opener.project.path
    window.actions_["close_clip"].trigger()
    moved = clip_folder.rename(tmp_path / "moved")
    with qtbot.waitSignal(window.opener.clip_moved):
        window.opener.open_path(project)
    press(window, "clip_moved", button)
    with qtbot.waitSignal(window.session.frame_loaded):
        choose(qtbot, moved)
    assert (window.session.annotation.mask(0) == mask).all()


def test_what_was_open_is_offered_in_the_menu(
    qtbot: QtBot, window: MainWindow, clip_folder: Path, tmp_path: Path
) -> None:
    gone = make_clip(tmp_path / "gone")
    open_clip(qtbot, window, gone)
    window.actions_["close_clip"].trigger()
    gone.rename(tmp_path / "elsewhere")
    recent = next(
        m for m in window.findChildren(QMenu) if m.title().replace("&", "") == "Open recent"
    )
    recent.aboutToShow.emit()
    offered = {action.toolTip().splitlines()[0]: action for action in recent.actions()}
    assert not offered[str(gone)].isEnabled()
    with qtbot.waitSignal(window.session.frame_loaded):
        offered[str(clip_folder)].trigger()
    assert window.session.info.path == clip_folder


def test_a_path_is_asked_for_and_put_into_its_line(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    edit, heard = QLineEdit(window), []
    mode = QFileDialog.FileMode.AnyFile
    ask_into(edit, "Which", mode, lambda: heard.append(edit.text()), name_filter="All (*)")
    choose(qtbot, tmp_path / "there")
    assert heard == [str(tmp_path / "there")]
