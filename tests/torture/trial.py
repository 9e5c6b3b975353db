"""What every kind of trial is given, and what it tells."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Trial:
    """One kind at work: until when, where, and what it has found.

    n : how often it was tried. faults : a line each, with what it takes to see it again.
    said : what else is counted, by its name.
    """

    seed: int
    folder: Path
    until: float
    n: int = 0
    faults: list[str] = field(default_factory=list)
    said: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    @property
    def goes_on(self) -> bool:
        """Return whether there is time left."""
        return time.monotonic() < self.until

    @property
    def left_s(self) -> float:
        """Return how many seconds are left."""
        return max(0.0, self.until - time.monotonic())

    def count(self, name: str, n: int = 1) -> None:
        """Add to what is counted."""
        self.said[name] = int(str(self.said.get(name, 0))) + n

    def place(self, name: str) -> Path:
        """Return a new folder."""
        folder = self.folder / name
        folder.mkdir(parents=True)
        return folder


Kind = Callable[[Trial], None]
