"""Settings are on disk soon after they change, not only when the window is closed."""

from __future__ import annotations

from contextlib import suppress

import msgspec
from PySide6.QtCore import QObject

from vosgui.errors import TargetError
from vosgui.ui.session.settings import Settings, save_settings
from vosgui.ui.style.panels import settling

SETTLE_MS = 500


class SettingsKeeper(QObject):
    """Writes the settings once things are quiet, where they are other ones than were written last.

    What cannot be written is said when the window is closed, by who writes them then.
    """

    def __init__(self, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._written = msgspec.json.encode(settings)
        self._timer = settling(self, SETTLE_MS, self._keep)

    def hear(self, *_what: object) -> None:
        """Look soon whether something is to be written."""
        self._timer.start()

    def _keep(self) -> None:
        now = msgspec.json.encode(self._settings)
        if now != self._written:
            with suppress(TargetError):
                save_settings(self._settings)
                self._written = now
