"""Where keys go in the Prepare view: from clip to clip, shot to shot, video to video."""

from __future__ import annotations

from PySide6.QtCore import QObject

from vosgui.datasets.prepare.proposer import Found
from vosgui.ui.prepare.desk import Desk


class Going(QObject):
    """Moves playhead and selection."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk

    def step_frame(self, by: int) -> None:
        """Go by a frame."""
        self._desk.go_to(self._desk.t + by)

    def step_second(self, by: int) -> None:
        """Go by a second."""
        found, t = self._found(), self._desk.t
        if found is not None:
            times = found.scan.times
            there = times.first(times.seconds[t] + by)
            self._desk.go_to(max(there, t + 1) if by > 0 else min(there, t - 1))

    def first(self) -> None:
        """Go to the first frame."""
        self._desk.go_to(0)

    def last(self) -> None:
        """Go to the last frame."""
        if self._desk.clip is not None:
            self._desk.go_to(len(self._desk.clip) - 1)

    def step_clip(self, by: int) -> None:
        """Select the clip after what is selected, or before it."""
        clips = {(one.start, one.stop) for one in self._desk.stretches if one.is_kept}
        self._step("clip", clips, by)

    def step_refusal(self, by: int) -> None:
        """Select the refusal after what is selected, or before it: by the rules, or by hand."""
        rejected = {(one.start, one.stop) for one in self._desk.stretches if not one.is_kept}
        refused = rejected | {(one.start, one.stop) for one in self._desk.refused}
        self._step("refusal", refused, by)

    def _step(self, what: str, spans: set[tuple[int, int]], by: int) -> None:
        here = self._desk.selected or (self._desk.t, self._desk.t)
        beyond = sorted(span for span in spans if (span > here if by > 0 else span < here))
        if beyond:
            span = beyond[0] if by > 0 else beyond[-1]
            self._desk.select(span)
            self._desk.go_to(span[0])
        else:
            self._desk.said.emit(f"There is no {what} {'after' if by > 0 else 'before'} this.")

    def step_shot(self, by: int) -> None:
        """Go to the next cut, or to the one before."""
        desk, found = self._desk, self._found()
        if found is None:
            return
        starts = [shot.start for shot in found.shots]
        beyond = [t for t in starts if t > desk.t] if by > 0 else [
            t for t in reversed(starts) if t < desk.t]  # fmt: skip
        if beyond:
            desk.go_to(beyond[0])

    def _found(self) -> Found | None:
        """Return what was found in the video that is shown."""
        current = self._desk.current
        return self._desk.findings.found.get(current) if current is not None else None

    def step_video(self, by: int) -> None:
        """Show the next video of the list, or the one before."""
        desk = self._desk
        paths = [one.path for one in desk.decisions.videos]
        if desk.current in paths:
            n = paths.index(desk.current) + by
            if 0 <= n < len(paths):
                desk.show_video(paths[n])
