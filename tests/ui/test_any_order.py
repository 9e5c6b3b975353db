"""A person in a hurry: actions, strokes, clips opened and closed, in any order, while runs go on.

Whatever the order, nothing may be raised, what is shown must be in the project when it is opened
again, and undoing all of it must lead back to nothing and forth again.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.windows import make_clip, open_clip
from vosgui.core.mask import Mask
from vosgui.core.track import Track
from vosgui.ui.actions.row import When
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.session import Session

N_ACTS = 400
RUN_MS = 30_000
# Those that ask for a file; fine-tuning, which takes long; closing, which is an act of its own.
_LEFT_OUT = {"add_clip", "save_as", "compare", "finetune", "close_clip"}
_Shown = tuple[tuple[object, ...], list[Mask], list[Track]]  # objects, masks, tracks
_BUTTONS = [Qt.MouseButton.LeftButton] * 4 + [Qt.MouseButton.RightButton]


class Hurry:
    """Acts at random; `acts` tells of what was done, for the report of a test that fails."""

    def __init__(self, window: MainWindow, clips: Sequence[Path], seed: int) -> None:
        self.acts: list[str] = []
        self._window, self._clips = window, clips
        self._random = random.Random(seed)
        rows = window.actions_.rows.values()
        self._names = [r.id for r in rows if r.when != When.ALWAYS and r.id not in _LEFT_OUT]

    def act(self) -> None:
        """Do one thing that can be done now."""
        ways = (self._open, self._close, self._stroke, self._scrub, self._trigger)
        (way,) = self._random.choices(ways, (3, 3, 14, 8, 72))
        (way if self._window.session.is_open else self._open)()

    def _open(self) -> None:
        clip = self._random.choice(self._clips)
        self.acts.append(f"open {clip.name}")
        self._window.opener.open_path(clip)

    def _close(self) -> None:
        self.acts.append("close")
        self._window.actions_["close_clip"].trigger()

    def _trigger(self) -> None:
        name = self._random.choice(self._names)
        action = self._window.actions_[name]
        if action.isEnabled():
            self.acts.append(name)
            action.trigger()

    def _stroke(self) -> None:
        self._drag(self._window.canvas, self._random.choice(_BUTTONS))

    def _scrub(self) -> None:
        self._drag(self._window.timeline, Qt.MouseButton.LeftButton)

    def _drag(self, widget: QWidget, button: Qt.MouseButton) -> None:
        first, last = self._place(widget), self._place(widget)
        self.acts.append(f"drag {first.toTuple()} {last.toTuple()} on {type(widget).__name__}")
        QTest.mousePress(widget, button, pos=first)
        QTest.mouseMove(widget, (first + last) / 2)
        if self._random.random() < 0.2:
            self._trigger()
        QTest.mouseMove(widget, last)
        QTest.mouseRelease(widget, button, pos=last)

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(
            self._random.randrange(widget.width()), self._random.randrange(widget.height())
        )


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_order_nothing_is_lost(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, seed: int
) -> None:
    other = make_clip(tmp_path / "other", n_frames=30, seed=1)
    hurry = Hurry(window, [window.session.info.path, other], seed)
    try:
        for n in range(N_ACTS):
            hurry.act()
            if n % 2:
                qtbot.wait(n % 29)  # hands pause, and the window and its threads go on
        _come_to_rest(qtbot, window)
        if not window.session.is_open:
            open_clip(qtbot, window, other)
        session = window.session
        shown = _shown(session)
        n_undone = _opened_again(qtbot, window, shown)
        for _ in range(n_undone):
            session.redo()
        _assert_same(_shown(session), shown)
    finally:
        print("\n".join(hurry.acts))  # shown where the test fails


def _come_to_rest(qtbot: QtBot, window: MainWindow) -> None:
    """End what runs and close what is open over the window."""
    window.runs.stop()
    qtbot.waitUntil(lambda: not window.runs.is_running, timeout=RUN_MS)
    for dialog in window.findChildren(QDialog):
        dialog.reject()
    qtbot.waitUntil(lambda: not window.opener.reading.is_running)


def _opened_again(qtbot: QtBot, window: MainWindow, shown: _Shown) -> int:
    """Open the clip again, find all that was shown, and undo it to nothing; return the edits."""
    session, path = window.session, window.session.info.path
    window.actions_["close_clip"].trigger()
    open_clip(qtbot, window, path)
    _assert_same(_shown(session), shown)
    n = 0
    while session.history.undo_label:
        session.undo()
        n += 1
    assert not any(mask.any() for mask in _shown(session)[1])
    return n


def _shown(session: Session) -> _Shown:
    annotation = session.annotation
    masks = [annotation.mask(t).copy() for t in range(annotation.n_frames)]
    return annotation.objects, masks, [annotation.track(o.id).copy() for o in annotation.objects]


def _assert_same(found: _Shown, wanted: _Shown) -> None:
    assert found[0] == wanted[0]
    np.testing.assert_array_equal(found[1], wanted[1])
    for track, other in zip(found[2], wanted[2], strict=True):
        for field in track.dtype.names or ():
            np.testing.assert_array_equal(track[field], other[field])
