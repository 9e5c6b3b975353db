"""What fills the window: what to do first where nothing is open, else the clip and its panels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from vosgui.ui.side_panels import SidePanels
from vosgui.ui.style.folds import FoldButton
from vosgui.ui.style.panels import in_column, in_row, in_splitter, paint_as_panel, rule

SIDE_PX, CLIPS_PX = 300, 180


class Pages(QStackedWidget):
    """Two pages: the empty one, and that of a clip.

    left : on the outside of the tools and the canvas. options : of the tool, over the canvas.
    side : panels on the right, from top to bottom. below : panels under all of them.
    folded : names of what is folded away, kept up to date; the signal says that it is.
    """

    folded = Signal()

    def __init__(
        self,
        empty: QWidget,
        left: QWidget,
        tools: QWidget,
        options: QWidget,
        canvas: QWidget,
        side: Sequence[QWidget],
        below: Sequence[QWidget],
        width: int,
        folded: list[str],
    ) -> None:
        super().__init__()
        middle = QWidget()
        middle.setLayout(in_row(tools, (in_column(options, (canvas, 1), spacing=1), 1), spacing=1))
        panels = SidePanels(side[0], side[1:])
        across = in_splitter(Qt.Orientation.Horizontal, left, middle, panels)
        across.setStretchFactor(1, 1)
        across.setSizes([CLIPS_PX, width - SIDE_PX - CLIPS_PX, SIDE_PX])
        self._down = in_splitter(Qt.Orientation.Vertical, across, _panel(below))
        self._down.setStretchFactor(0, 1)
        self.addWidget(empty)
        self.addWidget(self._down)
        self._folds = {one.name: one for one in self.findChildren(FoldButton)}
        self._keep_folded(folded)

    def show_clip(self, *, is_open: bool) -> None:
        """Show the page of the clip, or the empty one."""
        self.setCurrentIndex(1 if is_open else 0)

    def toggle_panel(self, name: str) -> None:
        """Show what is folded away, or fold it."""
        self._folds[name].fold(not self._folds[name].is_folded)

    def _keep_folded(self, names: list[str]) -> None:
        """Fold what the settings name, and let them name what is folded from now on."""

        def keep() -> None:
            names[:] = [name for name, one in self._folds.items() if one.is_folded]
            self.folded.emit()

        for one in self._folds.values():
            one.fold(one.name in names)
        for one in self._folds.values():
            one.folded.connect(keep)

    @property
    def layout_state(self) -> str:
        """Return where the person has put the line between clip and timeline, base64."""
        return self._down.saveState().toBase64().toStdString()

    @layout_state.setter
    def layout_state(self, state: str) -> None:
        if state:
            self._down.restoreState(QByteArray.fromBase64(state.encode()))


def _panel(widgets: Sequence[QWidget]) -> QWidget:
    """Return widgets under each other as one panel, with lines between them."""
    panel = QWidget()
    paint_as_panel(panel)
    parted = [part for widget in widgets for part in (rule(), widget)]
    panel.setLayout(in_column(*parted[1:]))
    return panel
