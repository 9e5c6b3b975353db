"""The rules that readers of mask trees rely on, checked in the files of one clip as they lie."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from vosgui.core.issues import Issue, error, gathered, note, warning
from vosgui.core.mask import MAX_OBJECT_ID, ids_in
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import InputError
from vosgui.formats.categories import published
from vosgui.formats.tree.meta import ListedObject
from vosgui.formats.tree.name_checks import Files, name_faults
from vosgui.media.image_files import image_size
from vosgui.media.mask_files import read_ids_or_colours

VOID = 255
_PNG = b"\x89PNG\r\n\x1a\n"
_KINDS = {0: "grey", 2: "colours", 3: "palette", 4: "grey with alpha", 6: "colours with alpha"}
_MANY_IDS = 40  # of one mask; so many come from resampling that was not nearest


@dataclass(frozen=True)
class MaskClipCheck:
    """What is to be checked of a clip.

    given : "every": each frame is due a mask. "first": masks hold the objects that start there.
        "some": neither is known.
    void : whether 255 is allowed, as in DAVIS. digits : of a frame's name; 0 for any.
    listed : what the dataset's file says, None where it has none. file : that file.
    """

    name: str
    masks: Path
    frames: Path | None
    given: Literal["every", "first", "some"]
    void: bool = False
    digits: int = 5
    listed: Mapping[int, ListedObject] | None = None
    file: str = ""

    def check(self, progress: Progress = NO_PROGRESS) -> tuple[Issue, ...]:
        """Return every fault, those that differ in their frame alone as one."""
        return gathered(self._faults(progress))

    def _faults(self, progress: Progress) -> Iterator[Issue]:
        frames, masks = Files(self.frames, ".jpg"), Files(self.masks, ".png")
        yield from name_faults(self.name, frames, self.digits)
        yield from name_faults(self.name, masks, self.digits)
        if self.frames is not None:
            yield from self._pairs(frames, masks)
        n_frames = len(frames.stems) or len(masks.stems)
        if n_frames == 1:
            text = "It has one frame; some readers (AOT) fail on that."
            yield warning(text, clip=self.name, fix="Leave the clip out.")
        elif n_frames == 2 and self.void:
            text = "It has two frames; DAVIS's evaluation drops the first and the last."
            yield warning(text, clip=self.name)
        hw = None
        if frames.stems:
            try:
                hw = image_size(frames.path(frames.stems[0]))
            except InputError as broken:
                where = {"clip": self.name, "file": str(frames.path(frames.stems[0]))}
                yield error(f"The frame cannot be read: {broken}", **where)
        yield from self._contents(masks, hw, progress)

    def _pairs(self, frames: Files, masks: Files) -> Iterator[Issue]:
        there = set(frames.stems)
        for stem in masks.stems:
            if stem not in there:
                where = {"clip": self.name, "file": str(masks.path(stem)), "frame": stem}
                yield error("There is no frame to this mask.", **where, fix="Remove the mask.")
        if self.given == "every":
            for stem in sorted(there - set(masks.stems)):
                where = {"clip": self.name, "file": str(frames.path(stem)), "frame": stem}
                fix = "Write a mask (an empty one where no object is visible), or remove it."
                yield error("There is no mask to this frame.", **where, fix=fix)

    def _contents(
        self, masks: Files, hw: tuple[int, int] | None, progress: Progress
    ) -> Iterator[Issue]:
        firsts: dict[int, str] = {}
        for n, stem in enumerate(masks.stems, start=1):
            progress.report(n, len(masks.stems))
            where = {"clip": self.name, "file": str(masks.path(stem)), "frame": stem}
            try:
                yield from _header_faults(masks.path(stem), where)
                ids = read_ids_or_colours(masks.path(stem))
            except InputError as broken:
                yield error(f"The mask cannot be read: {broken}", **where)
                continue
            if ids.ndim == 3:
                continue  # said by its header
            if hw is not None and ids.shape != hw:
                size = f"{ids.shape[1]}x{ids.shape[0]}, its frame {hw[1]}x{hw[0]}"
                fix = "Make it again at the size of the frame, with nearest neighbours."
                yield error(f"The mask is {size}.", **where, fix=fix)
            found = ids_in(ids)
            yield from self._ids(found, firsts, where)
            for object_id in found:
                firsts.setdefault(object_id, stem)
        yield from self._gaps(firsts)
        if self.listed is not None:
            yield from self._listed(self.listed, firsts, masks)

    def _ids(
        self, found: tuple[int, ...], firsts: Mapping[int, str], where: dict[str, str]
    ) -> Iterator[Issue]:
        if VOID in found and not self.void:
            text = "It has pixels of value 255, which is void and never an object."
            yield error(text, **where, fix="Give the object another id, or make it background.")
        if MAX_OBJECT_ID in found:
            yield warning("It has the id 254, which one document calls void.", **where)
        if len(found) > _MANY_IDS:
            text = f"It holds {len(found)} ids: it was resampled or drawn with soft edges."
            yield warning(text, **where, fix="Make it again with nearest neighbours.")
        if self.given == "first":
            old = [str(i) for i in found if i in firsts and i != VOID]
            if old:
                text = f"It holds objects that began before: {', '.join(old)}."
                fix = "Keep only those that start here; some readers (XMem) fail."
                yield error(text, **where, fix=fix)

    def _gaps(self, firsts: Mapping[int, str]) -> Iterator[Issue]:
        ids = sorted(set(firsts) - {VOID})
        if ids and ids != list(range(1, len(ids) + 1)):
            severity = error if self.void else warning
            text = f"Its ids are {', '.join(map(str, ids[:12]))}: not 1 to {len(ids)}."
            fix = "Number them without gaps: evaluators count the missing ones as objects."
            yield severity(text, clip=self.name, file=str(self.masks), fix=fix)

    def _listed(
        self, listed: Mapping[int, ListedObject], firsts: Mapping[int, str], masks: Files
    ) -> Iterator[Issue]:
        stems = set(masks.stems)
        for object_id, entry in listed.items():
            where = {"clip": self.name, "file": self.file, "object_id": object_id}
            yield from _category(entry, where)
            if not 1 <= object_id <= MAX_OBJECT_ID:
                yield error("Its id is not in 1-254.", **where, fix="Give it another id.")
            elif object_id not in firsts:
                text = "It is listed, but no mask has a pixel of it."
                yield warning(text, **where, fix="Take it out of the list, or draw it.")
            elif entry.frames is not None:
                first = min(entry.frames, default="")
                if first != firsts[object_id]:
                    text = f"It is listed from {first or 'nowhere'} on, but first seen in "
                    fix = "List its frames from the first in which it has pixels."
                    yield error(f"{text}{firsts[object_id]}.", **where, fix=fix)
            missing = sorted((entry.frames or frozenset()) - stems) if stems else []
            if missing and self.given == "every":
                text = f"It is listed in {missing[0]}, which has no mask."
                yield error(text, **where, count=len(missing), fix="Write the masks.")
        for object_id in sorted(set(firsts) - listed.keys() - {VOID}):
            where = {"clip": self.name, "file": self.file, "object_id": object_id}
            yield error("It has pixels but is not listed.", **where, fix="List it.")


def _category(entry: ListedObject, where: dict[str, object]) -> Iterator[Issue]:
    if entry.spelt:
        text = f"Its category {entry.spelt} is misspelt."
        yield error(text, **where, fix=f"It is {entry.category}.")
    elif not entry.category:
        yield warning("It has no category.", **where, fix="Give it one.")
    elif entry.category not in published():
        text = f"Its category {entry.category!r} is in no published list."
        yield note(text, **where, fix="Readers that know the list alone fail on it.")


def _palette_length(file: BinaryIO) -> int:
    """Return how many colours the palette has of a PNG that was read up to its first chunk."""
    while len(head := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        if kind == b"PLTE":
            return int(length) // 3
        if kind == b"IDAT":
            break
        file.seek(length + 4, 1)
    return 0


def _header_faults(path: Path, where: dict[str, str]) -> Iterator[Issue]:
    """Look at how a PNG is stored: kind of pixels, bits, and length of the palette."""
    try:
        with path.open("rb") as file:
            data = file.read(33)
            n_colours = _palette_length(file)
    except OSError as problem:
        yield error(f"The mask cannot be read: {problem.strerror}.", **where)
        return
    if not data.startswith(_PNG) or len(data) < 33:
        yield error("It is no PNG.", **where, fix="Save it as 8-bit palette PNG.")
        return
    bits, kind = data[24], data[25]
    if kind not in (0, 3):
        text = f"It holds {_KINDS.get(kind, 'unknown pixels')}, not ids."
        fix = "Save it as 8-bit palette PNG; readers turn colours into other ids."
        yield error(text, **where, fix=fix)
        return
    if bits != 8:
        text = f"It has {bits} bits a pixel, not 8."
        yield warning(text, **where, fix="Save it with 8 bits and a palette of 256 colours.")
    if kind == 0:
        yield note("It is grey, not palette; ids are the same to readers.", **where)
        return
    if n_colours != 256:
        text = f"Its palette has {n_colours} colours, not 256."
        fix = "Save it with 256: with fewer, what writes it next loses ids."
        yield warning(text, **where, fix=fix)
