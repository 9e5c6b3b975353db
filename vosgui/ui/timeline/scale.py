"""Which frame lies where along the timeline, and which row is what."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

MAX_FRAME_PX = 80.0
RULER_H = 26
THUMBNAIL_H = 44
CURVE_H = 34
CURVE_TOP = RULER_H + THUMBNAIL_H
TRACK_H = 24
TRACKS_TOP = CURVE_TOP + CURVE_H
LABELS_W = 158


@dataclass(frozen=True)
class TimeScale:
    """The horizontal mapping; also the key of everything drawn with it.

    n_frames : of the clip. width : screen pixels that the tracks have.
    first : the frame at the left edge, with a fraction. frame_px : screen pixels per frame.
    x counts from the left edge of the tracks; frame t fills x_of(t) to x_of(t + 1).
    """

    n_frames: int = 1
    width: int = 1
    first: float = 0.0
    frame_px: float = 1.0

    @classmethod
    def whole(cls, n_frames: int, width: int) -> TimeScale:
        """Return the scale that shows the whole clip."""
        n_frames, width = max(n_frames, 1), max(width, 1)
        return cls(n_frames, width, 0.0, min(width / n_frames, MAX_FRAME_PX))

    @property
    def is_whole(self) -> bool:
        """Return whether the whole clip is in view."""
        return self.frame_px <= TimeScale.whole(self.n_frames, self.width).frame_px

    @property
    def visible(self) -> range:
        """Return the frames that are in view, if only in part."""
        last = min(math.ceil(self.first + self.width / self.frame_px), self.n_frames)
        return range(max(math.floor(self.first), 0), last)

    def x_of(self, t: float) -> float:
        """Return the left edge of frame t."""
        return (t - self.first) * self.frame_px

    def frame_at(self, x: float) -> int:
        """Return the frame under x, or the nearest there is."""
        t = math.floor(self.first + x / self.frame_px)
        return min(max(t, 0), self.n_frames - 1)

    def zoomed(self, factor: float, x: float) -> TimeScale:
        """Return this scale with frames wider by a factor; what is under x stays there."""
        least = min(self.width / self.n_frames, MAX_FRAME_PX)
        frame_px = min(max(self.frame_px * factor, least), MAX_FRAME_PX)
        under = self.first + x / self.frame_px
        return replace(self, first=under - x / frame_px, frame_px=frame_px)._held()

    def moved(self, frames: float) -> TimeScale:
        """Return this scale scrolled by frames."""
        return replace(self, first=self.first + frames)._held()

    def resized(self, width: int) -> TimeScale:
        """Return this scale for another width; a whole clip stays whole."""
        if self.is_whole:
            return TimeScale.whole(self.n_frames, width)
        return replace(self, width=max(width, 1)).zoomed(1.0, 0.0)

    def showing(self, t: int) -> TimeScale:
        """Return this scale, turned like a page where frame t is not in view."""
        left, right = self.x_of(t), self.x_of(t + 1)
        if left >= 0 and right <= self.width:
            return self
        n_visible = self.width / self.frame_px
        return replace(self, first=t - n_visible * (0.1 if right > self.width else 0.9))._held()

    def tick_step(self, stride: int, least_px: float) -> int:
        """Return every how many frames a tick stands, on the grid, at least so far apart."""
        steps = (stride * n * power for power in (1, 10, 100, 1000, 10000) for n in (1, 2, 4))
        for step in (1, *steps):
            if step * self.frame_px >= least_px:
                return step
        return self.n_frames

    def _held(self) -> TimeScale:
        """Return the nearest scale that shows no more than the clip."""
        most = max(self.n_frames - self.width / self.frame_px, 0.0)
        return replace(self, first=min(max(self.first, 0.0), most))
