"""Where the keys go can be seen: whatever can take the focus looks different when it has it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

from vosgui.ui.session.settings import Scheme
from vosgui.ui.style.panels import in_column
from vosgui.ui.style.theme import apply_theme


def combo() -> QComboBox:
    box = QComboBox()
    box.addItems(["one", "two"])
    return box


def tree() -> QTreeWidget:
    made = QTreeWidget()
    made.addTopLevelItem(QTreeWidgetItem(["one"]))
    return made


MAKERS: tuple[Callable[[], QWidget], ...] = (
    lambda: QPushButton("Choose"), lambda: QCheckBox("Follow"), combo, QLineEdit, QSpinBox,
    QPlainTextEdit, lambda: QSlider(Qt.Orientation.Horizontal), tree,
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("make", MAKERS)
def test_what_has_the_focus_looks_different(
    qtbot: QtBot, qapp: QApplication, make: Callable[[], QWidget], scheme: Scheme
) -> None:
    apply_theme(qapp, scheme)
    dialog, widget, other = QDialog(), make(), QLineEdit()
    qtbot.addWidget(dialog)
    dialog.setLayout(in_column(other, widget, spacing=9))
    dialog.resize(300, 200)
    with qtbot.waitActive(dialog):
        dialog.show()
    other.setFocus(Qt.FocusReason.TabFocusReason)
    without, size = widget.grab().toImage(), widget.size()
    other.clearFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_Tab)  # rings of keys show only once one was used
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert widget.hasFocus()
    assert widget.grab().toImage() != without
    assert widget.size() == size, "nothing moves"


def test_the_button_that_return_presses_shows_the_focus_as_well(
    qtbot: QtBot, qapp: QApplication
) -> None:
    apply_theme(qapp, "light")
    dialog, button, other = QDialog(), QPushButton("Export"), QLineEdit()
    qtbot.addWidget(dialog)
    dialog.setLayout(in_column(other, button))
    button.setDefault(True)
    with qtbot.waitActive(dialog):
        dialog.show()
    other.setFocus()
    without = button.grab().toImage()
    button.setFocus()
    QApplication.processEvents()
    assert button.isDefault() and button.hasFocus()
    assert button.grab().toImage() != without
