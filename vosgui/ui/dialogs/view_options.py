"""How frames and masks are shown: light, onion skin, magnifier, the grid frame before beside."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QPushButton, QSpinBox, QWidget

from vosgui.ui.actions.actions import Actions
from vosgui.ui.canvas.canvas_view import MOST_LIGHT
from vosgui.ui.session.session import Session
from vosgui.ui.session.view import Light
from vosgui.ui.style.forms import lay_out
from vosgui.ui.style.panels import in_column, label
from vosgui.ui.style.sliders import SliderField, number, show_value
from vosgui.ui.style.tool_window import ToolWindow

LEAST_MAGNIFICATION, MOST_MAGNIFICATION = 2, 32
_SLIDER_PX = 150
_SIDES = {  # in words: before, after
    "Before and after": (True, True),
    "Before": (True, False),
    "After": (False, True),
}
_LOOKS = {"Contours": False, "Tint": True}  # in words: whether it fills


class ViewOptions(ToolWindow):
    """Stays open while one works; each change is seen at once."""

    def __init__(self, session: Session, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle("View options")
        self.brightness = self._light("Brightness")
        self.contrast = self._light("Contrast")
        self.reset = QPushButton("Reset")
        self.reset.setAutoDefault(False)
        self.reset.clicked.connect(lambda: session.set_view(light=Light()))
        self.onion = self._flag("Masks before and after", "onion")
        self.sides, self.looks = QComboBox(), QComboBox()
        self.sides.addItems(list(_SIDES))
        self.looks.addItems(list(_LOOKS))
        self.sides.activated.connect(self._set_sides)
        self.looks.activated.connect(self._set_looks)
        self.strength = SliderField("Strength", 10, 100, _SLIDER_PX, self._set_strength)
        self.magnifier = self._flag("Magnifier at the pointer", "magnifier")
        self.magnification: QSpinBox = number(
            "Magnification", LEAST_MAGNIFICATION, MOST_MAGNIFICATION, " ×",
            lambda n: session.set_view(magnification=n),
        )  # fmt: skip
        self.beside = self._flag("Previous grid frame beside", "beside")
        for field, name, *keys in (
            (self.brightness.slider, "Brightness", "darker", "brighter"),
            (self.contrast.slider, "Contrast", "less_contrast", "more_contrast"),
            (self.reset, "Show frames as they are", "reset_light"),
            (self.onion, "Show the nearest masks before and after", "onion_skin"),
            (self.magnifier, "Show the pixels under the pointer", "magnifier"),
            (self.beside, "Show the previous grid frame beside this one", "beside"),
        ):
            field.setToolTip(actions.with_keys(name, *keys))
        self._lay_out()
        session.view_changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow(label("Brightness and contrast", "title"))
        light = ("Brightness", self.brightness), ("Contrast", self.contrast), ("", self.reset)
        lay_out(form, *light)
        form.addRow(self.onion)
        lay_out(form, ("Frames", self.sides), ("As", self.looks), ("Strength", self.strength))
        form.addRow(self.magnifier)
        lay_out(form, ("Magnification", self.magnification))
        form.addRow(self.beside)
        self.setLayout(in_column(form, margins=(14, 12, 14, 14)))

    def _light(self, name: str) -> SliderField:
        def act(percent: int) -> None:
            changed = {name.lower(): percent}
            self._session.set_view(light=replace(self._session.view.light, **changed))

        return SliderField(name, -MOST_LIGHT, MOST_LIGHT, _SLIDER_PX, act)

    def _flag(self, text: str, name: str) -> QCheckBox:
        box = QCheckBox(text)
        box.clicked.connect(lambda on: self._session.set_view(**{name: on}))
        return box

    def _set_sides(self) -> None:
        before, after = _SIDES[self.sides.currentText()]
        self._set_skin(before=before, after=after)

    def _set_looks(self) -> None:
        self._set_skin(fills=_LOOKS[self.looks.currentText()])

    def _set_strength(self, percent: int) -> None:
        self._set_skin(strength=percent / 100)

    def _set_skin(self, **changes: float | bool) -> None:
        skin = replace(self._session.view.onion_skin, **changes)  # type: ignore[arg-type]
        self._session.set_view(onion_skin=skin, onion=True)

    def _refresh(self) -> None:
        view = self._session.view
        skin = view.onion_skin
        self.brightness.show_value(view.light.brightness)
        self.contrast.show_value(view.light.contrast)
        self.reset.setEnabled(view.light != Light())
        self.onion.setChecked(view.onion)
        self.sides.setCurrentIndex(list(_SIDES.values()).index((skin.before, skin.after)))
        self.looks.setCurrentIndex(list(_LOOKS.values()).index(skin.fills))
        self.strength.show_value(round(100 * skin.strength))
        self.magnifier.setChecked(view.magnifier)
        show_value(self.magnification, view.magnification)
        self.beside.setChecked(view.beside)
