"""The panels on the right: the objects, and below a line that can be dragged all others."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QWidget

from vosgui.ui.style.panels import in_column, paint_as_panel, rule

HANDLE_PX = 3
REST_PX = 150  # what the panels below get at least; beyond it they scroll


class SidePanels(QSplitter):
    """Gives the first panel the height it asks for, and what the others leave.

    Where both do not fit, the others scroll. Once the line is dragged, it stays.
    """

    def __init__(self, first: QWidget, others: Sequence[QWidget]) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._first = first
        self._rest = QWidget()
        paint_as_panel(self)
        parted = [part for widget in others for part in (rule(), widget)]
        self._rest.setLayout(in_column(*parted[1:], None))
        scroll = QScrollArea()
        scroll.setWidget(self._rest)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumHeight(REST_PX)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(HANDLE_PX)
        self.addWidget(first)
        self.addWidget(scroll)
        self.is_dragged = False
        self.splitterMoved.connect(self._on_dragged)
        self._rest.installEventFilter(self)
        first.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share the height anew when a panel folds or grows."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._share()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height anew."""
        super().resizeEvent(event)
        self._share()

    def _on_dragged(self) -> None:
        self.is_dragged = True

    def _share(self) -> None:
        self.setMinimumWidth(self._rest.minimumSizeHint().width())  # nothing is cut at the side
        if self.is_dragged:
            return
        room = self.height() - HANDLE_PX
        left = room - self._rest.sizeHint().height()
        wanted = min(self._first.sizeHint().height(), room - REST_PX)
        top = max(left, wanted)
        self.setSizes([top, room - top])
