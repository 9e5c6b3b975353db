"""Tools of one click: fill, pick, and moving the view."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from vosgui.core import raster
from vosgui.core.mask import Pixels
from vosgui.ui.tools.surface import Surface
from vosgui.ui.tools.tool import Pointer, Tool


class FillTool(Tool):
    """Fills a closed region with the current object, or clears a connected piece of it.

    On the object itself it fills that piece's holes.
    """

    name = "fill"
    title = "Fill"
    icon = "fill"
    key = "G"
    hint = "Fill a hole or closed region; the right button clears a connected piece"
    cursor = Qt.CursorShape.CrossCursor

    def press(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Fill or clear what is connected to the pixel under the pointer."""
        if not surface.is_inside(pointer.x, pointer.y):
            return
        if not surface.begin(erases=pointer.right):
            return
        assert surface.stroke is not None
        pixels, reason = _region(surface, int(pointer.x), int(pointer.y), erases=pointer.right)
        if pixels is None:
            surface.drop()
        else:
            surface.cover(surface.whole, pixels)
            label = "Clear piece" if pointer.right else "Fill"
            if not surface.commit(label) and not reason:
                reason = "Nothing to fill here: these pixels belong to another object"
        if reason:
            surface.message.emit(reason)


def _region(surface: Surface, x: int, y: int, *, erases: bool) -> tuple[Pixels | None, str]:
    """Return the pixels that a click fills or clears, or None and why there are none."""
    assert surface.stroke is not None
    mask, object_id = surface.stroke.mask, surface.stroke.object_id
    on_object = mask[y, x] == object_id
    if erases:
        if not on_object:
            return None, "The current object has no pixel here"
        return raster.region_at(mask, x, y), ""
    region = raster.region_at(mask, x, y)
    if on_object:
        holes = raster.holes_in(region) & (mask == 0)
        return (holes, "") if np.any(holes) else (None, "This piece has no hole")
    if mask[y, x] == 0 and raster.touches_edge(region):
        return None, "This region is open to the frame's edge: close it with the brush first"
    return region, ""


class PickTool(Tool):
    """Makes the object under the pointer the current one."""

    name = "pick"
    title = "Pick object"
    icon = "pick"
    key = "Q"
    hint = "Click an object to make it the current one"
    cursor = Qt.CursorShape.PointingHandCursor

    def press(self, surface: Surface, pointer: Pointer, scale: float) -> None:
        """Select what is under the pointer."""
        object_id = surface.id_at(pointer.x, pointer.y)
        if object_id:
            surface.session.select_object(object_id)
        surface.message.emit("" if object_id else "No object here")


class PanTool(Tool):
    """Moves the view; the canvas itself does, as with the middle button."""

    name = "pan"
    title = "Move the view"
    icon = "pan"
    key = "Shift+M"
    hint = "Drag to move the view; so do the middle button and Space with any tool"
    cursor = Qt.CursorShape.OpenHandCursor
