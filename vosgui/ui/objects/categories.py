"""The published categories, offered while one is typed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QCompleter, QLineEdit

from vosgui.formats.categories import published

_WIDTH_PX, _MOST_ROWS = 150, 12


def offer_categories(editor: QLineEdit) -> None:
    """Let a line offer the categories that hold what is typed; others can be typed too."""
    editor.setCompleter(_Offer(editor))


def best_matches(typed: str, names: Iterable[str]) -> list[str]:
    """Return the name that is typed, then those that begin with it, then those that hold it."""
    typed = typed.strip().lower()
    ranks = {
        name: (name.lower() != typed, not name.lower().startswith(typed), name)
        for name in names
        if typed and typed in name.lower()
    }
    return sorted(ranks, key=lambda name: ranks[name])


class _Offer(QCompleter):
    """Shows the best matches from top to bottom, in a list wide enough for them."""

    def __init__(self, editor: QLineEdit) -> None:
        self._names = QStringListModel()
        super().__init__(self._names, editor)
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.setMaxVisibleItems(_MOST_ROWS)
        offered = self.popup()
        if offered is not None:
            offered.setMinimumWidth(_WIDTH_PX)
            offered.setProperty("role", "popup")

    def splitPath(self, path: str) -> list[str]:
        """Take on what is typed: called by Qt before it shows what fits."""
        self._names.setStringList(best_matches(path, published()))
        return [""]
