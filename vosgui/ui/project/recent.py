"""The menu of clips and projects that were open before."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.settings import Settings


def add_recent_menu(menu: QMenu, before: QAction, settings: Settings, opener: ClipOpener) -> None:
    """Add the menu "Open Recent", filled anew each time it is shown."""
    recent = QMenu("Open Recent", menu)

    def fill() -> None:
        recent.clear()
        for name in settings.recent:
            path = Path(name)
            action = recent.addAction(path.name)
            action.setToolTip(name)
            action.setEnabled(path.exists())
            action.triggered.connect(partial(_open, opener, path))

    recent.setToolTipsVisible(True)
    menu.insertMenu(before, recent)
    menu.aboutToShow.connect(lambda: recent.setEnabled(bool(settings.recent)))
    recent.aboutToShow.connect(fill)


def _open(opener: ClipOpener, path: Path, _checked: bool = False) -> None:
    opener.open_path(path)
