"""The table of rules that a person can adjust, each with its unit."""

from __future__ import annotations

from dataclasses import dataclass

from vosgui.datasets.prepare.rules import DEFAULT_THRESHOLDS

PARTS = {"shots": "Shots", "clips": "Clips", "files": "Files"}


@dataclass(frozen=True)
class RuleRow:
    """A rule in the form. part, name : of PrepareRules. unit : behind the number.

    least, most, digits : of a number; digits is 0 for a whole one. choices : instead of a number.
    zero : what is shown for the least one.
    """

    part: str
    name: str
    text: str
    tip: str
    unit: str = ""
    least: float = 0
    most: float = 1000
    digits: int = 2
    step: float = 0.1
    choices: tuple[str, ...] = ()
    zero: str = ""


ROWS = (
    RuleRow("shots", "detector", "Detector", "What tells cuts: PySceneDetect's, by this name. "
            "Another one needs a new look at the videos.", choices=tuple(DEFAULT_THRESHOLDS)),
    RuleRow("shots", "threshold", "Threshold", "Of the detector. Another one needs a new look at "
            "the videos.", least=0.001, digits=3, step=1),
    RuleRow("shots", "min_length_s", "Shortest shot", "A shot is no shorter.", " s", 0.04, 60),
    RuleRow("shots", "flashes", "Flashes", "What becomes of cuts sooner than that: one cut, or "
            "only the first (the content detector alone merges).", choices=("merge", "suppress")),
    RuleRow("clips", "min_length_s", "Shortest clip", "A clip is no shorter.", " s", 0.04, 600,
            step=0.5),
    RuleRow("clips", "max_length_s", "Longest clip", "A clip is no longer.", " s", 0.04, 600,
            step=0.5),
    RuleRow("clips", "max_per_video", "Clips per video", "At most.", "", 1, 1000, 0, 1),
    RuleRow("clips", "margin", "Left out at the ends", "Share of a video left out at each end.", "",
            0, 0.49, 2, 0.01),
    RuleRow("clips", "min_sharpness", "Least sharpness", "Variance of the Laplacian at 640 pixels; "
            "below it a stretch is blurred.", "", 0, 100000, 1, 5),
    RuleRow("clips", "min_light", "Least light", "Mean of the brightest channel, 0 to 1; below it "
            "a stretch is dark.", "", 0, 1, 2, 0.02),
    RuleRow("clips", "max_light", "Most light", "Mean of the brightest channel, 0 to 1; above it a "
            "stretch is washed out.", "", 0, 1, 2, 0.02),
    RuleRow("clips", "max_shake", "Most shake", "Change of the camera's motion, in hundredths of "
            "the width; above it a stretch is shaky.", "", 0, 100, 2, 0.1),
    RuleRow("clips", "min_motion", "Least motion", "Difference to the frame before, moved onto "
            "it, in hundredths of white; below it hardly anything moves.", "", 0, 100, 2, 0.05),
    RuleRow("clips", "min_distance", "Least difference", "Bits of 64 in which the perceptual "
            "hashes of two clips differ; fewer: the same clip again, also of another video.",
            " bits", 0, 64, 0, 1),
    RuleRow("files", "short_side", "Shorter side", "Pixels of the shorter side; frames are never "
            "enlarged.", " px", 16, 8192, 0, 10),
    RuleRow("files", "quality", "JPEG quality", "1 to 100.", "", 1, 100, 0, 1),
    RuleRow("files", "stride", "Every so many frames", "1 writes every frame, 5 those on "
            "YouTube-VOS's grid.", "", 1, 1000, 0, 1),
    RuleRow("files", "rate", "Resample to", "Frames a second; the video's own where it is 0.",
            " fps", 0, 1000, 2, 1, zero="as it is"),
    RuleRow("files", "keep_times", "Keep uneven times", "Keep frames that are not even in time; "
            "else they are resampled to the video's rate."),
    RuleRow("files", "deinterlace", "Deinterlace", "Make whole frames of two fields (bwdif), where "
            "a video is interlaced."),
)  # fmt: skip
