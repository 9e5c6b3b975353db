"""On which line of a JSON file something stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from vosgui.files.ordinary import read_bytes

JsonPath = tuple[str | int, ...]  # keys and positions, from the outermost in

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]', re.DOTALL)


def json_lines(path: Path, max_depth: int = 4) -> Mapping[JsonPath, int]:
    """Return the line, from 1, of each key and each position up to a depth of a whole JSON file."""
    text = read_bytes(path)
    breaks = [match.start() for match in re.finditer(b"\n", text)]
    lines: dict[JsonPath, int] = {}
    here: list[str | int] = []  # the key or position within each open container
    key = b""
    for match in _TOKEN.finditer(text):
        token = match.group()
        line = bisect_left(breaks, match.start()) + 1
        if token in b"{[":
            _note(lines, here, line, max_depth)
            here.append("" if token == b"{" else 0)
        elif token in b"}]":
            if here:
                here.pop()
        elif token == b",":
            if here and isinstance(here[-1], int):
                here[-1] += 1
        elif token == b":":
            if here and isinstance(here[-1], str):
                here[-1] = _decoded(key)
                _note(lines, here, line, max_depth)
        else:
            key = token
            if here and isinstance(here[-1], int):
                _note(lines, here, line, max_depth)
    return lines


def line_of(path: Path, where: JsonPath) -> int | None:
    """Return the line of a place in a JSON file, or of what it lies in; None where it has none."""
    lines = _lines_of_state(path, path.stat().st_mtime_ns, len(where))
    parts = (where[:n] for n in range(len(where), 0, -1))
    return next((lines[part] for part in parts if part in lines), None)


@lru_cache(maxsize=4)  # many issues of one file ask one after the other
def _lines_of_state(path: Path, _changed_ns: int, max_depth: int) -> Mapping[JsonPath, int]:
    return json_lines(path, max_depth)


def _note(lines: dict[JsonPath, int], here: list[str | int], line: int, max_depth: int) -> None:
    if 0 < len(here) <= max_depth:
        lines.setdefault(tuple(here), line)


def _decoded(token: bytes) -> str:
    if b"\\" not in token:
        return token[1:-1].decode("utf-8", "replace")
    try:
        return msgspec.json.decode(token, type=str)
    except msgspec.DecodeError:
        return token[1:-1].decode("utf-8", "replace")
