"""The menu of clips and projects that were open before."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.mnemonics import escaped, letter, with_mnemonics

MOST_PX = 400  # of a name


def add_recent_menu(menu: QMenu, before: QAction, settings: Settings, opener: ClipOpener) -> None:
    """Add the menu "Open recent", filled anew each time it is shown."""
    (title,) = with_mnemonics(["Open recent"], {letter(one.text()) for one in menu.actions()})
    recent = QMenu(title, menu)

    def fill() -> None:
        recent.clear()
        words = recent.fontMetrics()
        for n, name in enumerate(settings.recent, 1):
            path = Path(name)
            shown = words.elidedText(path.name, Qt.TextElideMode.ElideMiddle, MOST_PX)
            action = recent.addAction(f"&{n % 10} {escaped(shown)}")
            is_there = path.exists()
            action.setToolTip(name if is_there else f"{name}\nIt is not there any more.")
            action.setEnabled(is_there)
            action.triggered.connect(partial(_open, opener, path))

    recent.setToolTipsVisible(True)
    menu.insertMenu(before, recent)
    menu.aboutToShow.connect(lambda: recent.setEnabled(bool(settings.recent)))
    recent.aboutToShow.connect(fill)


def _open(opener: ClipOpener, path: Path, _checked: bool = False) -> None:
    opener.open_path(path)
