"""Keys that act on release or for as long as they are down, and keys that belong to text fields."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from vosgui.ui.actions.actions import Actions
from vosgui.ui.style.theme import the_application

TAP_MS = 400  # a key held longer was held for something else
_TEXT = (QLineEdit, QPlainTextEdit, QAbstractSpinBox, QKeySequenceEdit)
_KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
_COMMAND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_TYPED_WITH_CTRL = (Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_X, Qt.Key.Key_Z)


class HeldKeys(QObject):
    """Watches the keys of one window.

    A "hold" action is triggered when its key goes down and again when it comes up. A "tap"
    action is triggered when its key comes up soon, unless the mouse was pressed meanwhile: else
    the key was held for the mouse (to pan). While a text field has the focus, keys go to it, and no
    shortcut hears what is typed.
    """

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window)
        self._window, self._actions = window, actions
        self._tapping: tuple[Qt.Key, QAction, int] | None = None  # key, action, when in ms
        self._holding: dict[Qt.Key, QAction] = {}
        the_application().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See all events of the application; take only keys that are typed into a field."""
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel):
            self._tapping = None
        elif kind == QEvent.Type.WindowDeactivate:
            self._let_go()
        elif kind in _KEYS and isinstance(event, QKeyEvent):
            if kind == QEvent.Type.ShortcutOverride:
                if _is_typed(event) and types_text():
                    event.accept()
                    return True
            elif isinstance(watched, QWidget):
                (self._press if kind == QEvent.Type.KeyPress else self._release)(event)
        return False

    def _press(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.isAutoRepeat() or types_text() or not self._is_mine():
            return
        if key == Qt.Key.Key_Space and isinstance(QApplication.focusWidget(), QAbstractItemView):
            return  # it ticks what is chosen in a list
        sequence = QKeySequence(event.keyCombination())
        if tap := self._actions.held("tap", sequence):
            self._tapping = key, tap, event.timestamp()
        hold = self._actions.held("hold", sequence)
        if hold and hold.isEnabled() and key not in self._holding:
            self._holding[key] = hold
            hold.trigger()

    def _release(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.isAutoRepeat():
            return
        if self._tapping is not None and self._tapping[0] == key:
            (_, action, since), self._tapping = self._tapping, None
            if event.timestamp() - since <= TAP_MS:
                action.trigger()
        if key in self._holding:
            self._holding.pop(key).trigger()

    def _let_go(self) -> None:
        self._tapping = None
        for action in self._holding.values():
            action.trigger()
        self._holding.clear()

    def _is_mine(self) -> bool:
        modal = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        return modal is None and self._window.isActiveWindow()


def types_text() -> bool:
    """Return whether what is typed now goes into a text field."""
    focus = QApplication.focusWidget()
    if isinstance(focus, QLineEdit | QPlainTextEdit) and focus.isReadOnly():
        return False
    return isinstance(focus, _TEXT)


def _is_typed(event: QKeyEvent) -> bool:
    """Return whether a text field would make something of the key."""
    if event.modifiers() & _COMMAND:
        return event.key() in _TYPED_WITH_CTRL
    return not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
