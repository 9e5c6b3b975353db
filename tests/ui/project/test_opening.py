"""Opening clips and projects: nothing is lost, and nothing is silently replaced."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip, open_clip, paint_square
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import load_settings

Left = Qt.MouseButton.LeftButton


def reopened(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.actions_["close_clip"].trigger()
    assert not window.session.is_open
    open_clip(qtbot, window, path)


def answer(window: MainWindow, name: str, button: str) -> None:
    """Press a button of a question that is shown."""
    box = window.findChild(QMessageBox, name)
    assert box is not None
    assert box.isVisible()
    next(b for b in box.buttons() if b.text().replace("&", "") == button).click()


def test_frame_object_and_masks_are_as_they_were_left(
    qtbot: QtBot, window: MainWindow, clip_folder: Path
) -> None:
    paint_square(window)
    second = paint_square(window, 3)
    window.session.go_to(7)
    mask = window.session.annotation.mask(3).copy()
    reopened(qtbot, window, clip_folder)
    assert (window.session.t, window.session.object_id) == (7, second)
    assert (window.session.annotation.mask(3) == mask).all()
    assert window.session.history.undo_label == "Brush"


def test_where_one_stays_is_kept_before_the_clip_is_left(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    """A process that is killed leaves none: the next one opens what was worked at."""
    with qtbot.waitSignal(window.session.frame_loaded):
        window.opener.add_clip(make_clip(tmp_path / "other", 6, seed=2))
    window.session.go_to(3)
    project = window.opener.project
    kept = window.opener.clip_id, {"t": 3, "object": 0}

    def found() -> tuple[int, dict[str, int] | None]:
        return project.setting(None, "clip", 0, int), project.setting(kept[0], "place")

    qtbot.waitUntil(lambda: found() == kept)


def test_the_empty_window_offers_what_was_open(
    qtbot: QtBot, window: MainWindow, clip_folder: Path
) -> None:
    assert not window.empty.isVisible()
    window.close()
    assert load_settings().recent == [str(clip_folder)]
    again = MainWindow()
    qtbot.addWidget(again)
    again.show()
    buttons = again.empty.findChildren(QPushButton)
    row = next(b for b in buttons if b.toolTip() == str(clip_folder))
    with qtbot.waitSignal(again.session.frame_loaded):
        qtbot.mouseClick(row, Left)
    assert again.session.info.path == clip_folder
    again.close()


def test_the_demo_comes_with_its_first_masks(qtbot: QtBot, empty_window: MainWindow) -> None:
    with qtbot.waitSignal(empty_window.session.frame_loaded):
        empty_window.actions_["open_demo"].trigger()
    session = empty_window.session
    assert [o.name for o in session.annotation.objects] == ["koi", "beach ball"]
    assert set(session.annotation.given(0)) == {1, 2}
    session.undo()
    assert not session.annotation.objects, "the masks are one edit"


def test_a_dropped_clip_is_opened(
    qtbot: QtBot, empty_window: MainWindow, clip_folder: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(clip_folder))])
    event = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, data, Left, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(empty_window.session.frame_loaded):
        empty_window.dropEvent(event)
    assert empty_window.session.info.name == "square"


def test_what_is_no_clip_is_told_in_one_line(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"this is not a video")
    with qtbot.waitSignal(window.session.failed):
        window.opener.open_path(broken)
    box = window.findChild(QMessageBox, "error")
    assert box is not None
    assert "broken.mp4" in box.text()
    assert "\n" not in box.text()
    assert "Traceback" not in box.detailedText()
    assert window.session.info.name == "square", "what was open still is"
    box.close()


def test_another_clip_at_the_same_path_is_asked_for(
    qtbot: QtBot, window: MainWindow, clip_folder: Path
) -> None:
    paint_square(window)
    window.actions_["close_clip"].trigger()
    shutil.rmtree(clip_folder)
    make_clip(clip_folder, seed=1)
    with qtbot.waitSignal(window.opener.clip_changed):
        window.opener.open_path(clip_folder)
    assert not window.session.is_open
    with qtbot.waitSignal(window.session.frame_loaded):
        answer(window, "clip_changed", "Begin anew")
    assert not window.session.annotation.objects
    # Put back, the old clip finds its annotation again: nothing was overwritten.
    window.actions_["close_clip"].trigger()
    shutil.rmtree(clip_folder)
    make_clip(clip_folder)
    with qtbot.waitSignal(window.opener.clip_changed):
        window.opener.open_path(clip_folder)
    with qtbot.waitSignal(window.session.frame_loaded):
        window.opener.start_anew()
    assert len(window.session.annotation.objects) == 1


@pytest.fixture
def saved_project(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Path:
    """Return a project of two clips; it is open at the second."""
    paint_square(window)
    project = tmp_path / "work" / "two.vosgui"
    project.parent.mkdir()
    with qtbot.waitSignal(window.saver.ended):
        window.saver.save_as(project)
    with qtbot.waitSignal(window.session.frame_loaded):
        window.opener.add_clip(make_clip(tmp_path / "clips" / "other", 8, seed=2))
    return project


def test_a_project_lists_its_clips_and_opens_at_the_last(
    qtbot: QtBot, window: MainWindow, saved_project: Path
) -> None:
    view = window.clips.view
    assert window.clips.isVisible()
    assert [row.record.name for row in window.clips.model.rows] == ["square", "other"]
    reopened(qtbot, window, saved_project)
    assert window.session.info.name == "other"
    first = view.visualRect(window.clips.model.index(0)).center()
    with qtbot.waitSignal(window.session.frame_loaded):
        qtbot.mouseClick(view.viewport(), Left, pos=first)
    assert window.session.info.name == "square"
    assert len(window.session.annotation.objects) == 1


def test_saving_elsewhere_takes_history_along_and_leaves_the_old_project(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    paint_square(window)
    assert window.opener.project is not None
    before = window.opener.project.path
    with qtbot.waitSignal(window.saver.ended):
        window.saver.save_as(tmp_path / "copy.vosgui")
    assert window.opener.project.path == tmp_path / "copy.vosgui"
    assert window.session.history.undo_label == "Brush"
    paint_square(window, 4)
    reopened(qtbot, window, before)
    assert len(window.session.annotation.objects) == 1
    reopened(qtbot, window, tmp_path / "copy.vosgui")
    assert len(window.session.annotation.objects) == 2


def test_one_clip_needs_no_list(window: MainWindow) -> None:
    assert not window.clips.isVisible()


def test_a_moved_clip_is_asked_for_and_found(
    qtbot: QtBot, window: MainWindow, saved_project: Path, clip_folder: Path, tmp_path: Path
) -> None:
    window.opener.show_clip(window.opener.project.clips[0].id)
    qtbot.waitUntil(lambda: window.session.is_open and window.session.info.name == "square")
    window.actions_["close_clip"].trigger()
    elsewhere = tmp_path / "elsewhere"
    shutil.move(clip_folder, elsewhere)
    with qtbot.waitSignal(window.opener.clip_moved):
        window.opener.open_path(saved_project)
    assert not window.session.is_open
    answer(window, "clip_moved", "Find folder…")
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(window.session.frame_loaded):
        dialog.fileSelected.emit(str(elsewhere))
        dialog.close()
    assert window.session.info.path == elsewhere
    assert len(window.session.annotation.objects) == 1


def test_a_wrong_clip_in_place_of_a_moved_one_is_refused(
    qtbot: QtBot, window: MainWindow, saved_project: Path, tmp_path: Path
) -> None:
    project = window.opener.project
    assert project is not None
    window.opener.show_clip(project.clips[0].id)
    qtbot.waitUntil(lambda: window.session.is_open and window.session.info.name == "square")
    window.actions_["close_clip"].trigger()
    shutil.move(tmp_path / "clips" / "square", tmp_path / "gone")
    with qtbot.waitSignal(window.opener.clip_moved):
        window.opener.open_path(saved_project)
    with qtbot.waitSignal(window.opener.clip_moved) as heard:
        window.opener.relocate(tmp_path / "clips" / "other")
    assert "not the clip square" in str(heard.args[1])
    window.opener.give_up()
    assert window.opener.project is None


def test_a_project_in_use_elsewhere_is_told(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    missing = tmp_path / "missing.vosgui"
    with qtbot.waitSignal(window.session.failed) as heard:
        window.opener.open_path(missing)
    assert "missing.vosgui" in str(heard.args[0])
    assert window.session.is_open
