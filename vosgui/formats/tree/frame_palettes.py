"""What an index stands for in the masks of a clip whose palettes differ.

Tools that make PNGs smaller sort each file's palette, and others make one of the colours that a
frame has: index 1 is red here and green there. Then the colour tells who an object is. Palettes
that differ in entries without a pixel, or in the colours that a tool shows ids in, change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vosgui.core.mask import MAX_OBJECT_ID, Mask
from vosgui.core.words import frames_in_words, some_of
from vosgui.errors import MaskError
from vosgui.formats.tree.shown_palettes import (
    BLACK,
    KNOWN,
    Colour,
    Shown,
    agree,
    clash_in,
    entries_of,
    is_in_order,
    is_published,
    is_recoloured,
    moved,
    published_ids,
    shown_by,
)
from vosgui.media.mask_files import StoredMask, palette_of

Table = npt.NDArray[np.uint8]  # (256,) the id of each index

_FREE = range(1, MAX_OBJECT_ID + 1)


class FramePalettes:
    """The palettes of the masks of one clip, looked at as far as it takes.

    Indices of the two palettes that the field writes are ids; where masks have no others, no file
    is opened for it.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.note = ""  # what became of indices that stand for several colours
        self._paths = paths
        self._tables: dict[bytes, Table] | MaskError | None = None

    def ids(self, stored: StoredMask) -> Mask:
        """Return the values of a mask, uint8 (H, W), in all masks the same for the same object.

        Raises MaskError where indices have several colours and nothing tells who is who.
        """
        own, values = stored.palette, np.asarray(stored.values, np.uint8)
        if not own or own in KNOWN:
            return values
        if self._tables is None:
            try:
                self._tables = self._decided()
            except MaskError as problem:
                self._tables = problem
        if isinstance(self._tables, MaskError):
            raise self._tables
        table = self._tables.get(own)
        return values if table is None else table[values]

    def _decided(self) -> dict[bytes, Table]:
        """Return the ids of each palette's indices; of none where indices are ids."""
        files: dict[bytes, list[Path]] = {}
        for path in self._paths:
            files.setdefault(palette_of(path), []).append(path)
        files.pop(b"", None)
        entries = [Shown(entries_of(one)) for one in files]
        if agree(entries) and all(map(is_in_order, entries)):
            return {}
        shown = [shown_by(one, paths) for one, paths in files.items()]
        is_one = agree(shown)
        if all(map(is_in_order if is_one else is_published, shown)):
            return {}
        is_by_colour = is_one or not is_recoloured(shown)
        folder = self._paths[0].parent
        ids = _ids_of_colours(shown, folder, are_one=is_one) if is_by_colour else {}
        tables, elsewhere = {}, []
        for own, one in zip(files, shown, strict=True):
            tables[own] = np.arange(256, dtype=np.uint8)
            for i, colour in one.colours.items():
                tables[own][i] = ids.get(colour, i)
            if any(tables[own][i] != i for i in one.colours) or not ids:
                elsewhere += files[own]
        self.note = _in_one(shown, ids) if is_one else _in_words(shown, elsewhere, ids)
        return tables


def background_of(own: bytes) -> int:
    """Return the index that is black in a palette of a binary mask, 0 where that is or none is."""
    entries = entries_of(own) if own else {}
    black = (i for i, colour in entries.items() if colour == BLACK)
    return next(black, 0) if entries.get(0) != BLACK else 0


def permuted(a: bytes, b: bytes) -> str:
    """Return a colour that has another index in each of two palettes of the same; "" for none.

    One of them may be without some of the other's colours.
    """
    if not a or not b or {a, b} & KNOWN:
        return ""
    one, other = sorted((entries_of(own) for own in (a, b)), key=len)
    if not {*one.values()} <= {*other.values()}:
        return ""
    places = {colour: i for i, colour in other.items()}
    found = ((i, c, places[c]) for i, c in one.items() if other.get(i) != c)
    return next((f"{colour} is {i} on one side and {j} on the other" for i, colour, j in found), "")


def _ids_of_colours(shown: Sequence[Shown], folder: Path, *, are_one: bool) -> dict[Colour, int]:
    """Return the id of each colour: of a published palette, else as the first mask has it.

    are_one : the palettes agree. Raises MaskError where nothing tells who is who.
    """
    are_permuted = are_one or len({frozenset(one.entries.values()) for one in shown}) == 1
    twice = any(len({*one.colours.values()}) < len(one.colours) for one in shown)
    if twice or not (are_permuted or moved(shown)):
        raise MaskError(
            f"The palettes of the masks in {folder} contradict each other: {clash_in(shown)}. So "
            "neither index nor colour tells who is who. Save all masks with one palette."
        )
    colours = dict.fromkeys(colour for one in shown for colour in one.colours.values())
    if ids := published_ids(colours):
        return ids
    background = BLACK if BLACK in colours else shown[0].entries.get(0, BLACK)
    ids = {background: 0}
    for one in shown:
        if b"".join(map(bytes, one.entries.values())) in KNOWN:
            ids.update((colour, i) for i, colour in one.entries.items() if i)
    for one in (Shown(shown[0].entries), *shown):
        for i, colour in one.colours.items():
            if colour in colours and colour not in ids and i not in (0, *ids.values()):
                ids[colour] = i
    for colour in colours:
        if colour not in ids:
            free = next((i for i in _FREE if i not in ids.values()), None)
            if free is None:
                raise MaskError(f"The masks in {folder} have more colours than 254 objects.")
            ids[colour] = free
    return ids


def _in_one(shown: Sequence[Shown], ids: Mapping[Colour, int]) -> str:
    """Return what was taken for what where all masks have one order of colours."""
    indices = {colour: i for one in shown for i, colour in one.colours.items()}
    changed = [f"{i} {c} is {ids[c]}" for c, i in indices.items() if ids.get(c, i) != i]
    return (
        "Their palette is not in the order of ids: the colours of a published palette, and black "
        f"as background, were taken for what they are. Index {some_of(changed, 12)}."
    )


def _in_words(shown: Sequence[Shown], elsewhere: Iterable[Path], ids: Mapping[Colour, int]) -> str:
    text = f"Their palettes differ from frame to frame: {clash_in(shown)}."
    if not ids:
        return f"{text} The same index was taken for the same object in all."
    frames = frames_in_words([path.stem for path in elsewhere])
    text += " The same colour was taken for the same object,"
    return f"{text} which has another index in {frames}."
