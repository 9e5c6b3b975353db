"""Writing pictures for people: overlay film, GIF, contact sheet, cut-outs of objects."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vosgui.core.blend import blend
from vosgui.core.clip import Clip, Frame
from vosgui.core.issues import note
from vosgui.core.progress import Progress
from vosgui.core.review import visible_frames
from vosgui.errors import DatasetError, NothingToDoError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan, MaskImages, chosen_frames, own_stems
from vosgui.formats.writer import WriteOptions, Writer
from vosgui.media.image_files import thumbnail, write_png
from vosgui.media.video_writer import write_gif, write_mp4

_SHEET_PICTURES = 24
_SHEET_HEIGHT = 135  # of one picture
_GAP = 6
_SHEET_COLOUR = 32


@dataclass(frozen=True)
class PicturesWriter(Writer):
    """One file of a clip, in which its objects have their colours.

    suffix : .mp4 or .gif for a film, .png for a contact sheet.
    """

    suffix: str = ".mp4"

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return the one file."""
        _check_frames(clip)
        frames = chosen_frames(clip.annotation, self.options.frames)
        if not frames:
            raise NothingToDoError(f"{clip.name} has no annotated frames.")
        height, width = clip.annotation.hw
        text = f"{width}x{height} was padded to even sides, as H.264 needs."
        is_odd = self.suffix == ".mp4" and (height % 2 or width % 2)
        issues = (note(text, clip=clip.name),) if is_odd else ()
        ids = {i: i for i in _shown(clip, self.options)}
        stems, words = own_stems(clip, frames), dict.fromkeys(ids, "in its colour")
        others = (f"{clip.name}{self.suffix}",)
        return ClipPlan(clip, frames, stems, ids, words, others=others, issues=issues)

    def write(
        self, plan: ClipPlan, frames: Clip | None, root: Path, progress: Progress
    ) -> list[Any]:
        """Write the file."""
        assert frames is not None
        path, rate = root / plan.others[0], _rate(frames, plan.frames)
        some = _spread(plan.frames, _SHEET_PICTURES) if self.suffix == ".png" else plan.frames
        pictures = self._pictures(plan, frames, some, progress)
        if self.suffix == ".mp4":
            write_mp4(path, pictures, rate)
        elif self.suffix == ".gif":
            write_gif(path, pictures, rate)
        else:
            write_png(path, _sheet(pictures, own_stems(plan.clip, some)))
        progress.report(len(plan.frames), len(plan.frames))
        return []

    def _pictures(
        self, plan: ClipPlan, frames: Clip, some: Sequence[int], progress: Progress
    ) -> Iterator[Frame]:
        colours = _shown(plan.clip, self.options)
        for n, t in enumerate(some, start=1):
            yield blend(frames[t], plan.clip.annotation.mask(t), colours)
            progress.report(n, len(plan.frames))


class CutoutsWriter(Writer):
    """CLIP/OBJECT/FRAME.png: an object's pixels, all else transparent, at the size of the frame."""

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return a picture of each object in each frame in which it is visible."""
        _check_frames(clip)
        chosen = chosen_frames(clip.annotation, self.options.frames)
        visible = visible_frames(clip.annotation, chosen)
        shown = {i: visible[i] for i in _shown(clip, self.options) if i in visible}
        if not shown:
            raise NothingToDoError(f"No object to cut out is visible in {clip.name}.")
        frames = tuple(sorted({t for found in shown.values() for t in found}))
        place = {t: position for position, t in enumerate(frames)}
        at = {i: frozenset(place[t] for t in found) for i, found in shown.items()}
        masks = tuple(MaskImages(f"{clip.name}/{i:03d}", {i: 255}, at[i], "alpha") for i in shown)
        ids, words = {i: i for i in shown}, {i: f"{i:03d}" for i in shown}
        return ClipPlan(clip, frames, own_stems(clip, frames), ids, words, masks=masks)


def _check_frames(clip: LabelledClip) -> None:
    if clip.frames is None:
        raise DatasetError(
            f"{clip.name} has no frames here, which pictures need. Say where they are.",
            option="--frames-from",
        )


def _shown(clip: LabelledClip, options: WriteOptions) -> dict[int, tuple[int, int, int]]:
    objects = clip.annotation.objects
    return {o.id: o.colour for o in objects if not options.objects or o.id in options.objects}


def _rate(clip: Clip, frames: Sequence[int]) -> float:
    """Return pictures per second such that the film is as long as the clip."""
    times = clip.info.times_s
    seconds = times[frames[-1]] - times[frames[0]]
    rate = (len(frames) - 1) / seconds if seconds > 0 else clip.info.rate
    return min(max(rate, 1.0), 60.0)


def _spread(frames: Sequence[int], n: int) -> list[int]:
    if len(frames) <= n:
        return list(frames)
    return [frames[round(k * (len(frames) - 1) / (n - 1))] for k in range(n)]


def _sheet(pictures: Iterable[Frame], names: Sequence[str]) -> Frame:
    """Return small pictures in rows, each with its name beneath."""
    small = [thumbnail(picture, _SHEET_HEIGHT) for picture in pictures]
    height, width = small[0].shape[:2]
    cell_h, cell_w = height + 18 + _GAP, width + _GAP
    columns = max(1, math.ceil(math.sqrt(len(small) * cell_h * 16 / 9 / cell_w)))
    rows = math.ceil(len(small) / columns)
    shape = (rows * cell_h + _GAP, columns * cell_w + _GAP, 3)
    sheet = np.full(shape, _SHEET_COLOUR, np.uint8)
    for n, (picture, name) in enumerate(zip(small, names, strict=True)):
        y, x = n // columns * cell_h + _GAP, n % columns * cell_w + _GAP
        sheet[y : y + height, x : x + width] = picture
        at = (x + 2, y + height + 14)
        cv2.putText(sheet, name, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, (210,) * 3, 1, cv2.LINE_AA)
    return sheet
