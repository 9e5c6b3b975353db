"""What the palette of a mask shows: the colour of each index, of all entries or of those in use."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from vosgui.core.colours import palette, voc_palette
from vosgui.core.mask import MAX_OBJECT_ID
from vosgui.errors import InputError
from vosgui.media.mask_files import read_stored

Colour = tuple[int, int, int]

BLACK = (0, 0, 0)
_GREY = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
# Of the two that the field writes, and of grey: their indices are ids.
KNOWN = frozenset(table.tobytes() for table in (palette(), voc_palette(), _GREY))
_FREE = range(1, MAX_OBJECT_ID + 1)


@dataclass(frozen=True)
class Shown:
    """A palette: the colour of each index that has pixels, of all where that is not known yet.

    entries : all that are defined. files : the masks that have it.
    """

    entries: Mapping[int, Colour]
    used: frozenset[int] | None = None
    files: tuple[Path, ...] = ()

    @property
    def colours(self) -> Mapping[int, Colour]:
        """Return the colour of each index that counts."""
        if self.used is None:
            return self.entries
        return {i: colour for i, colour in self.entries.items() if i in self.used}


def entries_of(own: bytes) -> dict[int, Colour]:
    """Return the colour of each index but for those that fill up the end with one colour."""
    table = np.frombuffer(own, np.uint8).reshape(-1, 3)
    n = len(table)
    while n > 1 and (table[n - 1] == table[n - 2]).all():
        n -= 1
    colours: list[Colour] = [(int(r), int(g), int(b)) for r, g, b in table[:n].tolist()]
    if n < len(table) and colours[-1] in colours[:-1]:
        colours.pop()
    return dict(enumerate(colours))


def shown_by(own: bytes, files: Sequence[Path]) -> Shown:
    """Return what a palette shows in the masks that have it; a broken one is passed over."""
    counts = np.zeros(256, np.int64)
    for path in files:
        try:
            counts += np.bincount(np.ravel(read_stored(path).values), minlength=256)
        except InputError:
            continue  # who reads it says so
    table = np.frombuffer(own, np.uint8).reshape(-1, 3).tolist()
    used = frozenset(np.flatnonzero(counts[: len(table)]).tolist())
    entries = entries_of(own) | {i: (table[i][0], table[i][1], table[i][2]) for i in used}
    return Shown(entries, used, tuple(files))


def agree(shown: Sequence[Shown]) -> bool:
    """Return whether each index has one colour, and each colour its place, in all palettes."""
    first: dict[int, Colour] = {}
    for one in shown:
        for i, colour in one.colours.items():
            if first.setdefault(i, colour) != colour:
                return False
    return not moved(shown)


def moved(shown: Sequence[Shown]) -> bool:
    """Return whether a colour has one index here and another there."""
    places: dict[Colour, dict[int, Shown]] = {}
    for one in shown:
        for i, colour in one.colours.items():
            places.setdefault(colour, {}).setdefault(i, one)
    return any(
        a.entries.get(j) != colour or b.entries.get(i) != colour
        for colour, found in places.items()
        for (i, a), (j, b) in combinations(found.items(), 2)
    )


def is_published(shown: Shown) -> bool:
    """Return whether its indices have the colours in which the field shows ids, or are grey."""
    return any(
        all(_is_like(table[i].tolist(), colour) for i, colour in shown.colours.items())
        for table in (palette(), voc_palette(), _GREY)
    )


def is_in_order(shown: Shown) -> bool:
    """Return whether nothing says that its indices are no ids.

    That is black, the background, elsewhere than at 0, and colours of a published palette in
    another order, as what makes files smaller leaves them.
    """
    colours = {*shown.colours.values()}
    if shown.used is not None and len(colours) < len(shown.colours):
        return True
    if BLACK in colours and shown.colours.get(0, BLACK) != BLACK:
        return False
    return is_published(shown) or not published_ids(colours)


def published_ids(colours: Collection[Colour]) -> dict[Colour, int]:
    """Return the ids that a published palette has for all of these colours, {} where none has.

    Black and one grey are what any binary mask may have: they tell nothing.
    """
    if all(red == green == blue for red, green, blue in colours):
        return {}
    for table in (palette(), voc_palette()):
        rows = table.tolist()
        found = {
            colour: next((i for i in (*_FREE, 0, 255) if _is_like(rows[i], colour)), None)
            for colour in colours
        }
        ids = {colour: i for colour, i in found.items() if i is not None}
        if len(ids) == len(colours) == len({*ids.values()}):
            return ids
    return {}


def _is_like(a: Sequence[int], b: Colour) -> bool:
    # One level off is still the same: older tools of DAVIS have 191 where VOC has 192.
    return all(abs(x - y) <= 1 for x, y in zip(a, b, strict=True))


def is_recoloured(shown: Sequence[Shown]) -> bool:
    """Return whether two objects or more have the same ids in all masks, in colours of their own.

    Palettes that are made of a frame's colours have some in common.
    """
    objects = [{i: c for i, c in one.colours.items() if i and c != BLACK} for one in shown]
    distinct = {tuple(sorted(one.items())) for one in objects if one}
    colours = [{c for _, c in one} for one in distinct]
    are_apart = all(not a & b for a, b in combinations(colours, 2))
    return (
        are_apart
        and len({tuple(i for i, _ in one) for one in distinct}) == 1
        and (len(next(iter(distinct), ())) > 1)
    )


def clash_in(shown: Sequence[Shown]) -> str:
    """Return an index that has two colours, or a colour that has two, and in which frames."""
    first: dict[int, tuple[Colour, str]] = {}
    for one in shown:
        frame = one.files[0].stem
        for i, colour in one.colours.items():
            was, where = first.setdefault(i, (colour, frame))
            if was != colour:
                return f"{i} is {was} in {where}, {colour} in {frame}"
    places: dict[Colour, tuple[int, str]] = {}
    for one in shown:
        for i, colour in one.colours.items():
            at, where = places.setdefault(colour, (i, one.files[0].stem))
            if at != i:
                return f"{colour} is {at} in {where}, {i} in {one.files[0].stem}"
    return "one colour has several indices"
