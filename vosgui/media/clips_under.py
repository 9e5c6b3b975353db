"""Clips in a folder and all its subfolders, found by the names of files alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from vosgui.media.image_files import SUFFIXES
from vosgui.media.open_clip import VIDEO_SUFFIXES


def clips_under(path: Path) -> Iterator[Path]:
    """Yield what may be opened as a clip: a file itself, or what a folder holds.

    Of a folder and its subfolders, in order of names: every video, every folder with images. Hidden
    files and folders are left out.
    """
    if not path.is_dir():
        yield path
        return
    for folder, subfolders, files in os.walk(path):
        subfolders[:] = sorted(one for one in subfolders if not one.startswith("."))
        shown = sorted(one for one in files if not one.startswith("."))
        suffixes = [Path(one).suffix.lower() for one in shown]
        if any(suffix in SUFFIXES for suffix in suffixes):
            yield Path(folder)
        for name, suffix in zip(shown, suffixes, strict=True):
            if suffix in VIDEO_SUFFIXES:
                yield Path(folder, name)
