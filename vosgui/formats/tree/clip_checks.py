"""The rules that readers of mask trees rely on, checked in the files of one clip as they lie."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PIL import Image

from vosgui.core.issues import Issue, error, gathered, note, warning
from vosgui.core.mask import MAX_OBJECT_ID, VOID, ids_in
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import some_of
from vosgui.errors import InputError
from vosgui.files.ordinary import open_file
from vosgui.formats.categories import published
from vosgui.formats.frame_checks import whole_hw
from vosgui.formats.tree.frame_palettes import FramePalettes
from vosgui.formats.tree.meta import ListedObject
from vosgui.formats.tree.name_checks import Files
from vosgui.media.mask_files import checked_ids, read_stored
from vosgui.media.palette import BROKEN_IMAGE

_KINDS = {"RGB": "colours", "LA": "grey with alpha", "RGBA": "colours with alpha"}
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
        """Return every issue, those that differ in their frame alone as one."""
        return gathered(self._issues(progress))

    def _issues(self, progress: Progress) -> Iterator[Issue]:
        frames, masks = Files(self.name, self.frames, ".jpg"), Files(self.name, self.masks, ".png")
        yield from frames.name_issues(self.digits)
        yield from masks.name_issues(self.digits)
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
        for stem in frames.stems:
            own = whole_hw(frames.path(stem))
            if isinstance(own, str):
                yield error(own, **frames.where(stem))
            elif (hw := hw or own) != own:
                text = f"The frame is {own[1]}x{own[0]}, those before it are {hw[1]}x{hw[0]}."
                yield error(text, **frames.where(stem), fix="A clip has one size: leave it out.")
        firsts: dict[int, str] = {}
        palettes = FramePalettes([masks.path(stem) for stem in masks.stems])
        for n, stem in enumerate(masks.stems, start=1):
            progress.report(n, len(masks.stems))
            yield from self._contents(masks.path(stem), hw, firsts, masks.where(stem), palettes)
        if palettes.note:
            fix = "Save all with one palette: readers of the field take the index."
            yield error(palettes.note, clip=self.name, file=str(self.masks), fix=fix)
        yield from self._gaps(firsts)
        if self.listed is not None:
            yield from self._listed(self.listed, firsts, set(masks.stems))

    def _pairs(self, frames: Files, masks: Files) -> Iterator[Issue]:
        for stem in sorted(set(masks.stems) - set(frames.stems)):
            text = "There is no frame to this mask."
            yield error(text, **masks.where(stem), fix="Remove the mask.")
        if self.given == "every":
            for stem in sorted(set(frames.stems) - set(masks.stems)):
                fix = "Write a mask (an empty one where no object is visible), or remove it."
                yield error("There is no mask to this frame.", **frames.where(stem), fix=fix)

    def _contents(
        self,
        path: Path,
        hw: tuple[int, int] | None,
        firsts: dict[int, str],
        where: dict[str, str],
        palettes: FramePalettes,
    ) -> Iterator[Issue]:
        """Yield what is wrong in a mask. firsts : the frame in which each id was first seen."""
        try:
            stored = read_stored(path)
        except InputError as broken:
            yield from _storage(path, where)
            yield error(str(broken), **where)
            return
        if stored.is_plain:
            yield from _kind("P" if stored.palette else "L", 8, len(stored.palette) // 3, where)
        else:
            yield from _storage(path, where)
        try:
            ids = checked_ids(path, stored.values)
            palettes.ids(stored)
        except InputError as broken:
            yield error(str(broken), **where)
            return
        if ids.ndim == 3:
            return  # said by how it is stored
        if hw is not None and ids.shape != hw:
            text = f"The mask is {ids.shape[1]}x{ids.shape[0]}, its frame {hw[1]}x{hw[0]}."
            fix = "Make it again at the size of the frame, with nearest neighbours."
            yield error(text, **where, fix=fix)
        found = ids_in(ids)
        if VOID in found and not self.void:
            text = "It has pixels of value 255, which is void and never an object."
            yield error(text, **where, fix="Give the object another id, or make it background.")
        if MAX_OBJECT_ID in found:
            yield warning("It has the id 254, which one document calls void.", **where)
        if len(found) > _MANY_IDS:
            text = f"It holds {len(found)} ids: it was resampled or drawn with soft edges."
            yield warning(text, **where, fix="Make it again with nearest neighbours.")
        old = [str(i) for i in found if i in firsts and i != VOID]
        if self.given == "first" and old:
            text = f"It holds objects that began before: {', '.join(old)}."
            fix = "Keep only those that start here; some readers (XMem) fail."
            yield error(text, **where, fix=fix)
        for object_id in found:
            firsts.setdefault(object_id, path.stem)

    def _gaps(self, firsts: Mapping[int, str]) -> Iterator[Issue]:
        ids = sorted(set(firsts) - {VOID})
        if ids != list(range(1, len(ids) + 1)):
            text = f"Its ids are {some_of(ids, 12)}: not 1 to {len(ids)}."
            fix = "Number them without gaps: evaluators count the missing ones as objects."
            where = {"clip": self.name, "file": str(self.masks)}
            yield (error if self.void else warning)(text, **where, fix=fix)

    def _listed(
        self, listed: Mapping[int, ListedObject], firsts: Mapping[int, str], stems: set[str]
    ) -> Iterator[Issue]:
        about = {"clip": self.name, "file": self.file}
        for object_id, entry in listed.items():
            where: dict[str, Any] = {**about, "object_id": object_id}
            yield from _category(entry, where)
            first = min(entry.frames or (), default="")
            if not 1 <= object_id <= MAX_OBJECT_ID:
                yield error("Its id is not in 1-254.", **where, fix="Give it another id.")
            elif object_id not in firsts:
                text = "It is listed, but no mask has a pixel of it."
                yield warning(text, **where, fix="Take it out of the list, or draw it.")
            elif entry.frames is not None and first != firsts[object_id]:
                text = f"It is listed from {first or 'nowhere'} on, but first seen in "
                fix = "List its frames from the first in which it has pixels."
                yield error(f"{text}{firsts[object_id]}.", **where, fix=fix)
            missing = sorted((entry.frames or frozenset()) - stems) if stems else []
            if missing and self.given == "every":
                text = f"It is listed in {missing[0]}, which has no mask."
                yield error(text, **where, count=len(missing), fix="Write the masks.")
        for object_id in sorted(set(firsts) - listed.keys() - {VOID}):
            text = "It has pixels but is not listed."
            yield error(text, **about, object_id=object_id, fix="List it.")


def _category(entry: ListedObject, where: dict[str, Any]) -> Iterator[Issue]:
    if entry.spelt:
        text = f"Its category {entry.spelt} is misspelt."
        yield error(text, **where, fix=f"It is {entry.category}.")
    elif not entry.category:
        yield warning("It has no category.", **where, fix="Give it one.")
    elif entry.category not in published():
        text = f"Its category {entry.category!r} is in no published list."
        yield note(text, **where, fix="Readers that know the list alone fail on it.")


def _storage(path: Path, where: dict[str, str]) -> Iterator[Issue]:
    """Yield what is wrong in how a mask is stored: kind of pixels, bits, length of the palette."""
    try:
        with open_file(path) as file, Image.open(file, formats=["PNG"]) as image:
            mode, stored = image.mode, str(image.tile[0].args)  # such as P;4, or 1
            n_colours = len(image.palette.palette) // 3 if image.palette else 0
    except (*BROKEN_IMAGE, IndexError):
        yield error("It is no PNG.", **where, fix="Save it as 8-bit palette PNG.")
        return
    yield from _kind(mode, int((re.findall(r"\d+", stored) or [8])[0]), n_colours, where)


def _kind(mode: str, bits: int, n_colours: int, where: dict[str, str]) -> Iterator[Issue]:
    """Yield what is wrong in the kind of a PNG. mode : Pillow's. n_colours : of the palette."""
    if mode in _KINDS:
        fix = "Save it as 8-bit palette PNG; readers turn colours into other ids."
        yield error(f"It holds {_KINDS[mode]}, not ids.", **where, fix=fix)
        return
    if bits != 8:
        fix = "Save it with 8 bits and a palette of 256 colours."
        yield warning(f"It has {bits} bits a pixel, not 8.", **where, fix=fix)
    if mode != "P":
        yield note("It is grey, not palette; ids are the same to readers.", **where)
    elif n_colours != 256:
        text = f"Its palette has {n_colours} colours, not 256."
        yield warning(text, **where, fix="Save it with 256: with fewer, what writes it loses ids.")
