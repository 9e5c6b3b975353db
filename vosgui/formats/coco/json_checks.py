"""What the checks of files with masks in JSON have in common: places, numbers, links and masks.

A file is decoded entry by entry, each into a record of the types that readers expect, so that no
check meets another; what an entry holds is let go with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

import msgspec
import numpy as np
from pycocotools import mask as coco

from vosgui.core.issues import Issue, error, note, warning
from vosgui.errors import DatasetError
from vosgui.files.json_file import read_text_as
from vosgui.files.loose_json import in_words
from vosgui.formats.checks import issue_of
from vosgui.formats.coco.rle import MaskText, Rle, checked_rle, polygons_as_rle

_T = TypeVar("_T")
Place = msgspec.Raw | None  # the text that is wrong; None for the file as a whole
PlacedIssue = tuple[Issue, Place]
Id = int | float | str
MOST_ISSUES = 10_000  # of one file; who mends these asks again


class _Lengths(msgspec.Struct):
    size: list[int]
    counts: str | list[int]


_MASK: msgspec.json.Decoder[_Lengths | list[list[float] | float] | None] = msgspec.json.Decoder(
    _Lengths | list[list[float] | float] | None
)
_NONE = (b"null", b"[]", b"{}", b'""')


class Records(Generic[_T]):
    """Decodes the entries of one list, each for itself."""

    def __init__(self, form: type[_T]) -> None:
        self._decoder = msgspec.json.Decoder(form)

    def decode(self, text: msgspec.Raw) -> _T | Issue:
        """Return an entry, or what is wrong with it."""
        try:
            return self._decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
            said = in_words(problem)
            is_of_it = said.startswith("it ")
            return error(f"It{said[2:]}." if is_of_it else f"Its {said}.", fix="Write it again.")


def check_file(
    path: Path, form: type[_T], what: str, check: Callable[[_T], Iterator[PlacedIssue]]
) -> tuple[Issue, ...]:
    """Return what is wrong with a JSON file, each with its line; the first 10,000 of all.

    form : of the file, whose entries are texts. what : the file's role, for messages.
    """
    try:
        text, content = read_text_as(path, form, what)
    except DatasetError as problem:
        return (issue_of(problem),)
    lines = _Lines(text)
    found = [
        replace(one, file=str(path), line=lines.of(place))
        for one, place in islice(check(content), MOST_ISSUES)
    ]
    if len(found) == MOST_ISSUES:
        said = f"The first {MOST_ISSUES} things that are wrong are named; mend these first."
        found.append(error(said, file=str(path)))
    return tuple(found)


class _Lines:
    """Finds the lines of texts within one; quickly where they come in order."""

    def __init__(self, text: bytes) -> None:
        self._text, self._start, self._at, self._line = text, _address(text), 0, 1

    def of(self, place: Place) -> int | None:
        at = -1 if place is None else _address(place) - self._start
        if not 0 <= at <= len(self._text):
            return None
        if at < self._at:
            self._at, self._line = 0, 1
        self._line += self._text.count(b"\n", self._at, at)
        self._at = at
        return self._line


def _address(text: bytes | msgspec.Raw) -> int:
    """Return where a text begins in memory: an entry's is a part of its file's."""
    return np.frombuffer(memoryview(text), np.uint8).ctypes.data if memoryview(text).nbytes else 0


def at(place: Place, issues: Iterable[Issue]) -> Iterator[PlacedIssue]:
    """Yield issues with their place."""
    return ((one, place) for one in issues)


class _Known(msgspec.Struct):
    id: Id


KNOWN = Records(_Known)


def check_ids(key: str, texts: Sequence[msgspec.Raw], ids: list[Id]) -> Iterator[PlacedIssue]:
    """Yield what is wrong with the ids of a list, and which entries have none; ids : takes them."""
    for text in texts:
        known = KNOWN.decode(text)
        if isinstance(known, Issue):
            yield known, text
        else:
            ids.append(known.id)
    yield from _check_numbers(key, ids, next(iter(texts), None))


def _check_numbers(key: str, ids: Sequence[Id], place: Place) -> Iterator[PlacedIssue]:
    """Yield what is wrong with ids as readers take them, for positions."""
    if not all(isinstance(one, int) for one in ids):
        yield error(f"The ids of {key} are not all whole numbers."), place
    elif len(set(ids)) < len(ids):
        yield error(f"Two of {key} have the same id."), place
    elif sorted(ids) != list(range(1, len(ids) + 1)):
        text = f"The ids of {key} are not 1 to {len(ids)}."
        fix = "Number them from 1 without gaps; readers take them for positions."
        yield (warning if key == "categories" else note)(text, fix=fix), place


def link_issue(of: Id | None, key: str, known: Collection[Id], what: str) -> Issue | None:
    """Return that an entry does not belong to one of the file's, where that is so."""
    return None if of in known else error(f"It is of no {what} of the file.", fix=f"Fix its {key}.")


def read_rle(text: MaskText, hw: tuple[int, int] | None, **where: str) -> Rle | Issue | None:
    """Return a mask as run lengths, None of polygons without an area, or what is wrong with it.

    hw : height and width as the file has them; None where run lengths alone will do, as text.
    """
    if bytes(text) in _NONE:
        return None
    try:
        mask = _MASK.decode(text)
        if isinstance(mask, _Lengths):
            if hw is None and not isinstance(mask.counts, str):
                raise ValueError("its counts are no text; the evaluator takes compressed ones only")
            rle = checked_rle(mask.size, mask.counts)
            if hw is not None and tuple(mask.size) != hw:
                raise ValueError(f"its size {mask.size} is not {list(hw)}")
            return rle
        if hw is None:
            raise ValueError("it is no run lengths")
        polygons = [one for one in mask or () if isinstance(one, list)]
        if len(polygons) < len(mask or ()):
            raise ValueError("it is one list of numbers, where readers take a list of polygons")
        return polygons_as_rle(polygons, hw)
    except (msgspec.DecodeError, RecursionError) as problem:
        said = in_words(problem)
    except (ValueError, OverflowError) as problem:
        said = str(problem)
    return error(f"Its mask is broken: {said}.", **where, fix="Write it again.")


def check_sizes(
    rle: Rle, said_area: float | None, said_box: Sequence[float] | None, **where: str
) -> Iterator[Issue]:
    """Yield where a file's area and box of a mask are not those of its pixels."""
    area, box = int(coco.area(rle)), [float(side) for side in coco.toBbox(rle)]
    if said_area != area:
        text = f"Its area is {said_area}; the mask has {area} pixels."
        yield warning(text, **where, fix="The evaluator sorts objects by it: write the count.")
    if list(said_box or ()) != box:
        text = f"Its box is {said_box}; the mask's is {box}."
        yield warning(text, **where, fix="x, y, width, height, both edges counted.")
