"""Reading SA-V's training set: ID.mp4 with ID_manual.json or ID_auto.json, run lengths at 6 fps.

In place of the video may stand a folder of its frames, JPEGImages_24fps/ID or the like.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from vosgui.core.issues import note, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.formats.coco.rle import MaskText, drawn_of, is_missing
from vosgui.formats.dataset import ClipSource, Dataset, stride_of
from vosgui.formats.frame_matching import match_frames
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip, checked_hw, renumbering
from vosgui.formats.tree.find_frames import clip_frames, frames_named

STEP = 4  # video frames (24 per second) between annotated ones (6 per second)
_KINDS = ("_manual.json", "_auto.json")


class _Video(msgspec.Struct):
    masklet: list[list[MaskText]]
    video_height: float
    video_width: float
    video_frame_count: float | None = None


@dataclass(frozen=True)
class SavClip(ShapesClip):
    """A video, or a folder of its frames, with the masks of its objects in one JSON file."""

    name: str
    file: Path
    video: Path | None

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Read the file; raise DatasetError where it is broken."""
        content = read_json(self.file, _Video, "a file of SA-V's masks")
        size = round(content.video_height), round(content.video_width)
        hw = checked_hw(*size, str(self.file))
        n_known = STEP * (len(content.masklet) - 1) + 1
        n_frames = max(n_known, round(content.video_frame_count or 0))
        if n_frames > n_known + 100 * STEP + len(content.masklet) * STEP or not content.masklet:
            raise DatasetError(
                f"{self.file} has {len(content.masklet)} lists of masks for {n_frames} frames; "
                "one for every fourth frame was expected."
            )
        n_objects = max(len(masks) for masks in content.masklet)
        issues = []
        if n_objects:
            changes = [(n, n + 1) for n in range(n_objects)]
            text = f"Objects were numbered: {renumbering(changes)}."
            issues.append(note(text, clip=self.name))
        objects = {n: FileObject(n + 1) for n in range(n_objects)}
        shapes: list[tuple[int, list[Shape]]] = []
        for k, masks in enumerate(content.masklet):
            # Of objects beyond the end of a frame's list nothing is said, so nothing is known.
            shapes.append((STEP * k, [self._shape(rle, hw, k, n) for n, rle in enumerate(masks)]))
        names = tuple(f"{t:05d}" for t in range(n_frames))
        if self.video is None or self.video.is_file():
            about = (self.video, names, hw, objects, shapes, STEP)
            return Outline(*about, says_all=False, issues=issues)
        frames = clip_frames(self.video, names)
        matched = match_frames([names[t] for t, _ in shapes], frames.names)
        if matched.how:
            issues.append(note(matched.how, clip=self.name))
        places = {t: matched.places[names[t]] for t, _ in shapes if names[t] in matched.places}
        missing = [t for t, _ in shapes if t not in places]
        if missing:
            text = "There is no frame to these masks; they were left out."
            where = {"clip": self.name, "frame": names[missing[0]], "count": len(missing)}
            issues.append(warning(text, **where))
        there = [(places[t], draws) for t, draws in shapes if t in places]
        stride = stride_of([t for t, _ in there])
        about = (self.video, frames.names, hw, objects, there, stride)
        return Outline(*about, says_all=False, issues=issues)

    def _shape(self, rle: MaskText, hw: tuple[int, int], k: int, n: int) -> Shape:
        return Shape(n, None if is_missing(rle) else partial(self._pixels, rle, hw, k, n))

    def _pixels(self, rle: MaskText, hw: tuple[int, int], k: int, n: int) -> Pixels | None:
        return drawn_of(rle, hw, f"object {n}", self.file, ("masklet", k, n))


def is_sav(root: Path) -> bool:
    """Return whether a folder holds SA-V's files of masks."""
    return root.is_dir() and any(any(root.glob(f"*{kind}")) for kind in _KINDS)


def list_sav(root: Path) -> Dataset:
    """Return the videos of a folder, by hand where there is a choice; DatasetError where none."""
    files: dict[str, Path] = {}
    for kind in _KINDS:
        for path in sorted(root.glob(f"*{kind}")):
            files.setdefault(path.name.removesuffix(kind), path)
    if not files:
        raise DatasetError(f"There are no masks of SA-V in {root}. Expected ID_manual.json there.")
    clips: list[ClipSource] = []
    for name, path in sorted(files.items()):
        near = (frames_named(folder, name) for folder in (root, root.resolve().parent))
        clips.append(SavClip(name, path, next((one for one in near if one is not None), None)))
    return Dataset(tuple(clips))
