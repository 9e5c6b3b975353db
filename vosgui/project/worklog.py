"""What was done in a clip, edit by edit: who, when, and of which objects."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vosgui.errors import ProjectError
from vosgui.project.connection import DAMAGED
from vosgui.project.encoding import Damaged, decode_part
from vosgui.project.file import ProjectFile
from vosgui.project.journal import size_of_clip
from vosgui.project.records import Count, FrameIndex, Place, RowId

_RUN = "Propagate"  # how the labels of runs begin, of those too that are older than the column t
_STROKES = ("Brush", "Erase", "Polygon", "Live-wire", "Cut out", "Fill", "Clear piece")
_CLICKS = re.compile(r"(\d+) clicks?")


@dataclass(frozen=True)
class LoggedEdit:
    """One edit of the history. at : seconds since 1970; None where that was not kept.

    places : object and frame of each mask that it changed; those of a run are not looked up.
    n_frames : how many frames it changed. is_undone : it could be done again.
    """

    label: str
    person: str
    at: float | None
    is_run: bool
    places: frozenset[tuple[int, int]]
    n_frames: int
    is_undone: bool = False

    @property
    def objects(self) -> frozenset[int]:
        """Return the ids of the objects whose masks it changed."""
        return frozenset(object_id for object_id, _ in self.places)

    @property
    def n_strokes(self) -> int:
        """Return how many strokes or other gestures of drawing it is."""
        return int(self.label.startswith(_STROKES))

    @property
    def n_clicks(self) -> int:
        """Return how many clicks it is, boxes among them; 1 where older versions did not count."""
        counted = _CLICKS.fullmatch(self.label)
        return int(counted[1]) if counted else int(self.label == "Clicks")


def logged_edits(file: ProjectFile, clip_id: int) -> list[LoggedEdit]:
    """Return the edits of a clip that its history keeps, undone ones too, as they were made."""
    hw, n_frames = size_of_clip(file, clip_id)
    done = file.rows(
        tuple[Count, Place | None],
        "SELECT n_done, (SELECT min(place) FROM edits WHERE clip_id = annotations.clip_id)"
        " FROM annotations WHERE clip_id = ?",
        (clip_id,),
    )
    first_undone = done[0][0] + (done[0][1] or 0) if done else 0
    found = []
    for edit_id, label, person, at, t, place in file.rows(
        tuple[RowId, str, str | None, float | None, FrameIndex | None, Place],
        "SELECT id, label, person, at, t, place FROM edits WHERE clip_id = ? ORDER BY id",
        (clip_id,),
    ):
        about = label, person or "", at
        is_undone = place >= first_undone
        if t is not None or label.startswith(_RUN):
            ((n,),) = file.rows(
                tuple[Count], "SELECT count(*) FROM parts WHERE edit_id = ?", (edit_id,)
            )
            found.append(LoggedEdit(*about, True, frozenset(), n, is_undone))
            continue
        places = _places(file, edit_id, hw, n_frames)
        n = len({t for _, t in places})
        found.append(LoggedEdit(*about, False, frozenset(places), n, is_undone))
    return found


def _places(
    file: ProjectFile, edit_id: int, hw: tuple[int, int], n_frames: int
) -> set[tuple[int, int]]:
    rows = file.rows(tuple[bytes], "SELECT data FROM parts WHERE edit_id = ?", (edit_id,))
    try:
        parts = [decode_part(data, hw, n_frames) for (data,) in rows]
    except Damaged as error:
        raise ProjectError(f"The project {file.path} {DAMAGED}.") from error
    return {
        (patch.object_id, t)
        for part in parts
        for patch in part.tracks
        for t in patch.frames.tolist()
    }
