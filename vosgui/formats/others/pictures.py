"""Writing pictures for people: overlay film, GIF, contact sheet, cut-outs of objects."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from vosgui.core.blend import blend
from vosgui.core.clip import Clip, Frame
from vosgui.core.issues import Issue, note
from vosgui.core.mask import box_of
from vosgui.errors import DatasetError, NothingToDoError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.tree.frame_files import opened_frames
from vosgui.formats.writer import Finishing, WriteOptions, WrittenClip, chosen_frames
from vosgui.media.image_files import thumbnail, write_png
from vosgui.media.video_writer import write_gif, write_mp4

_SHEET_PICTURES = 24
_SHEET_HEIGHT = 135  # of one picture
_GAP = 6
_SHEET_COLOUR = 32


@dataclass(frozen=True)
class PicturesWriter:
    """CLIP.mp4, CLIP.gif or CLIP.png with the objects in their colours."""

    options: WriteOptions
    kind: Literal["overlay", "gif", "contact-sheet"]

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write one picture or film of a clip."""
        with (yield from opened_frames(clip)) as (clip, found):
            opened = _frames_of(clip, found)
            frames = chosen_frames(clip, self.options.frames)
            if not frames:
                raise NothingToDoError(f"{clip.name} has no annotated frames.")
            issues: list[Issue] = []
            rate = _rate(opened, frames)
            if self.kind == "overlay":
                height, width = clip.annotation.hw
                if height % 2 or width % 2:
                    text = f"{width}x{height} was padded to even sides, as H.264 needs."
                    issues.append(note(text, clip=clip.name))
                pictures = self._pictures(clip, opened, frames)
                yield from write_mp4(root / f"{clip.name}.mp4", pictures, rate)
            elif self.kind == "gif":
                pictures = self._pictures(clip, opened, frames)
                yield from write_gif(root / f"{clip.name}.gif", pictures, rate)
            else:
                some = _spread(frames, _SHEET_PICTURES)
                names = [clip.frame_names[t] for t in some]
                small = []
                for picture in self._pictures(clip, opened, some):
                    small.append(thumbnail(picture, _SHEET_HEIGHT))
                    yield len(small)
                write_png(root / f"{clip.name}.png", _sheet(small, names))
                yield len(frames)
        n_objects = len(_shown(clip, self.options))
        return WrittenClip(clip.name, len(frames), n_objects, None, tuple(issues))

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write nothing more."""
        yield from ()
        return ()

    def _pictures(self, clip: LabelledClip, opened: Clip, frames: Sequence[int]) -> Iterator[Frame]:
        colours = _shown(clip, self.options)
        for t in frames:
            yield blend(opened[t], clip.annotation.mask(t), colours)


@dataclass(frozen=True)
class CutoutsWriter:
    """CLIP/OBJECT/FRAME.png: an object's pixels, all else transparent, at the size of the frame."""

    options: WriteOptions

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write the frames of a clip in which an object is visible."""
        n_frames = 0
        with (yield from opened_frames(clip)) as (clip, found):
            opened = _frames_of(clip, found)
            shown = _shown(clip, self.options)
            for n, t in enumerate(chosen_frames(clip, self.options.frames), start=1):
                mask = clip.annotation.mask(t)
                visible = [i for i in shown if box_of(mask == i)]
                n_frames += bool(visible)
                for object_id in visible:
                    folder = root / clip.name / f"{object_id:03d}"
                    folder.mkdir(parents=True, exist_ok=True)
                    alpha = np.where(mask == object_id, 255, 0).astype(np.uint8)
                    pixels = np.dstack([opened[t], alpha])
                    pixels[alpha == 0] = 0  # no hidden picture beneath what is transparent
                    write_png(folder / f"{clip.frame_names[t]}.png", pixels)
                yield n
        if not n_frames:
            raise NothingToDoError(f"No object to cut out is visible in {clip.name}.")
        return WrittenClip(clip.name, n_frames, len(shown))

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write nothing more."""
        yield from ()
        return ()


def _frames_of(clip: LabelledClip, found: Clip | None) -> Clip:
    if found is None:
        raise DatasetError(
            f"{clip.name} has no frames here, which pictures need. Say where they are.",
            option="--frames-from",
        )
    return found


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


def _sheet(small: Sequence[Frame], names: Sequence[str]) -> Frame:
    """Return the pictures in rows, each with its name beneath."""
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
