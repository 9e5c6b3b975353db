"""A bar of progress on the terminal, as what long work reports to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from tqdm import tqdm

from vosgui.core.progress import Progress


class _Bar(Progress):
    def __init__(self, bar: tqdm[NoReturn]) -> None:
        self._bar = bar

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        self._bar.total = n_total
        self._bar.set_postfix_str(text, refresh=False)
        self._bar.update(n_done - self._bar.n)


@contextmanager
def bar(unit: str, *, quiet: bool) -> Iterator[Progress]:
    """Show a bar for as long as the block lasts; none where `quiet`, or without a terminal.

    unit : what is counted, such as "frame".
    """
    with tqdm(unit=unit, disable=quiet or None, leave=False) as shown:
        yield _Bar(shown)
