"""Two objects that were exchanged while one hid the other: found, led to, and put right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.core.quality.test_meetings import PART, SWAP, N, crossing
from tests.ui.windows import look, open_clip
from vosgui.core import edits
from vosgui.core.edits import FrameResult
from vosgui.core.quality.needs_review import Reason
from vosgui.ui.main_window import MainWindow


def carry_wrongly(window: MainWindow) -> None:
    session = window.session
    for _ in range(2):
        session.apply("Add", edits.add_object(session.annotation))
    session.apply("Give", edits.give_mask(session.annotation, 0, crossing(0)[1], [1, 2]))
    run = session.begin_run("Propagate forward", 0)
    revisions = {i: int(session.annotation.track(i)["revision"][0]) for i in (1, 2)}
    for t in range(1, N):
        mask = crossing(t)[1] if t < 18 else SWAP[crossing(t)[1]]
        levels = {i: 0.9 if (mask == i).any() else 0.0 for i in (1, 2)}
        origins = {i: ((0, revisions[i]),) for i in (1, 2)}
        result = FrameResult(t, mask, levels, origins)
        run.extend(edits.predict(session.annotation, result, frozenset({1, 2})))
    run.close()


def swapped(window: MainWindow) -> list[tuple[int, int]]:
    return [(one.t, one.object_id) for one in window.review.found
            if Reason.SWAPPED in one.reasons and one.t == PART]  # fmt: skip


def test_an_exchange_is_found_led_to_and_put_right_with_one_click(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    window, folder = empty_window, tmp_path / "crossing"
    folder.mkdir()
    for t in range(N):
        Image.fromarray(crossing(t)[0]).save(folder / f"{t:05d}.png")
    open_clip(qtbot, window, folder)
    carry_wrongly(window)
    qtbot.waitUntil(lambda: swapped(window) == [(PART, 1), (PART, 2)])
    window.session.go_to(PART - 1)
    window.session.select_object(2)
    window.canvas.setFocus()
    look(qtbot, window)
    while window.session.t != PART:
        look(qtbot, window)
    assert "may have changed places with object 2" in window.status.currentMessage()
    (button,) = (b for b in window.message.findChildren(QPushButton)
                 if b.text() == "Swap from Here On")  # fmt: skip
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    mask = window.session.annotation.mask
    qtbot.waitUntil(lambda: bool(np.array_equal(mask(N - 1), crossing(N - 1)[1])))
    assert np.array_equal(mask(PART), crossing(PART)[1])
    qtbot.waitUntil(lambda: window.review.is_settled and not swapped(window))
