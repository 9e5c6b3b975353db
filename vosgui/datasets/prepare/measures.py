"""What is measured of each frame of a video, to tell which stretches are worth annotating."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.media.small_frames import SmallFrame, SmallPicture, shrunk_hw

GREY_WIDTH = 640  # of the picture whose sharpness is measured, its longer side
GREY_EVERY = 5  # which frames
_MOTION_WIDTH = 128
_HASH_SIDE, _HASH_FACTOR = 8, 4

# whole : the frame was decoded. light, motion, shift : as ClipRules has them; shift is (x, y) in
# hundredths of the width, of the whole picture since the frame before. sharpness, hash : of every
# GREY_EVERYth frame, and carried on to those after it.
MEASURES = np.dtype(
    [
        ("whole", "?"),
        ("light", "<f4"),
        ("sharpness", "<f4"),
        ("motion", "<f4"),
        ("shift", "<f4", (2,)),
        ("hash", "<u8"),
    ]
)
Measures = npt.NDArray[np.void]  # (n_frames,) of MEASURES


def grey_hw(hw: tuple[int, int]) -> tuple[int, int]:
    """Return the size to which frames of size `hw` are made for their sharpness: never larger."""
    return shrunk_hw(hw, max(1.0, max(hw) / GREY_WIDTH))


class FrameMeter:
    """Measure frames that come one after the other."""

    def __init__(self) -> None:
        self._before: npt.NDArray[np.float32] | None = None
        self._window: npt.NDArray[np.float32] | None = None
        self._sharpness, self._hash = 0.0, 0

    def measure(self, frame: SmallFrame) -> tuple[bool, float, float, float, list[float], int]:
        """Return a row of MEASURES."""
        if frame.grey is not None:
            self._sharpness = float(
                cv2.meanStdDev(cv2.Laplacian(frame.grey, cv2.CV_16S))[1][0, 0] ** 2
            )
            self._hash = perceptual_hash(frame.colour)
        blue, green, red = cv2.split(frame.colour)
        light = cv2.mean(cv2.max(cv2.max(blue, green), red))[0] / 255
        shift, motion = self._motion(frame.colour)
        return True, light, self._sharpness, motion, shift, self._hash

    def _motion(self, colour: SmallPicture) -> tuple[list[float], float]:
        """Return how the whole picture moved since the frame before, and how the rest differs."""
        height, width = colour.shape[:2]
        size = (_MOTION_WIDTH, max(2, round(height * _MOTION_WIDTH / width)))
        grey = cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY)
        now = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)
        before, self._before = self._before, now
        if before is None:
            return [0.0, 0.0], 0.0
        if self._window is None:
            self._window = np.asarray(cv2.createHanningWindow(size, cv2.CV_32F), np.float32)
        # With a window it changes what it is given, where the size suits its transform.
        (x, y), _ = cv2.phaseCorrelate(before.copy(), now.copy(), self._window)
        # The estimate may be wrong where little is to be seen; what does not help is not believed.
        still = float(cv2.absdiff(before, now).mean())
        moved = _difference_when_moved(before, now, round(x), round(y))
        if moved >= still:
            x, y = (x, y) if max(abs(x), abs(y)) < 1 else (0.0, 0.0)
        return [100 * x / size[0], 100 * y / size[0]], 100 * min(still, moved) / 255


def _difference_when_moved(
    before: npt.NDArray[np.float32], now: npt.NDArray[np.float32], x: int, y: int
) -> float:
    """Return the mean difference of two pictures, (h, w), where they overlap, one moved."""
    height, width = now.shape
    if abs(x) > width // 2 or abs(y) > height // 2:
        return np.inf
    a = before[max(0, -y) : height - max(0, y), max(0, -x) : width - max(0, x)]
    b = now[max(0, y) : height - max(0, -y), max(0, x) : width - max(0, -x)]
    return float(cv2.absdiff(a, b).mean())


def perceptual_hash(picture: SmallPicture) -> int:
    """Return the DCT hash of a picture, uint8 (h, w, 3) BGR, in 64 bits: PySceneDetect's."""
    from scenedetect.detectors import HashDetector  # it brings PyAV

    bits = HashDetector.hash_frame(picture, _HASH_SIDE, _HASH_FACTOR)
    return int.from_bytes(np.packbits(bits).tobytes(), "big")
