"""The rules of Refer-YouTube-VOS: of its expressions, and of a submission to its server.

A submission is Annotations/CLIP/EXPRESSION/FRAME.png, binary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vosgui.core.issues import Issue, error, gathered, warning
from vosgui.core.mask import ids_in
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import InputError
from vosgui.formats.checks import Checks
from vosgui.formats.dataset import Dataset
from vosgui.formats.tree.clip_checks import MaskClipCheck
from vosgui.formats.tree.layout import MASKS, folders_in
from vosgui.formats.tree.name_checks import Files, name_faults
from vosgui.formats.tree.tree_checks import raw_videos, tree_checks
from vosgui.formats.youtubevos.refer_reader import expression_files, list_refer
from vosgui.media.images import natural_key
from vosgui.media.mask_files import read_ids_or_colours

_DIGITS = 5  # of a frame's name
_WHITE = 255  # what ReferFormer writes; of a file with one bit a pixel it is 1
_BITS_AT = 24  # in a PNG (its specification, section 11.2.1)


@dataclass(frozen=True)
class SubmissionClipCheck:
    """What is to be checked of one clip: its folder, in which each expression has one."""

    name: str
    folder: Path

    def check(self, progress: Progress = NO_PROGRESS) -> tuple[Issue, ...]:
        """Return every fault, those that differ in their frame alone as one."""
        return gathered(self._faults(progress))

    def _faults(self, progress: Progress) -> Iterator[Issue]:
        numbers = sorted(folders_in(self.folder), key=natural_key)
        for path in sorted(self.folder.iterdir()):
            if path.name not in numbers:
                where = {"clip": self.name, "file": str(path), "frame": path.stem}
                fix = "Masks belong in CLIP/EXPRESSION/FRAME.png."
                yield error("It is no expression's folder.", **where, fix=fix)
        yield from self._gaps(numbers)
        expressions = [Files(self.folder / number, ".png") for number in numbers]
        due = sorted({stem for one in expressions for stem in one.stems})
        sizes: set[tuple[int, ...]] = set()
        for n, one in enumerate(expressions, start=1):
            progress.report(n * len(due))
            yield from name_faults(self.name, one, _DIGITS)
            for stem in sorted(set(due) - set(one.stems)):
                where = {"clip": self.name, "file": str(one.path(stem)), "frame": stem}
                text = f"Expression {one.folder.name} has no mask here; others of the clip have."
                yield error(text, **where, fix="Write one: empty where nothing is meant.")
            yield from self._contents(one, sizes)
        if len(sizes) > 1:
            given = ", ".join(f"{w}x{h}" for h, w in sorted(sizes))
            text = f"Its masks are of several sizes: {given}."
            fix = "Make them all at the size of the frames."
            yield error(text, clip=self.name, file=str(self.folder), fix=fix)

    def _gaps(self, numbers: Sequence[str]) -> Iterator[Issue]:
        where = {"clip": self.name, "file": str(self.folder)}
        odd = [name for name in numbers if not name.isdecimal() or name != str(int(name))]
        if odd:
            text = f"The folder {odd[0]} is named as no expression is: 0, 1, 2 and so on."
            yield error(text, **where, fix="Name it as in meta_expressions.json.")
        elif not numbers:
            yield error("It has no expression's folder.", **where)
        elif len(numbers) != int(numbers[-1]) + 1:
            missing = sorted({*map(str, range(int(numbers[-1])))} - set(numbers), key=int)
            text = f"The expressions {', '.join(missing[:12])} have no folder."
            yield warning(text, **where, fix="Each expression of the list is due one.")

    def _contents(self, files: Files, sizes: set[tuple[int, ...]]) -> Iterator[Issue]:
        is_empty = bool(files.stems)
        for stem in files.stems:
            path = files.path(stem)
            where = {"clip": self.name, "file": str(path), "frame": stem}
            try:
                values = read_ids_or_colours(path)
            except InputError as broken:
                is_empty = False
                yield error(f"The mask cannot be read: {broken}", **where)
                continue
            sizes.add(values.shape[:2])
            found = ids_in(values)
            is_empty = is_empty and not found
            if values.ndim > 2:
                fix = "Save it as 8-bit grey PNG of 0 and 255."
                yield error("It holds colours, not one channel.", **where, fix=fix)
            elif len(found) > 1:
                text = f"It holds {len(found)} values beside 0; the mask of an expression has one."
                yield error(text, **where, fix="Write 0 and 255 alone, without soft edges.")
            elif found and found[0] != _WHITE and not _has_one_bit(path):
                text = f"Its object has the value {found[0]}, not {_WHITE}."
                yield warning(text, **where, fix="Write grey of 0 and 255, as others do.")
        if is_empty:
            text = f"Expression {files.folder.name} is empty in every frame."
            yield warning(text, clip=self.name, file=str(files.folder))


def submission_checks(root: Path, list_clips: Callable[[Path], Dataset]) -> Checks:
    """Return what there is to check of a submission; raise DatasetError where there is none."""
    issues = tree_checks(root, list_clips).issues
    masks = root / MASKS
    clips = tuple(SubmissionClipCheck(name, masks / name) for name in folders_in(masks))
    return Checks(issues, clips)


def refer_checks(root: Path) -> Checks:
    """Return what there is to check of a tree with expressions."""
    checks = tree_checks(root, list_refer, has_meta=True)
    ids = {
        clip.name: set(clip.listed)
        for clip in checks.clips
        if isinstance(clip, MaskClipCheck) and clip.listed is not None
    }
    said = [one for file in expression_files(root) for one in _expressions(file, ids)]
    return Checks((*checks.issues, *said), checks.clips)


def _expressions(file: Path, ids: Mapping[str, set[int]]) -> Iterator[Issue]:
    """Yield what is wrong with a `meta_expressions.json`; ids are those of each clip's objects."""
    for name, video in raw_videos(file).items():
        where: dict[str, Any] = {"clip": name, "file": str(file)}
        said = video.get("expressions") if isinstance(video, dict) else None
        frames = video.get("frames") if isinstance(video, dict) else None
        if not isinstance(frames, list) or sorted(map(str, frames)) != frames:
            yield error("Its frames are not a sorted list of names.", **where)
        seen: set[tuple[str, str]] = set()
        for key, entry in (said or {}).items():
            entry = entry if isinstance(entry, dict) else {}
            text, meant = str(entry.get("exp", "")).strip(), entry.get("obj_id")
            if not text:
                yield error(f"Expression {key} is empty.", **where, fix="Take it out.")
            if meant is not None and not isinstance(meant, str):
                fix = 'Write "1", not 1.'
                yield error(f"The obj_id of expression {key} is no text.", **where, fix=fix)
            elif name in ids and meant not in (None, *map(str, ids[name])):
                yield error(f"Expression {key} is about object {meant}: not there.", **where)
            if (text.lower(), str(meant)) in seen:
                yield warning(f"Expression {key} is there twice: {text!r}.", **where)
            elif any(text.lower() == other for other, _ in seen) and text:
                warn = f"Expression {key} means two objects: {text!r}."
                yield warning(warn, **where, fix="Say what tells them apart.")
            seen.add((text.lower(), str(meant)))


def _has_one_bit(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(_BITS_AT + 1)[_BITS_AT:] == b"\x01"
