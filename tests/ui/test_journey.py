"""The main job from end to end, with mouse and keys: paint, run, correct, re-initialise, export."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.ui.windows import N_FRAMES, SQUARE
from vosgui.core.track import Source
from vosgui.ui.dialogs.export_dialog import ExportDialog
from vosgui.ui.main_window import MainWindow

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def paint(qtbot: QtBot, window: MainWindow, corners: list[tuple[float, float]]) -> None:
    """Draw a polygon with clicks and close it with Enter."""
    canvas = window.canvas
    qtbot.keyClick(canvas, Key.Key_P)
    for x, y in corners:
        where: QPoint = canvas.view.viewport.to_screen(x, y).toPoint()
        qtbot.mouseMove(canvas, where)
        qtbot.mouseClick(canvas, Left, pos=where)
    qtbot.keyClick(canvas, Key.Key_Return)


def square_at(t: int) -> list[tuple[float, float]]:
    x, y = SQUARE.x + t, SQUARE.y
    return [(x, y), (x + SQUARE.w, y), (x + SQUARE.w, y + SQUARE.h), (x, y + SQUARE.h)]


def test_from_a_clip_to_a_dataset(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    session, canvas = window.session, window.canvas
    qtbot.keyClick(canvas, Key.Key_N, CTRL)
    paint(qtbot, window, square_at(0))
    assert 200 < (session.annotation.mask(0) == 1).sum() < 300
    assert session.t == 0, "Enter closed the polygon and did not verify"

    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(canvas, Key.Key_F)
    track = session.annotation.track(1)
    assert (track["source"][1:] == Source.PROPAGATED).all()

    with qtbot.waitSignal(session.frame_loaded, check_params_cb=lambda t: t == 10):
        session.go_to(10)
    before = session.annotation.packed(5)
    paint(qtbot, window, square_at(10))
    track = session.annotation.track(1)
    assert track["source"][10] == Source.CORRECTED
    assert not session.annotation.stale(1).any(), "what came from frame 0 rests on frame 0 still"
    qtbot.keyClick(canvas, Key.Key_I)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.mouseClick(window.message.button, Left)
    track = session.annotation.track(1)
    assert (track["origin"][11:, 0] == 10).all()
    assert session.annotation.packed(5) is before
    covered = session.annotation.mask(12) == 1
    true = np.zeros_like(covered)
    true[SQUARE.y : SQUARE.y + SQUARE.h, SQUARE.x + 12 : SQUARE.x + 12 + SQUARE.w] = True
    assert (covered & true).sum() / true.sum() > 0.7, "it goes on from the corrected square"

    window.settings.export.folder = str(tmp_path / "out")
    qtbot.keyClick(canvas, Key.Key_E, CTRL)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    with qtbot.waitSignal(dialog.exporter.written):
        qtbot.mouseClick(dialog.write_button, Left)
    meta = json.loads((tmp_path / "out" / "train" / "meta.json").read_text())
    frames = meta["videos"]["square"]["objects"]["1"]["frames"]
    assert frames == [f"{t:05d}" for t in range(0, N_FRAMES, 5)]
