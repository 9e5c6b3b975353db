"""A path along the edges of a frame, from an anchor to wherever the pointer is."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame
from vosgui.core.raster import Point

SIDE = 560  # pixels that the paths are found among; twice as many take four times as long
Points = npt.NDArray[np.float64]


class EdgeMap:
    """The paths of least cost from an anchor to every place near it (Mortensen and Barrett 1995).

    Made once for an anchor, which takes a tenth of a second; a path is then read off at once.
    """

    def __init__(self, frame: Frame, anchor: Point, coarseness: int = 1) -> None:
        """Build the map. frame : uint8 (H, W, 3). coarseness : image pixels to one of the map."""
        height, width = frame.shape[:2]
        reach = SIDE * coarseness // 2
        x, y = min(max(int(anchor[0]), 0), width - 1), min(max(int(anchor[1]), 0), height - 1)
        self._left, self._top = max(x - reach, 0), max(y - reach, 0)
        part = frame[self._top : y + reach, self._left : x + reach]
        self._each = coarseness
        size = max(1, part.shape[1] // coarseness), max(1, part.shape[0] // coarseness)
        seen = np.ascontiguousarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA))
        self._size = size
        self._scissors = cv2.segmentation.IntelligentScissorsMB()
        self._scissors.setEdgeFeatureCannyParameters(32, 100)
        self._scissors.setGradientMagnitudeMaxLimit(200)
        self._scissors.applyImage(seen)
        self._scissors.buildMap(self._cell(anchor))

    def path(self, end: Point) -> list[Point]:
        """Return the way from the anchor to a place, (x, y) in image pixels; the place comes last.

        Beyond the map it is a straight line from the map's edge.
        """
        contour = self._scissors.getContour(self._cell(end))
        cells: Points = np.asarray(contour, np.float64).reshape(-1, 2)
        image = (cells + 0.5) * self._each + (self._left, self._top)
        return [*map(tuple, image[1:-1].tolist()), (float(end[0]), float(end[1]))]

    def _cell(self, place: Point) -> tuple[int, int]:
        column = int((place[0] - self._left) // self._each)
        row = int((place[1] - self._top) // self._each)
        return min(max(column, 0), self._size[0] - 1), min(max(row, 0), self._size[1] - 1)
