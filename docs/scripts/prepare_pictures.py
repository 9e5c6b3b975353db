"""The pictures of the Prepare view: the real window on long videos made of the demo clip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from docs.scripts.long_video import HARBOUR, write_long_video
from docs.scripts.stage import Stage, settle, wait_for
from vosgui.ui.prepare.window import PrepareWindow

SIZE = 1280, 800
PATIENCE = 100


def prepare_view(stage: Stage, folder: Path) -> Iterator[tuple[str, QPixmap]]:
    """Prepare two videos; yield the name of each picture, and the view as it is then."""
    videos = [write_long_video(folder / "pond-in-june.mp4"),
              write_long_video(folder / "harbour-pond.mp4", HARBOUR)]  # fmt: skip
    stage.window.prepare.prepare(videos)
    view = stage.window.prepare.window
    assert view is not None
    view.resize(*SIZE)
    findings = view.desk.findings
    wait_for(findings.changed, settle, lambda: len(findings.found) == len(videos))
    _press(view, "PgDown")
    _name(view, "fish")
    _press(view, "A")
    _name(view, "turtle")
    _press(view, "A")
    _draw_all(view)
    yield "prepare", view.grab()
    for keys in ("A", "X", *["Shift+R"] * 4):
        _press(view, keys)
    _draw_all(view)
    yield "prepare-refused", view.grab()
    view.close()


def _draw_all(view: PrepareWindow) -> None:
    """Wait until every small picture is there, and the frame under the playhead."""
    strip, desk = view.strip, view.desk
    for _ in range(PATIENCE):
        shown = strip.view
        assert shown is not None and strip.thumbnails is not None
        missing = [one for one in shown.slots() if strip.thumbnails.image(one.t) is None]
        if not missing and view.frame.shown_t == desk.t:
            break
        settle()


def _press(view: PrepareWindow, keys: str) -> None:
    combination = QKeySequence(keys)[0]
    QTest.keyClick(view.strip, combination.key(), combination.keyboardModifiers())
    settle(100)


def _name(view: PrepareWindow, category: str) -> None:
    _press(view, "C")
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, category)
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle(200)
    view.activateWindow()  # without a screen, what offers categories takes that away
    settle(100)
