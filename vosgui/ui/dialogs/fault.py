"""One dialog for an error: its line, what is behind it on demand."""

from __future__ import annotations

import traceback

from PySide6.QtWidgets import QMessageBox, QWidget

from vosgui.errors import InternalError, VosguiError


def show_error(parent: QWidget | None, error: VosguiError) -> None:
    """Show an error; the causes lie behind a button."""
    box = QMessageBox(parent)
    box.setObjectName("error")
    box.setIcon(
        QMessageBox.Icon.Critical if isinstance(error, InternalError) else QMessageBox.Icon.Warning
    )
    box.setWindowTitle("vosgui")
    box.setText(str(error))
    details = _details(error)
    if details:
        box.setDetailedText(details)
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.open()


def _details(error: VosguiError) -> str:
    if isinstance(error, InternalError):
        return "".join(traceback.format_exception(error))
    causes, cause = [], error.__cause__
    while cause is not None:
        causes.append(f"{type(cause).__name__}: {cause}")
        cause = cause.__cause__
    return "\n".join(causes)
