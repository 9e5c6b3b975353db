"""Deleting clips of a project for good, which no undo takes back."""

from __future__ import annotations

from collections.abc import Collection

from vosgui.project.clips import LAST_CLIP, ClipRecord
from vosgui.project.project import Project


def deletable(project: Project, clip_ids: Collection[int]) -> list[ClipRecord]:
    """Return those of some clips that were removed: no other can be deleted."""
    return [one for one in project.clips.removed if one.id in clip_ids]


def delete_clips(project: Project, clips: Collection[ClipRecord]) -> None:
    """Delete removed clips from the file: masks, history, notes, and all else. For any thread.

    Their own files are never touched. No other clip ever gets their numbers, by which edits of the
    list know them. The list of clips hears of it by `ProjectClips.forget`.
    Raises TargetError where the file cannot be written.
    """
    ids = [(one.id,) for one in clips if one.is_removed]
    with project.file.writing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO settings SELECT 0, ?, MAX(id) FROM clips", (LAST_CLIP,)
        )
        connection.executemany("DELETE FROM settings WHERE clip_id = ?", ids)
        connection.executemany("DELETE FROM clips WHERE id = ?", ids)  # and what refers to them
