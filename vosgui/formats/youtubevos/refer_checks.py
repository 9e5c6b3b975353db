"""The rules of Refer-YouTube-VOS: of its expressions, and of a submission to its server.

A submission is Annotations/CLIP/EXPRESSION/FRAME.png, binary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vosgui.core.issues import Issue, error, gathered, warning
from vosgui.core.mask import ids_in
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import some_of
from vosgui.errors import InputError
from vosgui.files.ordinary import read_bytes
from vosgui.formats.checks import Checks
from vosgui.formats.dataset import ListClips
from vosgui.formats.tree.clip_checks import MaskClipCheck
from vosgui.formats.tree.layout import MASKS, folders_in
from vosgui.formats.tree.name_checks import Files
from vosgui.formats.tree.tree_checks import tree_checks
from vosgui.formats.youtubevos.refer_expressions import read_expressions
from vosgui.formats.youtubevos.refer_reader import expression_files
from vosgui.media.images import natural_key
from vosgui.media.mask_files import read_ids_or_colours

_DIGITS = 5  # of a frame's name
_WHITE = 255  # what ReferFormer writes; of a file with one bit a pixel it is 1
_BITS_AT = 24  # in a PNG (its specification, section 11.2.1)


def refer_checks(root: Path, list_clips: ListClips) -> Checks:
    """Return what there is to check of a tree with expressions."""
    checks = tree_checks(root, list_clips, has_meta=True)
    ids = {
        clip.name: {*map(str, clip.listed)}
        for clip in checks.clips
        if isinstance(clip, MaskClipCheck) and clip.listed is not None
    }
    said = [one for file in expression_files(root) for one in _expressions(file, ids)]
    return Checks((*checks.issues, *said), checks.clips)


def submission_checks(root: Path, list_clips: ListClips) -> Checks:
    """Return what there is to check of a submission; raise DatasetError where there is none."""
    issues = tree_checks(root, list_clips).issues
    masks = root / MASKS
    clips = tuple(SubmissionClipCheck(name, masks / name) for name in folders_in(masks))
    return Checks(issues, clips)


def _expressions(file: Path, ids: Mapping[str, set[str]]) -> Iterator[Issue]:
    """Yield what is wrong with a `meta_expressions.json`; ids are those of each clip's objects."""
    for name, video in read_expressions(file).items():
        where: dict[str, Any] = {"clip": name, "file": str(file)}
        if sorted(video.frames) != video.frames:
            yield error("Its frames are not a sorted list of names.", **where)
        seen: set[tuple[str, str]] = set()
        for key, entry in video.expressions.items():
            text, meant = entry.text.strip(), entry.obj_id
            several = meant if isinstance(meant, list) else [meant]
            said = text.lower(), str(meant)
            if not text:
                yield error(f"Expression {key} is empty.", **where, fix="Take it out.")
            if isinstance(meant, list):
                text_of = f"Expression {key} is about {len(meant)} objects: a list."
                fix = "Readers of Refer-YouTube-VOS take one; MeViS has several."
                yield warning(text_of, **where, fix=fix)
            if any(isinstance(one, int) for one in several):
                fix = 'Write "1", not 1.'
                yield error(f"The obj_id of expression {key} is no text.", **where, fix=fix)
                several = []
            for one in several:
                if one is not None and name in ids and one not in ids[name]:
                    yield error(f"Expression {key} is about object {one}: not there.", **where)
            if said in seen:
                yield warning(f"Expression {key} is there twice: {text!r}.", **where)
            elif text and any(said[0] == other for other, _ in seen):
                warn = f"Expression {key} means two objects: {text!r}."
                yield warning(warn, **where, fix="Say what tells them apart.")
            seen.add(said)


@dataclass(frozen=True)
class SubmissionClipCheck:
    """What is to be checked of one clip: its folder, in which each expression has one."""

    name: str
    folder: Path

    def check(self, progress: Progress = NO_PROGRESS) -> tuple[Issue, ...]:
        """Return every issue, those that differ in their frame alone as one."""
        return gathered(self._issues(progress))

    def _issues(self, progress: Progress) -> Iterator[Issue]:
        numbers = sorted(folders_in(self.folder), key=natural_key)
        about = {"clip": self.name, "file": str(self.folder)}
        for path in sorted(self.folder.iterdir()):
            if path.name not in numbers:
                where = {"clip": self.name, "file": str(path), "frame": path.stem}
                fix = "Masks belong in CLIP/EXPRESSION/FRAME.png."
                yield error("It is no expression's folder.", **where, fix=fix)
        yield from _gaps(numbers, about)
        expressions = [Files(self.name, self.folder / number, ".png") for number in numbers]
        due = sorted({stem for one in expressions for stem in one.stems})
        sizes: set[tuple[int, ...]] = set()
        for n, one in enumerate(expressions, start=1):
            yield from one.name_issues(_DIGITS)
            for stem in sorted(set(due) - set(one.stems)):
                text = f"Expression {one.folder.name} has no mask here; others of the clip have."
                fix = "Write one: empty where nothing is meant."
                yield error(text, **one.where(stem), fix=fix)
            yield from _contents(one, sizes)
            progress.report(n * len(due))
        if len(sizes) > 1:
            given = ", ".join(f"{w}x{h}" for h, w in sorted(sizes))
            fix = "Make them all at the size of the frames."
            yield error(f"Its masks are of several sizes: {given}.", **about, fix=fix)


def _gaps(numbers: Sequence[str], where: Mapping[str, str]) -> Iterator[Issue]:
    odd = [name for name in numbers if not name.isdecimal() or name != str(int(name))]
    if odd:
        text = f"The folder {odd[0]} is named as no expression is: 0, 1, 2 and so on."
        yield error(text, **where, fix="Name it as in meta_expressions.json.")
    elif not numbers:
        yield error("It has no expression's folder.", **where)
    elif len(numbers) != int(numbers[-1]) + 1:
        missing = sorted({*map(str, range(int(numbers[-1])))} - set(numbers), key=int)
        text = f"The expressions {some_of(missing, 12)} have no folder."
        yield warning(text, **where, fix="Each expression of the list is due one.")


def _contents(files: Files, sizes: set[tuple[int, ...]]) -> Iterator[Issue]:
    """Yield what is wrong in the masks of an expression, and gather their sizes."""
    is_empty = bool(files.stems)
    for stem in files.stems:
        path, where = files.path(stem), files.where(stem)
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
        elif found and found[0] != _WHITE and read_bytes(path)[_BITS_AT] != 1:
            text = f"Its object has the value {found[0]}, not {_WHITE}."
            yield warning(text, **where, fix="Write grey of 0 and 255, as others do.")
    if is_empty:
        text = f"Expression {files.folder.name} is empty in every frame."
        yield warning(text, clip=files.clip, file=str(files.folder))
