"""Files that appear under their name only when they are whole, and folders to write them to."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from vosgui.errors import TargetError
from vosgui.files.ordinary import head_of

_SUFFIX = ".tmp"
_DATABASE = b"SQLite format 3\0"
_DESCRIPTORS = re.compile(r"/dev/(fd/\d+|stdout|stderr)|/proc/(self|\d+)/fd/\d+")
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


def is_stream(path: Path) -> bool:
    """Return whether a path is a pipe or a device, whose place no file may take.

    So is what a process has open already, as its standard output that a shell leads into a file.
    """
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except OSError:
        return False
    return kind not in (stat.S_IFREG, stat.S_IFDIR) or bool(_DESCRIPTORS.fullmatch(str(path)))


def followed(path: Path) -> Path:
    """Return where a link leads, which then stays one; a path that is none as it is."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


@contextmanager
def writing_to(target: Path) -> Iterator[None]:
    """Turn the system's errors into TargetError that names what was to be written.

    A pipe whose reader has gone is no error of the target: BrokenPipeError passes.
    """
    try:
        yield
    except BrokenPipeError:
        raise
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


def check_kept(target: Path, path: Path | None, what: str) -> None:
    """Raise TargetError where a folder holds what is read, whose place new files would take.

    path : of that. what : it is, in words.
    """
    if path is not None and target.exists() and path.resolve().is_relative_to(target.resolve()):
        raise TargetError(
            f"{target} holds {what} themselves, {path}: what is written would take their place. "
            "Choose another folder."
        )


def check_place(path: Path) -> None:
    """Raise TargetError where no file can be put at a path: before work that takes long."""
    _check_no_project(path)
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
    Raises TargetError where the folder cannot be written or the disk is full, and for a pipe or a
    device.
    """
    if is_stream(path):
        raise TargetError(
            f"Cannot write {path}: it is a pipe or a device, not a file. Name a file."
        )
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
    """Yield a new binary file, as `atomic_path` does its path; a pipe or a device as it is.

    What is open already is written on at its end. Raises TargetError also where a project lies
    there: it is never replaced by another file.
    """
    if is_stream(path):
        with writing_to(path), path.open("ab") as file:
            yield file
        return
    _check_no_project(path)
    with atomic_path(path) as temporary, temporary.open("xb") as file:
        yield file


def _check_no_project(path: Path) -> None:
    if head_of(path, len(_DATABASE)) == _DATABASE:
        raise TargetError(
            f"Cannot write {path}: it is a project, which is kept. Name another file."
        )
