"""Processes of this machine, as workers: they share with this one how far each job is."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures  # it loads what a pool needs when one is made
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager
from typing import Any, TypeVar

import cv2
import numpy as np

from vosgui.core.progress import Progress
from vosgui.errors import InternalError

Job = TypeVar("Job")
Result = TypeVar("Result")

_LARGE_BLOCK = 31 << 20  # bytes; glibc's thresholds follow blocks of up to 32 MiB


def keep_freed_memory() -> None:
    """Let the C library keep the memory of a frame for the next one.

    glibc gives back what is free at the end of its heap once it is more than twice the largest
    block that was ever freed (mallopt(3), M_TRIM_THRESHOLD). With masks of half a megabyte that is
    in every frame, and all their pages come back one fault at a time: a tenth of the time of
    reading a mask. The block is never touched, so it costs nothing; elsewhere this does nothing.
    """
    np.empty(_LARGE_BLOCK, np.uint8)


class Stopped(Exception):  # noqa: N818 - not an error
    """The work was called off."""


class Processes:
    """A pool of processes that is running."""

    def __init__(self, pool: futures.ProcessPoolExecutor, n: int, shared: Any) -> None:
        self.n = n
        self._pool, self._shared = pool, shared

    def submit(
        self, index: int, function: Callable[[Job, Progress], Result], job: Job
    ) -> Future[tuple[Result, ...]]:
        """Have a job done; its result is none where it was called off."""
        return self._pool.submit(_run, function, index, job)

    def n_frames(self) -> int:
        """Return how many frames of all jobs are done."""
        return sum(self._shared[1:])


@contextmanager
def processes(n_workers: int, jobs: Sequence[object]) -> Iterator[Processes]:
    """Start processes, and what they share with this one; end their jobs with the block.

    Raises InternalError where one of them dies.
    """
    import multiprocessing  # with what it brings, milliseconds of the window's start

    # Spawned, not forked: the caller may have threads (a progress bar, a window).
    context = multiprocessing.get_context("spawn")
    shared = context.RawArray(ctypes.c_int64, 1 + len(jobs))
    pool = futures.ProcessPoolExecutor(n_workers, context, _start_worker, (shared,))
    try:
        yield Processes(pool, n_workers, shared)
    except BrokenExecutor as error:
        raise InternalError(
            "A worker process died, most likely for want of memory. Try again with fewer workers."
        ) from error
    finally:
        shared[_STOP] = 1
        pool.shutdown(cancel_futures=True)


_STOP = 0  # in what is shared: not 0 says stop; then one count of frames per job
_shared: Any = None  # a worker's, for as long as it lives


class _SharedCount(Progress):
    """What a job in a process of its own reports to."""

    def __init__(self, index: int) -> None:
        self._index = index

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        if _shared[_STOP]:
            raise Stopped
        _shared[1 + self._index] = int(n_done)


def _run(function: Callable[[Job, Progress], Result], index: int, job: Job) -> tuple[Result, ...]:
    """Return the result of a job; nothing where it was called off."""
    progress = _SharedCount(index)
    try:
        progress.report(0)
        return (function(job, progress),)
    except Stopped:
        return ()


def _start_worker(shared: Any) -> None:
    import signal

    global _shared
    _shared = shared
    keep_freed_memory()
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the caller's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent is gone, killed perhaps: nobody else would end it."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
