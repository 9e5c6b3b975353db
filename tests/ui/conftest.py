"""A session on a clip in memory, for the tests of widgets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.clips import NumberedClip
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.ui.session import Session

HW = (60, 80)
N_FRAMES = 40


@pytest.fixture
def open_session(qtbot: QtBot) -> Iterator[Session]:
    """Return a session whose first frame is loaded; it has no object yet."""
    session = Session()
    with qtbot.waitSignal(session.frame_loaded):
        session.open(NumberedClip(N_FRAMES, HW), History(Annotation(HW, N_FRAMES)))
    yield session
    session.close()
