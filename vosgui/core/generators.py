"""Long work as generators: what they yield is how far they are, what they return is what came."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any, TypeVar

Step = TypeVar("Step")
Told = TypeVar("Told")
Result = TypeVar("Result")


def told_as(
    steps: Generator[Step, None, Result], tell: Callable[[Step], Told]
) -> Generator[Told, None, Result]:
    """Go through all steps, yielding what `tell` makes of each; return their result.

    Closed early, it closes them too.
    """
    with closing(steps):
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                result: Result = end.value
                return result
            yield tell(step)


def result_of(steps: Generator[Any, None, Result]) -> Result:
    """Go through all steps at once; return their result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result
