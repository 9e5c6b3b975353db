"""Projects as a person meets them: which one is open, where it lies, and what is remembered."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip, open_clip, paint_square
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import Settings, settings_file

Left = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def drop(window: MainWindow, *paths: Path) -> None:
    """Drag paths over the window and let them go there."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, at = Qt.DropAction.CopyAction, QPointF(50, 200)
    keys = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(at.toPoint(), copy, data, Left, keys))
    QApplication.sendEvent(window, QDropEvent(at, copy, data, Left, keys))


def answer(qtbot: QtBot, window: MainWindow, name: str, text: str) -> None:
    """Click a button of the question that is open."""
    boxes = [one for one in window.findChildren(QMessageBox, name) if one.isVisible()]
    (box,) = boxes
    buttons = box.findChildren(QPushButton)
    (button,) = [one for one in buttons if one.text().replace("&", "") == text]
    qtbot.mouseClick(button, Left)


def save_as(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.saver.ended):
        window.saver.save_as(path)


def place(window: MainWindow, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def test_a_clip_dropped_on_a_project_is_added_or_opened(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    first = window.opener.project
    assert first is not None
    drop(window, make_clip(tmp_path / "other", 6, seed=3))
    with qtbot.waitSignal(window.session.frame_loaded):
        answer(qtbot, window, "dropped", "Add to project")
    assert window.opener.project is first
    assert [record.name for record in window.opener.records] == ["square", "other"]
    drop(window, make_clip(tmp_path / "third", 6, seed=4))
    with qtbot.waitSignal(window.session.frame_loaded):
        answer(qtbot, window, "dropped", "Open")
    assert [record.name for record in window.opener.records] == ["third"]


def test_all_that_is_dropped_is_added_files_folders_and_trees(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    one = make_clip(tmp_path / "one", 4, seed=3)
    tree = make_clip(tmp_path / "tree" / "deep" / "two", 4, seed=4).parents[1]
    make_clip(tree / "three", 4, seed=5)
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    drop(window, one, tree, tmp_path / "broken.mp4", tmp_path / "work.vosgui")
    with qtbot.waitSignal(window.adder.ended):
        answer(qtbot, window, "dropped", "Add to project")
    assert [record.name for record in window.opener.records] == ["square", "one", "two", "three"]
    assert "broken.mp4" in window.message.label.text()


def test_a_tree_dropped_on_an_empty_window_becomes_a_project(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    window = empty_window
    for n, name in enumerate(("a", "b")):
        make_clip(tmp_path / "tree" / name, 4, seed=n)
    drop(window, tmp_path / "tree")
    answer(qtbot, window, "dropped", "New project…")
    (dialog,) = window.findChildren(QFileDialog)
    with qtbot.waitSignal(window.session.frame_loaded):
        dialog.fileSelected.emit(str(tmp_path / "new.vosgui"))
    dialog.close()
    assert window.opener.project is not None
    assert window.opener.project.path == tmp_path / "new.vosgui"
    assert [record.name for record in window.opener.records] == ["a", "b"]
    assert window.session.info.name == "a"


def test_a_project_opens_at_another_clip_where_the_last_one_is_not_found(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    save_as(qtbot, window, tmp_path / "mine.vosgui")
    with qtbot.waitSignal(window.session.frame_loaded):
        window.opener.add_clip(make_clip(tmp_path / "other", 6, seed=3))
    qtbot.keyClick(window.canvas, Qt.Key.Key_W, CTRL)
    (tmp_path / "other").rename(tmp_path / "away")
    window.opener.open_project(tmp_path / "mine.vosgui")
    with qtbot.waitSignal(window.session.frame_loaded):
        answer(qtbot, window, "clip_moved", "Cancel")
    assert window.session.info.name == "square"
    assert len(window.opener.records) == 2


def test_a_new_project_never_takes_the_place_of_a_file(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    save_as(qtbot, window, tmp_path / "mine.vosgui")
    with qtbot.waitSignal(window.session.failed):
        assert not window.opener.new_project(tmp_path / "mine.vosgui")
    assert window.session.is_open
    for box in window.findChildren(QMessageBox):
        box.close()


def test_a_project_that_is_dropped_is_opened_at_once(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    save_as(qtbot, window, tmp_path / "mine.vosgui")
    open_clip(qtbot, window, make_clip(tmp_path / "other", 6, seed=3))
    with qtbot.waitSignal(window.session.frame_loaded):
        drop(window, tmp_path / "mine.vosgui")
    assert window.findChild(QMessageBox, "dropped") is None
    assert window.session.info.name == "square"


def test_the_folder_of_a_clip_opens_the_project_it_was_saved_in(
    qtbot: QtBot, window: MainWindow, clip_folder: Path, tmp_path: Path
) -> None:
    save_as(qtbot, window, tmp_path / "mine.vosgui")
    paint_square(window)
    qtbot.keyClick(window.canvas, Qt.Key.Key_W, CTRL)
    open_clip(qtbot, window, clip_folder)
    assert window.opener.project is not None
    assert window.opener.project.path == tmp_path / "mine.vosgui"
    assert [entry.name for entry in window.session.annotation.objects] == ["object 1"]


def test_name_and_path_of_a_project_are_shown(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    assert window.windowTitle() == "square · 00000 · vosgui"
    save_as(qtbot, window, tmp_path / "mine.vosgui")
    assert window.windowTitle() == "mine · square · 00000 · vosgui"
    corner = window.menuBar().cornerWidget()
    assert corner.toolTip() == str(tmp_path / "mine.vosgui")


def test_saving_says_where_all_is_saved(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.canvas, Qt.Key.Key_S, CTRL)
    assert window.opener.project is not None
    assert str(window.opener.project.path) in window.message.label.text()
    assert window.message.isVisible()


def test_a_message_lies_over_no_picture_and_moves_nothing(window: MainWindow) -> None:
    before = place(window, window.canvas), place(window, window.timeline)
    window.session.warned.emit("something that is long to say: " + "and so on, " * 40)
    QApplication.processEvents()
    assert (place(window, window.canvas), place(window, window.timeline)) == before
    assert window.message.isVisible()
    assert not any(place(window, window.message).intersects(one) for one in before)


def test_settings_survive_a_kill(qtbot: QtBot, window: MainWindow, clip_folder: Path) -> None:
    def kept() -> Settings:
        path = settings_file()
        return (
            msgspec.json.decode(path.read_bytes(), type=Settings) if path.exists() else Settings()
        )

    qtbot.waitUntil(lambda: str(clip_folder) in kept().recent)  # and nobody has closed the window
    qtbot.keyClick(window.canvas, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: kept().opacity == 0.6)
