"""What a clip's result is made from, as a key: what is found under it need not be made again."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vosgui import __version__
from vosgui.formats.dataset import ClipSource


@dataclass(frozen=True)
class Unpacked:
    """A folder that an archive was unpacked into, anew each time: the archive tells its state."""

    folder: Path
    archive: Path


def clip_keys(clips: Sequence[ClipSource], how: str, unpacked: Unpacked | None = None) -> list[str]:
    """Return for each clip what it is made from: another source or choice gives another key.

    how : all choices, in a text that is the same for the same. unpacked : where the dataset lies,
    if it came from an archive.
    """
    listed: dict[Path, str] = {}  # one folder may be many clips'
    archive = state_of(unpacked.archive) if unpacked else ""
    keys = []
    for source in clips:
        about = f"{__version__} {how} {source.name} {source!r}"
        if unpacked:
            about = about.replace(str(unpacked.folder), archive)
        digest = hashlib.blake2b(about.encode("utf-8", "surrogateescape"), digest_size=16)
        for path in _paths(source):
            if path not in listed:
                is_inside = unpacked is not None and path.is_relative_to(unpacked.folder)
                listed[path] = archive if is_inside else state_of(path)
            digest.update(listed[path].encode())
        keys.append(digest.hexdigest())
    return keys


def state_of(path: Path) -> str:
    """Return a digest by which a changed file, or one in a folder, is noticed."""
    digest = hashlib.blake2b(f"{path}".encode("utf-8", "surrogateescape"), digest_size=16)
    try:
        paths = sorted(os.scandir(path), key=lambda one: one.name) if path.is_dir() else [path]
        for one in paths:
            at = one.stat()
            digest.update(f"{one} {at.st_mtime_ns} {at.st_size}\n".encode("utf-8", "replace"))
    except OSError as problem:  # whoever reads it says what is wrong with it
        digest.update(f"{problem.errno}".encode())
    return digest.hexdigest()


def _paths(value: object) -> list[Path]:
    if isinstance(value, Path):
        return [value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (getattr(value, one.name) for one in dataclasses.fields(value))
        return [path for one in fields for path in _paths(one)]
    return []
