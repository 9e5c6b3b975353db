"""How far each clip of a project is: counted once, and kept until its annotation changes."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from vosgui.core.quality.clip_state import ClipCounts, count
from vosgui.errors import ProjectError
from vosgui.project.file import ProjectFile
from vosgui.project.journal import load
from vosgui.project.records import RowId


class Counts:
    """What is counted of the clips. Used by any thread: the file lets in one at a time."""

    def __init__(self, file: ProjectFile) -> None:
        self._file = file

    def kept(self) -> dict[int, ClipCounts]:
        """Return what is known, by clip; what cannot be read can be counted again."""
        try:
            rows = self._file.rows(tuple[RowId, str], "SELECT clip_id, data FROM counts")
            found = {i: msgspec.json.decode(data, type=ClipCounts) for i, data in rows}
        except (ProjectError, msgspec.DecodeError):
            return {}
        return {
            i: one
            for i, one in found.items()
            if len(one.prints) == one.n_grid and one.given is not None
        }

    def count(self, clip_id: int) -> tuple[ClipCounts, int]:
        """Count a clip; return with it the number of changes that there had been by then.

        Raises ProjectError where the annotation is damaged.
        """
        loaded = load(self._file, clip_id)
        return count(loaded.annotation), loaded.n_changes

    def keep(self, counted: Mapping[int, tuple[ClipCounts, int]]) -> None:
        """Keep what was counted, but of clips whose annotation has changed since."""
        if self._file.is_read_only:
            return
        with self._file.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO counts SELECT id, ? FROM clips WHERE id = ?",
                [
                    (msgspec.json.encode(counts).decode(), clip_id)
                    for clip_id, (counts, n_changes) in counted.items()
                    if self._file.n_changes[clip_id] == n_changes
                ],
            )
