"""The panels on the right: room for the objects, parts that fold away, and words that are cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip
from vosgui.core import edits
from vosgui.ui.main_window import MainWindow
from vosgui.ui.side_panels import SidePanels
from vosgui.ui.style.folds import ElidedLabel, FoldButton

Left = Qt.MouseButton.LeftButton


def fold_of(window: MainWindow, name: str) -> FoldButton:
    (found,) = [one for one in window.findChildren(FoldButton) if one.name == name]
    return found


@pytest.fixture
def seven(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """Return a window of 1280x800 with seven objects."""
    for object_id in range(1, 8):
        part = edits.set_object(window.session.annotation, edits.new_object(object_id))
        window.session.apply("Add", part)
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: window.width() == 1280)
    QApplication.processEvents()
    return window


def test_seven_objects_are_seen_at_1280x800(seven: MainWindow) -> None:
    view = seven.objects.view
    last = view.visualRect(view.model().index(6, 0))
    assert view.viewport().rect().contains(last)
    assert not view.verticalScrollBar().isVisible()


def test_every_panel_folds_by_its_arrow_and_by_its_key(qtbot: QtBot, seven: MainWindow) -> None:
    for row_id, row in seven.actions_.rows.items():
        if not row_id.startswith("panel_"):
            continue
        fold = fold_of(seven, str(row.arguments[0]))
        was = fold.is_folded
        qtbot.keyClick(seven.canvas, getattr(Qt.Key, f"Key_{row.keys[0][-1]}"),
                       Qt.KeyboardModifier.AltModifier)  # fmt: skip
        assert fold.is_folded is not was
        assert fold.body.isHidden() is fold.is_folded
        assert (fold.name in seven.settings.folded) is fold.is_folded
        if fold.isVisible():  # that of a part of a folded panel is not
            qtbot.mouseClick(fold, Left)
            assert fold.is_folded is was


def test_what_is_folded_leaves_its_room_to_the_objects(qtbot: QtBot, seven: MainWindow) -> None:
    before = seven.objects.height()
    qtbot.mouseClick(fold_of(seven, "Run"), Left)
    qtbot.waitUntil(lambda: seven.objects.height() > before)
    qtbot.mouseClick(fold_of(seven, "Objects"), Left)
    qtbot.waitUntil(lambda: seven.objects.height() < 40)


def test_a_line_that_was_dragged_stays(qtbot: QtBot, seven: MainWindow) -> None:
    splitter = seven.objects.parentWidget()
    handle = splitter.handle(1)  # type: ignore[union-attr]
    before = seven.objects.height()
    qtbot.mousePress(handle, Left, pos=QPoint(20, 1))
    qtbot.mouseMove(handle, QPoint(20, -60))
    qtbot.mouseRelease(handle, Left, pos=QPoint(20, -60))
    dragged = seven.objects.height()
    assert dragged < before
    qtbot.mouseClick(fold_of(seven, "Review"), Left)
    QApplication.processEvents()
    assert seven.objects.height() == dragged


def test_folded_parts_are_folded_at_the_next_start(qtbot: QtBot, seven: MainWindow) -> None:
    qtbot.mouseClick(fold_of(seven, "Review"), Left)
    again = MainWindow(seven.settings)
    qtbot.addWidget(again)
    assert fold_of(again, "Review").is_folded
    assert not fold_of(again, "Objects").is_folded
    again.close()


def test_the_hint_of_a_tool_ends_with_dots_where_room_ends(qtbot: QtBot, seven: MainWindow) -> None:
    seven.resize(1200, 800)
    seven.tools.select("brush")
    QApplication.processEvents()
    (hint,) = [one for one in seven.findChildren(ElidedLabel) if one.text().startswith("Brush")]
    assert hint.text() != hint.shown
    assert hint.shown.endswith("…")
    assert hint.fontMetrics().horizontalAdvance(hint.shown) <= hint.contentsRect().width()
    assert "Shift" in hint.toolTip()


def test_a_line_that_is_cut_tells_all_of_it_by_its_tooltip(qtbot: QtBot) -> None:
    line = ElidedLabel(Qt.TextElideMode.ElideMiddle)
    qtbot.addWidget(line)
    line.resize(100, 20)
    line.show()
    line.setText("a clip with a rather long name · 00120")
    assert "…" in line.shown
    assert line.shown.endswith("0")
    assert line.toolTip() == line.text()
    line.resize(600, 20)
    assert line.shown == line.text()
    assert line.toolTip() == ""


def test_nothing_of_a_panel_is_cut_at_the_side(seven: MainWindow) -> None:
    right = seven.rect().right()
    (side,) = seven.findChildren(SidePanels)
    for widget in side.findChildren(QWidget):
        if widget.isVisible():
            assert widget.mapTo(seven, widget.rect().topRight()).x() <= right, widget


def test_the_timeline_folded_leaves_its_room_to_the_canvas(qtbot: QtBot, seven: MainWindow) -> None:
    canvas, before = seven.canvas, seven.canvas.height()
    lanes = seven.timeline.height()
    qtbot.keyClick(canvas, Qt.Key.Key_7, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: canvas.height() >= before + lanes - 2)
    assert not seven.timeline.isVisible()
    qtbot.keyClick(canvas, Qt.Key.Key_7, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: canvas.height() == before)
    assert seven.timeline.height() == lanes


def test_the_list_of_clips_folds_where_there_are_several(
    qtbot: QtBot, seven: MainWindow, tmp_path: Path
) -> None:
    fold, canvas = fold_of(seven, "Clips"), seven.canvas
    assert not fold.isVisible(), "there is one clip, and no list of them"
    alone = canvas.width()
    seven.opener.add_clip(make_clip(tmp_path / "another"))
    qtbot.waitUntil(lambda: seven.clips.isVisible())
    qtbot.waitUntil(lambda: canvas.width() < alone)
    qtbot.mouseClick(fold, Left)
    qtbot.waitUntil(lambda: canvas.width() == alone)
    assert not seven.clips.isVisible()
    qtbot.keyClick(canvas, Qt.Key.Key_6, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: canvas.width() < alone)
    assert seven.clips.isVisible()
