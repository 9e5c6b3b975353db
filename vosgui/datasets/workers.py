"""Work by the clip, in this process or spread over several."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent import futures  # it loads what a pool needs when one is made
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager, suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import cv2
import numpy as np

from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import counted
from vosgui.errors import InternalError

Job = TypeVar("Job")
Result = TypeVar("Result")

_AHEAD = 8  # jobs of each process that are begun before it is their turn
_TICK_S = 0.1  # how often the frames done in other processes are counted, and a stop is heard
_LARGE_BLOCK = 31 << 20  # bytes; glibc's thresholds follow blocks of up to 32 MiB


def n_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def keep_freed_memory() -> None:
    """Let the C library keep the memory of a frame for the next one.

    glibc gives back what is free at the end of its heap once it is more than twice the largest
    block that was ever freed (mallopt(3), M_TRIM_THRESHOLD). With masks of half a megabyte that is
    in every frame, and all their pages come back one fault at a time: a tenth of the time of
    reading a mask. The block is never touched, so it costs nothing; elsewhere this does nothing.
    """
    np.empty(_LARGE_BLOCK, np.uint8)


def each_job(
    function: Callable[[Job, Progress], Result],
    jobs: Sequence[Job],
    n_workers: int,
    progress: Progress = NO_PROGRESS,
    n_frames: int | None = None,
    n_ahead: int = _AHEAD,
) -> Generator[Result, None, None]:
    """Yield the result of each job in its turn.

    function : of a module's top level, as are the types of jobs and results: they are pickled. It
        reports how many frames of its job are done.
    progress : hears how many frames of all jobs are done where `n_frames` says how many there will
        be, else how many jobs. What its `report` raises ends every job, in whatever process, at its
        own next report, and is raised here.
    n_ahead : how many jobs of each process may be begun before it is their turn: their results are
        held.
    Raises what the function raises, InternalError where a process dies.
    """

    def tell(n_done: int, n_frames_done: int) -> None:
        if n_frames is None:
            progress.report(n_done, len(jobs), counted(n_frames_done, "frame"))
        else:
            text = f"{n_done} of {counted(len(jobs), 'clip')}"
            progress.report(n_frames_done, n_frames, text)

    n_workers = min(n_workers, len(jobs))
    if n_workers > 1:
        yield from _spread(function, jobs, n_workers, n_ahead, tell)
        return
    keep_freed_memory()
    n_before = 0
    for n, job in enumerate(jobs):
        here = _Count(partial(tell, n), n_before)
        result = function(job, here)
        n_before = here.n_frames
        tell(n + 1, n_before)
        yield result


def _spread(
    function: Callable[[Job, Progress], Result],
    jobs: Sequence[Job],
    n_workers: int,
    n_ahead: int,
    tell: Callable[[int, int], None],
) -> Generator[Result, None, None]:
    with _pool(n_workers, len(jobs)) as (pool, shared):
        ended: SimpleQueue[Future[tuple[Result, ...]]] = SimpleQueue()
        index: dict[Future[tuple[Result, ...]], int] = {}
        results: dict[int, Result] = {}
        n_begun = n_done = 0
        for turn in range(len(jobs)):
            while turn not in results:
                while n_begun < min(turn + n_ahead * n_workers, len(jobs)):
                    future = pool.submit(_run, function, n_begun, jobs[n_begun])
                    index[future] = n_begun
                    future.add_done_callback(ended.put)
                    n_begun += 1
                with suppress(Empty):
                    future = ended.get(timeout=_TICK_S)
                    (results[index.pop(future)],) = future.result()
                    n_done += 1
                tell(n_done, sum(shared[1:]))
            yield results.pop(turn)


class _Count(Progress):
    """What a job in this process reports to. n_frames : of it and of those before it."""

    def __init__(self, tell: Callable[[int], None], n_before: int) -> None:
        self._tell, self._n_before = tell, n_before
        self.n_frames = n_before

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        self.n_frames = self._n_before + int(n_done)
        self._tell(self.n_frames)


_STOP = 0  # in what is shared: not 0 says stop; then one count of frames per job
_shared: Any = None  # a worker's, for as long as it lives


class _Stopped(Exception):  # noqa: N818 - not an error
    """The work was called off."""


class _SharedCount(Progress):
    """What a job in a process of its own reports to."""

    def __init__(self, index: int) -> None:
        self._index = index

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        if _shared[_STOP]:
            raise _Stopped
        _shared[1 + self._index] = int(n_done)


def _run(function: Callable[[Job, Progress], Result], index: int, job: Job) -> tuple[Result, ...]:
    """Return the result of a job; nothing where it was called off."""
    progress = _SharedCount(index)
    try:
        progress.report(0)
        return (function(job, progress),)
    except _Stopped:
        return ()


@contextmanager
def _pool(n_workers: int, n_jobs: int) -> Iterator[tuple[futures.ProcessPoolExecutor, Any]]:
    """Start processes, and what they share with this one; end their jobs with the block."""
    import multiprocessing  # with what it brings, milliseconds of the window's start

    # Spawned, not forked: the caller may have threads (a progress bar, a window).
    context = multiprocessing.get_context("spawn")
    shared = context.RawArray(ctypes.c_int64, 1 + n_jobs)
    pool = futures.ProcessPoolExecutor(n_workers, context, _start_worker, (shared,))
    try:
        yield pool, shared
    except BrokenExecutor as error:
        raise InternalError(
            "A worker process died, most likely for want of memory. Try again with fewer workers."
        ) from error
    finally:
        shared[_STOP] = 1
        pool.shutdown(cancel_futures=True)


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
