"""The whole window on a clip made up on disk, for tests that act as a person does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.engine.propagation.test_recurrent import TINY
from vosgui.core import edits
from vosgui.core.mask import Box
from vosgui.core.track import Source
from vosgui.engine.models.config import ModelConfig
from vosgui.engine.models.save import save_model
from vosgui.network.lite import LiteNetwork
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.session import Session

HW = (48, 64)
N_FRAMES = 20
SQUARE = Box(10, 8, 16, 16)  # where the square is in frame 0; it moves a pixel a frame to the right


def make_clip(folder: Path, n_frames: int = N_FRAMES, seed: int = 0) -> Path:
    """Write a clip of a textured square that moves over a textured ground."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    ground = rng.integers(40, 110, (*HW, 3), np.uint8)
    square = rng.integers(150, 255, (SQUARE.h, SQUARE.w, 3), np.uint8)
    for t in range(n_frames):
        frame = ground.copy()
        x = SQUARE.x + t % 40
        frame[SQUARE.y : SQUARE.y + SQUARE.h, x : x + SQUARE.w] = square
        Image.fromarray(frame).save(folder / f"{t:05d}.png")
    return folder


def on_long_clip(
    qtbot: QtBot, window: MainWindow, folders: pytest.TempPathFactory, n_frames: int
) -> MainWindow:
    """Open a clip of so many frames of a square that a run takes a while; the canvas has the keys.

    Returns the window.
    """
    folder = make_clip(folders.mktemp("long") / "square", n_frames=n_frames)
    open_clip(qtbot, window, folder)
    window.canvas.setFocus()
    return window


def open_clip(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    """Open a clip or project and wait for its first frame."""
    with qtbot.waitSignal(window.session.frame_loaded):
        window.opener.open_path(path)


def at(window: MainWindow, x: float, y: float) -> QPoint:
    """Return where on the canvas a point of the frame lies."""
    return window.canvas.view.viewport.to_screen(x, y).toPoint()


def click(
    qtbot: QtBot,
    window: MainWindow,
    x: float,
    y: float,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
) -> None:
    """Move to a point of the frame and click there."""
    qtbot.mouseMove(window.canvas, at(window, x, y))
    qtbot.mouseClick(window.canvas, button, pos=at(window, x, y))


def let_tools_end(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the tools' thread is done, and what it told has come to the window."""
    window.canvas.surface.tool_thread.wait()
    qtbot.wait(1)


def paint_square(window: MainWindow, t: int = 0) -> int:
    """Add an object that is the square, painted in frame t; return its id."""
    session = window.session
    object_id = session.annotation.header.free_id()
    assert object_id is not None
    session.apply("Add", edits.set_object(session.annotation, edits.new_object(object_id)))
    paint_again(window, object_id, t)
    session.select_object(object_id)
    return object_id


def paint_again(window: MainWindow, object_id: int, t: int) -> None:
    """Paint an object where the square is in frame t."""
    box = Box(SQUARE.y, SQUARE.x + t, SQUARE.h, SQUARE.w)
    after = np.full((box.h, box.w), object_id, np.uint8)
    part = edits.paint(window.session.annotation, t, object_id, box, after)
    window.session.apply("Brush", part)


def propagated(session: Session, object_id: int) -> list[int]:
    """Return the frames whose mask of an object a run made."""
    track = session.annotation.track(object_id)
    return [int(t) for t in np.flatnonzero(track["source"] == Source.PROPAGATED)]


def tiny_model(folder: Path) -> Path:
    """Write a model of the real architecture that is tiny and untrained; return its folder."""
    torch.manual_seed(0)
    about = ModelConfig(architecture="s2s-lite", title="Tiny")
    save_model(folder, LiteNetwork(TINY), about, "")
    return folder


def look(
    qtbot: QtBot,
    window: MainWindow,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Press N, and wait for the answer: what needs a look is found in a job."""
    with qtbot.waitSignal(window.session.said):
        qtbot.keyClick(window.canvas, Qt.Key.Key_N, modifier)
