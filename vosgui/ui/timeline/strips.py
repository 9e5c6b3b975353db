"""The lanes' strips as images, kept until their cells or the scale change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtGui import QImage

from vosgui.core.track import Track
from vosgui.ui.timeline.lanes import Argb, Frames, Lane, redraw, strip
from vosgui.ui.timeline.scale import TimeScale


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

    def image(self, object_id: int, cells: Track, scale: TimeScale) -> QImage:
        """Return the strip of a lane."""
        known = self._strips.get(object_id)
        frames: Frames | None = None  # those that differ, or all
        if known is None:
            lane = Lane.of(cells)
        elif known.lane.cells is cells:  # an annotation never changes an array it has handed out
            if known.scale == scale:
                return known.image
            lane = known.lane
        else:
            lane, frames = known.lane.updated(cells)
        if known is not None and frames is not None and known.scale == scale:
            redraw(known.pixels, lane, scale, frames)
            known = replace(known, lane=lane)
        else:
            known = _Strip(lane, scale, *_drawn(lane, scale))
        self._strips[object_id] = known
        return known.image


def _drawn(lane: Lane, scale: TimeScale) -> tuple[Argb, QImage]:
    pixels = strip(lane, scale)
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, QImage.Format.Format_ARGB32_Premultiplied)
    return pixels, image
