"""Clips of a project by what was said of them: ticked in the list, or accepted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from vosgui.core.quality.clip_state import ClipState
from vosgui.errors import InputError, ProjectError
from vosgui.project.clips import ClipRecord
from vosgui.project.notes import notes_by_clip, state_of_clip
from vosgui.project.project import Project

Saying = Literal["ticked", "accepted"]

_TICKED = "ticked"  # the setting of the project
_HOW: dict[Saying, str] = {
    "ticked": "Tick clips in the window's list of clips.",
    "accepted": "Accept a clip in the window (Ctrl+Alt+Y).",
}


def ticked_clips(project: Project) -> set[int]:
    """Return the ids of the clips that are ticked and were not removed."""
    try:
        kept = set(project.setting(None, _TICKED, [], list[int]))
    except ProjectError:
        return set()
    return {record.id for record in project.clips if record.id in kept}


def keep_ticked(project: Project, clip_ids: Collection[int]) -> None:
    """Keep which clips are ticked; raise ProjectError where that fails."""
    project.set_setting(None, _TICKED, sorted(clip_ids))


def clips_that_are(project: Project, saying: Saying) -> list[ClipRecord]:
    """Return the clips of which that is said, in the order in which they were added.

    Raises ProjectError where an annotation that has to be counted is damaged.
    """
    if saying == "ticked":
        ticked = ticked_clips(project)
        return [record for record in project.clips if record.id in ticked]
    return accepted_of(project, list(project.clips))


def accepted_of(project: Project, records: Collection[ClipRecord]) -> list[ClipRecord]:
    """Return those clips of a project that are accepted, in order; called in any thread.

    Raises ProjectError where an annotation that has to be counted is damaged.
    """
    notes, counts = notes_by_clip(project.file), project.counts.kept()
    found = []
    for record in records:
        of_clip = notes.get(record.id, ())
        if any(one.kind == "accepted" for one in of_clip):
            counted = counts.get(record.id) or project.counts.count(record.id)[0]
            if state_of_clip(record.info.n_frames, counted, of_clip) is ClipState.ACCEPTED:
                found.append(record)
    return found


def names_that_are(project: Project, saying: Saying) -> list[str]:
    """Return the names of those clips; raise InputError where there are none."""
    names = [record.name for record in clips_that_are(project, saying)]
    if not names:
        raise InputError(f"No clip of {project.path} is {saying}. {_HOW[saying]}")
    return names
