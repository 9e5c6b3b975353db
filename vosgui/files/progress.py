"""How long work in this layer tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

# Called with the part that is done, from 0 to 1. To cancel, it raises: the work is undone, and
# what it raised is passed on.
Progress = Callable[[float], None]


def no_progress(_part: float) -> None:
    """Tell nobody."""
