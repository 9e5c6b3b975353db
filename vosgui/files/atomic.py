"""Files that appear under their name only when they are whole, and folders to write them to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from vosgui.errors import TargetError

_SUFFIX = ".tmp"
_TEMPORARY = f".{'[0-9a-f]' * 16}"


def remove_file(path: Path) -> None:
    """Remove a file if there is one.

    A read-only disk refuses even to remove what is not there, which would hide the true error.
    """
    if path.exists() or path.is_symlink():
        path.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what killed processes have left of files in a folder that nobody else writes in."""
    for path in folder.rglob(_TEMPORARY + _SUFFIX):
        remove_file(path)


def leftovers(folder: Path, suffix: str) -> list[Path]:
    """Return the temporary files of a suffix in a folder, at work or left by killed processes."""
    return list(folder.glob(_TEMPORARY + suffix))


@contextmanager
def writing_to(target: Path) -> Iterator[None]:
    """Turn the system's errors into TargetError that names what was to be written."""
    try:
        yield
    except FileNotFoundError as error:
        raise TargetError(
            f"Cannot write {target}: its folder, or what was being written there, is not there any "
            "more. Write it where no other program removes files."
        ) from error
    except OSError as error:
        raise TargetError(
            f"Cannot write {target}: {error.strerror or error}. "
            "Choose another folder, or free space there."
        ) from error


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; TargetError where that cannot be done."""
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)


def check_place(path: Path) -> None:
    """Raise TargetError where no file can be put at a path: before work that takes long."""
    temporary = path.with_name(f".{os.urandom(8).hex()}{_SUFFIX}")
    with writing_to(path):
        try:
            temporary.touch(exist_ok=False)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextmanager
def atomic_path(path: Path, suffix: str = _SUFFIX) -> Iterator[Path]:
    """Yield a path for a new file that takes the place of `path` when the block ends well.

    suffix : of that path, by which `leftovers` knows it.
    A block that raises leaves what was at `path` as it was, and nothing beside it.
    Raises TargetError where the folder cannot be written or the disk is full.
    """
    # Hidden and short: folders of frames are listed by others, and names have a length limit.
    temporary = path.with_name(f".{os.urandom(8).hex()}{suffix}")
    try:
        with writing_to(path):
            yield temporary
            temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a new binary file, as `atomic_path` does its path."""
    with atomic_path(path) as temporary, temporary.open("xb") as file:
        yield file
