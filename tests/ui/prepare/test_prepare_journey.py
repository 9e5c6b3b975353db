"""From a long video to clips in a project, with keys and mouse; what is decided is never lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QCompleter, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.datasets.prepare.long_videos import Shot, write_shots
from tests.datasets.prepare.test_chosen import files
from tests.ui.prepare.conftest import RULES, Press, opened, settled
from tests.ui.windows import N_FRAMES
from vosgui.datasets.prepare.decisions import load_decisions
from vosgui.datasets.prepare.prepare import prepare
from vosgui.ui.actions.command_palette import CommandPalette
from vosgui.ui.main_window import MainWindow
from vosgui.ui.prepare import door
from vosgui.ui.prepare.window import PrepareWindow
from vosgui.ui.session.settings import load_settings

Key, Modifier = Qt.Key, Qt.KeyboardModifier
OF_THE_WINDOW = {"decisions.json", ".prepare.lock"}
CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier


def test_from_a_long_video_to_a_project(
    qtbot: QtBot,
    empty_window: MainWindow,
    view: PrepareWindow,
    press: Press,
    target: Path,
    video: Path,
    tmp_path: Path,
) -> None:
    desk = view.desk
    assert [one.verdict for one in desk.stretches] == ["open"] * 3
    press(Key.Key_PageDown)
    for _ in range(3):  # it goes on to the next by itself
        qtbot.keyClick(view.strip, Key.Key_A)
        assert "Undo Accept" in view.actions_["prepare.undo"].text()
    assert [one.verdict for one in desk.stretches] == ["accepted"] * 3
    with qtbot.waitSignal(view.writer.written):
        qtbot.keyClick(view.strip, Key.Key_Return, CTRL)
    settled(qtbot, view)
    assert all(desk.is_written(one) for one in desk.stretches)
    assert "3 clips of 225 frames" in view.message.label.text()
    assert not _on_screen(view.message).intersects(_on_screen(view.frame))  # nor over any picture
    # The command line writes the same bytes.
    prepare([video], tmp_path / "other", RULES, 1)
    written = {k: v for k, v in files(target).items() if k not in OF_THE_WINDOW}
    assert written == files(tmp_path / "other")
    with qtbot.waitSignal(empty_window.session.frame_loaded):
        qtbot.mouseClick(view.message.button, Qt.MouseButton.LeftButton)
    project = empty_window.opener.project
    assert project is not None and project.path == target / "clips.vosgui"
    assert [one.name for one in project.clips] == ["long_01", "long_02", "long_03"]
    # Once more, while that project is open: nothing comes twice.
    with qtbot.waitSignal(empty_window.session.frame_loaded):
        view.actions_["prepare.open_clips"].trigger()
    assert empty_window.opener.project is not None
    assert len(empty_window.opener.project.clips) == 3


def _on_screen(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint()), widget.size())


def test_each_decision_is_on_the_disk_before_the_next_event(
    qtbot: QtBot, view: PrepareWindow, target: Path, video: Path
) -> None:
    keys = (Key.Key_PageDown, Key.Key_A, Key.Key_X, Key.Key_U, Key.Key_BracketRight)
    for key in keys:
        qtbot.keyClick(view.strip, key)
        assert load_decisions(target) == view.desk.decisions
    decided = load_decisions(target).videos[0].decided
    assert {one.verdict for one in decided} >= {"accepted", "rejected"}


def test_an_action_is_found_by_its_name(qtbot: QtBot, view: PrepareWindow, press: Press) -> None:
    press(Key.Key_K, CTRL)
    palette = view.findChild(CommandPalette)
    assert palette is not None
    qtbot.keyClicks(palette.field, "accept all of")
    qtbot.keyClick(palette.field, Key.Key_Return)
    settled(qtbot, view)
    assert [one.verdict for one in view.desk.stretches] == ["accepted"] * 3


def test_the_folder_is_known_to_the_next_start_however_this_one_ends(
    qtbot: QtBot, view: PrepareWindow, target: Path
) -> None:
    assert view.isVisible()  # nothing was closed
    qtbot.waitUntil(lambda: load_settings().prepare.target == str(target))


def test_closed_and_opened_it_goes_on(
    qtbot: QtBot, empty_window: MainWindow, view: PrepareWindow, press: Press
) -> None:
    press(Key.Key_PageDown)
    press(Key.Key_A)
    press(Key.Key_X)
    before = view.desk.stretches
    scans = {path: path.stat().st_mtime_ns for path in (view.desk.target / ".scans").iterdir()}
    qtbot.keyClick(view.strip, Key.Key_W, CTRL)
    assert not view.isVisible()
    empty_window.actions_["prepare"].trigger()
    assert view.isVisible()
    settled(qtbot, view)
    assert view.desk.stretches == before
    assert {path: path.stat().st_mtime_ns for path in scans} == scans  # not looked at again


def test_a_look_that_was_stopped_goes_on(
    qtbot: QtBot, empty_window: MainWindow, video: Path, target: Path
) -> None:
    empty_window.prepare.prepare([video])
    view = empty_window.prepare.window
    assert view is not None
    qtbot.waitUntil(lambda: view.desk.findings.looking.is_running)
    with qtbot.waitSignal(view.desk.findings.looking.ended):
        qtbot.keyClick(view.strip, Key.Key_Escape)
    if not view.desk.findings.found:  # it was stopped before its end
        assert view.videos.tree.topLevelItem(0).text(1) == "waits"
        qtbot.keyClick(view.strip, Key.Key_R, CTRL)
    qtbot.waitUntil(lambda: video in view.desk.findings.found)


def test_several_videos_and_what_is_wrong_with_some(
    qtbot: QtBot, empty_window: MainWindow, video: Path, tmp_path: Path
) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    other = write_shots(tmp_path / "other.mp4", [Shot(120, seed=11), Shot(100, seed=2)])
    view = opened(qtbot, empty_window, [video, tmp_path / "broken.mp4", other])
    desk, tree = view.desk, view.videos.tree
    assert [tree.topLevelItem(n).text(0) for n in range(3)] == ["long.mp4", "broken.mp4",
                                                               "other.mp4"]  # fmt: skip
    assert "broken.mp4" in tree.topLevelItem(1).toolTip(1)
    qtbot.keyClick(view.strip, Key.Key_PageDown, CTRL)
    qtbot.keyClick(view.strip, Key.Key_PageDown, CTRL)
    qtbot.waitUntil(lambda: desk.current == other and desk.clip is not None)
    assert any("another clip" in one.reason for one in desk.refused)  # of the first video
    qtbot.keyClick(view.strip, Key.Key_A, CTRL | SHIFT)
    settled(qtbot, view)
    assert {one.verdict for path in desk.findings.found for one in desk.stretches_of(path)} == {
        "accepted"
    }
    with qtbot.waitSignal(view.writer.written):
        qtbot.keyClick(view.strip, Key.Key_Return, CTRL)
    names = sorted(path.name for path in (desk.target / "JPEGImages").iterdir())
    assert names == ["long_01", "long_02", "long_03", "other_01"]


def test_another_file_under_a_known_name_is_not_cut_by_old_decisions(
    qtbot: QtBot, view: PrepareWindow, press: Press, empty_window: MainWindow, video: Path
) -> None:
    press(Key.Key_PageDown)
    press(Key.Key_A)
    decisions = view.desk.decisions
    qtbot.keyClick(view.strip, Key.Key_W, CTRL)
    video.unlink()
    write_shots(video, [Shot(200, seed=33)])
    empty_window.prepare.show()
    settled(qtbot, view)
    assert "another file" in view.desk.findings.problems[video]
    qtbot.keyClick(view.strip, Key.Key_X)
    assert view.desk.decisions == decisions  # nothing was lost of what was decided


def type_a_category(
    qtbot: QtBot, view: PrepareWindow, press: Press, text: str
) -> tuple[QLineEdit, QCompleter]:
    """Type into the category of the first clip; return its field, and what offers more."""
    press(Key.Key_PageDown)
    qtbot.keyClick(view.strip, Key.Key_C)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, text)
    completer = field.completer()
    assert completer is not None
    return field, completer


def test_the_category_is_typed_and_offered(
    qtbot: QtBot, view: PrepareWindow, press: Press, target: Path
) -> None:
    field, completer = type_a_category(qtbot, view, press, "gir")
    assert completer.currentCompletion() == "giraffe"
    qtbot.keyClicks(field, "affe")
    qtbot.keyClick(field, Key.Key_Return)
    qtbot.waitUntil(lambda: view.desk.selection.category == "giraffe")
    assert load_decisions(target).videos[0].decided[0].category == "giraffe"
    assert view.desk.selection.verdict == "open"  # Return ended the typing, and accepted nothing
    qtbot.waitUntil(lambda: view.focusWidget() is view.strip)  # and no button


@pytest.mark.parametrize("n_down", [0, 1])
def test_one_return_takes_a_category_also_while_others_are_offered(
    qtbot: QtBot, view: PrepareWindow, press: Press, n_down: int
) -> None:
    _, completer = type_a_category(qtbot, view, press, "dog")
    offered = completer.popup()
    qtbot.waitUntil(offered.isVisible)
    for _ in range(n_down):
        qtbot.keyClick(offered, Key.Key_Down)
    qtbot.keyClick(offered, Key.Key_Return)  # it has the keys
    qtbot.waitUntil(lambda: view.desk.selection.category == "dog")
    qtbot.waitUntil(lambda: view.focusWidget() is view.strip)
    assert view.desk.selection.verdict == "open"


def test_clips_go_beside_the_first_video_where_no_folder_was_chosen(
    qtbot: QtBot, empty_window: MainWindow, video: Path, target: Path
) -> None:
    empty_window.actions_["prepare"].trigger()
    view = empty_window.prepare.window
    assert view is not None and view.desk.target == Path()
    view.rules.usual_button.click()
    assert not Path("decisions.json").exists()  # nowhere to keep it yet
    view.questions.add([video])
    settled(qtbot, view)
    assert view.desk.target == target and video in view.desk.findings.found


def drop(window: MainWindow, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    window.dropEvent(
        QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                   Qt.KeyboardModifier.NoModifier)
    )  # fmt: skip


def test_a_long_video_that_is_dropped_is_asked_about(
    qtbot: QtBot, empty_window: MainWindow, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(empty_window, video)  # twelve seconds are a clip
    qtbot.waitUntil(lambda: empty_window.session.is_open)
    monkeypatch.setattr(door, "LONG_S", 5.0)
    drop(empty_window, video)
    qtbot.waitUntil(lambda: empty_window.findChild(QMessageBox, "long_video") is not None)
    box = empty_window.findChild(QMessageBox, "long_video")
    assert isinstance(box, QMessageBox) and "0:12 long" in box.text()
    (button,) = (b for b in box.findChildren(QPushButton) if b.text() == "Prepare")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    view = empty_window.prepare.window
    assert view is not None
    settled(qtbot, view)
    assert view.desk.current == video
    assert empty_window.session.is_open  # the clip stays open behind it


def test_a_folder_that_is_dropped_is_opened_as_before(
    qtbot: QtBot, empty_window: MainWindow, clip_folder: Path
) -> None:
    drop(empty_window, clip_folder)
    qtbot.waitUntil(lambda: empty_window.session.is_open)
    assert empty_window.session.info.n_frames == N_FRAMES
    assert empty_window.prepare.window is None
