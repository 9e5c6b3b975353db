"""The shots of a video, found by PySceneDetect's detectors in frames that we decode.

PySceneDetect brings PyAV, so it is loaded with the first video and not with the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vosgui.datasets.prepare.rules import ShotRules
from vosgui.datasets.prepare.times import FrameTimes
from vosgui.media.small_frames import SmallPicture, shrunk_hw

# A detector looks back over so many frames: started so many early, it finds the same changes.
LOOKS_BACK = 8
_LATE = 4  # by so many frames a change may be told after its frame was seen
_MICROSECONDS = 1_000_000.0  # in a second


def detector_hw(hw: tuple[int, int]) -> tuple[int, int]:
    """Return the size to which PySceneDetect makes frames of size `hw` small."""
    from scenedetect.scene_manager import compute_downscale_factor

    return shrunk_hw(hw, compute_downscale_factor(max(hw)))


class ChangeFinder:
    """Find the frames that differ enough from those before them: cuts, flashes included.

    Which of them are cuts depends on the shortest shot alone: `cuts_of` tells, without decoding
    anew.
    """

    def __init__(self, rules: ShotRules, start: int = 0) -> None:
        self._detector = _detector(rules)
        self._start = start

    def changes(self, t: int, picture: SmallPicture) -> list[int]:
        """Return the changes that frame t, uint8 (h, w, 3) BGR, brings to light, ascending.

        Frames come one after the other; after a start in the middle, what the first `LOOKS_BACK`
        of them say does not count.
        """
        found = self._detector.process_frame(_timecode(t), picture)
        known_from = self._start + LOOKS_BACK - _LATE if self._start else 0
        return [one.frame_num for one in found if one.frame_num >= known_from]


def _timecode(number: int, rate: float = 1.0) -> Any:
    """Return PySceneDetect's timecode of a number; detectors hand it on, and only filters count."""
    from scenedetect.common import FrameTimecode

    return FrameTimecode(number, fps=rate)


def _detector(rules: ShotRules) -> Any:
    from scenedetect.detectors import AdaptiveDetector, ContentDetector, HistogramDetector

    if rules.detector == "content":
        return ContentDetector(rules.level, min_scene_len=0)
    if rules.detector == "adaptive":
        return AdaptiveDetector(rules.level, min_scene_len=0)
    return HistogramDetector(rules.level, min_scene_len=0)


def cuts_of(changes: Iterable[int], times: FrameTimes, rules: ShotRules) -> list[int]:
    """Return the first frames of all shots but the first.

    changes : frames that a `ChangeFinder` of the same rules has told. The filter is the one that
    PySceneDetect's detectors apply themselves: the content detector's, for the others `suppress`.
    It goes by the times of the frames.
    """
    from scenedetect.detector import FlashFilter

    merges = rules.detector == "content" and rules.flashes == "merge"
    mode = FlashFilter.Mode.MERGE if merges else FlashFilter.Mode.SUPPRESS
    flashes = FlashFilter(mode, length=float(rules.min_length_s))  # whole, it would be frames
    above = frozenset(changes)
    since_start = (times.seconds[:-1] - times.seconds[0]) * _MICROSECONDS
    stamps = since_start.round().astype(int).tolist()
    frame_at = {stamp: t for t, stamp in enumerate(stamps)}
    cuts: list[int] = []
    for t, stamp in enumerate(stamps):
        found = flashes.filter(_timecode(stamp, _MICROSECONDS), t in above)
        cuts += [frame_at[one.frame_num] for one in found]
    return cuts


def shots_of(cuts: Iterable[int], n_frames: int) -> list[range]:
    """Return the frames of each shot."""
    starts = [0, *sorted(cut for cut in set(cuts) if 0 < cut < n_frames)]
    return [range(a, b) for a, b in zip(starts, [*starts[1:], n_frames], strict=True)]
