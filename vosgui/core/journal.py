"""Where the edits of one annotation are kept: the interface, and a journal in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vosgui.core.annotation import Annotation, Part
from vosgui.core.edits import Edit

MEMORY_BYTES = 256 << 20
# What a patch of a mask or of a track, and a part, take beside their bytes, as tracemalloc has it.
_MASK_BYTES, _TRACK_BYTES, _PART_BYTES = 700, 480, 200


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

    def push(self, label: str, part: Part, annotation: Annotation, t: int | None) -> int:
        """Drop the undone edits, add one with its first part, and return its serial number.

        t : the frame where a run began; None for other edits.
        """

    def extend(self, serial: int, part: Part, annotation: Annotation) -> None:
        """Add a part to the edit of this serial number; others may lie above it."""

    def sink(self, serial: int, sunk: Sequence[int]) -> None:
        """Put some edits that lie above another one directly beneath it, in their order."""

    def drop_undone(self) -> None:
        """Forget what could be done again."""

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
    """An edit of a journal in memory; it may grow."""

    serial: int
    label: str
    t: int | None
    parts: list[Part]
    n_bytes: int


class MemoryJournal:
    """A journal without a file, bounded in bytes: the oldest edits are forgotten first.

    An edit that alone is larger than the bound is forgotten too, as soon as it is: it cannot be
    undone, nor what was before it. n_done : how many of the edits are done.
    """

    def __init__(self, max_bytes: int = MEMORY_BYTES) -> None:
        self._edits: list[_Kept] = []
        self.n_done = 0
        self.n_bytes = 0
        self._max_bytes = max_bytes
        self._n_made = 0

    @property
    def n_edits(self) -> int:
        """Return how many edits are kept."""
        return len(self._edits)

    def push(self, label: str, part: Part, annotation: Annotation, t: int | None) -> int:
        """Drop the undone edits and add one; return its serial number."""
        self.drop_undone()
        self._n_made += 1
        n_bytes = part_bytes(part)
        self._edits.append(_Kept(self._n_made, label, t, [part], n_bytes))
        self.n_done += 1
        self._grow(n_bytes)
        return self._n_made

    def extend(self, serial: int, part: Part, annotation: Annotation) -> None:
        """Add a part to an edit, if it is not forgotten."""
        grown = next((edit for edit in reversed(self._edits) if edit.serial == serial), None)
        if grown is not None:
            n_bytes = part_bytes(part)
            grown.parts.append(part)
            grown.n_bytes += n_bytes
            self._grow(n_bytes)

    def sink(self, serial: int, sunk: Sequence[int]) -> None:
        """Put edits beneath another one; with one that is forgotten they are forgotten too."""
        sinking = [edit for edit in self._edits if edit.serial in sunk]
        others = [edit for edit in self._edits if edit.serial not in sunk]
        at = next((n for n, edit in enumerate(others) if edit.serial == serial), None)
        if at is None:
            self._edits = others
            self.n_done -= len(sinking)
            self.n_bytes -= sum(edit.n_bytes for edit in sinking)
        else:
            self._edits = [*others[:at], *sinking, *others[at:]]

    def drop_undone(self) -> None:
        """Forget what could be done again."""
        self.n_bytes -= sum(edit.n_bytes for edit in self._edits[self.n_done :])
        del self._edits[self.n_done :]

    def move(self, n_done: int, touched: tuple[Part, ...], annotation: Annotation) -> None:
        """Note that now the first `n_done` edits are done."""
        self.n_done = n_done

    def load(self, index: int) -> Edit:
        """Return edit number `index`."""
        edit = self._edits[index]
        return Edit(edit.label, tuple(edit.parts), edit.t)

    def label(self, index: int) -> str:
        """Return the label of edit number `index`."""
        return self._edits[index].label

    def serial(self, index: int) -> int:
        """Return the number of this edit alone."""
        return self._edits[index].serial

    def _grow(self, n_bytes: int) -> None:
        self.n_bytes += n_bytes
        while self.n_bytes > self._max_bytes:
            # What is undone is done again in order: of that the last one goes first.
            self.n_bytes -= self._edits.pop(0 if self.n_done else -1).n_bytes
            self.n_done = max(self.n_done - 1, 0)


def part_bytes(part: Part) -> int:
    """Return about how many bytes a part takes, with the objects that hold its arrays."""
    masks = sum(len(p.before.data) + len(p.after.data) + _MASK_BYTES for p in part.masks)
    tracks = sum(
        p.frames.nbytes + p.before.nbytes + p.after.nbytes + _TRACK_BYTES for p in part.tracks
    )
    return masks + tracks + _PART_BYTES
