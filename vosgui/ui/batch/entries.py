"""What the queue of runs holds: values, without a widget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from vosgui.core.words import counted
from vosgui.ui.runs.pace import duration

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Direction


class Stage(Enum):
    """Where a run of the queue is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


OVER = (Stage.DONE, Stage.STOPPED, Stage.FAILED)


class Wanted(msgspec.Struct, frozen=True):
    """A run that waits, as the project keeps it."""

    clip_id: int
    direction: str


@dataclass(frozen=True)
class Entry:
    """One run. n_done, n_total : frames. left_s : until its end, where it is known.

    why : it has failed, or what else is to be said. n_frames : of the clip.
    """

    clip_id: int
    direction: Direction
    n_frames: int
    stage: Stage = Stage.WAITING
    n_done: int = 0
    n_total: int = 0
    left_s: float | None = None
    why: str = ""

    @property
    def share(self) -> float:
        """Return the part that is done, [0, 1]."""
        return self.n_done / self.n_total if self.n_total else 0.0

    @property
    def words(self) -> str:
        """Return where it is, in words."""
        if self.stage is Stage.RUNNING and self.n_total:
            left = f" · {duration(self.left_s)} left" if self.left_s is not None else ""
            return f"{self.n_done} of {self.n_total}{left}"
        if self.stage in (Stage.DONE, Stage.STOPPED):
            return f"{self.stage.value}: {counted(self.n_done, 'frame')}"
        return str(self.stage.value)


def moved(entries: Sequence[Entry], clip_ids: Iterable[int], by: int) -> list[Entry]:
    """Return the queue with some waiting runs one place earlier (by -1) or later (by 1)."""
    chosen, order = set(clip_ids), list(entries)
    places = range(len(order)) if by < 0 else range(len(order) - 1, -1, -1)
    for n in places:
        other = n + by
        if (
            order[n].clip_id in chosen
            and 0 <= other < len(order)
            and order[n].stage is order[other].stage is Stage.WAITING
            and order[other].clip_id not in chosen
        ):
            order[n], order[other] = order[other], order[n]
    return order


def in_words(entries: Sequence[Entry], *, is_paused: bool) -> str:
    """Return how the queue as a whole is, in a line."""
    n = {stage: sum(one.stage is stage for one in entries) for stage in Stage}
    parts = [f"{n[stage]} {stage.value}" for stage in Stage if n[stage]]
    if n[Stage.WAITING] and is_paused:
        parts.insert(0, "paused")
    left = seconds_left(entries)
    if left is not None:
        parts.insert(0, f"{duration(left)} left")
    return " · ".join(parts)


def seconds_left(entries: Sequence[Entry]) -> float | None:
    """Return how long all that waits will take at the pace of the run at work; None before that."""
    running = next((one for one in entries if one.stage is Stage.RUNNING), None)
    if running is None or running.left_s is None or running.n_done >= running.n_total:
        return None
    a_frame = running.left_s / (running.n_total - running.n_done)
    waiting = sum(one.n_frames for one in entries if one.stage is Stage.WAITING)
    return running.left_s + waiting * a_frame


def restarted(entry: Entry) -> Entry:
    """Return a run that waits again, from its beginning."""
    return replace(entry, stage=Stage.WAITING, n_done=0, n_total=0, left_s=None, why="")
