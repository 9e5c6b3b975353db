"""Writing DAVIS 2016 and 2017: frames from 00000 without gaps, `ImageSets`, semantics."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import Mask, ids_in, renumbered
from vosgui.errors import NothingToDoError
from vosgui.files.atomic import atomic_file
from vosgui.files.json_file import write_json
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.tree.frame_files import no_images, opened_frames, write_frames
from vosgui.formats.tree.meta import SEMANTICS
from vosgui.formats.writer import Finishing, WriteOptions, WrittenClip, chosen_frames
from vosgui.media.image_files import write_png
from vosgui.media.palette import write_mask

_RESOLUTION = "480p"


@dataclass(frozen=True)
class DavisWriter:
    """JPEGImages/480p/CLIP, Annotations/480p/CLIP, ImageSets/2017/train.txt, davis_semantics.json.

    Its readers count as many objects as the highest id of the first frame: ids are written from 1
    without gaps, in the order of first appearance.
    """

    options: WriteOptions

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write a clip, its frames numbered from 0."""
        with (yield from opened_frames(clip)) as (clip, opened):
            frames = chosen_frames(clip, self.options.frames)
            firsts = _first_frames(clip, frames)
            if not firsts:
                raise NothingToDoError(f"No object of {clip.name} is visible in its frames.")
            ids = {old: new for new, old in enumerate(sorted(firsts, key=firsts.__getitem__), 1)}
            named = [(t, f"{n:05d}") for n, t in enumerate(frames)]
            issues = [*_renamed(clip, named, ids), *_late(clip, frames, firsts, ids)]
            issues += no_images(clip, opened)
            table = np.zeros(256, np.uint8)
            table[list(ids)] = list(ids.values())
            images, masks = _folders(root, clip.name)
            for n, (t, stem) in enumerate(write_frames(opened, images, named), start=1):
                write_mask(masks / f"{stem}.png", renumbered(clip.annotation.mask(t), table))
                yield n
        categories = {entry.id: entry.category for entry in clip.annotation.objects}
        semantics = {str(new): categories.get(old, "") for old, new in ids.items()}
        return WrittenClip(clip.name, len(frames), len(ids), semantics, tuple(issues))

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write the list of clips and their categories."""
        _write_list(root / "ImageSets/2017/train.txt", [clip.name for clip in clips])
        write_json(root / SEMANTICS, {clip.name: clip.entry for clip in clips}, indent=4)
        yield from ()
        return ()


@dataclass(frozen=True)
class Davis2016Writer:
    """One object in grey, 255 where it is; lists of pairs of a frame and its mask."""

    options: WriteOptions

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write a clip, its frames numbered from 0 and all its objects as one."""
        with (yield from opened_frames(clip)) as (clip, opened):
            frames = chosen_frames(clip, self.options.frames)
            firsts = _first_frames(clip, frames)
            if not firsts:
                raise NothingToDoError(f"No object of {clip.name} is visible in its frames.")
            named = [(t, f"{n:05d}") for n, t in enumerate(frames)]
            issues = [*_renamed(clip, named, {}), *no_images(clip, opened)]
            if len(firsts) > 1:
                issues.append(warning(f"Its {len(firsts)} objects became one.", clip=clip.name))
            images, masks = _folders(root, clip.name)
            for n, (t, stem) in enumerate(write_frames(opened, images, named), start=1):
                write_png(masks / f"{stem}.png", _foreground(clip.annotation.mask(t)))
                yield n
        return WrittenClip(clip.name, len(frames), 1, len(frames), tuple(issues))

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write the list of names and that of pairs."""
        _write_list(root / "ImageSets/2016/train.txt", [clip.name for clip in clips])
        pairs = [
            f"/JPEGImages/{_RESOLUTION}/{clip.name}/{n:05d}.jpg "
            f"/Annotations/{_RESOLUTION}/{clip.name}/{n:05d}.png"
            for clip in clips
            for n in range(clip.entry)
        ]
        _write_list(root / f"ImageSets/{_RESOLUTION}/train.txt", pairs)
        yield from ()
        return ()


def _folders(root: Path, clip: str) -> tuple[Path, Path]:
    """Return where a clip's frames and its masks go; that of the masks is made."""
    images, masks = (root / kind / _RESOLUTION / clip for kind in ("JPEGImages", "Annotations"))
    masks.mkdir(parents=True)
    return images, masks


def _foreground(mask: Mask) -> Mask:
    return np.asarray(mask > 0, np.uint8) * np.uint8(255)


def _first_frames(clip: LabelledClip, frames: Sequence[int]) -> dict[int, int]:
    """Return the first frame of each object that has a pixel in one of these."""
    firsts: dict[int, int] = {}
    listed = {entry.id for entry in clip.annotation.objects}
    for t in frames:
        for object_id in ids_in(clip.annotation.mask(t)):
            if object_id in listed:
                firsts.setdefault(object_id, t)
    return firsts


def _renamed(
    clip: LabelledClip, named: Sequence[tuple[int, str]], ids: Mapping[int, int]
) -> list[Issue]:
    issues = []
    if any(clip.frame_names[t] != stem for t, stem in named):
        first, last = (clip.frame_names[t] for t in (named[0][0], named[-1][0]))
        text = f"Frames were numbered from 00000: {first} to {last} are 00000 to {named[-1][1]}."
        issues.append(note(text, clip=clip.name))
    if any(old != new for old, new in ids.items()):
        pairs = ", ".join(f"{old} is {new}" for old, new in ids.items())
        issues.append(note(f"Objects were numbered without gaps: {pairs}.", clip=clip.name))
    return issues


def _late(
    clip: LabelledClip, frames: Sequence[int], firsts: Mapping[int, int], ids: Mapping[int, int]
) -> list[Issue]:
    text = "It is not in the first frame; DAVIS's own evaluation does not count it."
    late = [ids[old] for old, first in firsts.items() if first != frames[0]]
    issues = [warning(text, clip=clip.name, object_id=new) for new in late]
    if len(frames) < 3:
        text = "It has fewer than 3 frames; DAVIS's evaluation drops the first and the last."
        issues.append(warning(text, clip=clip.name))
    return issues


def _write_list(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
