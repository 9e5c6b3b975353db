"""What one reader makes of decoded frames: the pictures as shown, and small ones of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from vosgui.core.clip import Frame
from vosgui.media.video.geometry import Geometry
from vosgui.media.video.planes import planes_of, small_bgr, small_grey
from vosgui.media.video.tone_map import ToneMap


class PictureMaker:
    """Turns decoded frames into pictures; of each thread its own, as a decoder is."""

    def __init__(self, geometry: Geometry) -> None:
        self._geometry = geometry
        self._tone_map = ToneMap(geometry.hdr, geometry.peak_nits) if geometry.hdr else None

    def picture(self, frame: Any) -> Frame:
        """Return a decoded frame as uint8 (H, W, 3) RGB, as shown."""
        geometry = self._geometry
        height, width = geometry.scaled_hw
        if geometry.scaled_hw != geometry.stored_hw:
            frame = frame.reformat(width=width, height=height, interpolation="BICUBIC")
        return geometry.upright(self._toned(frame).to_ndarray(format="rgb24"))

    def small(
        self, frame: Any, hw: tuple[int, int], grey_hw: tuple[int, int] | None
    ) -> tuple[Frame, Frame | None]:
        """Return a decoded frame, not turned, of size `hw`, uint8 (h, w, 3) BGR, and in grey.

        grey_hw : of the grey one, uint8 (h, w); None for none.
        It is made small while it is still in the decoder's own colours, which costs least.
        """
        planes = None if self._tone_map is not None else planes_of(frame)
        if planes is not None:
            grey = None if grey_hw is None else small_grey(frame, grey_hw, planes)
            return small_bgr(frame, hw, planes), grey
        grey = None if grey_hw is None else self._scaled(frame, grey_hw, "gray")
        return self._scaled(frame, hw, "bgr24"), grey

    def _scaled(self, frame: Any, hw: tuple[int, int], kind: str) -> Frame:
        size = {"width": hw[1], "height": hw[0], "interpolation": "AREA"}
        if self._tone_map is None:
            return np.asarray(frame.reformat(format=kind, **size).to_ndarray(), np.uint8)
        toned = self._toned(frame.reformat(**size))
        return np.asarray(toned.to_ndarray(format=kind), np.uint8)

    def _toned(self, frame: Any) -> Any:
        return frame if self._tone_map is None else self._tone_map.apply(frame)
