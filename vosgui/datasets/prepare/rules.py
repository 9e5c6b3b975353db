"""What a person may choose about preparing videos: every threshold, with its unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Detector = Literal["content", "adaptive", "histogram"]
Flashes = Literal["merge", "suppress"]
# PySceneDetect 0.7's own thresholds
DEFAULT_THRESHOLDS: dict[Detector, float] = {"content": 27.0, "adaptive": 3.0, "histogram": 0.05}


@dataclass(frozen=True)
class ShotRules:
    """How shots are told apart; names and values are those of PySceneDetect.

    threshold : of the detector; None for its default.
    min_length_s : a shot is no shorter.
    flashes : what becomes of cuts that come sooner, as a camera's flash makes two: `merge` takes
        them as one, `suppress` leaves out the later ones. The content detector alone merges.
    """

    detector: Detector = "content"
    threshold: float | None = None
    min_length_s: float = 0.6
    flashes: Flashes = "merge"

    @property
    def level(self) -> float:
        """Return the threshold."""
        default = DEFAULT_THRESHOLDS[self.detector]
        return default if self.threshold is None else self.threshold


@dataclass(frozen=True)
class ClipRules:
    """Which clips are proposed.

    min_length_s, max_length_s, max_per_video, margin : lengths, and the share of the video left out
        at both ends, as the YouTube-VOS paper has them (section 3.1).
    min_sharpness : variance of the Laplacian of a grey picture of 640 pixels, levels of 0 to 255.
    min_light, max_light : mean of the picture's brightest channel, of 0 to 1.
    max_shake : how much the whole picture's motion changes from frame to frame, in hundredths of
        its width.
    min_motion : mean difference to the frame before, moved onto it, in hundredths of white.
    min_distance : bits of 64 in which the perceptual hashes of two clips differ; fewer is the same.
    """

    min_length_s: float = 3.0
    max_length_s: float = 6.0
    max_per_video: int = 5
    margin: float = 0.1
    min_sharpness: float = 20.0
    min_light: float = 0.1
    max_light: float = 0.95
    max_shake: float = 1.0
    min_motion: float = 0.15
    min_distance: int = 10


@dataclass(frozen=True)
class FileRules:
    """How a clip is written.

    short_side : of the pictures in pixels; frames are never enlarged. quality : of the JPEGs.
    stride : which frames, every one or every so many; their numbers in the clip are their names.
    rate : frames per second to which the clip is resampled, the nearest frame in time being taken;
        None for the video's own. keep_times : a clip whose frames are not even in time keeps them
        as they are; else such a clip is resampled to the video's nominal rate.
    deinterlace : frames made of two fields become whole ones, by FFmpeg's `bwdif`.
    """

    short_side: int = 720
    quality: int = 95
    stride: int = 1
    rate: float | None = None
    keep_times: bool = False
    deinterlace: bool = False


@dataclass(frozen=True)
class PrepareRules:
    """All that a person may choose."""

    shots: ShotRules = ShotRules()
    clips: ClipRules = ClipRules()
    files: FileRules = FileRules()
