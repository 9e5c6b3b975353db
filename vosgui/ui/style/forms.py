"""What the forms of dialogs are built from: rows, buttons beside a line, a path to be asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from vosgui.ui.style.mnemonics import letter, with_mnemonics
from vosgui.ui.style.panels import in_row
from vosgui.ui.style.show import show_over


def lay_out(form: QFormLayout, *rows: tuple[str, QWidget]) -> None:
    """Give a form its spacing and more rows, a label and a field each.

    Alt with the letter of a label leads to its field; no two labels of a form have the same.
    """
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(12)
    form.setVerticalSpacing(7)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    taken = {letter(label.text()) for label in labels_of(form)}
    texts = with_mnemonics([text for text, _ in rows], taken)
    for text, (_, field) in zip(texts, rows, strict=True):
        form.addRow(text, field)


def labels_of(form: QFormLayout) -> list[QLabel]:
    """Return the labels of the rows of a form."""
    items = (form.itemAt(n, QFormLayout.ItemRole.LabelRole) for n in range(form.rowCount()))
    widgets = (item.widget() for item in items if item is not None)
    return [widget for widget in widgets if isinstance(widget, QLabel)]


def with_buttons(edit: QLineEdit, *buttons: tuple[str, Callable[[], None]]) -> QWidget:
    """Return a line to type in, with buttons at its right end."""
    made = QWidget()
    parts = [QPushButton(text) for text, _ in buttons]
    for button, (_, ask) in zip(parts, buttons, strict=True):
        button.setAutoDefault(False)
        button.clicked.connect(ask)
    made.setLayout(in_row((edit, 1), *parts, spacing=6))
    made.setFocusProxy(edit)
    return made


def ask_path(
    window: QWidget,
    title: str,
    mode: QFileDialog.FileMode,
    then: Callable[[Path], None],
    *,
    start: str = "",
    name_filter: str = "",
) -> None:
    """Let the person choose a path. Returns at once; `then` is called with it.

    start : the folder that is shown first.
    """
    dialog = QFileDialog(window, title, start)
    if name_filter:
        dialog.setNameFilter(name_filter)
    dialog.setFileMode(mode)
    if mode == QFileDialog.FileMode.Directory:
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    show_over(dialog)


def ask_new(
    window: QWidget,
    title: str,
    then: Callable[[Path], None],
    *,
    suffix: str,
    start: str = "",
    name_filter: str = "",
) -> None:
    """Let the person say where a new file is to lie; one that is there is asked about first.

    suffix : given to names without one, ".csv". start : the folder that is shown first.
    """
    dialog = QFileDialog(window, title, start)
    dialog.setNameFilter(name_filter or f"*{suffix}")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(suffix.lstrip("."))
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    show_over(dialog)


def ask_into(
    edit: QLineEdit,
    title: str,
    mode: QFileDialog.FileMode,
    then: Callable[[], None],
    *,
    start: str = "",
    name_filter: str = "",
) -> None:
    """Let the person choose a path for a line; `then` is called with it there."""

    def take(path: Path) -> None:
        edit.setText(str(path))
        then()

    ask_path(edit.window(), title, mode, take, start=start, name_filter=name_filter)


def short_path(folder: Path) -> str:
    """Return a folder as a person writes it, from the home folder or by its last three parts."""
    try:
        return "~/" + folder.relative_to(Path.home()).as_posix()
    except ValueError:
        parts = folder.parts
        return str(folder) if len(parts) <= 4 else "…/" + "/".join(parts[-3:])
