"""One dialog for an error: its line, what is behind it on demand."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType

from PySide6.QtWidgets import QMessageBox, QWidget

from vosgui.errors import InternalError, VosguiError
from vosgui.ui.style.show import show_over


def show_error(parent: QWidget, error: VosguiError) -> QMessageBox:
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
    show_over(box)
    return box


def report_errors(window: QWidget) -> None:
    """Show what goes wrong in a slot: Qt would only print it, and go on as if nothing was."""

    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        sys.__excepthook__(kind, error, trace)
        if isinstance(error, KeyboardInterrupt):
            window.close()
        elif isinstance(error, VosguiError):
            show_error(window, error)
        else:
            internal = InternalError(
                f"An error of the program itself: {kind.__name__}: {error}. "
                "What you have drawn is saved."
            )
            internal.__cause__ = error
            show_error(window, internal)

    sys.excepthook = report


def _details(error: VosguiError) -> str:
    if isinstance(error, InternalError):
        return "".join(traceback.format_exception(error))
    causes, cause = [], error.__cause__
    while cause is not None:
        causes.append(f"{type(cause).__name__}: {cause}")
        cause = cause.__cause__
    return "\n".join(causes)
