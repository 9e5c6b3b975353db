"""What the keys of the Prepare view do to clips."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from vosgui.core.words import counted
from vosgui.datasets.prepare.stretches import (
    Stretch,
    Stretches,
    Verdict,
    around,
    merged,
    moved,
    replaced,
    room_of,
    split,
    trimmed,
)
from vosgui.ui.prepare.desk import Desk

_VERBS = {"accepted": "Accept", "rejected": "Reject", "open": "Undecided:"}


class ClipCommands(QObject):
    """Acts on the clip that is selected, or on the one under the playhead."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk

    def decide(self, verdict: Verdict) -> None:
        """Accept or reject a clip, or leave it open again; then go to the next that is open."""
        one = self._clip() or self._refused_here()
        if one is None or self._is_fixed(one):
            return
        if self._replace(_VERBS[verdict], [one], [one.changed(verdict=verdict)]):
            self._desk.select((one.start, one.stop))
            if verdict != "open":
                self._next_open(one)

    def accept_all(self, everywhere: str) -> None:
        """Accept every proposal of the video that is shown, or of all that were looked at."""
        desk = self._desk
        paths = list(desk.findings.found) if everywhere == "everywhere" else [desk.current]
        decisions, n = desk.decisions, 0
        for path in paths:
            if path is None or path not in desk.findings.found:
                continue
            there = desk.stretches_of(path)
            n += sum(one.verdict == "open" for one in there)
            ready = [one.changed(verdict="accepted") if one.verdict == "open" else one
                     for one in there]  # fmt: skip
            fingerprint = desk.findings.found[path].scan.fingerprint
            decisions = decisions.decide(path, tuple(ready), fingerprint)
        if desk.apply(f"Accept {counted(n, 'clip')}", decisions):
            desk.said.emit(f"{counted(n, 'clip')} accepted.")

    def split(self) -> None:
        """Part a clip in two at the playhead."""
        one = self._clip()
        if one is None or self._is_fixed(one):
            return
        parts = split(one, self._desk.t)
        if len(parts) == 1:
            self._desk.said.emit("Move the playhead into the clip: it is split there.")
        elif self._replace("Split", [one], parts):
            self._desk.select((parts[1].start, parts[1].stop))

    def merge(self) -> None:
        """Make one clip of a clip and the next one."""
        one = self._clip()
        after = [s for s in self._kept() if one is not None and s.start >= one.stop]
        if one is None or not after:
            self._desk.said.emit("There is no clip after this one.")
            return
        if self._is_fixed(one) or self._is_fixed(after[0]):
            return
        whole = merged(one, after[0])
        if self._replace("Merge", [one, after[0]], [whole]):
            self._desk.select((whole.start, whole.stop))

    def trim(self, end: str) -> None:
        """Let a clip begin at the playhead, or end with its frame."""
        one, t = self._clip(), self._desk.t
        if one is not None:
            start, stop = (t, one.stop) if end == "start" else (one.start, t + 1)
            if start >= stop:
                self._desk.said.emit("The playhead is on the wrong side of the clip for that.")
            else:
                self.change("Trim", one, trimmed(one, start, stop, self._room(one)))

    def move(self, by: int) -> None:
        """Move a clip by frames."""
        one = self._clip()
        if one is not None:
            self.change("Move", one, moved(one, one.start + by, self._room(one)))

    def change(self, label: str, old: Stretch, new: Stretch) -> None:
        """Give a clip other ends."""
        if not self._is_fixed(old) and self._replace(label, [old], [new]):
            self._desk.select((new.start, new.stop))

    def new(self, t: int | None = None) -> None:
        """Make a clip of the refusal that is selected, or else about the playhead."""
        desk = self._desk
        if not desk.is_ready or desk.clip is None:
            desk.said.emit("Wait until the video was looked at.")
            return
        t = desk.t if t is None else t
        refused = self._refused_here()
        if refused is None and any(one.start <= t < one.stop for one in self._kept()):
            desk.said.emit("There is a clip already.")
            return
        made = self._made(t, refused)
        if any(one.overlaps(made.start, made.stop) for one in self._kept()):
            desk.said.emit("Another clip overlaps it.")
            return
        old = [] if refused is None else [one for one in desk.stretches if one == refused]
        if self._replace("New", old, [made]):
            desk.select((made.start, made.stop))

    def _made(self, t: int, refused: Stretch | None) -> Stretch:
        """Return a new clip: what was refused where it is short enough, else the frames about t."""
        desk = self._desk
        assert desk.clip is not None and desk.current is not None
        n_frames, longest_s = len(desk.clip), desk.decisions.rules.clips.max_length_s
        found = desk.findings.found[desk.current]
        times = found.scan.times
        if refused is not None:
            if not times.is_longer(refused.start, refused.stop, longest_s):
                return refused.changed(verdict="open")
            t = t if refused.start <= t < refused.stop else (refused.start + refused.stop) // 2
        shot = next((one for one in found.shots if t in one), range(n_frames))
        room = room_of(self._kept(), Stretch(t, t + 1), n_frames)
        room = range(max(shot.start, room.start), min(shot.stop, room.stop))
        return around(t, longest_s, times, room)

    def set_category(self, one: Stretch, category: str) -> bool:
        """Give a clip a category; of one that is written, when clips are written the next time."""
        return self._replace("Category of", [one], [one.changed(category=category)])

    def _next_open(self, one: Stretch) -> None:
        open_ = [s for s in self._desk.stretches if s.verdict == "open"]
        after = [s for s in open_ if s.start >= one.stop] or open_
        if after:
            self._desk.select((after[0].start, after[0].stop))
            self._desk.go_to(after[0].start)

    def _replace(self, label: str, old: Sequence[Stretch], new: Sequence[Stretch]) -> bool:
        """Put stretches in the place of others; a proposal becomes a decision by that."""
        desk = self._desk
        if not desk.is_ready or desk.video is None:
            desk.said.emit("Wait until the video was looked at.")
            return False
        first = (new or old)[0]
        at = desk.clip.info.times_s[first.start] if desk.clip is not None else 0.0
        decided = replaced(desk.video.decided, old, new)
        return desk.decide(f"{label} clip at {at:.1f} s", decided)

    def _is_fixed(self, one: Stretch) -> bool:
        """Say so where a clip is written: what lies on the disk stays as it is."""
        if not self._desk.is_written(one):
            return False
        self._desk.said.emit(
            f"{one.name} is written: remove its folder to change it, then open this folder again."
        )
        return True

    def _kept(self) -> Stretches:
        return tuple(one for one in self._desk.stretches if one.is_kept)

    def _room(self, one: Stretch) -> range:
        clip = self._desk.clip
        return room_of(self._kept(), one, len(clip) if clip is not None else one.stop)

    def _clip(self) -> Stretch | None:
        """Return the clip that is selected, or the one under the playhead."""
        desk = self._desk
        if desk.selection is not None or desk.selected is not None:
            return desk.selection
        return next((one for one in self._kept() if one.start <= desk.t < one.stop), None)

    def _refused_here(self) -> Stretch | None:
        """Return what is selected and was refused, as a stretch."""
        span = self._desk.selected
        rejected = (one for one in self._desk.stretches if not one.is_kept)
        there = [*rejected, *(Stretch(one.start, one.stop) for one in self._desk.refused)]
        return next((one for one in there if (one.start, one.stop) == span), None)
