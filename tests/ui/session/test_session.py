"""The session: frames come from a thread, edits are announced, undo shows what it changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.clips import NumberedClip
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part
from vosgui.core.history import History
from vosgui.core.mask import Box
from vosgui.core.progress import Progress
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session

HW = (24, 32)
N_FRAMES = 12


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    session = Session()
    history = History(Annotation(HW, N_FRAMES))
    try:  # its thread may not outlive it, also where the frame does not come in time
        with qtbot.waitSignal(session.frame_loaded):
            session.open(NumberedClip(N_FRAMES, HW), history)
        session.apply("Add object", edits.add_object(session.annotation))
        yield session
    finally:
        session.close()


def test_the_frame_gone_to_last_is_the_one_shown(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.frame_loaded, check_params_cb=lambda t: t == 9):
        for t in (3, 7, 2, 9):
            session.go_to(t)
    assert session.frame is not None
    assert session.frame[0, 0, 0] == 9


def test_going_outside_the_clip_stops_at_its_ends(session: Session) -> None:
    session.go_to(99)
    assert session.t == N_FRAMES - 1
    session.go_to(-3)
    assert session.t == 0


def test_undo_shows_a_frame_that_it_changed(session: Session, qtbot: QtBot) -> None:
    part = edits.paint(session.annotation, 4, 1, Box(0, 0, 3, 3), np.ones((3, 3), np.uint8))
    with qtbot.waitSignal(session.annotation_changed) as heard:
        session.apply("Brush", part)
    assert heard.args == [(4,)]
    session.undo()
    assert session.t == 4
    assert not session.annotation.mask(4).any()
    session.undo()
    assert session.object_id == 0


def test_a_run_tells_of_undo_only_where_that_has_changed(session: Session) -> None:
    told: list[object] = []

    def tell_undo() -> None:
        if session.is_open:
            told.append(session.history.undo_label)

    session.history_changed.connect(tell_undo)
    session.annotation_changed.connect(told.append)

    def paint(t: int, size: int = 3) -> Part:
        after = np.ones((size, size), np.uint8)
        return edits.paint(session.annotation, t, 1, Box(0, 0, size, size), after)

    run = session.begin_run("Run")
    for t in (1, 2, 3):
        run.extend(paint(t))
    session.apply("Brush", paint(4))
    run.extend(paint(4, 5))  # the stroke is put beneath the run, and can be undone no more
    run.extend(paint(5))
    run.close()
    assert told == ["", (1,), "", (2,), (3,), (4,), "Brush", (4,), "", (5,), "Run"]


def test_a_job_stops_at_the_next_item_and_closes_its_generator(qtbot: QtBot) -> None:
    closed: list[bool] = []
    seen: list[object] = []
    stopped = threading.Event()

    def count(_progress: Progress) -> Iterator[object]:
        try:
            for i in range(10**9):
                yield i
                stopped.wait()  # without this the queue floods before anyone can listen
        finally:
            closed.append(True)

    job = Job()
    job.yielded.connect(seen.append)
    with qtbot.waitSignal(job.yielded):
        job.begin(count)
    with qtbot.waitSignal(job.ended) as heard:
        job.stop()
        stopped.set()
    job.close()
    assert heard.args == [False]
    assert closed == [True]
    assert seen == [0]


def test_a_job_hands_over_the_error_that_ended_it(qtbot: QtBot) -> None:
    def fail(_progress: Progress) -> Iterator[object]:
        yield 1
        raise ZeroDivisionError("by zero")

    job = Job()
    errors: list[object] = []
    job.failed.connect(errors.append)
    with qtbot.waitSignal(job.ended) as heard:
        job.begin(fail)
    job.close()
    assert heard.args == [False]
    assert "ZeroDivisionError" in str(errors[0])


def test_a_frame_of_a_clip_that_was_left_is_not_shown(open_session: Session) -> None:
    """Of a loader that is gone a last frame may come: nobody sends it."""
    frame = open_session.frame
    assert frame is not None
    open_session.close()
    open_session._on_loaded(0, frame)
    assert open_session.frame is None
