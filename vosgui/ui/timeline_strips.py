"""The lanes' strips as images, kept until their cells or the scale change."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QImage

from vosgui.core.cells import Cells
from vosgui.ui.timeline_lanes import Argb, Lane, strip
from vosgui.ui.timeline_scale import TimeScale


@dataclass(frozen=True)
class _Strip:
    """A strip as it was when it was made; `image` lives on `pixels`."""

    lane: Lane
    scale: TimeScale
    pixels: Argb
    image: QImage


class LaneStrips:
    """The strips of all lanes, each made anew only when its cells or the scale have changed."""

    def __init__(self) -> None:
        self._strips: dict[int, _Strip] = {}

    def clear(self) -> None:
        """Forget all strips."""
        self._strips.clear()

    def image(self, object_id: int, cells: Cells, scale: TimeScale) -> QImage:
        """Return the strip of a lane."""
        known = self._strips.get(object_id)
        # An annotation never changes an array that it has handed out: it makes another.
        same = known is not None and known.lane.cells is cells
        if known is None or not same or known.scale != scale:
            lane = known.lane if known is not None and same else Lane.of(cells)
            pixels = strip(lane, scale)
            image = QImage(
                pixels.data,
                pixels.shape[1],
                pixels.shape[0],
                QImage.Format.Format_ARGB32_Premultiplied,
            )
            known = self._strips[object_id] = _Strip(lane, scale, pixels, image)
        return known.image
