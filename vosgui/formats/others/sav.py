"""Reading SA-V's training set: ID.mp4 with ID_manual.json or ID_auto.json, run lengths at 6 fps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from pycocotools import mask as coco

from vosgui.core.edits import new_object
from vosgui.core.issues import Issue, gathered, note, warning
from vosgui.core.mask import MAX_OBJECT_ID, Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError, InputError
from vosgui.files.json_file import read_json
from vosgui.files.json_lines import line_of
from vosgui.formats.coco.rle import checked_rle
from vosgui.formats.dataset import (
    AnnotationBuilder,
    ClipSource,
    Dataset,
    LabelledClip,
    failure,
)
from vosgui.formats.tree.overlaps import FIRST_WINS, flattened

_STEP = 4  # video frames (24 per second) between annotated ones (6 per second)
_KINDS = ("_manual.json", "_auto.json")


class _Rle(msgspec.Struct):
    size: list[int]
    counts: str | list[int]


class _Video(msgspec.Struct):
    masklet: list[list[_Rle | None]]
    video_height: float
    video_width: float
    video_frame_count: float | None = None
    masklet_id: list[int | float | None] | None = None


@dataclass(frozen=True)
class SavClip:
    """A video with the masks of its objects in one JSON file."""

    name: str
    file: Path
    video: Path | None

    def read(self, progress: Progress = NO_PROGRESS) -> LabelledClip:
        """Read the file; raise DatasetError where it is broken."""
        content = self._content()
        hw = round(content.video_height), round(content.video_width)
        if not (0 < hw[0] < 1 << 15 and 0 < hw[1] < 1 << 15):
            raise DatasetError(f"{self.file} gives the size {hw[1]}x{hw[0]}; that is no video.")
        n_known = _STEP * (len(content.masklet) - 1) + 1
        n_frames = max(n_known, round(content.video_frame_count or 0))
        if n_frames > n_known + 100 * _STEP + len(content.masklet) * _STEP or not content.masklet:
            raise DatasetError(
                f"{self.file} has {len(content.masklet)} lists of masks for {n_frames} frames; "
                "one for every fourth frame was expected."
            )
        issues: list[Issue] = []
        ids = self._ids(content, issues)
        builder = AnnotationBuilder(hw, n_frames, _STEP)
        for k, masks in enumerate(content.masklet):
            frame = f"{_STEP * k:05d}"
            layers = [
                (ids[n], self._pixels(rle, hw, k, n))
                for n, rle in enumerate(masks)
                if rle is not None
            ]
            mask, n_shared = flattened(hw, layers)
            if n_shared:
                where = {"clip": self.name, "frame": frame}
                issues.append(warning(FIRST_WINS, **where, count=n_shared))
            builder.add(_STEP * k, mask)
            progress.report(k + 1)
        annotation = builder.build([new_object(i) for i in ids])
        names = tuple(f"{t:05d}" for t in range(n_frames))
        return LabelledClip(self.name, self.video, names, annotation, gathered(issues))

    def faults(self) -> Iterator[InputError]:
        """Yield what keeps each mask from being read; nothing where the file itself is broken."""
        try:
            content = self._content()
        except DatasetError:
            return
        hw = round(content.video_height), round(content.video_width)
        for k, masks in enumerate(content.masklet):
            for n, rle in enumerate(masks):
                if rle is not None:
                    yield from failure(self._pixels, rle, hw, k, n)

    def _content(self) -> _Video:
        return read_json(self.file, _Video, "a file of SA-V's masks")

    def _ids(self, content: _Video, issues: list[Issue]) -> list[int]:
        n_objects = max(len(masks) for masks in content.masklet)
        if n_objects > MAX_OBJECT_ID:
            raise DatasetError(f"{self.file} has {n_objects} objects; at most 254 fit into a clip.")
        if n_objects:
            text = f"Objects 0 to {n_objects - 1} were given the ids 1 to {n_objects}."
            issues.append(note(text, clip=self.name))
        return list(range(1, n_objects + 1))

    def _pixels(self, rle: _Rle, hw: tuple[int, int], k: int, n: int) -> Pixels:
        try:
            if tuple(rle.size) != hw:
                raise ValueError(f"its mask is of size {rle.size}, the video of {list(hw)}")
            return np.asarray(coco.decode(checked_rle(rle.size, rle.counts)), bool)
        except ValueError as error:
            text = f"{self.file}, frame {_STEP * k:05d}, object {n}: {error}."
            line = line_of(self.file, ("masklet", k, n))
            raise DatasetError(text, file=str(self.file), line=line) from error


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
