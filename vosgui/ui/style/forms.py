"""What the forms of dialogs are built from: rows, buttons beside a line, a path to be asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

Row = tuple[str, QWidget]


def lay_out(form: QFormLayout, *rows: Row) -> None:
    """Give a form its spacing and its rows, a label and a field each."""
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(12)
    form.setVerticalSpacing(7)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for label, field in rows:
        form.addRow(label, field)


def with_buttons(edit: QLineEdit, *buttons: tuple[str, Callable[[], None]]) -> QWidget:
    """Return a line to type in, with buttons at its right end."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    layout.addWidget(edit, 1)
    for text, ask in buttons:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(ask)
        layout.addWidget(button)
    return row


def ask_path(
    edit: QLineEdit,
    title: str,
    mode: QFileDialog.FileMode,
    then: Callable[[], None],
    *,
    start: str = "",
    name_filter: str = "",
) -> None:
    """Let the person choose a path for a line. Returns at once; `then` is called with it there.

    start : the folder that is shown first.
    """
    dialog = QFileDialog(edit.window(), title, start)
    if name_filter:
        dialog.setNameFilter(name_filter)
    dialog.setFileMode(mode)
    dialog.fileSelected.connect(edit.setText)
    dialog.fileSelected.connect(then)
    dialog.open()
