"""The lines over the list of clips: what is searched for, and which clips are shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QActionGroup, QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QToolButton, QWidget

from vosgui.core.quality.clip_state import ClipState
from vosgui.ui.clips.rows import ClipFilter, Order
from vosgui.ui.style.panels import in_column, in_row

_ANY, _REMOVED = "Any state", "Removed"
_ANYBODY, _NOBODY = "Anybody", "Nobody"


class FilterBar(QWidget):
    """A line to search in, and lists of states and people.

    changed : other clips are to be shown. went_down : the keys are to go to the list.
    """

    changed = Signal()
    went_down = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = QLineEdit()
        self.text.setPlaceholderText("Search clips")
        self.text.setAccessibleName("Search clips")
        self.text.setClearButtonEnabled(True)
        for button in self.text.findChildren(QToolButton):
            button.setAccessibleName("Clear the search")
        self.text.textChanged.connect(lambda _text: self.changed.emit())
        self.text.installEventFilter(self)
        self.state, self.person = QComboBox(), QComboBox()
        self.state.setAccessibleName("Show clips of this state")
        self.person.setAccessibleName("Show clips of this person")
        self.state.addItem(_ANY, None)
        for state in ClipState:
            self.state.addItem(state.value[:1].upper() + state.value[1:], state)
        self.state.addItem(_REMOVED, _REMOVED)
        self.show_people([])
        for box in (self.state, self.person):
            box.setMinimumContentsLength(4)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.activated.connect(lambda _n: self.changed.emit())
        boxes = in_row((self.state, 1), (self.person, 1), spacing=4)
        self.setLayout(in_column(self.text, boxes, margins=(6, 0, 6, 4), spacing=4))

    @property
    def chosen(self) -> ClipFilter:
        """Return which clips are to be shown."""
        state = self.state.currentData()
        return ClipFilter(
            self.text.text().strip(),
            state if isinstance(state, ClipState) else None,
            self.person.currentData(),
            state == _REMOVED,
        )

    def show_people(self, names: Sequence[str]) -> None:
        """Offer these people; who was chosen stays chosen."""
        wanted = [(_ANYBODY, None), (_NOBODY, ""), *((name, name) for name in names)]
        there = [(self.person.itemText(n), self.person.itemData(n))
                 for n in range(self.person.count())]  # fmt: skip
        if there == wanted:
            return
        chosen = self.person.currentData()
        self.person.clear()
        for text, name in wanted:
            self.person.addItem(text, name)
        self.person.setCurrentIndex(max(0, self.person.findData(chosen)))

    def show_all(self) -> None:
        """Ask for all clips; whoever calls it shows them."""
        self.text.blockSignals(True)
        self.text.clear()
        self.text.blockSignals(False)
        self.state.setCurrentIndex(0)
        self.person.setCurrentIndex(0)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Go down to the list with the arrow, Return or Escape."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Escape and self.text.text():
                self.text.clear()
                return True
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
                self.went_down.emit()
                return True
        return False


class OrderButton(QToolButton):
    """Offers by what the clips are sorted. changed : (Order) another one was chosen."""

    changed = Signal(object)

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.order = order
        self.setText("⇅")
        self.setToolTip("Sort the clips")
        self.setAccessibleName("Sort the clips")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu, group = QMenu(self), QActionGroup(self)
        for one in Order:
            action = menu.addAction(one.value[:1].upper() + one.value[1:])
            action.setCheckable(True)
            action.setChecked(one == order)
            action.setData(one)
            group.addAction(action)
        group.triggered.connect(lambda action: self._choose(action.data()))
        self.setMenu(menu)

    def _choose(self, order: Order) -> None:
        self.order = order
        self.changed.emit(order)
