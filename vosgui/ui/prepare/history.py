"""Undo in the Prepare view: decisions are values, so what was before is kept as it was."""

from __future__ import annotations

from vosgui.datasets.prepare.decisions import Decisions

_MOST = 500  # steps


class DecisionHistory:
    """What was done, to be undone and redone. now : the decisions as they are."""

    def __init__(self, now: Decisions) -> None:
        self.now = now
        self._undo: list[tuple[str, Decisions]] = []
        self._redo: list[tuple[str, Decisions]] = []

    def do(self, label: str, after: Decisions, *, grows: bool = False) -> bool:
        """Take on decisions; False where they are the same.

        label : what was done, in words. grows : done again at once, it is one step with this.
        """
        if after == self.now:
            return False
        if not (grows and self._undo and self._undo[-1][0] == label):
            self._undo = [*self._undo[-_MOST:], (label, self.now)]
        self._redo.clear()
        self.now = after
        return True

    def step(self, *, back: bool) -> str:
        """Undo or redo one step; return what it was, "" where there is none."""
        source, target = (self._undo, self._redo) if back else (self._redo, self._undo)
        if not source:
            return ""
        label, before = source.pop()
        target.append((label, self.now))
        self.now = before
        return label

    def settle(self, now: Decisions) -> None:
        """Take on decisions that cannot be undone, as clips were written by them."""
        self.now = now
        self._undo.clear()
        self._redo.clear()

    @property
    def labels(self) -> tuple[str, str]:
        """Return what undo takes back and what redo brings again; "" for nothing."""
        undo, redo = (stack[-1][0] if stack else "" for stack in (self._undo, self._redo))
        return undo, redo
