"""What an index stands for in the masks of a clip whose palettes differ.

Tools that make PNGs smaller sort each file's palette, and others make one of the colours that a
frame has: index 1 is red here and green there. Then the colour tells who an object is. Palettes
that differ in entries without a pixel, or in the colours that a tool shows ids in, change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vosgui.core.colours import palette, voc_palette
from vosgui.core.mask import MAX_OBJECT_ID, Mask
from vosgui.core.words import frames_in_words
from vosgui.errors import InputError, MaskError
from vosgui.media.mask_files import StoredMask, palette_of, read_stored

Colour = tuple[int, int, int]
Table = npt.NDArray[np.uint8]  # (256,) the id of each index

_BLACK = (0, 0, 0)
_GREY = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
_KNOWN = frozenset(table.tobytes() for table in (palette(), voc_palette(), _GREY))
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
        if not own or own in _KNOWN:
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
        if _agree([_Shown(_entries(one)) for one in files]):
            return {}
        shown = [_shown(one, paths) for one, paths in files.items()]
        if _agree(shown) or all(map(_is_published, shown)):
            return {}
        ids = {} if _is_recoloured(shown) else _ids_of_colours(shown, self._paths[0].parent)
        tables, moved = {}, []
        for own, one in zip(files, shown, strict=True):
            tables[own] = np.arange(256, dtype=np.uint8)
            for i, colour in one.colours.items():
                tables[own][i] = ids.get(colour, i)
            if any(tables[own][i] != i for i in one.colours) or not ids:
                moved += files[own]
        self.note = _in_words(shown, moved, by_colour=bool(ids))
        return tables


def background_of(own: bytes) -> int:
    """Return the index that is black in a palette of a binary mask, 0 where that is or none is."""
    entries = _entries(own) if own else {}
    black = (i for i, colour in entries.items() if colour == _BLACK)
    return next(black, 0) if entries.get(0) != _BLACK else 0


def permuted(a: bytes, b: bytes) -> str:
    """Return a colour that has another index in each of two palettes of the same; "" for none."""
    one, other = (_entries(own) if own not in _KNOWN else {} for own in (a, b))
    if {*one.values()} != {*other.values()}:
        return ""
    places = {colour: i for i, colour in other.items()}
    found = ((i, colour, places[colour]) for i, colour in one.items() if places[colour] != i)
    return next((f"{colour} is {i} here and {j} there" for i, colour, j in found), "")


@dataclass(frozen=True)
class _Shown:
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


def _entries(own: bytes) -> dict[int, Colour]:
    """Return the colour of each index but for those that fill up the end with one colour."""
    table = np.frombuffer(own, np.uint8).reshape(-1, 3)
    n = len(table)
    while n > 1 and (table[n - 1] == table[n - 2]).all():
        n -= 1
    colours: list[Colour] = [(int(r), int(g), int(b)) for r, g, b in table[:n].tolist()]
    if n < len(table) and colours[-1] in colours[:-1]:
        colours.pop()
    return dict(enumerate(colours))


def _shown(own: bytes, files: Sequence[Path]) -> _Shown:
    counts = np.zeros(256, np.int64)
    for path in files:
        try:
            counts += np.bincount(np.ravel(read_stored(path).values), minlength=256)
        except InputError:
            continue  # who reads it says so
    table = np.frombuffer(own, np.uint8).reshape(-1, 3).tolist()
    used = frozenset(np.flatnonzero(counts[: len(table)]).tolist())
    entries = _entries(own) | {i: (table[i][0], table[i][1], table[i][2]) for i in used}
    return _Shown(entries, used, tuple(files))


def _agree(shown: Sequence[_Shown]) -> bool:
    """Return whether each index has one colour, and each colour its place, in all palettes."""
    first: dict[int, Colour] = {}
    for one in shown:
        for i, colour in one.colours.items():
            if first.setdefault(i, colour) != colour:
                return False
    return not _moved(shown)


def _moved(shown: Sequence[_Shown]) -> bool:
    """Return whether a colour has one index here and another there."""
    places: dict[Colour, dict[int, _Shown]] = {}
    for one in shown:
        for i, colour in one.colours.items():
            places.setdefault(colour, {}).setdefault(i, one)
    return any(
        a.entries.get(j) != colour or b.entries.get(i) != colour
        for colour, found in places.items()
        for (i, a), (j, b) in combinations(found.items(), 2)
    )


def _is_published(shown: _Shown) -> bool:
    """Return whether its indices have the colours in which the field shows ids, or are grey."""
    return any(
        all(_is_like(table[i].tolist(), colour) for i, colour in shown.colours.items())
        for table in (palette(), voc_palette(), _GREY)
    )


def _is_like(a: Sequence[int], b: Colour) -> bool:
    # One level off is still the same: older tools of DAVIS have 191 where VOC has 192.
    return all(abs(x - y) <= 1 for x, y in zip(a, b, strict=True))


def _is_recoloured(shown: Sequence[_Shown]) -> bool:
    """Return whether two objects or more have the same ids in all masks, in colours of their own.

    Palettes that are made of a frame's colours have some in common.
    """
    objects = [{i: c for i, c in one.colours.items() if i and c != _BLACK} for one in shown]
    distinct = {tuple(sorted(one.items())) for one in objects if one}
    colours = [{c for _, c in one} for one in distinct]
    are_apart = all(not a & b for a, b in combinations(colours, 2))
    return (
        are_apart
        and len({tuple(i for i, _ in one) for one in distinct}) == 1
        and (len(next(iter(distinct), ())) > 1)
    )


def _ids_of_colours(shown: Sequence[_Shown], folder: Path) -> dict[Colour, int]:
    """Return the id of each colour: of a published palette, else as the first mask has it."""
    permuted = len({frozenset(one.entries.values()) for one in shown}) == 1
    twice = any(len({*one.colours.values()}) < len(one.colours) for one in shown)
    if twice or not (permuted or _moved(shown)):
        raise MaskError(
            f"The palettes of the masks in {folder} contradict each other: {_clash(shown)}. So "
            "neither index nor colour tells who is who. Save all masks with one palette."
        )
    colours = dict.fromkeys(colour for one in shown for colour in one.colours.values())
    for table in (palette(), voc_palette()):
        found = {
            colour: next((i for i in (*_FREE, 0, 255) if _is_like(rows[i], colour)), None)
            for rows in [table.tolist()]
            for colour in colours
        }
        ids = {colour: i for colour, i in found.items() if i is not None}
        if len(ids) == len(colours) == len({*ids.values()}):
            return ids
    background = _BLACK if _BLACK in colours else shown[0].entries.get(0, _BLACK)
    ids = {background: 0}
    for one in shown:
        if b"".join(map(bytes, one.entries.values())) in _KNOWN:
            ids.update((colour, i) for i, colour in one.entries.items() if i)
    for one in (_Shown(shown[0].entries), *shown):
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


def _clash(shown: Sequence[_Shown]) -> str:
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


def _in_words(shown: Sequence[_Shown], moved: Sequence[Path], *, by_colour: bool) -> str:
    text = f"Their palettes differ from frame to frame: {_clash(shown)}."
    if not by_colour:
        return f"{text} The same index was taken for the same object in all."
    frames = frames_in_words([path.stem for path in moved])
    text += " The same colour was taken for the same object,"
    return f"{text} which has another index in {frames}."
