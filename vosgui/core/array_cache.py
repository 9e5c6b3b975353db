"""The frames of a clip that were decoded lately, within a bound of bytes."""

from __future__ import annotations

from collections import OrderedDict

from vosgui.core.clip import Frame


class FrameCache:
    """Keep frames by index and drop the least recently used one first.

    max_bytes : the frames kept never take more, but for one frame, which is always kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.n_bytes = 0
        self._frames: OrderedDict[int, Frame] = OrderedDict()

    def __contains__(self, t: int) -> bool:
        return t in self._frames

    def __len__(self) -> int:
        return len(self._frames)

    def get(self, t: int) -> Frame | None:
        """Return frame `t`, uint8 (H, W, 3) RGB, if it is here."""
        frame = self._frames.get(t)
        if frame is not None:
            self._frames.move_to_end(t)
        return frame

    def put(self, t: int, frame: Frame) -> None:
        """Keep a frame, uint8 (H, W, 3) RGB, read-only from now on."""
        frame.flags.writeable = False
        self.n_bytes += frame.nbytes - (self._frames[t].nbytes if t in self._frames else 0)
        self._frames[t] = frame
        self._frames.move_to_end(t)
        while self.n_bytes > self.max_bytes and len(self._frames) > 1:
            self.n_bytes -= self._frames.popitem(last=False)[1].nbytes

    def clear(self) -> None:
        """Drop all frames."""
        self._frames.clear()
        self.n_bytes = 0
