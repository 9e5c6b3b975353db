"""What the checks of files with masks in JSON have in common: lines, numbers, areas and boxes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pycocotools import mask as coco

from vosgui.core.issues import Issue, error, note, warning
from vosgui.files.json_lines import JsonPath, json_lines

Fault = tuple[Issue, JsonPath]  # and where it stands
BROKEN_MASK = (ValueError, TypeError, KeyError, OverflowError)  # as reading a mask raises


def check_file(path: Path, check: Callable[[Any], Iterator[Fault]]) -> tuple[Issue, ...]:
    """Return every fault of a JSON file, each with its line; places go two deep."""
    found: list[Fault] = []
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_constant)
        found = list(check(content))
    except OSError as problem:
        return (error(f"It cannot be read: {problem.strerror}.", file=str(path)),)
    except json.JSONDecodeError as problem:
        text = f"It is no JSON: {problem.msg}."
        return (error(text, file=str(path), line=problem.lineno),)
    except (ValueError, RecursionError) as problem:
        return (error(f"It is no JSON: {problem}.", file=str(path)),)
    lines = json_lines(path, 2) if any(where for _, where in found) else {}
    return tuple(replace(one, file=str(path), line=lines.get(where)) for one, where in found)


def check_numbers(key: str, ids: list[Any]) -> Iterator[Fault]:
    """Yield what is wrong with the ids of a list: readers take them for positions."""
    if not all(isinstance(one, int) for one in ids):
        yield error(f"The ids of {key} are not all whole numbers."), (key,)
    elif len(set(ids)) < len(ids):
        yield error(f"Two of {key} have the same id."), (key,)
    elif sorted(ids) != list(range(1, len(ids) + 1)):
        text = f"The ids of {key} are not 1 to {len(ids)}."
        fix = "Number them from 1 without gaps; readers take them for positions."
        yield (warning if key == "categories" else note)(text, fix=fix), (key,)


def check_sizes(rle: Any, said_area: Any, said_box: Any, **where: Any) -> Iterator[Issue]:
    """Yield where a file's area and box of a mask are not those of its pixels."""
    area, box = int(coco.area(rle)), [float(side) for side in coco.toBbox(rle)]
    if said_area != area:
        text = f"Its area is {said_area}; the mask has {area} pixels."
        yield warning(text, **where, fix="The evaluator sorts objects by it: write the count.")
    sides = said_box if isinstance(said_box, list) else []
    if [float(side) for side in sides if isinstance(side, int | float)] != box:
        text = f"Its box is {said_box}; the mask's is {box}."
        yield warning(text, **where, fix="x, y, width, height, both edges counted.")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")
