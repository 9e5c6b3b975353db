"""The lanes' strips as images, kept until their cells or the scale change."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QImage

from vosgui.core.annotation import Cells
from vosgui.ui import timeline_lanes
from vosgui.ui.timeline_scale import TimeScale


@dataclass(frozen=True)
class _Lane:
    """A lane as it was when its strip was made."""

    cells: Cells
    kinds: timeline_lanes.Kinds
    scale: TimeScale
    pixels: timeline_lanes.Argb
    image: QImage  # lives on `pixels`


class LaneStrips:
    """The strips of all lanes, each made anew only when its cells or the scale have changed."""

    def __init__(self) -> None:
        self._lanes: dict[int, _Lane] = {}

    def clear(self) -> None:
        """Forget all strips."""
        self._lanes.clear()

    def kinds(self, object_id: int, cells: Cells) -> timeline_lanes.Kinds:
        """Return the kind of every frame of a lane."""
        known = self._lanes.get(object_id)
        # An annotation never changes an array that it has handed out: it makes another.
        return known.kinds if known and known.cells is cells else timeline_lanes.kinds_of(cells)

    def image(self, object_id: int, cells: Cells, scale: TimeScale) -> QImage:
        """Return the strip of a lane."""
        known = self._lanes.get(object_id)
        if known is None or known.cells is not cells or known.scale != scale:
            kinds = self.kinds(object_id, cells)
            pixels = timeline_lanes.strip(cells, kinds, scale)
            image = QImage(
                pixels.data,
                pixels.shape[1],
                pixels.shape[0],
                QImage.Format.Format_ARGB32_Premultiplied,
            )
            known = self._lanes[object_id] = _Lane(cells, kinds, scale, pixels, image)
        return known.image
