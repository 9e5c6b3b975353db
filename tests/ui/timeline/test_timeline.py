"""The timeline: scrubbing, the range, choosing objects, and words about what is under the mouse."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from tests.ui.conftest import N_FRAMES
from tests.ui.mouse import wheel
from vosgui.core import edits
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Box
from vosgui.ui.canvas.canvas import Canvas
from vosgui.ui.session.session import Session
from vosgui.ui.timeline.curve import curve, dense_curve, least
from vosgui.ui.timeline.frame_kinds import PAINTED
from vosgui.ui.timeline.painter import ACCENT
from vosgui.ui.timeline.scale import LABELS_W, RULER_H, TRACK_H, TRACKS_TOP, TimeScale
from vosgui.ui.timeline.timeline import Timeline
from vosgui.ui.timeline.tooltip import describe
from vosgui.ui.tools.toolbox import ToolBox

Left, Middle = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


@pytest.fixture
def session(open_session: Session) -> Session:
    for name in ("dog", "ball"):
        open_session.apply("Add object", edits.add_object(open_session.annotation, name))
    return open_session


@pytest.fixture
def timeline(qtbot: QtBot, session: Session) -> Iterator[Timeline]:
    timeline = Timeline(session)
    qtbot.addWidget(timeline)
    timeline.resize(LABELS_W + 10 * N_FRAMES, 220)
    session.clip_changed.emit()
    timeline.show()
    qtbot.waitExposed(timeline)
    yield timeline
    session.close()


def over(timeline: Timeline, t: float, y: float = 40) -> QPoint:
    """Return the pixel over the middle of frame t."""
    return QPoint(LABELS_W + round(timeline.scale.x_of(t + 0.5)), round(y))


def track_y(timeline: Timeline, row: int) -> int:
    return timeline.view.track_top(row) + TRACK_H // 2


def test_clicking_and_dragging_scrubs(qtbot: QtBot, session: Session, timeline: Timeline) -> None:
    qtbot.mousePress(timeline, Left, pos=over(timeline, 7))
    assert session.t == 7
    qtbot.mouseMove(timeline, over(timeline, 23))
    assert session.t == 23
    qtbot.mouseMove(timeline, QPoint(5000, 40))
    assert session.t == N_FRAMES - 1
    qtbot.mouseRelease(timeline, Left, pos=over(timeline, 3))
    qtbot.mouseMove(timeline, over(timeline, 3))
    assert session.t == N_FRAMES - 1


def test_the_handles_set_the_range_and_do_not_cross(
    qtbot: QtBot, session: Session, timeline: Timeline
) -> None:
    def handle(edge: int) -> QPoint:
        return QPoint(LABELS_W + round(timeline.scale.x_of(edge)), 5)

    qtbot.mousePress(timeline, Left, pos=handle(0))
    qtbot.mouseMove(timeline, handle(12))
    qtbot.mouseRelease(timeline, Left, pos=handle(12))
    assert session.range == range(12, N_FRAMES)
    qtbot.mousePress(timeline, Left, pos=handle(N_FRAMES))
    qtbot.mouseMove(timeline, handle(30))
    assert session.range == range(12, 30)
    qtbot.mouseMove(timeline, handle(3))
    qtbot.mouseRelease(timeline, Left, pos=handle(3))
    assert session.range == range(12, 13)
    assert session.t == 0


def test_a_click_on_a_label_or_track_chooses_the_object(
    qtbot: QtBot, session: Session, timeline: Timeline
) -> None:
    qtbot.mouseClick(timeline, Left, pos=QPoint(40, track_y(timeline, 1)))
    assert session.object_id == 2
    assert session.t == 0
    qtbot.mouseClick(timeline, Left, pos=over(timeline, 9, track_y(timeline, 0)))
    assert (session.object_id, session.t) == (1, 9)


def test_the_wheel_zooms_at_the_cursor_and_shift_scrolls(qtbot: QtBot, timeline: Timeline) -> None:
    pos = over(timeline, 20)
    wheel(timeline, pos, 4)
    assert timeline.scale.frame_at(pos.x() - LABELS_W) == 20
    assert timeline.scale.frame_px > 20
    first = timeline.scale.first
    wheel(timeline, pos, -1, Qt.KeyboardModifier.ShiftModifier)
    assert timeline.scale.first > first
    first = timeline.scale.first
    qtbot.mousePress(timeline, Middle, pos=pos)
    qtbot.mouseMove(timeline, pos + QPoint(50, 0))
    qtbot.mouseRelease(timeline, Middle, pos=pos)
    assert timeline.scale.first < first
    wheel(timeline, pos, -40)
    assert timeline.scale.is_whole


def test_a_playhead_that_leaves_the_view_turns_the_page(
    session: Session, timeline: Timeline
) -> None:
    wheel(timeline, over(timeline, 0), 6)
    session.go_to(N_FRAMES - 1)
    assert N_FRAMES - 1 in timeline.scale.visible
    session.go_to(0)
    assert 0 in timeline.scale.visible


def test_it_tells_what_is_under_the_mouse(session: Session, timeline: Timeline) -> None:
    session.apply("Brush", paint(session, 0, 1))
    revision = int(session.annotation.track(1)[0]["revision"])
    run = session.begin_run("Propagate")
    mask = np.zeros(session.annotation.hw, np.uint8)
    result = FrameResult(12, mask, {1: 0.83}, {1: ((0, revision),)})
    run.extend(edits.predict(session.annotation, result, frozenset({1})))
    run.close()
    here = QPointF(over(timeline, 12, track_y(timeline, 0)))
    assert describe(timeline.view, here) == "00012 · dog · propagated · confidence 0.83"
    session.apply("Brush", paint(session, 0, 1, y=20))
    assert describe(timeline.view, here) == "00012 · dog · propagated · confidence 0.83 · stale"
    session.apply("Absent", edits.mark_absent(session.annotation, 12, 1))
    assert describe(timeline.view, here) == "00012 · dog · absent"
    assert describe(timeline.view, QPointF(over(timeline, 12, RULER_H / 2))) == "00012 · 1.20 s"
    assert describe(timeline.view, QPointF(over(timeline, 3, track_y(timeline, 1)))).endswith(
        "no mask"
    )


def paint(session: Session, t: int, object_id: int, y: int = 0) -> edits.Part:
    after = np.full((4, 4), object_id, np.uint8)
    return edits.paint(session.annotation, t, object_id, Box(y, 0, 4, 4), after)


def test_thumbnails_come_from_their_thread(qtbot: QtBot, timeline: Timeline) -> None:
    frames = timeline.view.thumbnail_frames()
    qtbot.waitUntil(lambda: all(timeline.thumbnails.image(t) is not None for t in frames))
    for t in frames:
        image = timeline.thumbnails.image(t)
        assert image is not None
        assert image.pixelColor(3, 3).red() == t


def test_many_tracks_scroll_and_the_current_one_comes_into_view(
    session: Session, timeline: Timeline
) -> None:
    for _ in range(18):
        session.apply("Add object", edits.add_object(session.annotation))
    session.select_object(20)
    assert timeline.view.object_at(timeline.height() - 4) == 20
    wheel(timeline, QPoint(30, timeline.height() - 20), 40)
    assert timeline.view.object_at(TRACKS_TOP + 2) == 1


def test_the_scale_maps_there_and_back() -> None:
    scale = TimeScale.whole(1000, 800).zoomed(3, 400).moved(17.3)
    for t in scale.visible[1:-1]:
        assert scale.frame_at(scale.x_of(t + 0.5)) == t
    assert scale.visible.start >= 0
    assert scale.moved(1e9).visible.stop == 1000


def track_colours(timeline: Timeline, row: int, t: int) -> set[int]:
    """Return the colours on the screen in a track, within frame t and below its diamond."""
    image = timeline.grab().toImage()
    left = LABELS_W + round(timeline.scale.x_of(t))
    y = track_y(timeline, row) + 5
    return {image.pixel(x, y) for x in range(left + 1, left + round(timeline.scale.frame_px))}


def test_the_track_shows_an_edit_at_once_and_its_undo(session: Session, timeline: Timeline) -> None:
    session.go_to(30)
    assert PAINTED not in track_colours(timeline, 0, 12)
    session.apply("Brush", paint(session, 12, 1))
    assert PAINTED in track_colours(timeline, 0, 12)
    assert PAINTED not in track_colours(timeline, 1, 12)
    session.undo()
    assert PAINTED not in track_colours(timeline, 0, 12)


def test_the_playhead_is_where_the_session_is(session: Session, timeline: Timeline) -> None:
    for t in (5, 31, 6):
        session.go_to(t)
        image = timeline.grab().toImage()
        y = timeline.height() - 3
        red = [x for x in range(LABELS_W, image.width()) if image.pixelColor(x, y) == ACCENT]
        assert [timeline.scale.frame_at(x - LABELS_W) for x in red] == [t]


def test_the_curve_breaks_where_nothing_is_known_and_shows_the_least_of_a_column() -> None:
    confidence = np.full(1000, 0.9, np.float32)
    confidence[:100] = np.nan
    confidence[500] = 0.1
    confidence[700:710] = np.nan
    wide = curve(confidence, TimeScale.whole(1000, 40_000))
    assert [len(piece) for piece in wide] == [600, 290]
    nothing = np.full(10, np.nan, np.float32)
    assert curve(nothing, TimeScale.whole(10, 100)) == []
    narrow = least(confidence, TimeScale.whole(1000, 100))
    assert narrow[50] == pytest.approx(0.1)
    assert np.flatnonzero(np.isnan(narrow)).tolist() == [*range(10), 70]
    joined = least(confidence, TimeScale.whole(1000, 4000))
    assert joined[2002] == pytest.approx(0.1, abs=0.11), "the middle of frame 500"
    assert joined[1997] == pytest.approx(0.9), "the middle of the one before"
    assert np.isnan(least(nothing, TimeScale.whole(10, 20))).all()


def test_a_dense_curve_reaches_from_column_to_column() -> None:
    values = np.repeat(np.array([1, 0.5, np.nan, 0], np.float32), 10)
    picture = dense_curve(values, TimeScale.whole(40, 40), 0xFF123456) == 0xFF123456
    bottom = picture.shape[0] - 1
    assert np.flatnonzero(picture[:, 5]).tolist() == [0, 1]
    assert np.flatnonzero(picture[:, 10]).tolist() == list(range(bottom // 2 + 2))
    assert not picture[:, 20:30].any()
    assert np.flatnonzero(picture[:, 30]).tolist() == [bottom - 1, bottom]


def test_what_is_drawn_in_part_is_as_if_drawn_whole(session: Session, timeline: Timeline) -> None:
    """A run's frame, a scroll and an edit are each drawn over what is there."""
    session.apply("Brush", paint(session, 0, 1))
    for scale in (timeline.scale, timeline.scale.zoomed(3.3, 100)):
        timeline.set_scale(scale)
        timeline.grab()
        run = session.begin_run("Propagate")
        mask = np.ones(session.annotation.hw, np.uint8)
        for t in (3, 4, 9):
            result = FrameResult(t, mask, {1: 0.6}, {1: ((0, 1),)})
            run.extend(edits.predict(session.annotation, result, frozenset({1})))
            in_parts = timeline.grab().toImage()
        run.close()
        timeline.refresh()
        assert in_parts == timeline.grab().toImage()
        session.apply("Verify", edits.verify(session.annotation, 4, [1], on=True))
        in_parts = timeline.grab().toImage()
        timeline.refresh()
        assert in_parts == timeline.grab().toImage()


def test_resting_the_mouse_on_a_track_shows_what_is_there(
    qtbot: QtBot, session: Session, timeline: Timeline
) -> None:
    session.apply("Brush", paint(session, 12, 1))
    pos = over(timeline, 12, track_y(timeline, 0))
    event = QHelpEvent(QEvent.Type.ToolTip, pos, timeline.mapToGlobal(pos))
    QApplication.sendEvent(timeline, event)
    qtbot.waitUntil(lambda: QToolTip.text() == "00012 · dog · painted")
    QToolTip.hideText()


def test_at_rest_nothing_ticks(qtbot: QtBot, session: Session, timeline: Timeline) -> None:
    frames = timeline.view.thumbnail_frames()
    qtbot.waitUntil(lambda: all(timeline.thumbnails.image(t) is not None for t in frames))
    canvas = Canvas(session, ToolBox())
    qtbot.addWidget(canvas)
    dispatcher = QAbstractEventDispatcher.instance()
    for thing in (session, timeline, canvas, *timeline.children(), *canvas.children()):
        assert dispatcher.registeredTimers(thing) == []
