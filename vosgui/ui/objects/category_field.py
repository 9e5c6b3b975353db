"""The field in which a category is typed: Return takes the first that fits, Tab also goes on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from vosgui.formats.categories import published
from vosgui.ui.objects.categories import best_matches, offer_categories

_TAKING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class CategoryField(QLineEdit):
    """Offers the published categories that hold what is typed.

    Esc closes the offer: what is typed then is taken as it stands.
    taken : (whether to go on to the next object) a category is there.
    """

    taken = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setAccessibleName("Category")
        offer_categories(self)

    def takes(self, event: QEvent) -> bool:
        """Return whether an event is a key that takes what is there."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        return event.key() in _TAKING and not event.modifiers()

    def event(self, event: QEvent) -> bool:
        """Take a category by Return or Tab, before either means anything else."""
        if not (isinstance(event, QKeyEvent) and self.takes(event)):
            return super().event(event)
        popup = self.completer().popup()
        if popup is not None and popup.isVisible():
            self._take_best(popup.currentIndex())
            popup.hide()
        event.accept()
        self.taken.emit(event.key() == Qt.Key.Key_Tab)
        return True

    def _take_best(self, chosen: QModelIndex) -> None:
        """Put the chosen category in the field, or else the one that fits best."""
        best = [str(chosen.data())] if chosen.isValid() else best_matches(self.text(), published())
        if best:
            self.setText(best[0])
            self.setModified(True)
