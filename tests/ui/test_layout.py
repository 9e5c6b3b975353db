"""Where things are in the window of 1280x800: nothing is cut, and nothing moves while one works."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from vosgui.core import edits
from vosgui.ui.main_window import MainWindow
from vosgui.ui.side_panels import SidePanels
from vosgui.ui.style.status_line import StatusLine
from vosgui.ui.timeline.labels import key_font, second_column
from vosgui.ui.timeline.scale import LABELS_W, TRACK_H
from vosgui.ui.transport import Transport


@pytest.fixture
def small(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """Return a window of 1280x800 without an object."""
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: window.size().toTuple() == (1280, 800))
    QApplication.processEvents()
    return window


def add_objects(window: MainWindow, n: int) -> None:
    for _ in range(n):
        object_id = window.session.annotation.header.free_id()
        assert object_id is not None
        part = edits.set_object(window.session.annotation, edits.new_object(object_id))
        window.session.apply("Add", part)
    QApplication.processEvents()


def places(parent: QWidget) -> list[int]:
    return [one.x() for one in parent.findChildren(QWidget) if one.isVisible()]


def test_three_tracks_are_seen_whole(small: MainWindow) -> None:
    add_objects(small, 3)
    view = small.timeline.view
    assert view is not None
    assert view.track_top(2) + TRACK_H <= small.timeline.height()
    assert not small.timeline._bar.isVisible()


def test_tracks_that_need_a_scroll_bar_are_as_wide_as_those_that_do_not(small: MainWindow) -> None:
    add_objects(small, 1)
    before = small.timeline.scale
    add_objects(small, 11)
    assert small.timeline._bar.isVisible()
    assert small.timeline.scale == before
    end = LABELS_W + before.x_of(before.n_frames)  # where the end of the range is taken hold of
    assert end <= small.timeline._bar.x()


def test_nothing_moves_in_the_bar_while_one_goes_through_the_clip(
    qtbot: QtBot, small: MainWindow
) -> None:
    (bar,) = small.findChildren(Transport)
    before = places(bar)
    small.session.go_to(19)
    QApplication.processEvents()
    assert places(bar) == before


@pytest.mark.parametrize("points", [9, 11])
def test_the_words_of_the_key_do_not_touch(qtbot: QtBot, points: int) -> None:
    font = QFont(QApplication.font())
    font.setPointSize(points)
    metrics = QFontMetrics(key_font(font))
    second = second_column(metrics)
    assert 28 + metrics.horizontalAdvance("propagated") < second
    assert second + 18 + metrics.horizontalAdvance("absent") <= LABELS_W


def test_panels_do_not_scroll_while_there_is_room_over_them(
    qtbot: QtBot, small: MainWindow
) -> None:
    add_objects(small, 2)
    small.toggle_panel("Settings of runs")
    (side,) = small.findChildren(SidePanels)
    (scroll,) = side.findChildren(QScrollArea)
    qtbot.waitUntil(lambda: not scroll.verticalScrollBar().isVisible())
    add_objects(small, 5)
    view = small.objects.view
    qtbot.waitUntil(lambda: view.visualRect(view.model().index(6, 0)).bottom() <= view.height())


def test_a_message_begins_where_words_and_panels_do(small: MainWindow) -> None:
    saved = small.status._saved
    left = saved.mapTo(small.status, QPoint()).x() + saved.contentsMargins().left()
    small.status.say("Done: 19 frames.")
    assert small.status.message_room.x() == left


def test_a_long_message_ends_with_dots_and_is_told_by_a_tip(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(200, 22)
    line.show()
    line.showMessage("a message of a clip with a rather long name, which has no room here")
    assert line.shown_message.endswith("…")
    assert line.fontMetrics().horizontalAdvance(line.shown_message) <= line.message_room.width()
    line.resize(900, 22)
    assert line.shown_message == line.currentMessage()
