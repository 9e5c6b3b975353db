"""Edits that are worked out in a job: made where nothing was changed meanwhile."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.ui.conftest import HW
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Box
from vosgui.core.progress import Progress
from vosgui.ui.session.edit_job import EditJob
from vosgui.ui.session.session import Session

T, BOX = 3, Box(0, 0, 20, 20)


def filled(annotation: Annotation, _: Progress) -> Part:
    """Paint object 1 all over a box."""
    return edits.paint(annotation, T, 1, BOX, np.ones((BOX.h, BOX.w), np.uint8))


@pytest.mark.parametrize("is_ended", [False, True])
def test_what_a_run_draws_meanwhile_in_the_same_frame_is_not_put_back(
    qtbot: QtBot, open_session: Session, is_ended: bool
) -> None:
    session, parent = open_session, QObject()
    for i in (1, 2):
        session.apply("Add", edits.set_object(session.annotation, edits.new_object(i)))
    run = session.begin_run("Propagate", 0)
    mask = np.zeros(HW, np.uint8)
    mask[5:9, 5:9] = 2
    for t in (T - 1, T):
        result = FrameResult(t, mask, {2: 0.5}, {})
        if t == T:  # the job has its copy by then, and has not told what it worked out
            editing = EditJob(session, parent)
            editing.begin("Fill", filled, 1, is_slow=True)
        run.extend(edits.predict(session.annotation, result, frozenset({2})))
    if is_ended:
        run.close()
    with qtbot.waitSignal(session.said):
        pass
    assert (session.annotation.mask(T) == mask).all()
    run.close()
    editing.job.close()
