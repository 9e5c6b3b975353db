"""What fills the window: what to do first where nothing is open, else the clip and its panels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from vosgui.ui.actions.actions import Actions
from vosgui.ui.side_panels import SidePanels
from vosgui.ui.style.folds import ARROWS, FoldButton
from vosgui.ui.style.panels import in_column, in_row, in_splitter, paint_as_panel, rule

SIDE_PX, CLIPS_PX = 304, 220
QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's own: no bound


class Pages(QStackedWidget):
    """Two pages: the empty one, and that of a clip.

    left : on the outside of the tools and the canvas, where it does not hide itself.
    options : of the tool, over the canvas.
    side : panels on the right, from top to bottom. below : the bar and the timeline under them.
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
        below: tuple[QWidget, QWidget],
        width: int,
        folded: list[str],
    ) -> None:
        super().__init__()
        middle, over, bar = QWidget(), QWidget(), QWidget()
        transport, timeline = below
        self._left, self._room = left, QWidget()
        self._room.setLayout(in_column(left))
        arrows = ARROWS.RightArrow, ARROWS.LeftArrow
        self._clips = FoldButton("Clips", self._room, arrows=arrows)
        over.setLayout(in_row(self._clips, (options, 1), margins=(4, 0, 0, 0)))
        self._lanes = FoldButton("Timeline", timeline, arrows=(ARROWS.UpArrow, ARROWS.DownArrow))
        bar.setLayout(in_row((transport, 1), self._lanes, margins=(0, 0, 6, 0)))
        for widget in (over, bar):
            paint_as_panel(widget)
        column = in_column(over, (canvas, 1), spacing=1)
        middle.setLayout(in_row(tools, (column, 1), spacing=1))
        panels = SidePanels(side[0], side[1:])
        across = in_splitter(Qt.Orientation.Horizontal, self._room, middle, panels)
        across.setStretchFactor(1, 1)
        across.setSizes([CLIPS_PX, width - SIDE_PX - CLIPS_PX, SIDE_PX])
        self._below, self._heights = _panel((bar, timeline)), [0, 0]
        self._down = in_splitter(Qt.Orientation.Vertical, across, self._below)
        self._down.setStretchFactor(0, 1)
        self.addWidget(empty)
        self.addWidget(self._down)
        self._folds = {one.name: one for one in self.findChildren(FoldButton)}
        self._lanes.folded.connect(self._on_lanes_folded)
        self._clips.folded.connect(self._show_clips)
        self._keep_folded(folded)
        left.installEventFilter(self)
        self._show_clips()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave no room for a list of clips that hides itself."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._show_clips()
        return False

    def show_clip(self, *, is_open: bool) -> None:
        """Show the page of the clip, or the empty one."""
        self.setCurrentIndex(1 if is_open else 0)

    def toggle_panel(self, name: str) -> None:
        """Show what is folded away, or fold it."""
        self._folds[name].fold(not self._folds[name].is_folded)

    def tell_keys(self, actions: Actions) -> None:
        """Give the buttons that fold panels the keys of the actions that do so, too."""
        for row in actions.rows.values():
            if row.handler == "window.toggle_panel":
                fold = self._folds[str(row.arguments[0])]
                actions.tell(fold, f"Show or hide: {fold.name}", row.id)

    def _show_clips(self) -> None:
        has_clips = not self._left.isHidden()
        self._clips.setVisible(has_clips)
        self._room.setVisible(has_clips and not self._clips.is_folded)

    def _on_lanes_folded(self, is_folded: bool) -> None:
        """Give the room of the timeline to the canvas, or take it back."""
        if is_folded:
            self._heights = self._down.sizes()
            height = self._below.sizeHint().height()
            self._below.setMaximumHeight(height)
            self._down.setSizes([sum(self._heights) - height, height])
        else:
            self._below.setMaximumHeight(QWIDGETSIZE_MAX)
            if all(self._heights):
                self._down.setSizes(self._heights)

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
