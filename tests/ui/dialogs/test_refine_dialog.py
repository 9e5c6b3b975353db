"""Refining masks, with the keys and the mouse of a person on the whole window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from tests.ui.windows import paint_again, paint_square
from vosgui.ui.dialogs.refine_dialog import RefineDialog
from vosgui.ui.main_window import MainWindow

Key, Left = Qt.Key, Qt.MouseButton.LeftButton


def refine(qtbot: QtBot, window: MainWindow, way: str, px: int, scope: int) -> None:
    """Refine the current object's masks; of so few frames that is done at once."""
    qtbot.keyClick(window.canvas, Key.Key_R)
    dialog = window.findChild(RefineDialog)
    assert dialog is not None
    dialog.way.setCurrentText(way)
    dialog.px.setValue(px)
    dialog.scope.setCurrentIndex(scope)
    (buttons,) = dialog.findChildren(QDialogButtonBox)
    qtbot.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Ok), Left)


@pytest.mark.parametrize(("scope", "frames"), [(0, {0}), (1, {0}), (2, {0, 3}), (3, {0, 3, 9})])
def test_masks_are_refined_here_in_the_range_or_everywhere_as_one_edit(
    qtbot: QtBot, window: MainWindow, scope: int, frames: set[int]
) -> None:
    session = window.session
    paint_square(window)
    for t in (3, 9):
        paint_again(window, 1, t)
    session.set_range(range(5))
    before = {t: session.annotation.mask(t).copy() for t in (0, 3, 9)}
    refine(qtbot, window, "Grow", 2, scope)
    changed = {t for t in before if not np.array_equal(before[t], session.annotation.mask(t))}
    assert changed == frames
    assert (session.annotation.mask(0) == 1).sum() > (before[0] == 1).sum()
    session.undo()
    assert all(np.array_equal(before[t], session.annotation.mask(t)) for t in before)


def test_what_cannot_be_refined_says_why(qtbot: QtBot, window: MainWindow) -> None:
    said: list[str] = []
    window.session.said.connect(said.append)
    paint_square(window)
    refine(qtbot, window, "Fill holes", 2, 0)
    assert "nothing" in said[-1]
    window.commands.toggle("locked")
    refine(qtbot, window, "Grow", 2, 0)
    assert "locked" in said[-1]
