"""What was done in a clip, edit by edit: who, when, and of which objects."""

from __future__ import annotations

from dataclasses import dataclass

from vosgui.errors import ProjectError
from vosgui.project.connection import DAMAGED
from vosgui.project.encoding import Damaged, decode_part
from vosgui.project.file import ProjectFile
from vosgui.project.journal import size_of_clip
from vosgui.project.records import FrameIndex, RowId

_RUN = "Propagate"  # how the labels of runs begin, of those too that are older than the column t


@dataclass(frozen=True)
class LoggedEdit:
    """One edit of the history. at : seconds since 1970; None where that was not kept.

    objects : those whose masks it changed; a run's are not looked up.
    """

    label: str
    person: str
    at: float | None
    is_run: bool
    objects: frozenset[int]


def logged_edits(file: ProjectFile, clip_id: int) -> list[LoggedEdit]:
    """Return the edits of a clip that its history keeps, undone ones too, as they were made."""
    hw, n_frames = size_of_clip(file, clip_id)
    found = []
    for edit_id, label, person, at, t in file.rows(
        tuple[RowId, str, str | None, float | None, FrameIndex | None],
        "SELECT id, label, person, at, t FROM edits WHERE clip_id = ? ORDER BY id",
        (clip_id,),
    ):
        is_run = t is not None or label.startswith(_RUN)
        objects: set[int] = set()
        if not is_run:
            rows = file.rows(tuple[bytes], "SELECT data FROM parts WHERE edit_id = ?", (edit_id,))
            try:
                parts = [decode_part(data, hw, n_frames) for (data,) in rows]
            except Damaged as error:
                raise ProjectError(f"The project {file.path} {DAMAGED}.") from error
            objects = {patch.object_id for part in parts for patch in part.tracks}
        found.append(LoggedEdit(label, person or "", at, is_run, frozenset(objects)))
    return found
