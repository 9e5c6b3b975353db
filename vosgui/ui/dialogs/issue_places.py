"""Where in the project an issue is: the clip, frame and object that a line of a report leads to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vosgui.core.issues import Issue
from vosgui.datasets.export import WrittenObject, folder_name
from vosgui.project.clips import ClipRecord
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.session import Session


@dataclass(frozen=True)
class Place:
    """A place in the project; t, object_id : None where it is about no frame, no object alone."""

    clip_id: int
    t: int | None
    object_id: int | None


def place_in_project(issue: Issue, record: ClipRecord | None) -> Place | None:
    """Return where an issue of a clip's annotation is; None where it leads nowhere."""
    if record is None or (issue.t is None and issue.object_id is None):
        return None
    return Place(record.id, issue.t, issue.object_id)


def place_of_written(
    issue: Issue, records: Sequence[ClipRecord], objects: Iterable[WrittenObject]
) -> Place | None:
    """Return where an issue of what was written is; None where it leads nowhere.

    records : of the clips that were written. objects : as they were, by which an id of the files
    is known again.
    """
    known = {name: one for one in records for name in (one.name, folder_name(one.name, set()))}
    found = _found(issue, known)
    if found is None:
        return None
    record, at = found
    clip, written = folder_name(record.name, set()), str(issue.object_id)
    who = next((o.object_id for o in objects if (o.clip, o.written) == (clip, written)), None)
    return Place(record.id, at, who)


def place_of_read(issue: Issue, records: Mapping[str, ClipRecord]) -> Place | None:
    """Return where an issue of what was imported is; None where it leads nowhere.

    records : the project's clips, by the names that they had where they came from.
    """
    found = _found(issue, records)
    return None if found is None else Place(found[0].id, found[1], issue.object_id)


def _found(issue: Issue, records: Mapping[str, ClipRecord]) -> tuple[ClipRecord, int | None] | None:
    """Return the clip that an issue of files is about, and the frame where it names one."""
    named = {name.casefold(): record for name, record in records.items()}
    told = [issue.clip, *_parts_of(issue.file)]
    record = next((named[n.casefold()] for n in told if n.casefold() in named), None)
    if record is None and not issue.clip and len({one.id for one in named.values()}) == 1:
        record = next(iter(named.values()))
    if record is None:
        return None
    known = record.info.frame_names
    return record, next((known.index(n) for n in (issue.frame, *told[1:]) if n in known), None)


def _parts_of(file: str) -> Iterator[str]:
    """Yield the folders and the name of a file, each without and with what follows its point."""
    for part in re.split(r"[/\\]", file):
        yield from (part, part.rpartition(".")[0]) if "." in part else (part,)


class Going:
    """Goes to places of the open project; to those of another clip once it is open."""

    def __init__(self, session: Session, opener: ClipOpener) -> None:
        self._session, self._opener = session, opener
        self._wanted: Place | None = None

    def go(self, place: Place) -> None:
        """Show a place; its clip is opened first."""
        self._wanted = place
        if place.clip_id == self._opener.clip_id:
            self.arrive()
        else:
            self._opener.show_clip(place.clip_id)

    def arrive(self) -> None:
        """Show the frame and the object that are wanted, if their clip is open by now."""
        place, session = self._wanted, self._session
        if place is None or place.clip_id != self._opener.clip_id or not session.is_open:
            return
        self._wanted = None
        if any(entry.id == place.object_id for entry in session.annotation.objects):
            session.select_object(place.object_id or 0)
        if place.t is not None:
            session.go_to(place.t)
