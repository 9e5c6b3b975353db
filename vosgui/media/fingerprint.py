"""A short digest by which a clip is known again after it moved, and its change is noticed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from vosgui.files.ordinary import open_file

_CHUNK = 1 << 16
_N_CHUNKS = 16


def file_fingerprint(path: Path) -> str:
    """Return a digest of a file's size and of 16 pieces of it: the head, the tail, evenly between.

    At most 1 MB is read, so it costs the same for an hour of video as for a second.
    """
    size = path.stat().st_size
    digest = hashlib.blake2b(str(size).encode(), digest_size=16)
    last = max(0, size - _CHUNK)
    with open_file(path) as file:
        for offset in sorted({last * i // (_N_CHUNKS - 1) for i in range(_N_CHUNKS)}):
            file.seek(offset)
            digest.update(file.read(_CHUNK))
    return digest.hexdigest()


def folder_fingerprint(files: Sequence[Path]) -> str:
    """Return a digest of the files' names and sizes, and of the first and the last one's bytes."""
    digest = hashlib.blake2b(digest_size=16)
    for path in files:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode("utf-8", "surrogateescape"))
    for path in (files[0], files[-1]):
        digest.update(file_fingerprint(path).encode())
    return digest.hexdigest()
