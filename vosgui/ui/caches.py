"""What is kept of the open clip to be shown again: how much it takes, and how much it may."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QPixmapCache

from vosgui.core.annotation import UNPACKED_BYTES
from vosgui.core.array_cache import Kept
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings
from vosgui.ui.timeline.timeline import Timeline
from vosgui.ui.tools.click_chain import CLICK_BYTES, ClickModel

# Qt keeps 10 MB of drawn icons, in three times as much memory, where each dialog for files draws
# its own anew: a day of them would be kept.
_ICONS_KB = 1024


class Caches(QObject):
    """Bounds frames, masks, thumbnails and what clicks know of frames; tells what they take.

    The setting bounds frames. What else is kept has a bound of its own, but none above the setting.
    """

    def __init__(
        self,
        session: Session,
        clicks: ClickModel,
        timeline: Timeline,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        QPixmapCache.setCacheLimit(_ICONS_KB)
        self._session, self._clicks, self._timeline = session, clicks, timeline
        self._settings = settings
        session.clip_changed.connect(self._bound)

    def kept(self) -> list[Kept]:
        """Return what is kept; nothing where no clip is open."""
        loader, thumbnails = self._session.loader, self._timeline.thumbnails
        if loader is None or thumbnails is None:
            return []
        masks = self._session.annotation.unpacked
        return [
            loader.reader.kept,
            Kept("masks", masks.n_bytes, masks.max_bytes),
            thumbnails.kept,
            self._clicks.kept,
        ]

    def bound_frames(self, mb: int) -> None:
        """Set the bound of frames, in MB of 2**20 bytes, and remember it."""
        self._settings.frames_mb = mb
        self._bound()

    def _bound(self) -> None:
        most = self._settings.frames_mb << 20
        self._clicks.max_bytes = min(CLICK_BYTES, most)
        if self._session.loader is not None:
            self._session.loader.reader.keep(most)
            self._session.annotation.unpacked.max_bytes = min(UNPACKED_BYTES, most)
