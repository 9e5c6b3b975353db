"""Reading SA-V's training set: ID.mp4 with ID_manual.json or ID_auto.json, run lengths at 6 fps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from vosgui.core.issues import note
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError, ShapeError
from vosgui.files.json_file import read_json
from vosgui.files.json_lines import line_of
from vosgui.formats.coco.rle import StoredRle, pixels_of, rle_of
from vosgui.formats.dataset import ClipSource, Dataset
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip, checked_hw

_STEP = 4  # video frames (24 per second) between annotated ones (6 per second)
_KINDS = ("_manual.json", "_auto.json")


class _Video(msgspec.Struct):
    masklet: list[list[StoredRle | None]]
    video_height: float
    video_width: float
    video_frame_count: float | None = None


@dataclass(frozen=True)
class SavClip(ShapesClip):
    """A video with the masks of its objects in one JSON file."""

    name: str
    file: Path
    video: Path | None

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Read the file; raise DatasetError where it is broken."""
        content = read_json(self.file, _Video, "a file of SA-V's masks")
        size = round(content.video_height), round(content.video_width)
        hw = checked_hw(*size, str(self.file))
        n_known = _STEP * (len(content.masklet) - 1) + 1
        n_frames = max(n_known, round(content.video_frame_count or 0))
        if n_frames > n_known + 100 * _STEP + len(content.masklet) * _STEP or not content.masklet:
            raise DatasetError(
                f"{self.file} has {len(content.masklet)} lists of masks for {n_frames} frames; "
                "one for every fourth frame was expected."
            )
        n_objects = max(len(masks) for masks in content.masklet)
        issues = []
        if n_objects:
            text = f"Objects 0 to {n_objects - 1} were given the ids 1 to {n_objects}."
            issues.append(note(text, clip=self.name))
        objects = {n: FileObject(n + 1) for n in range(n_objects)}
        shapes: list[tuple[int, list[Shape]]] = []
        for k, masks in enumerate(content.masklet):
            found = [(n, rle) for n, rle in enumerate(masks) if rle is not None]
            draws = [Shape(n, partial(self._pixels, rle, hw, k, n)) for n, rle in found]
            shapes.append((_STEP * k, draws))
        names = tuple(f"{t:05d}" for t in range(n_frames))
        return Outline(self.video, names, hw, objects, shapes, _STEP, issues=issues)

    def _pixels(self, rle: StoredRle, hw: tuple[int, int], k: int, n: int) -> Pixels | None:
        try:
            found = rle_of(rle, hw)
            return None if found is None else pixels_of(found)
        except ValueError as error:
            text = f"the mask of object {n} cannot be drawn: {error}"
            line = line_of(self.file, ("masklet", k, n))
            raise ShapeError(text, file=str(self.file), line=line) from error


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
        video = path.with_name(f"{name}.mp4")
        clips.append(SavClip(name, path, video if video.is_file() else None))
    return Dataset(tuple(clips))
