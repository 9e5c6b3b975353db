"""Undo and redo: every change of an annotation goes through a `History`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from vosgui.core.annotation import Annotation, Part
from vosgui.core.edits import Edit

MEMORY_BYTES = 256 << 20
# What a patch of a mask or of a track, and a part, take beside their bytes, as tracemalloc has it.
_MASK_BYTES, _TRACK_BYTES, _PART_BYTES = 700, 480, 200
Announce = Callable[[tuple[Part, ...]], None]


class Journal(Protocol):
    """Where the edits of one annotation are kept, oldest first; the first `n_done` are done.

    Each method that writes is one transaction: it has happened wholly or not at all when it
    returns or raises. `annotation` already holds the change.
    """

    @property
    def n_edits(self) -> int:
        """Return how many edits are kept, done and undone."""

    @property
    def n_done(self) -> int:
        """Return how many of them are done."""

    def push(self, label: str, part: Part, annotation: Annotation, *, below_last: bool) -> None:
        """Drop the undone edits and add one with its first part.

        below_last : put it before the last edit, which is still growing.
        """

    def extend(self, part: Part, annotation: Annotation) -> None:
        """Add a part to the last edit."""

    def move(self, n_done: int, touched: tuple[Part, ...], annotation: Annotation) -> None:
        """Note that now the first `n_done` edits are done; `touched` is what was applied for it."""

    def load(self, index: int) -> Edit:
        """Return edit number `index`."""

    def label(self, index: int) -> str:
        """Return the label of edit number `index`."""

    def serial(self, index: int) -> int:
        """Return a number that tells edit number `index` from every other, for ever."""


@dataclass
class _Kept:
    """An edit of a journal in memory; the last one may grow."""

    serial: int
    label: str
    parts: list[Part]
    n_bytes: int


class MemoryJournal:
    """A journal without a file, bounded in bytes: the oldest edits are forgotten first.

    An edit that alone is larger than the bound is forgotten too, as soon as it is: it cannot be
    undone, nor what was before it. n_done : how many of the edits are done.
    """

    def __init__(self, max_bytes: int = MEMORY_BYTES) -> None:
        self._edits: list[_Kept] = []
        self._last_is_forgotten = False
        self.n_done = 0
        self.n_bytes = 0
        self._max_bytes = max_bytes
        self._next_serial = 1

    @property
    def n_edits(self) -> int:
        """Return how many edits are kept."""
        return len(self._edits)

    def push(self, label: str, part: Part, annotation: Annotation, *, below_last: bool) -> None:
        """Drop the undone edits and add one."""
        self.n_bytes -= sum(edit.n_bytes for edit in self._edits[self.n_done :])
        del self._edits[self.n_done :]
        if below_last and self._last_is_forgotten:
            return  # and with it what is below it
        where = len(self._edits) - 1 if below_last else len(self._edits)
        n_bytes = part_bytes(part)
        self._edits.insert(where, _Kept(self._next_serial, label, [part], n_bytes))
        self._last_is_forgotten = False
        self._next_serial += 1
        self._grow(n_bytes)

    def extend(self, part: Part, annotation: Annotation) -> None:
        """Add a part to the last edit."""
        if self._last_is_forgotten:
            return
        last, n_bytes = self._edits[-1], part_bytes(part)
        last.parts.append(part)
        last.n_bytes += n_bytes
        self._grow(n_bytes)

    def move(self, n_done: int, touched: tuple[Part, ...], annotation: Annotation) -> None:
        """Note that now the first `n_done` edits are done."""
        self.n_done = n_done

    def load(self, index: int) -> Edit:
        """Return edit number `index`."""
        edit = self._edits[index]
        return Edit(edit.label, tuple(edit.parts))

    def label(self, index: int) -> str:
        """Return the label of edit number `index`."""
        return self._edits[index].label

    def serial(self, index: int) -> int:
        """Return the number of this edit alone."""
        return self._edits[index].serial

    def _grow(self, n_bytes: int) -> None:
        self.n_bytes += n_bytes
        while self.n_bytes > self._max_bytes:
            self.n_bytes -= self._edits.pop(0).n_bytes
        self._last_is_forgotten = not self._edits
        self.n_done = len(self._edits)


def part_bytes(part: Part) -> int:
    """Return about how many bytes a part takes, with the objects that hold its arrays."""
    masks = sum(len(p.before.data) + len(p.after.data) + _MASK_BYTES for p in part.masks)
    tracks = sum(
        p.frames.nbytes + p.before.nbytes + p.after.nbytes + _TRACK_BYTES for p in part.tracks
    )
    return masks + tracks + _PART_BYTES


class OpenEdit:
    """An edit that grows while a run goes on. Closed, it takes nothing more.

    announce : called with the parts that were kept, and with none when it is closed.
    begun : whether it has a part yet.
    """

    def __init__(self, history: History, label: str, announce: Announce) -> None:
        self._history, self._label, self._announce = history, label, announce
        self.begun = False

    def extend(self, part: Part) -> bool:
        """Apply and keep one more part; False where the edit is closed and the part is dropped."""
        if self._history.growing is not self:
            return False
        if part:
            self._history.keep(self._label, part, grows=self.begun)
            self.begun = True
            self._announce((part,))
        return True

    def close(self) -> None:
        """End the edit; it can now be undone."""
        if self._history.growing is self:
            self._history.growing = None
        self._announce(())


class History:
    """Does, undoes and redoes edits of one annotation, and keeps them in a journal.

    If the journal cannot keep a change (a full disk), the annotation is put back as it was and
    the journal's error goes on to the caller.
    growing : the edit of a run that goes on, if there is one.
    """

    def __init__(self, annotation: Annotation, journal: Journal | None = None) -> None:
        self.annotation = annotation
        self._journal: Journal = MemoryJournal() if journal is None else journal
        self.growing: OpenEdit | None = None

    def do(self, label: str, part: Part) -> bool:
        """Apply and keep one edit; False where it changes nothing.

        While a run is open, an edit of masks or tracks ends it: the run's later results would
        rest on what is no longer so. An edit of the objects' list goes beneath it.
        """
        if not part:
            return False
        if part.masks or part.tracks:
            self.growing = None
        self.keep(label, part, below_last=self.growing is not None and self.growing.begun)
        return True

    def open(self, label: str, announce: Announce = lambda _parts: None) -> OpenEdit:
        """Begin an edit that grows part by part: one run."""
        self.growing = OpenEdit(self, label, announce)
        return self.growing

    @property
    def can_undo(self) -> bool:
        """Return whether there is an edit to take back: none, for as long as one is growing."""
        return self.growing is None and self._journal.n_done > 0

    @property
    def can_redo(self) -> bool:
        """Return whether there is an edit to do again."""
        return self.growing is None and self._journal.n_done < self._journal.n_edits

    @property
    def undo_label(self) -> str:
        """Return the label of the edit that undo takes back, or an empty string."""
        return self._journal.label(self._journal.n_done - 1) if self.can_undo else ""

    @property
    def redo_label(self) -> str:
        """Return the label of the edit that redo does again, or an empty string."""
        return self._journal.label(self._journal.n_done) if self.can_redo else ""

    def undo(self) -> Edit | None:
        """Take back the last edit and return it; None where there is none or a run is open."""
        if not self.can_undo:
            return None
        edit = self._journal.load(self._journal.n_done - 1)
        parts = tuple(part.inverse() for part in reversed(edit.parts))
        self._move(self._journal.n_done - 1, parts)
        return edit

    def redo(self) -> Edit | None:
        """Do the last undone edit again and return it; None where there is none."""
        if not self.can_redo:
            return None
        edit = self._journal.load(self._journal.n_done)
        self._move(self._journal.n_done + 1, edit.parts)
        return edit

    @property
    def mark(self) -> int:
        """Return a number of the annotation as it is now, also after a restart."""
        n_done = self._journal.n_done
        return self._journal.serial(n_done - 1) if n_done else 0

    def keep(
        self, label: str, part: Part, *, grows: bool = False, below_last: bool = False
    ) -> None:
        """Apply a part and keep it: as a new edit, or where it `grows` in the last one."""
        self.annotation.apply(part)
        try:
            if grows:
                self._journal.extend(part, self.annotation)
            else:
                self._journal.push(label, part, self.annotation, below_last=below_last)
        except BaseException:
            self.annotation.apply(part.inverse())
            raise

    def _move(self, n_done: int, parts: tuple[Part, ...]) -> None:
        applied: list[Part] = []
        try:
            for part in parts:
                self.annotation.apply(part)
                applied.append(part)
            self._journal.move(n_done, parts, self.annotation)
        except BaseException:
            for part in reversed(applied):
                self.annotation.apply(part.inverse())
            raise
