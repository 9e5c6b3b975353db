"""What panels are built from: columns and rows, titles, labels, buttons, a rule, a timer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from PySide6.QtCore import SIGNAL, QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QActionEvent, QMouseEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLayout,
    QPushButton,
    QSplitter,
    QToolButton,
    QTreeWidget,
    QVBoxLayout,
    QWidget,
)

from vosgui.ui.style.folds import FoldButton

TITLE_PX = 30
BUTTON_ICON = QSize(16, 16)
Weight = Literal["", "muted", "title", "warning", "key"]
# A number is a space in pixels, None one that stretches; a pair is an item and how it stretches.
Item = QWidget | QLayout | int | None
Margins = tuple[int, int, int, int]
Box = TypeVar("Box", bound=QBoxLayout)


def in_column(
    *items: Item | tuple[Item, int], margins: Margins = (0, 0, 0, 0), spacing: int = 0
) -> QVBoxLayout:
    """Return a layout of items below one another. margins : left, top, right, bottom."""
    return _filled(QVBoxLayout(), items, margins, spacing)


def in_row(
    *items: Item | tuple[Item, int], margins: Margins = (0, 0, 0, 0), spacing: int = 0
) -> QHBoxLayout:
    """Return a layout of items beside one another. margins : left, top, right, bottom."""
    return _filled(QHBoxLayout(), items, margins, spacing)


def _filled(
    layout: Box, items: tuple[Item | tuple[Item, int], ...], margins: Margins, spacing: int
) -> Box:
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for entry in items:
        item, stretch = entry if isinstance(entry, tuple) else (entry, 0)
        if item is None:
            layout.addStretch(stretch or 1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item, stretch)
        else:
            layout.addWidget(item, stretch)
    return layout


def paint_as_panel(widget: QWidget) -> None:
    """Give a widget the ground of panels."""
    widget.setProperty("role", "panel")
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class PanelTitle(QWidget):
    """The line at the top of a panel: its name on the left, buttons on the right.

    folds : the part of the panel that the last button shows and hides, and a double click.
    """

    def __init__(self, text: str, *buttons: QWidget, folds: QWidget | None = None) -> None:
        super().__init__()
        self.setFixedHeight(TITLE_PX)
        self.fold = FoldButton(text, folds) if folds is not None else None
        last = () if self.fold is None else (self.fold,)
        row = label(text, "title"), None, *buttons, *last
        self.setLayout(in_row(*row, margins=(10, 0, 6, 0)))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show or hide the panel."""
        if self.fold is not None and event.button() == Qt.MouseButton.LeftButton:
            self.fold.click()


def label(text: str = "", weight: Weight = "muted") -> QLabel:
    """Return a line of text of some weight."""
    made = QLabel(text)
    made.setProperty("weight", weight)
    return made


def room_for(widget: QWidget, height_px: int) -> QWidget:
    """Return a room of this height, kept while the widget in it is hidden: nothing else moves."""
    room = QWidget()
    room.setLayout(in_column(widget))
    room.setFixedHeight(height_px)
    return room


def note(text: str = "") -> QLabel:
    """Return a line or two of less weight."""
    made = label(text)
    made.setWordWrap(True)
    made.setContentsMargins(10, 4, 10, 8)
    return made


class _ActionButton(QToolButton):
    """A button that listens to its action once, however often that changes.

    Qt 6.11 listens once more after each change and never stops: 144 bytes and a call each.
    """

    def actionEvent(self, event: QActionEvent) -> None:
        """Let go of the action before Qt listens to it again."""
        if event.type() == QEvent.Type.ActionChanged:
            QObject.disconnect(event.action(), SIGNAL("changed()"), self, None)  # type: ignore[call-overload]
        super().actionEvent(event)


def action_button(action: QAction, size: QSize = BUTTON_ICON) -> QToolButton:
    """Return a flat button for an action. It takes no focus: keys stay with the canvas."""
    button = _ActionButton()
    button.setDefaultAction(action)
    button.setIconSize(size)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setAutoRaise(True)
    return button


def text_button(action: QAction, text: str) -> QPushButton:
    """Return a button for an action with a shorter text than the menu's. It takes no focus."""
    button = QPushButton(text)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.clicked.connect(action.trigger)

    def show() -> None:
        button.setEnabled(action.isEnabled())
        button.setToolTip(action.toolTip())

    action.changed.connect(show)
    show()
    return button


def rule() -> QFrame:
    """Return a thin line between two panels."""
    line = QFrame()
    line.setProperty("role", "rule")
    return line


def settling(parent: QObject, ms: int, act: Callable[[], None]) -> QTimer:
    """Return a timer that calls `act` once, some time after it was started last."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(ms)
    timer.timeout.connect(act)
    return timer


def two_columns(tree: QTreeWidget) -> None:
    """Let a tree be a list of rows: a text that takes the room there is, and a short one."""
    tree.setColumnCount(2)
    tree.setHeaderHidden(True)
    tree.setRootIsDecorated(False)
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)


def in_splitter(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    """Return widgets side by side, or one below the other, between lines that can be dragged."""
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(2)
    for widget in widgets:
        splitter.addWidget(widget)
    return splitter
