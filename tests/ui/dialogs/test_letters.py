"""Dialogs by keys: Alt with the letter of a label leads to its field, and Tab goes through all."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QTreeWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.windows import paint_square
from vosgui.ui.main_window import MainWindow
from vosgui.ui.style.forms import labels_of
from vosgui.ui.style.mnemonics import letter

DIALOGS = ("export", "import", "refine", "view_options", "comment", "reject", "shortcuts",
           "comments", "edits", "effort", "frame_memory", "your_name", "change_id")  # fmt: skip
TAKES_KEYS = QAbstractButton, QComboBox, QLineEdit, QSlider, QSpinBox, QTreeWidget


@pytest.fixture
def painted(window: MainWindow) -> MainWindow:
    paint_square(window)
    return window


def opened(window: MainWindow, name: str) -> QDialog:
    window.actions_[name].trigger()
    (dialog,) = [one for one in window.findChildren(QDialog) if one.isVisible()]
    return dialog


@pytest.mark.parametrize("name", DIALOGS)
def test_every_field_of_a_form_has_a_letter_that_leads_to_it(
    painted: MainWindow, name: str
) -> None:
    dialog = opened(painted, name)
    labels = [one for form in dialog.findChildren(QFormLayout) for one in labels_of(form)]
    shown = [one for one in labels if one.isVisible() and one.text()]
    buttons = [one for one in dialog.findChildren(QPushButton) if one.isVisible()]
    letters = [letter(one.text()) for one in shown]
    assert all(letters)
    letters += [found for one in buttons if (found := letter(one.text()))]
    assert len(set(letters)) == len(letters), letters
    for label in shown:
        field = label.buddy()
        if field is not None:  # what only tells has none
            takes_keys = field.focusProxy() or field
            assert takes_keys.focusPolicy() != Qt.FocusPolicy.NoFocus, label.text()
    dialog.close()


@pytest.mark.parametrize("name", DIALOGS)
def test_tab_goes_down_the_rows(qtbot: QtBot, painted: MainWindow, name: str) -> None:
    dialog = opened(painted, name)
    qtbot.waitUntil(dialog.isVisible)
    seen: list[QRect] = []
    one = dialog.nextInFocusChain()
    while one is not dialog:
        takes_keys = one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None
        if takes_keys and one.isVisible() and isinstance(one, TAKES_KEYS):
            seen.append(QRect(one.mapTo(dialog, QPoint()), one.size()))
        one = one.nextInFocusChain()
    assert len(seen) > 1
    for before, after in pairwise(seen):
        is_below = after.top() >= before.bottom() - 4
        is_beside = after.left() >= before.right() - 4
        assert is_below or is_beside, (before, after)
    dialog.close()
