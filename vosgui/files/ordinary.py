"""The one door to files that others have put there: only ordinary files are opened.

To open a named pipe waits for whoever writes into it, a device may never end, and either may hear
of it. So each is looked at first.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def check_ordinary(path: Path) -> None:
    """Raise OSError where a path is no ordinary file: in its own words, or the system's."""
    kind = stat.S_IFMT(path.stat().st_mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if kind != stat.S_IFREG:
        what = _KINDS.get(kind, "something else")
        raise OSError(errno.EINVAL, f"it is {what}, not a file", str(path))


def is_ordinary(path: Path) -> bool:
    """Return whether there is an ordinary file; of a name that no system takes there is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def open_file(path: Path) -> BinaryIO:
    """Open an ordinary file to read its bytes; raise OSError where there is none."""
    check_ordinary(path)
    return path.open("rb")


def read_bytes(path: Path) -> bytes:
    """Return all of an ordinary file; raise OSError where there is none."""
    check_ordinary(path)
    return path.read_bytes()


def head_of(path: Path, n_bytes: int) -> bytes:
    """Return how a file begins, at most so many bytes; b"" of what is no file or cannot be read."""
    try:
        with open_file(path) as file:
            return file.read(n_bytes)
    except OSError:
        return b""
