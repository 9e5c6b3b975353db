"""The rules about the files of a clip's folder: what may lie there, and how frames are called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vosgui.core.issues import Issue, error, warning
from vosgui.formats.tree.folders import CLIP_FILE


class Files:
    """The files of a folder of one clip: those named as they must be, and unexpected ones."""

    def __init__(self, clip: str, folder: Path | None, suffix: str) -> None:
        self.clip, self.folder, self.suffix = clip, folder or Path(), suffix
        there = sorted(folder.iterdir()) if folder is not None and folder.is_dir() else []
        fine = [path for path in there if path.suffix == suffix and not path.name.startswith(".")]
        self.stems = tuple(path.stem for path in fine)
        expected = {*fine, self.folder / CLIP_FILE}
        self._unexpected = [path for path in there if path not in expected]

    def path(self, stem: str) -> Path:
        """Return the file of a stem."""
        return self.folder / f"{stem}{self.suffix}"

    def where(self, stem: str) -> dict[str, str]:
        """Return where an issue with the file of a stem is."""
        return {"clip": self.clip, "file": str(self.path(stem)), "frame": stem}

    def name_issues(self, digits: int) -> Iterator[Issue]:
        """Yield what does not belong here, and names that readers stumble over.

        digits : of a frame's name; 0 for any, as where masks are called like the clip's frames.
        """
        for path in self._unexpected:
            text = "It is no frame or mask; readers take every file for one."
            fix = f"Remove it, or make it {self.suffix}."
            yield error(text, clip=self.clip, file=str(path), fix=fix)
        is_mixed = len({len(stem) for stem in self.stems}) > 1
        for stem in self.stems:
            if not stem.isascii() or not stem.isdecimal():
                text = "Its name is not a number; readers sort and compare numbers."
                fix = "Name frames 00000, 00005 and so on."
                yield (error if digits else warning)(text, **self.where(stem), fix=fix)
            elif digits and len(stem) != digits:
                text = f"Its name has {len(stem)} digits, not {digits}."
                fix = f"Pad it with zeros to {digits}."
                yield (error if is_mixed else warning)(text, **self.where(stem), fix=fix)
