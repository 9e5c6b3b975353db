"""All tools, in one table, and which one is in hand."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from vosgui.ui.tools.box import BoxTool
from vosgui.ui.tools.brush import BrushTool, EraserTool
from vosgui.ui.tools.clicks import ClickTool
from vosgui.ui.tools.live_wire import LiveWireTool
from vosgui.ui.tools.move import MoveTool
from vosgui.ui.tools.polygon import PolygonTool
from vosgui.ui.tools.region import FillTool, PanTool, PickTool
from vosgui.ui.tools.tool import Tool
from vosgui.ui.tools.wand import WandTool

# A new tool is a class and a row here; name, title, icon and key are the class's.
TOOLS: tuple[type[Tool], ...] = (
    ClickTool,
    BrushTool,
    EraserTool,
    PolygonTool,
    LiveWireTool,
    WandTool,
    BoxTool,
    FillTool,
    MoveTool,
    PickTool,
    PanTool,
)


class ToolBox(QObject):
    """The tools of one window.

    changed : another tool is in hand. size_changed : the brush in hand has another size.
    """

    changed = Signal()
    size_changed = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tools = {kind.name: kind() for kind in TOOLS}
        self.current: Tool = self.tools["brush"]
        self._last_painter = self.current.name

    def select(self, name: str) -> None:
        """Take a tool in hand; KeyError where there is none."""
        tool = self.tools[name]
        if tool is not self.current:
            if self.current.name not in ("eraser", "move", "pan", "pick"):
                self._last_painter = self.current.name
            self.current = tool
            self.changed.emit()
            if self.size is not None:
                self.size_changed.emit(self.size)

    def swap(self) -> None:
        """Change between painting and erasing: the eraser, and the tool in hand before it."""
        self.select(self._last_painter if self.current.name == "eraser" else "eraser")

    @property
    def size(self) -> float | None:
        """Return the diameter of the brush in hand, in image pixels; None for other tools."""
        return self.current.size if isinstance(self.current, BrushTool) else None

    def resize(self, steps: float) -> None:
        """Make the brush in hand larger by steps, smaller by negative ones."""
        if isinstance(self.current, BrushTool):
            before = self.current.size
            self.current.resize(steps)
            self.announce_size(before)

    def announce_size(self, before: float | None) -> None:
        """Emit `size_changed` if the size is no longer what it was before."""
        if self.size is not None and self.size != before:
            self.size_changed.emit(self.size)
