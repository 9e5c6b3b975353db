"""The published categories, offered while one is typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from vosgui.formats.categories import published


def offer_categories(editor: QLineEdit) -> None:
    """Let a line offer the categories that hold what is typed; others can be typed too."""
    completer = QCompleter(list(published()), editor)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    editor.setCompleter(completer)
