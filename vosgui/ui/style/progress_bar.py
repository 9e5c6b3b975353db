"""A progress bar that is drawn when the window is next drawn."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar


class ProgressBar(QProgressBar):
    """A bar without text.

    Qt's own bar draws itself, and whatever else in the window waits to be drawn, within
    `setValue` and `setRange`. Who sets it within a signal then has widgets drawn that have not
    heard of the signal yet: a list, say, of the objects of a clip that is closed by now.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("How far it is")
        self.setTextVisible(False)

    def show_part(self, done: int, total: int) -> None:
        """Show that `done` of `total` is done; that something is at work where total is 0."""
        self.setUpdatesEnabled(False)
        self.setRange(0, total)
        self.setValue(done)
        self.setUpdatesEnabled(True)
