"""How the stored pictures of a video become the shown ones: upright, with square pixels."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from vosgui.core.clip import Frame
from vosgui.media import libav as av
from vosgui.media.video.tone_map import PEAK_NITS, Curve, peak_nits_of

_MOST_STRETCH = 4  # a pixel more oblong than this is a mistake in the file's header
_HDR_CURVES: dict[int, Curve] = {16: "PQ", 18: "HLG"}  # ITU-T H.273, table 3


@dataclass(frozen=True)
class Geometry:
    """How the stored pictures of a file become the shown ones.

    stored_hw : size of the stored pictures.
    scaled_hw : their size with square pixels: the shorter side of a pixel is stretched.
    transpose, flip_x, flip_y : what the display matrix asks for, in this order.
    hdr : name of the transfer curve if it is one for high dynamic range.
    peak_nits : of such a video, its brightest light in cd/m2.
    is_transparent : whether the first frame has alpha, and some of it is not opaque.
    """

    stored_hw: tuple[int, int]
    scaled_hw: tuple[int, int]
    transpose: bool
    flip_x: bool
    flip_y: bool
    hdr: Curve | None
    is_transparent: bool
    peak_nits: float = PEAK_NITS

    @property
    def shown_hw(self) -> tuple[int, int]:
        """Return the size of the shown pictures."""
        return (self.scaled_hw[1], self.scaled_hw[0]) if self.transpose else self.scaled_hw

    @property
    def n_pixels(self) -> int:
        """Return how many pixels a stored picture has."""
        return self.stored_hw[0] * self.stored_hw[1]

    def as_stored(self, hw: tuple[int, int]) -> tuple[int, int]:
        """Return the size that a picture of size `hw` as shown has before it is turned."""
        return (hw[1], hw[0]) if self.transpose else hw

    def upright(self, array: Frame) -> Frame:
        """Return a stored picture, uint8 (H, W, 3) of any size, turned as it is shown."""
        if self.transpose:
            array = array.swapaxes(0, 1)
        if self.flip_x:
            array = array[:, ::-1]
        if self.flip_y:
            array = array[::-1]
        return np.ascontiguousarray(array)


def read_geometry(frame: Any, pixel_aspect: Fraction | None) -> Geometry:
    """Read the geometry off a decoded frame.

    pixel_aspect : width of a pixel over its height; None or 0 where the file does not say.
    """
    height, width = frame.height, frame.width
    scaled = (height, width)
    if pixel_aspect and Fraction(1, _MOST_STRETCH) <= pixel_aspect <= _MOST_STRETCH:
        if pixel_aspect > 1:
            scaled = (height, round(width * pixel_aspect))
        else:
            scaled = (round(height / pixel_aspect), width)
    transpose, flip_x, flip_y = _display_matrix(frame)
    hdr = _HDR_CURVES.get(int(frame.color_trc))
    peak = peak_nits_of(frame) if hdr == "PQ" else PEAK_NITS
    about = (transpose, flip_x, flip_y, hdr, _is_transparent(frame))
    return Geometry((height, width), scaled, *about, peak)


def _is_transparent(frame: Any) -> bool:
    if not any(one.is_alpha for one in frame.format.components):
        return False
    return bool(frame.to_ndarray(format="rgba")[..., 3].min() < 255)


def _display_matrix(frame: Any) -> tuple[bool, bool, bool]:
    """Return what to do with a picture: swap its axes, then mirror x, then mirror y.

    The matrix is (a b u; c d v; x y w) in rows, and maps a pixel (p, q) to (ap + cq, bp + dq).
    Angles between the quarter turns, which no camera writes, count as the nearest one.
    """
    data = frame.side_data.get(av.sidedata.sidedata.Type.DISPLAYMATRIX)
    if data is None:
        return False, False, False
    a, b, _, c, d = np.frombuffer(bytes(data), np.int32)[:5].tolist()
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return False, a < 0, d < 0
    return True, c < 0, b < 0
