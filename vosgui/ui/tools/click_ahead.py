"""Frames encoded ahead of their first click: the one shown, and the next one on the grid."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from vosgui.core.clip import Clip, Frame
from vosgui.errors import ClipError
from vosgui.ui.session.frame_loader import FrameThread
from vosgui.ui.style.panels import settling
from vosgui.ui.tools.clicks import ClickTool
from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.toolbox import ToolBox

# How long a frame is shown before it is encoded: whoever plays or scrubs does not click.
SETTLED_MS = 150


class ClickAhead(QObject):
    """Has the tools' thread encode frames while the tool for clicks is in hand."""

    def __init__(self, surface: Surface, tools: ToolBox, parent: QObject) -> None:
        super().__init__(parent)
        self._surface, self._tools = surface, tools
        self._reader: _GridReader | None = None
        self._timer = settling(self, SETTLED_MS, self._encode)
        session = surface.session
        session.clip_changed.connect(self._on_clip_changed)
        session.frame_loaded.connect(self._timer.start)
        tools.changed.connect(self._timer.start)

    def _on_clip_changed(self) -> None:
        self._timer.stop()
        if self._reader is not None:
            self._reader.close()
            self._reader.deleteLater()
            self._reader = None

    def _encode(self) -> None:
        """Encode the frame shown, then read the next one of the grid."""
        session = self._surface.session
        if not isinstance(self._tools.current, ClickTool) or session.frame is None:
            return
        assert session.clip is not None
        if self._reader is None:
            self._reader = _GridReader(session.clip, self)
            self._reader.loaded.connect(self._on_next_loaded)
        later = [t for t in session.annotation.grid() if t > session.t]
        self._ask(session.t, session.frame)
        self._reader.ask(later[:1])

    def _on_next_loaded(self, t: int, frame: Frame) -> None:
        if self._reader is not None and self.sender() is self._reader:
            self._ask(t, frame)

    def _ask(self, t: int, frame: Frame) -> None:
        surface = self._surface
        key = surface.clip_number, t
        surface.tool_thread.ask_ahead(partial(surface.click_model.prepare, key, frame))


class _GridReader(FrameThread):
    """Decodes frames that are not shown yet, so that no click waits for that.

    loaded : (t, frame uint8 (H, W, 3)).
    """

    loaded = Signal(int, object)

    def __init__(self, clip: Clip, parent: QObject) -> None:
        super().__init__(clip, parent)
        self.start(FrameThread.Priority.LowPriority)

    def take(self, reader: Clip, t: int) -> None:
        """Read a frame; where it cannot be read, that is said when it is gone to."""
        try:
            self.loaded.emit(t, reader[t])
        except ClipError:
            return
