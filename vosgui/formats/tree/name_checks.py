"""The rules about the files of a clip's folder: what may lie there, and how frames are called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vosgui.core.issues import Issue, error, warning


class Files:
    """The files of a folder: those named as they must be, and strangers."""

    def __init__(self, folder: Path | None, suffix: str) -> None:
        self.folder = folder or Path()
        self.suffix = suffix
        there = sorted(folder.iterdir()) if folder is not None and folder.is_dir() else []
        fine = [path for path in there if path.suffix == suffix and not path.name.startswith(".")]
        self.stems = tuple(path.stem for path in fine)
        self.strangers = [path for path in there if path not in set(fine)]

    def path(self, stem: str) -> Path:
        """Return the file of a stem."""
        return self.folder / f"{stem}{self.suffix}"


def name_faults(clip: str, files: Files, digits: int) -> Iterator[Issue]:
    """Yield what does not belong in a folder, and names that readers stumble over.

    digits : of a frame's name; 0 for any.
    """
    for path in files.strangers:
        yield error(
            "It is no frame or mask; readers take every file for one.",
            clip=clip,
            file=str(path),
            fix=f"Remove it, or make it {files.suffix}.",
        )
    widths = {len(stem) for stem in files.stems}
    for stem in files.stems:
        where = {"clip": clip, "file": str(files.path(stem)), "frame": stem}
        if not stem.isascii() or not stem.isdecimal():
            text = "Its name is not a number; readers sort and compare numbers."
            yield error(text, **where, fix="Name frames 00000, 00005 and so on.")
        elif digits and len(stem) != digits:
            severity = error if len(widths) > 1 else warning
            yield severity(
                f"Its name has {len(stem)} digits, not {digits}.",
                **where,
                fix=f"Pad it with zeros to {digits}.",
            )
