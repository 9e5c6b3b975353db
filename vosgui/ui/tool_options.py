"""The line over the canvas: how to use the tool in hand, sizes and opacity, zoom and undo."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QSpinBox, QWidget

from vosgui.ui.actions.actions import Actions
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.folds import ElidedLabel
from vosgui.ui.style.panels import action_button, in_row, label, paint_as_panel
from vosgui.ui.style.sliders import number, show_value, slider
from vosgui.ui.tools.brush import MAX_SIZE, MIN_SIZE, BrushTool
from vosgui.ui.tools.toolbox import ToolBox

SLIDER_PX, HEIGHT_PX = 90, 34
BUTTONS = ("view_options", "zoom_fit", "zoom_100", "undo", "redo")
_SIZE, _OPACITY = "Diameter of the brush", "Opacity of the masks"
_STEPS = 200  # of the size's slider, evenly in its logarithm: a step is a share of the size


class ToolOptions(QWidget):
    """Shows and sets sizes and opacity, which are kept over restarts; brush and eraser have own."""

    def __init__(
        self, session: Session, tools: ToolBox, settings: Settings, actions: Actions
    ) -> None:
        super().__init__()
        self._session, self._tools, self._settings = session, tools, settings
        paint_as_panel(self)
        self.setFixedHeight(HEIGHT_PX)
        self.hint = ElidedLabel()
        self.size_slider = slider(_SIZE, 0, _STEPS, SLIDER_PX)
        by_mouse = f"{_SIZE}: Ctrl+wheel or Alt+drag"
        actions.tell(self.size_slider, by_mouse, "brush_smaller", "brush_larger")
        self.size_number = number(_SIZE, int(MIN_SIZE), int(MAX_SIZE), " px", self._set_size)
        self.opacity_slider = slider(_OPACITY, 0, 100, SLIDER_PX)
        actions.tell(self.opacity_slider, _OPACITY, "opacity_down", "opacity_up")
        self.opacity_number = number(_OPACITY, 0, 100, " %", self._set_opacity)
        _give_keys_back(
            self.size_slider, self.opacity_slider, self.size_number, self.opacity_number
        )
        self._of_size = (self.size_slider, self.size_number)
        opacity = label("Opacity"), self.opacity_slider, self.opacity_number
        buttons = [action_button(actions[name]) for name in BUTTONS]
        left = in_row((self.hint, 1), *self._of_size, spacing=6)
        right = in_row(*opacity, 8, *buttons, spacing=6)
        self.setLayout(in_row((left, 1), right, margins=(10, 3, 8, 3), spacing=18))
        self.size_slider.valueChanged.connect(self._on_size_slid)
        self.opacity_slider.valueChanged.connect(self._set_opacity)
        self._restore()
        tools.changed.connect(self._show_tool)
        tools.size_changed.connect(self._show_size)
        session.view_changed.connect(self._show_opacity)
        self._show_tool()
        self._show_opacity()

    def _restore(self) -> None:
        for name, size in self._settings.brush_sizes.items():
            tool = self._tools.tools.get(name)
            if isinstance(tool, BrushTool):
                tool.set_size(size)
        self._session.set_view(opacity=self._settings.opacity)

    def _show_tool(self) -> None:
        tool = self._tools.current
        self.hint.setText(f"{tool.title}: {tool.hint}")
        self.hint.set_tip(tool.hint.replace(". ", ".\n"))
        for widget in self._of_size:
            widget.setVisible(self._tools.size is not None)
        self._show_size()

    def _show_size(self) -> None:
        size = self._tools.size
        if size is None:
            return
        self._settings.brush_sizes[self._tools.current.name] = size
        share = math.log(size / MIN_SIZE) / math.log(MAX_SIZE / MIN_SIZE)
        show_value(self.size_slider, round(_STEPS * share))
        show_value(self.size_number, round(size))

    def _show_opacity(self) -> None:
        self._settings.opacity = self._session.view.opacity
        for widget in (self.opacity_slider, self.opacity_number):
            show_value(widget, round(100 * self._session.view.opacity))

    def _on_size_slid(self, step: int) -> None:
        self._set_size(round(MIN_SIZE * (MAX_SIZE / MIN_SIZE) ** (step / _STEPS)))

    def _set_size(self, size: int) -> None:
        before = self._tools.size
        if isinstance(self._tools.current, BrushTool):
            self._tools.current.set_size(size)
            self._tools.announce_size(before)

    def _set_opacity(self, percent: int) -> None:
        self._session.set_view(opacity=percent / 100)


def _give_keys_back(*fields: QSlider | QSpinBox) -> None:
    """Leave the keys with the canvas: a number that was typed gives them back."""
    for field in fields:
        if isinstance(field, QSpinBox):
            field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            field.editingFinished.connect(field.clearFocus)
        else:
            field.setFocusPolicy(Qt.FocusPolicy.NoFocus)
