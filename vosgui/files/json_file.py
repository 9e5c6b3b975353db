"""JSON files of datasets: read into a checked form, written the same every time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from vosgui.errors import DatasetError
from vosgui.files.atomic import atomic_file
from vosgui.files.json_lines import line_of

_T = TypeVar("_T")


def read_json(path: Path, form: type[_T], what: str, *, strict: bool = True) -> _T:
    """Read a JSON file as `form`.

    what : the file's role, for the message. strict : whole numbers as text are not taken.
    Raises DatasetError where it is missing, no JSON (NaN is none), or of another form.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=form, strict=strict)
    except OSError as error:
        raise DatasetError(f"Cannot read {path}: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        where: dict[str, Any] = {"file": str(path), "line": _line(path, str(error))}
        raise DatasetError(f"{path} is not {what}: {error}.", **where) from error
    except RecursionError as error:
        raise DatasetError(f"{path} is not {what}: it is nested too deeply.") from error


def _line(path: Path, said: str) -> int | None:
    """Return the line that msgspec speaks of: by a byte, the end, or a place as $.shapes[3]."""
    byte = re.search(r"\(byte (\d+)\)", said)
    if byte or "truncated" in said:
        return path.read_bytes().count(b"\n", 0, int(byte[1]) if byte else None) + 1
    place = re.search(r"`\$([^`]*)`", said)
    parts = re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", place[1].split("[...]")[0] if place else "")
    return line_of(path, tuple(key or int(number) for key, number in parts)) if parts else None


def write_json(path: Path, value: Any, *, indent: int = 0, is_sorted: bool = False) -> None:
    """Write a JSON file, whole or not at all: UTF-8, keys in the order given or sorted, no NaN.

    Raises TargetError where it cannot be written.
    """
    encoded = msgspec.json.encode(value, order="sorted" if is_sorted else None)
    with atomic_file(path) as file:
        file.write(msgspec.json.format(encoded, indent=indent) if indent else encoded)
