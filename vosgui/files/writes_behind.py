"""Files written in a thread of their own, a few behind what they are made from."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import ParamSpec

P = ParamSpec("P")
_MOST = 8  # that wait, so that what they hold stays little


class WritesBehind:
    """Write files in order, within a block; once it has ended well, all of them are there.

    What one of them raises, such as TargetError, is raised by a later `submit`, or at the end.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "write-behind")
        self._waiting: deque[Future[None]] = deque()

    def submit(self, write: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have something written; wait where too much waits already."""
        self._waiting.append(self._pool.submit(write, *args, **kwargs))
        while len(self._waiting) > _MOST or self._waiting[0].done():
            self._waiting.popleft().result()
            if not self._waiting:
                return

    def __enter__(self) -> WritesBehind:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        # What ended the block, a stop perhaps, does not undo what was made before.
        self._pool.shutdown(wait=True)
        if kind is None:
            for one in self._waiting:
                one.result()
