"""Words that several layers say alike."""

from __future__ import annotations


def counted(n: int, word: str) -> str:
    """Return a number and what is counted, in the plural where it is: "1 clip", "3 clips"."""
    return f"{n} {word}" if n == 1 else f"{n} {word}s"
