"""Looks at the videos, shot by shot, in a job; how long it will still take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from vosgui.core.progress import Progress
from vosgui.core.words import counted
from vosgui.datasets.prepare.prepare import Scanned, scan_videos
from vosgui.datasets.prepare.rules import ShotRules
from vosgui.datasets.workers import n_cores
from vosgui.errors import ClipError, InputError
from vosgui.media.length import header_length
from vosgui.ui.session.job import Progressed

_WINDOW_S = 8.0  # over which the pace is measured
_LEAST_S, _LEAST_SHARE = 2.0, 0.002  # a pace of less says nothing


def look_at(
    videos: Sequence[Path], target: Path, rules: ShotRules, progress: Progress
) -> Iterator[tuple[Path, Scanned | InputError]]:
    """Yield each video with what a look at it found, or with the error that it has."""
    n_frames = sum(map(_n_frames, videos))
    n_workers = min(n_cores(), len(videos))
    yield from scan_videos(videos, target, rules, n_workers, progress, n_frames or None)


def _n_frames(video: Path) -> int:
    try:
        return header_length(video).n_frames
    except ClipError:  # said when it is opened
        return 0


class TimeLeft:
    """Says how long work will still take, by its pace of the last seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Make it. clock : returns seconds; another one for tests."""
        self._clock = clock
        self._recent: deque[tuple[float, float]] = deque()

    def seconds(self, progress: Progressed) -> float | None:
        """Return the seconds left, None where that is not known yet."""
        now, share = self._clock(), progress.share
        self._recent.append((now, share))
        while len(self._recent) > 2 and now - self._recent[1][0] > _WINDOW_S:
            self._recent.popleft()
        then, before = self._recent[0]
        if now - then < _LEAST_S or share <= before or share < _LEAST_SHARE:
            return None
        return (1 - share) * (now - then) / (share - before)


def in_words(seconds: float) -> str:
    """Return how long something takes, roughly."""
    if seconds < 60:
        return counted(max(1, round(seconds)), "second")
    return counted(round(seconds / 60), "minute")
