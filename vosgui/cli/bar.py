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
def bar(unit: str, *, quiet: bool, name: str = "") -> Iterator[Progress]:
    """Show a bar for as long as the block lasts; none where `quiet`, or without a terminal.

    unit : what is counted, such as "frame". name : of one of several things done; the bar of such a
        one stays, and is shown without a terminal too.
    """
    hidden = quiet or (None if not name else False)
    with tqdm(desc=name, unit=unit, disable=hidden, leave=bool(name)) as shown:
        yield _Bar(shown)
