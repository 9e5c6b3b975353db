"""Comments, accepting and rejecting: by keys, with a list, kept in the project with who said it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QDialog, QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.windows import N_FRAMES, look, open_clip, paint_square
from vosgui.ui.main_window import MainWindow
from vosgui.ui.review.note_dialog import NoteDialog
from vosgui.ui.review.notes_dialog import NotesDialog
from vosgui.ui.timeline.scale import LABELS_W, RULER_H
from vosgui.ui.timeline.tooltip import describe

Key, Modifier = Qt.Key, Qt.KeyboardModifier
SHIFT, CTRL = Modifier.ShiftModifier, Modifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def write(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Type into the dialog that asks, and close it with Return."""
    (dialog,) = window.findChildren(NoteDialog)
    qtbot.keyClicks(dialog.text, text)
    qtbot.keyClick(dialog.text, Key.Key_Return)
    qtbot.waitUntil(lambda: not window.findChildren(NoteDialog))
    back_to(qtbot, window)


def back_to(qtbot: QtBot, window: MainWindow) -> None:
    """Go on in the window, as a dialog is closed or left open."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.canvas.setFocus()


def rows(dialog: NotesDialog) -> list[list[str]]:
    found = [dialog.list.topLevelItem(n) for n in range(dialog.list.topLevelItemCount())]
    return [[item.text(c) for c in (0, 1, 2, 3, 4, 6)] for item in found if item is not None]


def test_a_comment_is_kept_listed_and_led_to(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    window.settings.person = "Ada"
    window.session.go_to(7)
    qtbot.keyClick(window.canvas, Key.Key_M, CTRL)
    write(qtbot, window, "the edge is soft")
    window.session.set_range(range(10, 13))
    window.session.go_to(11)
    qtbot.keyClick(window.canvas, Key.Key_N, CTRL | SHIFT)
    write(qtbot, window, "jumps")
    qtbot.keyClick(window.canvas, Key.Key_Y, CTRL | SHIFT)
    assert window.status.currentMessage() == "Accepted: frames 00010 to 00012."
    path = window.session.info.path
    window.actions_["close_clip"].trigger()
    open_clip(qtbot, window, path)
    qtbot.keyClick(window.canvas, Key.Key_M, CTRL | SHIFT)
    (dialog,) = window.findChildren(NotesDialog)
    assert rows(dialog) == [
        ["00007", "object 1", "comment", "the edge is soft", "Ada", "open"],
        ["00010 – 00012", "object 1", "rejected", "jumps", "Ada", "open"],
        ["00010 – 00012", "object 1", "accepted", "", "Ada", "done"],
    ]
    dialog.close()
    back_to(qtbot, window)
    window.session.go_to(5)
    look(qtbot, window)
    assert window.session.t == 7
    assert "Frame 00007: Ada: the edge is soft" in window.status.currentMessage()
    look(qtbot, window)
    assert (window.session.t, "jumps" in window.status.currentMessage()) == (10, True)


def test_a_note_is_shown_closed_and_removed_from_the_list(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    for t in (4, 9):
        window.session.go_to(t)
        qtbot.keyClick(window.canvas, Key.Key_M, CTRL)
        write(qtbot, window, f"of {t}")
    qtbot.keyClick(window.canvas, Key.Key_M, CTRL | SHIFT)
    (dialog,) = window.findChildren(NotesDialog)
    dialog.list.setCurrentItem(dialog.list.topLevelItem(0))
    qtbot.mouseClick(dialog.show_button, LEFT)
    assert window.session.t == 4
    qtbot.mouseClick(dialog.done_button, LEFT)
    assert [row[-1] for row in rows(dialog)] == ["done", "open"]
    dialog.list.setCurrentItem(dialog.list.topLevelItem(0))
    assert dialog.done_button.text() == "Open again"
    qtbot.mouseClick(dialog.remove_button, LEFT)
    assert [row[3] for row in rows(dialog)] == ["of 9"]
    assert [note.text for note in window.notes.all] == ["of 9"]
    dialog.close()
    qtbot.waitUntil(lambda: not window.findChildren(QDialog))


def test_who_works_here_is_kept_with_every_edit(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["your_name"].trigger()
    (dialog,) = window.findChildren(QInputDialog)
    (line,) = dialog.findChildren(QLineEdit)
    line.selectAll()
    qtbot.keyClicks(line, "Grace")
    qtbot.keyClick(line, Key.Key_Return)
    paint_square(window)
    project = window.opener.project
    assert project is not None
    found = project.file.rows(tuple[str, float | None], "SELECT person, at FROM edits")
    assert found and all(person == "Grace" and at is not None for person, at in found)
    window.settings.keeps_times = False
    paint_square(window, 3)
    found = project.file.rows(tuple[str, float | None], "SELECT person, at FROM edits")
    assert found[-1] == ("Grace", None)


def test_a_comment_is_of_the_stretch_that_review_led_to_or_of_no_object(
    qtbot: QtBot, window: MainWindow
) -> None:
    paint_square(window)
    look(qtbot, window)
    assert window.session.t == 5
    qtbot.keyClick(window.canvas, Key.Key_M, CTRL)
    (dialog,) = window.findChildren(NoteDialog)
    words = [dialog.frames.itemText(n) for n in range(dialog.frames.count())]
    assert words == ["Frame 00005", "Frames 00005 to 00015"]
    qtbot.keyClick(dialog.frames, Key.Key_Down)
    qtbot.keyClick(dialog.whom, Key.Key_Down)
    write(qtbot, window, "nobody has begun")
    (note,) = window.notes.all
    assert (note.frames, note.object_id, note.text) == (range(5, 16), None, "nobody has begun")


def test_notes_are_marked_on_the_timeline(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    timeline = window.timeline
    before = timeline.grab().toImage()
    window.session.set_range(range(3, 8))
    window.session.go_to(4)
    qtbot.keyClick(window.canvas, Key.Key_M, CTRL)
    write(qtbot, window, "soft")
    window.session.set_range(range(N_FRAMES))
    window.session.go_to(0)
    with_comment = timeline.grab().toImage()
    left, right = (round(LABELS_W + timeline.scale.x_of(t)) for t in (3, 8))
    y = RULER_H
    of_note = with_comment.pixelColor(left + 2, y)
    assert of_note != before.pixelColor(left + 2, y)
    assert with_comment.pixelColor(right - 2, y) == of_note
    assert with_comment.pixelColor(right + 2, y) == before.pixelColor(right + 2, y)
    assert timeline.view is not None
    text = describe(timeline.view, QPointF(left + 3, 3))
    assert text.splitlines()[1:] == [f"{window.notes.person}, comment of object 1: soft"]
    window.notes.set_done(window.notes.all[0], is_done=True)
    assert timeline.grab().toImage().pixelColor(left + 2, y) != of_note, "done is fainter"
    window.notes.remove(window.notes.all[0])
    assert timeline.grab().toImage() == before
