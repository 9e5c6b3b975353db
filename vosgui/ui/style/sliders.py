"""A slider and a field of its number, side by side, which show one value."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QSlider, QSpinBox, QWidget

from vosgui.ui.style.panels import in_row

_AROUND_PX = 26  # of a number: margins of its field, and a cursor


def slider(name: str, least: int, most: int, width_px: int) -> QSlider:
    """Return a slider between two numbers."""
    made = QSlider(Qt.Orientation.Horizontal)
    made.setRange(least, most)
    made.setFixedWidth(width_px)
    made.setToolTip(name)
    made.setAccessibleName(name)
    return made


def number(name: str, least: int, most: int, unit: str, act: Callable[[int], None]) -> QSpinBox:
    """Return a field of a number, which acts once it is typed."""
    field = QSpinBox()
    field.setRange(least, most)
    field.setSuffix(unit)
    field.setKeyboardTracking(False)
    field.setAccessibleName(name)
    field.lineEdit().setTextMargins(4, 0, 0, 0)  # as in the other fields
    longest = max((f"{one}{unit}" for one in (least, most)), key=len)
    field.setFixedWidth(field.fontMetrics().horizontalAdvance(longest) + _AROUND_PX)
    field.valueChanged.connect(act)
    return field


def show_value(widget: QSlider | QSpinBox, value: int) -> None:
    """Show a value that was set elsewhere."""
    blocked = QSignalBlocker(widget)
    widget.setValue(value)
    blocked.unblock()


class SliderField(QWidget):
    """A slider and the field of its number, for a form. act : called with a value that is set."""

    def __init__(
        self, name: str, least: int, most: int, width_px: int, act: Callable[[int], None]
    ) -> None:
        super().__init__()
        self.slider = slider(name, least, most, width_px)
        self.number = number(name, least, most, " %", act)
        self.slider.valueChanged.connect(act)
        self.setLayout(in_row((self.slider, 1), self.number, spacing=8))
        self.setFocusProxy(self.slider)

    def show_value(self, value: int) -> None:
        """Show a value that was set elsewhere."""
        show_value(self.slider, value)
        show_value(self.number, value)
