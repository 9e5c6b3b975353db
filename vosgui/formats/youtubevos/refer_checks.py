"""The rules of a submission to Refer-YouTube-VOS: Annotations/CLIP/EXPRESSION/FRAME.png, binary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vosgui.core.issues import Issue, error, gathered, warning
from vosgui.core.mask import ids_in
from vosgui.errors import InputError
from vosgui.formats.tree.name_checks import Files, name_faults
from vosgui.formats.tree.splits import MASKS, folders_in
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

    def check(self) -> tuple[Issue, ...]:
        """Return every fault, those that differ in their frame alone as one."""
        return gathered(self._faults())

    def _faults(self) -> Iterator[Issue]:
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
        for one in expressions:
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


def submission_checks(root: Path) -> list[SubmissionClipCheck]:
    """Return the checks of a submission's clips."""
    masks = root / MASKS
    return [SubmissionClipCheck(name, masks / name) for name in folders_in(masks)]


def _has_one_bit(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(_BITS_AT + 1)[_BITS_AT:] == b"\x01"
