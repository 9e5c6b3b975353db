"""How dialogs are shown: over their window, which does not wait for them, and gone once closed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog


def show_over(dialog: QDialog) -> None:
    """Show a dialog over its window. Returns at once; closed, it is deleted.

    A dialog that is only hidden would stay for as long as its window, with its widgets, styled anew
    at each change of colours, and with its threads.
    """
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
