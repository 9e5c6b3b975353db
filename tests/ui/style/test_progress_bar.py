"""The progress bar: what it shows, and that it never has the window drawn within a signal."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from vosgui.ui.style.progress_bar import ProgressBar


class Painted(QObject):
    """Counts how often a widget was drawn."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.n = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.n += event.type() == QEvent.Type.Paint
        return False


def test_nothing_is_drawn_while_a_bar_is_set(qtbot: QtBot) -> None:
    window, other, bar = QWidget(), QWidget(), ProgressBar()
    qtbot.addWidget(window)
    other.setFixedSize(40, 40)
    layout = QVBoxLayout(window)
    layout.addWidget(other)
    layout.addWidget(bar)
    drawn = [Painted(other), Painted(bar)]
    window.show()
    qtbot.waitUntil(lambda: all(p.n for p in drawn))
    before = [p.n for p in drawn]
    other.update()
    for done, total in ((3, 10), (0, 0), (7, 7), (1, 2)):
        bar.show_part(done, total)
    assert [p.n for p in drawn] == before
    assert (bar.value(), bar.minimum(), bar.maximum()) == (1, 0, 2)
    qtbot.waitUntil(lambda: all(p.n > n for p, n in zip(drawn, before, strict=True)))
