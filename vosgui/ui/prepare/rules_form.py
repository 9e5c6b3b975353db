"""Every rule of preparing videos, to be adjusted: what is proposed follows at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QWidget,
)

from vosgui.datasets.prepare.rules import PrepareRules
from vosgui.ui.prepare.rule_rows import PARTS, ROWS, RuleRow
from vosgui.ui.style.forms import lay_out
from vosgui.ui.style.panels import PanelTitle, in_column, label, paint_as_panel

Field = QDoubleSpinBox | QSpinBox | QComboBox | QCheckBox


_WIDTH_PX = 96
_LEAVING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_COMMAND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class RulesForm(QWidget):
    """Shows rules, and hands on what is changed in them.

    changed : (PrepareRules, what was changed in them). look_wanted : a new look is wanted.
    left : Enter or Esc was pressed: keys are to go elsewhere again.
    """

    changed = Signal(object, str)
    left = Signal()
    look_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        paint_as_panel(self)
        self._rules = PrepareRules()
        self.fields: dict[tuple[str, str], Field] = {}
        self.look_button = QPushButton("Look again")
        self.usual_button = QPushButton("Defaults")
        self.usual_button.setToolTip("Set all rules to what they are by default")
        self._note = label("", "warning")
        self._note.setWordWrap(True)
        self._banner = QWidget()
        banner = in_column(self._note, self.look_button, margins=(10, 4, 10, 8), spacing=6)
        self._banner.setLayout(banner)
        page = QWidget()
        page.setLayout(in_column(self._form(), None, margins=(10, 0, 10, 10)))
        paint_as_panel(page)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        title = PanelTitle("Rules", self.usual_button)
        self.setLayout(in_column(title, self._banner, (area, 1)))
        self.look_button.clicked.connect(self.look_wanted)
        self.usual_button.clicked.connect(lambda: self.changed.emit(PrepareRules(), "All rules"))
        self.show_rules(self._rules, needs_look=False)

    def show_rules(self, rules: PrepareRules, *, needs_look: bool) -> None:
        """Show rules. needs_look : cuts were told by others than these."""
        self._rules = rules
        for row in ROWS:
            field = self.fields[row.part, row.name]
            value = getattr(getattr(rules, row.part), row.name)
            if row.name == "threshold":
                value = rules.shots.level
            field.blockSignals(True)
            if isinstance(field, QComboBox):
                field.setCurrentText(value)
            elif isinstance(field, QCheckBox):
                field.setChecked(value)
            elif field.value() != (value or 0):
                field.setValue(value or 0)
            field.blockSignals(False)
        self._note.setText(
            "What is shown was found by the detector and threshold before. With these all frames "
            "have to be read again."
        )
        self._banner.setVisible(needs_look)

    def _form(self) -> QFormLayout:
        form, part = QFormLayout(), ""
        lay_out(form)
        form.setVerticalSpacing(4)
        for row in ROWS:
            if row.part != part:
                part = row.part
                title = label(PARTS[part], "title")
                title.setContentsMargins(0, 6 if form.rowCount() else 0, 0, 0)
                form.addRow(title)
            form.addRow(row.text, self._field(row))
            form.labelForField(self.fields[row.part, row.name]).setToolTip(row.tip)
        return form

    def _field(self, row: RuleRow) -> Field:
        usual = getattr(getattr(PrepareRules(), row.part), row.name)
        field: Field
        if row.choices:
            field = QComboBox()
            field.addItems(list(row.choices))
            field.activated.connect(partial(self._take, row))
        elif isinstance(usual, bool):
            field = QCheckBox()
            field.toggled.connect(partial(self._take, row))
        else:
            field = self._number(row)
        field.setToolTip(row.tip)
        field.setAccessibleName(f"{PARTS[row.part]}: {row.text}")
        field.setFixedWidth(_WIDTH_PX)
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.installEventFilter(self)
        self.fields[row.part, row.name] = field
        return field

    def _number(self, row: RuleRow) -> QDoubleSpinBox | QSpinBox:
        field = QDoubleSpinBox() if row.digits else QSpinBox()
        if isinstance(field, QDoubleSpinBox):
            field.setDecimals(row.digits)
            field.setRange(row.least, row.most)
            field.setSingleStep(row.step)
        else:
            field.setRange(int(row.least), int(row.most))
            field.setSingleStep(int(row.step))
        field.setSuffix(row.unit)
        field.setSpecialValueText(row.zero)
        field.setKeyboardTracking(False)
        field.lineEdit().setTextMargins(4, 0, 0, 0)  # as in the other fields
        field.valueChanged.connect(partial(self._take, row))
        return field

    def begin(self) -> None:
        """Let a rule be typed."""
        self.fields["clips", "min_length_s"].setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep a field's keys for it, and the wheel where it would change a rule unseen."""
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and not event.modifiers() & _COMMAND:
                event.accept()  # no action hears it
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() in _LEAVING:
                self._leave(watched)
                return True
        is_wheel = event.type() == QEvent.Type.Wheel
        if is_wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False

    def _leave(self, field: QObject) -> None:
        if isinstance(field, QDoubleSpinBox | QSpinBox):
            field.interpretText()
        self.left.emit()

    def _take(self, row: RuleRow, _value: object) -> None:
        field = self.fields[row.part, row.name]
        value: Any
        if isinstance(field, QComboBox):
            value = field.currentText()
        elif isinstance(field, QCheckBox):
            value = field.isChecked()
        else:
            value = field.value()
        if row.name == "rate":
            value = value or None
        changes = {row.name: value}
        if row.name == "detector":
            changes["threshold"] = None
        part = replace(getattr(self._rules, row.part), **changes)
        self.changed.emit(replace(self._rules, **{row.part: part}), row.text)
