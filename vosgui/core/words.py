"""Words that several layers say alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence

_NAMES_SHOWN = 5


def counted(n: int, word: str) -> str:
    """Return a number and what is counted, in the plural where it is: "1 clip", "3 clips"."""
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def some_of(names: Sequence[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def absent_in_words(wanted: Sequence[str], there: Collection[str]) -> str:
    """Return which of the frames that are wanted are not there: all, some by name, or ""."""
    known = set(there)
    absent = [name for name in wanted if name not in known]
    return "every frame" if absent and len(absent) == len(wanted) else some_of(absent)


def frames_in_words(names: Sequence[str]) -> str:
    """Return frames for a message: the one there is, or how many and the first of them."""
    return f"frame {names[0]}" if len(names) == 1 else f"{len(names)} frames ({some_of(names)})"
