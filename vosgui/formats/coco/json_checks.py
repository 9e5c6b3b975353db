"""What the checks of files with masks in JSON have in common: places, numbers, links and masks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pycocotools import mask as coco

from vosgui.core.issues import Issue, error, note, warning
from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.files.json_lines import JsonPath, line_of
from vosgui.formats.checks import issue_of
from vosgui.formats.coco.rle import Rle, checked_rle, polygons_as_rle

PlacedIssue = tuple[Issue, JsonPath]  # and where it stands


def check_file(path: Path, check: Callable[[Any], Iterator[PlacedIssue]]) -> tuple[Issue, ...]:
    """Return every issue of a JSON file, each with its line; places go two deep."""
    try:
        found = list(check(read_json(path, object, "JSON")))
    except DatasetError as problem:
        return (issue_of(problem),)
    return tuple(replace(one, file=str(path), line=line_of(path, where)) for one, where in found)


def at(where: JsonPath, issues: Iterable[Issue]) -> Iterator[PlacedIssue]:
    """Yield issues with their place."""
    return ((one, where) for one in issues)


def check_numbers(key: str, ids: list[Any]) -> Iterator[PlacedIssue]:
    """Yield what is wrong with the ids of a list: readers take them for positions."""
    if not all(isinstance(one, int) for one in ids):
        yield error(f"The ids of {key} are not all whole numbers."), (key,)
    elif len(set(ids)) < len(ids):
        yield error(f"Two of {key} have the same id."), (key,)
    elif sorted(ids) != list(range(1, len(ids) + 1)):
        text = f"The ids of {key} are not 1 to {len(ids)}."
        fix = "Number them from 1 without gaps; readers take them for positions."
        yield (warning if key == "categories" else note)(text, fix=fix), (key,)


def link_issue(entry: Any, key: str, known: Collection[Any], what: str) -> Issue | None:
    """Return that an entry does not belong to one of the file's, where that is so."""
    of = entry.get(key) if isinstance(entry, dict) else None
    if isinstance(of, int | float | str) and of in known:
        return None
    return error(f"It is of no {what} of the file.", fix=f"Fix its {key}.")


def check_whole(entry: Mapping[str, Any], *keys: str) -> Iterator[Issue]:
    """Yield which values of an entry are no whole numbers."""
    for key in keys:
        if not isinstance(entry.get(key), int):
            yield error(f"Its {key} is not a whole number.")


def read_rle(mask: Any, hw: Any, **where: Any) -> Rle | Issue | None:
    """Return a mask as run lengths, None of polygons without an area, or what is wrong with it.

    hw : height and width as the file has them; None where run lengths alone will do, as text.
    """
    try:
        if hw is None and not isinstance(mask["counts"], str):
            raise ValueError("its counts are no text; the evaluator takes compressed ones only")
        size = None if hw is None else [int(side) for side in hw]
        if isinstance(mask, list) and size is not None:
            if not all(isinstance(one, list) for one in mask):
                raise ValueError("it is one list of numbers, where readers take a list of polygons")
            return polygons_as_rle(mask, (size[0], size[1]))
        rle = checked_rle(mask["size"], mask["counts"])
        if size not in (None, mask["size"]):
            raise ValueError(f"its size {mask['size']} is not {size}")
        return rle
    except KeyError as key:
        return error(f"Its mask is broken: it has no {key}.", **where, fix="Write it again.")
    except (ValueError, TypeError, OverflowError) as problem:
        return error(f"Its mask is broken: {problem}.", **where, fix="Write it again.")


def check_sizes(rle: Rle, said_area: Any, said_box: Any, **where: Any) -> Iterator[Issue]:
    """Yield where a file's area and box of a mask are not those of its pixels."""
    area, box = int(coco.area(rle)), [float(side) for side in coco.toBbox(rle)]
    if said_area != area:
        text = f"Its area is {said_area}; the mask has {area} pixels."
        yield warning(text, **where, fix="The evaluator sorts objects by it: write the count.")
    sides = said_box if isinstance(said_box, list) else []
    if [float(side) for side in sides if isinstance(side, int | float)] != box:
        text = f"Its box is {said_box}; the mask's is {box}."
        yield warning(text, **where, fix="x, y, width, height, both edges counted.")
