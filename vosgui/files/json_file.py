"""JSON files of datasets: read into a checked form, written the same every time."""

from __future__ import annotations

import codecs
import mmap
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from vosgui.errors import DatasetError
from vosgui.files.atomic import atomic_file
from vosgui.files.json_lines import line_of
from vosgui.files.loose_json import Loose, in_words
from vosgui.files.ordinary import open_file, read_bytes

_T = TypeVar("_T")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_json(path: Path, form: type[_T], what: str) -> _T:
    """Read a JSON file as `form`, or as near to it as people write it (see `Loose`).

    what : the file's role, for the message.
    Raises DatasetError where it is missing, no JSON, or of another form.
    """
    return read_text_as(path, form, what)[1]


def read_text_as(path: Path, form: type[_T], what: str) -> tuple[bytes, _T]:
    """Return the text of a JSON file, of which `msgspec.Raw` values are parts, and its value.

    Raises DatasetError as `read_json` does.
    """
    try:
        return Loose(form).text_and_value(json_text(path))
    except OSError as error:
        raise DatasetError(f"Cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DatasetError(_encoding_text(path), file=str(path)) from error
    except msgspec.DecodeError as error:
        if "UTF-8" in str(error):
            raise DatasetError(_encoding_text(path), file=str(path)) from error
        where: dict[str, Any] = {"file": str(path), "line": _line(path, str(error))}
        raise DatasetError(f"{path} is not {what}: {in_words(error)}.", **where) from error
    except RecursionError as error:
        raise DatasetError(f"{path} is not {what}: it is nested too deeply.") from error


def json_text(path: Path) -> bytes:
    """Return the text of a file in UTF-8, without the byte order mark of Windows' editors.

    Raises OSError where it cannot be read, UnicodeDecodeError for UTF-16 that breaks off.
    """
    text = read_bytes(path)
    if text.startswith(_UTF_16):
        return text.decode("utf-16").encode()
    return text.removeprefix(codecs.BOM_UTF8)


def is_json(path: Path) -> bool:
    """Return whether a file is JSON from end to end, whatever it says."""
    try:
        msgspec.json.decode(json_text(path), type=msgspec.Raw)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        return False
    return True


def has_keys(path: Path, *keys: str) -> bool:
    """Return whether a JSON file speaks of some keys; without decoding hundreds of megabytes.

    What cannot be read, a folder too, speaks of none.
    """
    try:
        at = path.stat()
        return all(_has_key(path, key, at.st_mtime_ns, at.st_size) for key in keys)
    except OSError:
        return False


@lru_cache(maxsize=256)  # each format that could be this file's asks
def _has_key(path: Path, key: str, _changed_ns: int, n_bytes: int) -> bool:
    if n_bytes == 0:
        return False
    with open_file(path) as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if text[:2] in _UTF_16:
            return f'"{key}"'.encode() in json_text(path)
        return text.find(f'"{key}"'.encode()) >= 0


def _encoding_text(path: Path) -> str:
    return (
        f"{path} is not in UTF-8, as JSON is. Save it again in UTF-8: open it in an editor in the "
        "encoding that it was written in, or with iconv (Chinese Windows: iconv -f GBK -t UTF-8)."
    )


def _line(path: Path, said: str) -> int | None:
    """Return the line that msgspec speaks of: by a byte, the end, or a place as $.shapes[3]."""
    byte = re.search(r"\(byte (\d+)\)", said)
    if byte or "truncated" in said:
        return read_bytes(path).count(b"\n", 0, int(byte[1]) if byte else None) + 1
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
