"""Where tools do what takes longer than a frame of the screen, one thing after the other."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QThread, Signal

from vosgui.errors import InternalError, VosguiError

Work = Callable[[], Any]
N_AHEAD = 2


class _Asked(NamedTuple):
    """A piece of work, and who hears of its result or of the error that ended it.

    turn : the work of another turn is no longer heard of.
    """

    work: Work
    then: Callable[[Any], None]
    failed: Callable[[VosguiError], None]
    turn: int


class ToolThread(QThread):
    """Does what it is asked in the order asked; then, while nothing waits, what is asked ahead.

    Whoever asked is called back in the window's thread. The thread ends when nothing is left to
    do, and begins anew with the next thing.
    """

    _told = Signal(object, object)  # (_Asked, its result or its error)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._asked: deque[_Asked] = deque()
        self._ahead: deque[Work] = deque(maxlen=N_AHEAD)
        self._tidying: Work | None = None
        self._is_serving = False
        self._turn = 0
        self._told.connect(self._tell)
        parent.destroyed.connect(self.close)  # before its children are: a thread outlives nobody

    def ask(
        self, work: Work, then: Callable[[Any], None], failed: Callable[[VosguiError], None]
    ) -> None:
        """Do a piece of work, then call back with its result, or its error; returns at once."""
        with self._lock:
            self._asked.append(_Asked(work, then, failed, self._turn))
        self._serve()

    def ask_ahead(self, work: Work) -> None:
        """Do this while nothing else waits; of what is asked so, only the last N_AHEAD are kept.

        Nobody hears of it, nor of its errors: who needs the result will.
        """
        with self._lock:
            self._ahead.append(work)
        self._serve()

    def tidy(self, work: Work) -> None:
        """Do this next, before all that is asked; nobody hears of it, and dropping leaves it."""
        with self._lock:
            self._tidying = work
        self._serve()

    def drop(self) -> None:
        """Drop what waits; what is at work ends by itself, unheard. Returns at once."""
        with self._lock:
            self._turn += 1
            self._asked.clear()
            self._ahead.clear()

    def close(self) -> None:
        """Drop what waits, and wait for what is at work."""
        self.drop()
        self.wait()

    def run(self) -> None:
        """Serve what is asked for; called by Qt in the thread."""
        while (item := self._next()) is not None:
            try:
                result = item.work() if isinstance(item, _Asked) else item()
            except VosguiError as error:
                result = error
            except Exception as error:  # noqa: BLE001 - the thread's border: nothing passes silently
                result = InternalError(f"{type(error).__name__}: {error}")
                result.__cause__ = error
            if isinstance(item, _Asked):
                self._told.emit(item, result)

    def _serve(self) -> None:
        with self._lock:
            is_serving, self._is_serving = self._is_serving, True
        if not is_serving:
            self.wait()  # for a thread that has found nothing more to do and is about to return
            self.start()

    def _next(self) -> _Asked | Work | None:
        with self._lock:
            tidying, self._tidying = self._tidying, None
            if tidying is not None:
                return tidying
            if self._asked:
                return self._asked.popleft()
            if self._ahead:
                return self._ahead.popleft()
            self._is_serving = False
            return None

    def _tell(self, asked: _Asked, result: object) -> None:
        if asked.turn != self._turn:
            return
        if isinstance(result, VosguiError):
            asked.failed(result)
        else:
            asked.then(result)
