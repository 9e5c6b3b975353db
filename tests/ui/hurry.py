"""A person in a hurry: any actions, strokes, clips opened and closed, while runs go on."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from vosgui.core.mask import Mask
from vosgui.core.track import Track
from vosgui.ui.actions.row import When
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.session import Session

# Those that ask for a file; fine-tuning, which takes long; closing, which is an act of its own.
_LEFT_OUT = {"add_clip", "save_as", "compare", "finetune", "close_clip"}
# Dialogs that can be shown at any time, and what is no dialog, but always there.
_DIALOGS = ("open_clip", "open_project", "add_clip", "save_as", "import", "export", "compare",
            "shortcuts", "frame_memory", "command_palette", "cheat_sheet", "about",
            "scheme_dark", "scheme_light")  # fmt: skip
Shown = tuple[tuple[object, ...], list[Mask], list[Track]]  # objects, masks, tracks
_BUTTONS = [Qt.MouseButton.LeftButton] * 4 + [Qt.MouseButton.RightButton]


class Hurry:
    """Acts at random; `acts` tells of what was done, for the report of a test that fails.

    dialogs : whether dialogs are opened, and closed again, too.
    """

    def __init__(
        self, window: MainWindow, clips: Sequence[Path], seed: int, *, dialogs: bool = False
    ) -> None:
        self.acts: list[str] = []
        self._window, self._clips, self._dialogs = window, clips, dialogs
        self._random = random.Random(seed)
        rows = window.actions_.rows.values()
        self._names = [r.id for r in rows if r.when != When.ALWAYS and r.id not in _LEFT_OUT]

    def act(self) -> None:
        """Do one thing that can be done now."""
        ways: Sequence[Callable[[], None]] = (
            self._open, self._close, self._stroke, self._scrub, self._trigger, self._dialog,
        )  # fmt: skip
        shares = (3, 3, 14, 8, 72, 8 if self._dialogs else 0)
        (way,) = self._random.choices(ways, shares)
        (way if self._window.session.is_open else self._open)()

    def do_each_once(self) -> None:
        """Do everything that can be done now, one after the other."""
        for name in self._names:
            self._trigger(name)
        self._stroke()
        self._scrub()
        if self._dialogs:
            for name in _DIALOGS:
                self._dialog(name)

    def come_to_rest(self) -> None:
        """End what runs and close what is open over the window; some of it ends by and by."""
        self._window.runs.stop()
        self._close_dialogs()

    def _open(self) -> None:
        clip = self._random.choice(self._clips)
        self.acts.append(f"open {clip.name}")
        self._window.opener.open_path(clip)

    def _close(self) -> None:
        self.acts.append("close")
        self._window.actions_["close_clip"].trigger()

    def _trigger(self, name: str = "") -> None:
        name = name or self._random.choice(self._names)
        action = self._window.actions_[name]
        if action.isEnabled():
            self.acts.append(name)
            action.trigger()

    def _dialog(self, name: str = "") -> None:
        name = name or self._random.choice(_DIALOGS)
        self.acts.append(name)
        self._window.actions_[name].trigger()
        QApplication.processEvents()
        self._close_dialogs()

    def _close_dialogs(self) -> None:
        for dialog in self._window.findChildren(QDialog):
            dialog.reject()

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


def shown(session: Session) -> Shown:
    """Return all that the session shows of its clip, comparable."""
    annotation = session.annotation
    masks = [annotation.mask(t).copy() for t in range(annotation.n_frames)]
    return annotation.objects, masks, [annotation.track(o.id).copy() for o in annotation.objects]


def assert_same(found: Shown, wanted: Shown) -> None:
    """Compare two of them."""
    assert found[0] == wanted[0]
    np.testing.assert_array_equal(found[1], wanted[1])
    for track, other in zip(found[2], wanted[2], strict=True):
        for field in track.dtype.names or ():
            np.testing.assert_array_equal(track[field], other[field])
