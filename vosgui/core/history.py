"""Undo and redo: every change of an annotation goes through a `History`.

While a run goes on, its edit grows, and a person goes on to edit. What the person does lies above
the run's edit and is taken back first. The run's next part goes into its edit, beneath those; it
may do so as long as they are about other frames. An edit of a frame that the run now comes to is
put beneath it, where it would be had it been made before. So undo and redo lead through the same
states whatever was done meanwhile, and a run is one edit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vosgui.core.annotation import Annotation, Part
from vosgui.core.edits import Edit
from vosgui.core.journal import Journal, MemoryJournal

Announce = Callable[[tuple[Part, ...]], None]


@dataclass(frozen=True)
class _Above:
    """An edit that was made while a run goes on. header : whether it changes the objects' list."""

    serial: int
    frames: frozenset[int]
    header: bool

    def is_apart_from(self, other: _Above) -> bool:
        """Return whether the two can be done in either order."""
        return not (self.frames & other.frames or (self.header and other.header))


class OpenEdit:
    """An edit that grows while a run goes on. Closed, it takes nothing more.

    announce : called with the parts that were kept, and with none when it is closed.
    begun : whether it has a part yet. frames : those that its parts have changed.
    n_turns : how often, since it was begun, a part has changed what can be undone.
    """

    def __init__(
        self, history: History, label: str, announce: Announce, t: int | None = None
    ) -> None:
        self._history, self._label, self._announce, self._t = history, label, announce, t
        self._serial = 0
        self._above: list[_Above] = []
        self.frames: set[int] = set()
        self.n_turns = 0

    @property
    def begun(self) -> bool:
        """Return whether it has a part yet."""
        return self._serial > 0

    def extend(self, part: Part) -> bool:
        """Apply and keep one more part; False where the edit is closed and the part is dropped."""
        if self._history.growing is not self:
            return False
        if part:
            frames, n_above = frozenset(part.frames), len(self._above)
            if self.begun and self._make_way(frames):
                self.n_turns += len(self._above) != n_above
                self._history.extend(self._serial, part)
            else:
                self._serial = self._history.keep(self._label, part, self._t)
                self._above, self.frames = [], set()
                self.n_turns += 1
            self.frames |= frames
            self._announce((part,))
        return True

    def close(self) -> None:
        """End the edit; it can now be undone."""
        if self._history.growing is self:
            self._history.growing = None
        self._announce(())

    def note(self, serial: int, part: Part, n_undone: int) -> None:
        """Note an edit that was made meanwhile, in place of those that were undone."""
        done = self._above[: len(self._above) - n_undone]
        self._above = [*done, _Above(serial, frozenset(part.frames), part.header is not None)]

    def n_done_above(self, n_undone: int) -> int:
        """Return how many edits that were made meanwhile are done."""
        return len(self._above) - n_undone

    def _make_way(self, frames: frozenset[int]) -> bool:
        """Let a part of these frames be added; False where it has to be an edit of its own.

        That is so where an edit above is of a frame that this one has changed, and is to again.
        """
        journal = self._history.journal
        done = self._above[: self.n_done_above(journal.n_edits - journal.n_done)]
        if any(one.frames & frames for one in self._above[len(done) :]):
            journal.drop_undone()
            self._above = done
        sunk: list[_Above] = []
        for one in reversed(done):
            if one.frames & frames or not all(one.is_apart_from(other) for other in sunk):
                sunk.insert(0, one)
        if any(one.frames & self.frames for one in sunk):
            return False
        if sunk:
            journal.sink(self._serial, [one.serial for one in sunk])
            self._above = [one for one in self._above if one not in sunk]
        return True


class History:
    """Does, undoes and redoes edits of one annotation, and keeps them in a journal.

    If the journal cannot keep a change (a full disk), the annotation is put back as it was and
    the journal's error goes on to the caller.
    growing : the edit of a run that goes on, if there is one.
    """

    def __init__(self, annotation: Annotation, journal: Journal | None = None) -> None:
        self.annotation = annotation
        self.journal: Journal = MemoryJournal() if journal is None else journal
        self.growing: OpenEdit | None = None

    def do(self, label: str, part: Part) -> bool:
        """Apply and keep one edit; False where it changes nothing."""
        if not part:
            return False
        if self.growing is None:
            self.keep(label, part)
            return True
        n_undone = self.journal.n_edits - self.journal.n_done
        self.growing.note(self.keep(label, part), part, n_undone)
        return True

    def open(
        self, label: str, announce: Announce = lambda _parts: None, t: int | None = None
    ) -> OpenEdit:
        """Begin an edit that grows part by part: one run. t : the frame where it begins."""
        self.growing = OpenEdit(self, label, announce, t)
        return self.growing

    @property
    def can_undo(self) -> bool:
        """Return whether there is an edit to take back: of those since a run began, if one does."""
        return self._n_done > 0

    @property
    def can_redo(self) -> bool:
        """Return whether there is an edit to do again: of those since a run began, if one does."""
        n_undone = self.journal.n_edits - self.journal.n_done
        return n_undone > 0 and (self.growing is None or self.growing.n_done_above(n_undone) >= 0)

    @property
    def undo_label(self) -> str:
        """Return the label of the edit that undo takes back, or an empty string."""
        return self.journal.label(self.journal.n_done - 1) if self.can_undo else ""

    @property
    def redo_label(self) -> str:
        """Return the label of the edit that redo does again, or an empty string."""
        return self.journal.label(self.journal.n_done) if self.can_redo else ""

    def undo(self) -> Edit | None:
        """Take back the last edit and return it; None where there is none, or a run is the last."""
        if not self.can_undo:
            return None
        edit = self.journal.load(self.journal.n_done - 1)
        parts = tuple(part.inverse() for part in reversed(edit.parts))
        self._move(self.journal.n_done - 1, parts)
        return edit

    def redo(self) -> Edit | None:
        """Do the last undone edit again and return it; None where there is none."""
        if not self.can_redo:
            return None
        edit = self.journal.load(self.journal.n_done)
        self._move(self.journal.n_done + 1, edit.parts)
        return edit

    @property
    def mark(self) -> int:
        """Return a number of the annotation as it is now, also after a restart."""
        n_done = self.journal.n_done
        return self.journal.serial(n_done - 1) if n_done else 0

    def keep(self, label: str, part: Part, t: int | None = None) -> int:
        """Apply a part and keep it as a new edit; return its serial number."""
        self.annotation.apply(part)
        try:
            return self.journal.push(label, part, self.annotation, t)
        except BaseException:
            self.annotation.apply(part.inverse())
            raise

    def extend(self, serial: int, part: Part) -> None:
        """Apply a part and keep it in the edit of this serial number."""
        self.annotation.apply(part)
        try:
            self.journal.extend(serial, part, self.annotation)
        except BaseException:
            self.annotation.apply(part.inverse())
            raise

    @property
    def _n_done(self) -> int:
        """Return how many edits there are to take back."""
        n_done, n_undone = self.journal.n_done, self.journal.n_edits - self.journal.n_done
        if self.growing is None:
            return n_done
        return min(n_done, self.growing.n_done_above(n_undone))

    def _move(self, n_done: int, parts: tuple[Part, ...]) -> None:
        applied: list[Part] = []
        try:
            for part in parts:
                self.annotation.apply(part)
                applied.append(part)
            self.journal.move(n_done, parts, self.annotation)
        except BaseException:
            for part in reversed(applied):
                self.annotation.apply(part.inverse())
            raise
