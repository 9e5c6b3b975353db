"""What the list of clips shows of each, and in which order: values, without a widget."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from vosgui.core.quality.clip_state import ClipCounts, ClipState
from vosgui.core.words import counted
from vosgui.project.clips import ClipRecord
from vosgui.project.notes import LastEdit, Note, state_of_clip


@dataclass(frozen=True)
class ClipRow:
    """One clip. state, counts : None where it was not looked at yet.

    last_edit : of what was accepted and edited since.
    """

    record: ClipRecord
    counts: ClipCounts | None
    state: ClipState | None
    last_edit: LastEdit | None = None

    @property
    def progress(self) -> str:
        """Return how many frames of the grid need no review, of all: "3/12"; or nothing."""
        return f"{self.counts.n_done}/{self.counts.n_grid}" if self.counts else ""

    @property
    def words(self) -> str:
        """Return the state as it is shown, with how far it is where that is no end of it."""
        if self.record.is_removed:
            return "removed"
        if self.state is None:
            return "…"
        is_between = self.state in (ClipState.IN_WORK, ClipState.TO_REVIEW)
        return f"{self.state.value} {self.progress}" if is_between else self.state.value

    @property
    def _by_whom(self) -> str:
        """Return who has edited what was accepted, and when, as far as that is kept."""
        last = self.last_edit
        if self.state is not ClipState.EDITED or last is None:
            return ""
        who = f" by {last.person}" if last.person else ""
        when = f", {time.strftime('%Y-%m-%d %H:%M', time.localtime(last.at))}" if last.at else ""
        return f"{who}{when}"

    @property
    def about(self) -> str:
        """Return all there is to say of it, in lines."""
        info, counts = self.record.info, self.counts
        lines = [
            self.record.name,
            str(info.path),
            f"{counted(info.n_frames, 'frame')}, {info.hw[1]}x{info.hw[0]}",
            f"State: {self.words}{self._by_whom}",
        ]
        if counts:
            lines.append(
                f"{counted(counts.n_objects, 'object')}; frames given {counts.n_given}, propagated "
                f"{counts.n_propagated}, verified {counts.n_verified}"
            )
            lines.append(f"{self.progress} grid frames need no review")
        if self.record.assignee:
            lines.append(f"Assigned to {self.record.assignee}")
        return "\n".join(lines)


class Order(Enum):
    """By what clips are sorted."""

    ADDED = "as added"
    NAME = "by name"
    STATE = "by state"
    ASSIGNEE = "by assignee"
    LEAST_DONE = "least done first"


@dataclass(frozen=True)
class ClipFilter:
    """Which clips are shown.

    text : words that all have to be in the name, the assignee or the path's last folders.
    state : None for any. assignee : None for anybody, "" for nobody. removed : those alone.
    """

    text: str = ""
    state: ClipState | None = None
    assignee: str | None = None
    removed: bool = False

    @property
    def asks_state(self) -> bool:
        """Return whether the states of all clips have to be known."""
        return self.state is not None

    def takes(self, row: ClipRow) -> bool:
        """Return whether a clip is shown."""
        record = row.record
        return (
            record.is_removed == self.removed
            and (self.state is None or row.state == self.state)
            and (self.assignee is None or record.assignee == self.assignee)
            and _has_words(record, self.text)
        )


def _has_words(record: ClipRecord, text: str) -> bool:
    if not text:
        return True
    searched = f"{record.name} {record.assignee} {record.info.path.parent.name}".casefold()
    return all(word in searched for word in text.casefold().split())


def row_of(record: ClipRecord, counts: ClipCounts | None, notes: Sequence[Note]) -> ClipRow:
    """Return what is shown of a clip."""
    state = None if counts is None else state_of_clip(record.info.n_frames, counts, notes)
    return ClipRow(record, counts, state)


def in_order(rows: Iterable[ClipRow], order: Order) -> list[ClipRow]:
    """Return rows sorted; those that are alike stay as they were added."""
    states = {state: n for n, state in enumerate(ClipState)}

    def least(row: ClipRow) -> float:
        counts = row.counts
        return counts.n_done / max(1, counts.n_grid) if counts else 2

    keys = {
        Order.ADDED: lambda row: row.record.id,
        Order.NAME: lambda row: natural(row.record.name),
        Order.STATE: lambda row: states[row.state] if row.state else len(states),
        Order.ASSIGNEE: lambda row: (not row.record.assignee, row.record.assignee.casefold()),
        Order.LEAST_DONE: least,
    }
    return sorted(rows, key=keys[order])


def natural(name: str) -> list[tuple[int, int | str]]:
    """Return a key by which clip2 comes before clip10."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(0, int(one)) if one.isdigit() else (1, one) for one in parts if one]


def people(records: Iterable[ClipRecord]) -> list[str]:
    """Return everybody to whom a clip is assigned, in order."""
    return sorted({one.assignee for one in records if one.assignee}, key=str.casefold)


def folder_of(record: ClipRecord) -> Path:
    """Return the folder in which a clip's file lies, or that it is."""
    path = record.info.path
    return path if path.is_dir() else path.parent


def after_removal(shown: Sequence[int], gone: set[int], here: int) -> int:
    """Return the clip to open where the open one is removed: the next that stays, or one before."""
    at = shown.index(here) if here in shown else 0
    candidates = [*shown[at:], *reversed(shown[:at])]
    return next((one for one in candidates if one not in gone), 0)
