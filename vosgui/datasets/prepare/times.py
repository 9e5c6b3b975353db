"""When the frames of a video are shown: lengths in seconds hold also where they are uneven."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import ClipInfo

Seconds = npt.NDArray[np.float64]  # (n_frames + 1,)
_ROUNDING_S = 1e-6  # times are sums of what files round


class FrameTimes:
    """Leads from frame numbers to seconds, and back.

    A time lies between two frames as a rule: either of them is right by half a frame, as long as
    frames are on the average.
    """

    def __init__(self, seconds: Seconds) -> None:
        """Take when each frame begins, float64 (n_frames + 1,), and when the last one ends."""
        self.seconds = seconds
        self.n_frames = len(seconds) - 1
        self._half_s = float(seconds[-1] - seconds[0]) / max(1, self.n_frames) / 2 + _ROUNDING_S

    @classmethod
    def of(cls, info: ClipInfo) -> FrameTimes:
        """Return the times of a clip."""
        return cls(np.array([*info.times_s, info.time_s(info.n_frames)]))

    def length_s(self, start: int, stop: int) -> float:
        """Return how long frames `start` to `stop` are shown, the last one not included."""
        return float(self.seconds[stop] - self.seconds[start])

    def length(self, start: int, stop: int) -> str:
        """Return how long frames are shown, in words: 2.96 s are no 3 s."""
        return f"{round(self.length_s(start, stop), 2):g} s"

    def is_shorter(self, start: int, stop: int, least_s: float) -> bool:
        """Return whether frames are shown for less than some seconds; none always are."""
        return bool(stop <= start or self.length_s(start, stop) < least_s - self._half_s)

    def is_longer(self, start: int, stop: int, most_s: float) -> bool:
        """Return whether frames are shown for more than some seconds."""
        return bool(self.length_s(start, stop) > most_s + self._half_s)

    def first(self, from_s: float) -> int:
        """Return the first frame that does not begin before a time."""
        return min(self.n_frames, int(np.searchsorted(self.seconds, from_s - self._half_s)))

    def last(self, until_s: float) -> int:
        """Return the last frame that does not begin after a time: a stretch may stop at it."""
        return max(0, int(np.searchsorted(self.seconds, until_s + self._half_s, "right")) - 1)
