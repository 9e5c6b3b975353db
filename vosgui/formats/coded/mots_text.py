"""MOTS as text: one line per object and frame, `t id class height width run-lengths`."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from vosgui.core.issues import Issue, error, note, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError, ShapeError
from vosgui.files.ordinary import head_of
from vosgui.files.text_file import read_text
from vosgui.formats.coco.rle import checked_rle, pixels_of
from vosgui.formats.coded.mots import IGNORED, PER_CLASS, class_name, frames_of, read_labels
from vosgui.formats.dataset import Dataset
from vosgui.formats.plan import MAX_STEM
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip, checked_hw
from vosgui.formats.tree.find_frames import clip_frames
from vosgui.formats.tree.layout import folders_in

TEXTS = "instances_txt"
_GT = "gt/gt.txt"  # of MOTSChallenge, in each clip's folder
_LINE = re.compile(r"(\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,9}) ([0-o]+)")  # "0" to "o"


class _Line(NamedTuple):
    """One line of a file, by its number from 1 on."""

    number: int
    t: int
    code: int
    kind: int
    hw: tuple[int, int]
    counts: str


@dataclass(frozen=True)
class MotsTextClip(ShapesClip):
    """A file of one clip. labels : names of the classes, of number 1 on."""

    name: str
    file: Path
    frames: Path | None
    labels: tuple[str, ...]

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Read all lines; a frame without one says nothing."""
        issues: list[Issue] = []
        by_frame: dict[int, list[_Line]] = {}
        for line in _lines(self.file, self.name, issues):
            by_frame.setdefault(line.t, []).append(line)
            progress.report(0)
        if not by_frame:
            text = f"{self.file} has no line of t, id, class, height, width and run lengths."
            raise DatasetError(text, file=str(self.file))
        first = by_frame[min(by_frame)][0]
        hw = checked_hw(*first.hw, str(self.file))
        frames = clip_frames(self.frames, (f"{t:06d}" for t in range(max(by_frame) + 1)))
        places = {int(name): t for t, name in enumerate(frames.names) if name.isdecimal()}
        objects: dict[Hashable, FileObject] = {}
        shapes: list[tuple[int, list[Shape]]] = []
        for t, lines in sorted(by_frame.items()):
            at = places.get(t)
            if at is None:
                text = "There is no frame of this number; its lines were left out."
                where = {"clip": self.name, "file": str(self.file), "line": lines[0].number}
                issues.append(warning(text, **where, frame=str(t)))
                continue
            kept = [line for line in lines if line.kind != IGNORED]
            if len(kept) < len(lines):
                text = "Regions to ignore became background."
                issues.append(note(text, clip=self.name, count=len(lines) - len(kept)))
            for line in kept:
                category = class_name(line.kind, self.labels)
                number = line.code % PER_CLASS
                objects.setdefault(line.code, FileObject(number, category, called=str(line.code)))
            shapes.append((at, [Shape(one.code, partial(self._pixels, one, hw)) for one in kept]))
        in_order = dict(sorted(objects.items(), key=lambda pair: str(pair[0]).zfill(9)))
        return Outline(frames.folder, frames.names, hw, in_order, shapes, 1, issues=issues)

    def _pixels(self, line: _Line, hw: tuple[int, int]) -> Pixels:
        try:
            if line.hw != hw:
                raise ValueError(f"its mask is {line.hw[1]}x{line.hw[0]}, others {hw[1]}x{hw[0]}")
            return pixels_of(checked_rle(line.hw, line.counts))
        except ValueError as problem:
            text = f"the mask of {line.code} cannot be drawn: {problem}"
            raise ShapeError(text, file=str(self.file), line=line.number) from problem


def is_mots_text(path: Path) -> bool:
    """Return whether a path is such a file, or a folder of some."""
    return any(_is_text(file) for _, file in _files(path))


def list_mots_text(path: Path) -> Dataset:
    """Return the clips, one per file; raise DatasetError where there is none."""
    clips = []
    for name, file in _files(path):
        if _is_text(file):
            folder = file.parent
            near = (folder, folder.parent, folder.parent.parent)
            frames = frames_of(name, *near) or (
                frames_of("", folder.parent) if _is_gt(file) else None
            )
            clips.append(MotsTextClip(name, file, frames, read_labels(*near[:2])))
    if not clips:
        raise DatasetError(
            f"There are no files of MOTS in {path}. Expected {TEXTS}/CLIP.txt there."
        )
    return Dataset(tuple(clips))


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file that can be one, with the name of its clip."""
    if path.is_file():
        if path.suffix == ".txt":
            yield _clip_name(path.resolve()), path
        return
    found = [path / TEXTS, *(path / name / TEXTS for name in folders_in(path))]
    folder = next((one for one in found if one.is_dir()), path)
    for file in sorted(folder.glob("*.txt")):
        yield _clip_name(file.resolve()), file
    for file in sorted(path.glob(f"*/{_GT}")):
        yield _clip_name(file.resolve()), file
    if (path / _GT).is_file():
        yield _clip_name((path / _GT).resolve()), path / _GT


def _is_gt(file: Path) -> bool:
    return file.match(_GT)


def _clip_name(file: Path) -> str:
    return file.parent.parent.name if _is_gt(file) else file.stem


def _is_text(file: Path) -> bool:
    """Return whether the first line of a file is one of MOTS."""
    head = head_of(file, 1 << 20).decode("utf-8-sig", "replace")
    return _LINE.fullmatch(head.partition("\n")[0].strip()) is not None


def _lines(file: Path, clip: str, issues: list[Issue]) -> Iterator[_Line]:
    """Yield the lines of a file; say which are of another form, and leave them out.

    Raises DatasetError where the file cannot be read.
    """
    text = read_text(file)
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or int(found[1]) > MAX_STEM:
            said = "It is not t, id, class, height, width and run lengths; the line was left out."
            issues.append(error(said, clip=clip, file=str(file), line=number))
            continue
        t, code, kind, height, width = map(int, found.groups()[:5])
        yield _Line(number, t, code, kind, (height, width), found[6])
