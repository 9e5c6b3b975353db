"""Work by the clip, in this process or spread over several."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import cv2
import numpy as np

from vosgui.errors import InternalError

Job = TypeVar("Job")
Result = TypeVar("Result")

_AHEAD = 8  # results of each worker that may wait for those before them
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


def each_clip(
    function: Callable[[Job], Result], jobs: Sequence[Job], n_workers: int
) -> Generator[Result, None, None]:
    """Yield the result of each job, in the jobs' order; closing the generator drops the rest.

    function : of a module's top level, as are the types of jobs and results: they are pickled.
    Raises what the function raises, InternalError where a process dies.
    """
    n_workers = min(n_workers, len(jobs))
    if n_workers <= 1:
        keep_freed_memory()
        yield from map(function, jobs)
        return
    with _pool(n_workers, None) as pool:
        waiting: deque[Future[Result]] = deque()
        for job in jobs:
            waiting.append(pool.submit(function, job))
            if len(waiting) > _AHEAD * n_workers:  # a bound on the results that are held
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@dataclass(frozen=True)
class Frames:
    """How many frames of all jobs are done."""

    n: int


@dataclass(frozen=True)
class Done(Generic[Result]):
    """The result of one job, by its place among the jobs."""

    index: int
    result: Result


def each_clip_by_frame(
    function: Callable[[Job], Generator[int, None, Result]], jobs: Sequence[Job], n_workers: int
) -> Generator[Frames | Done[Result], None, None]:
    """Yield how far the jobs are, frame by frame, and each result as soon as there is one.

    function : a generator of the number of its frames that are done; else as for `each_clip`.
    Closing the generator closes those that are at work at their next frame, and waits for them.
    Raises as `each_clip`.
    """
    n_workers = min(n_workers, len(jobs))
    if n_workers <= 1:
        yield from _one_by_one(function, jobs)
        return
    with _counting_pool(n_workers, len(jobs)) as (pool, shared):
        at_work = {pool.submit(_count, function, n, job): n for n, job in enumerate(jobs)}
        while at_work:
            done, _ = wait(at_work, _TICK_S, FIRST_COMPLETED)
            for one in done:
                (result,) = one.result()
                yield Done(at_work.pop(one), result)
            yield Frames(sum(shared[1:]))


def each_clip_in_turn(
    function: Callable[[Job], Generator[int, None, Result]], jobs: Sequence[Job], n_workers: int
) -> Generator[Frames | Done[Result], None, None]:
    """Yield as `each_clip_by_frame`, but each result in its turn, and few of them held."""
    n_workers = min(n_workers, len(jobs))
    if n_workers <= 1:
        yield from _one_by_one(function, jobs)
        return
    with _counting_pool(n_workers, len(jobs)) as (pool, shared):
        waiting: deque[Future[tuple[Result, ...]]] = deque()
        for n in range(len(jobs)):
            for index in range(n + len(waiting), min(n + _AHEAD * n_workers, len(jobs))):
                waiting.append(pool.submit(_count, function, index, jobs[index]))
            while not wait([waiting[0]], _TICK_S).done:
                yield Frames(sum(shared[1:]))
            (result,) = waiting.popleft().result()
            yield Done(n, result)


def _one_by_one(
    function: Callable[[Job], Generator[int, None, Result]], jobs: Sequence[Job]
) -> Generator[Frames | Done[Result], None, None]:
    before = 0
    for index, job in enumerate(jobs):
        n = 0
        with closing(function(job)) as steps:
            while True:
                try:
                    n = next(steps)
                except StopIteration as end:
                    yield Done(index, end.value)
                    break
                yield Frames(before + n)
        before += n


# -- in the processes --------------------------------------------------------------------------

_STOP = 0  # in what is shared: not 0 says stop; then one count of frames per job
_shared: Any = None  # a worker's, for as long as it lives


def _count(
    function: Callable[[Job], Generator[int, None, Result]], index: int, job: Job
) -> tuple[Result, ...]:
    """Run a job to its end and return its result; nothing where it was told to stop."""
    with closing(function(job)) as steps:
        while not _shared[_STOP]:
            try:
                _shared[1 + index] = next(steps)
            except StopIteration as end:
                return (end.value,)
    return ()


@contextmanager
def _counting_pool(n_workers: int, n_jobs: int) -> Iterator[tuple[ProcessPoolExecutor, Any]]:
    """Start a pool whose jobs count their frames, each in its place after _STOP; stop them."""
    shared = multiprocessing.get_context("spawn").RawArray(ctypes.c_int64, n_jobs + 1)
    with _pool(n_workers, shared) as pool:
        try:
            yield pool, shared
        finally:
            shared[_STOP] = 1


@contextmanager
def _pool(n_workers: int, shared: Any) -> Iterator[ProcessPoolExecutor]:
    # Spawned, not forked: the caller may have threads (a progress bar, a window).
    pool = ProcessPoolExecutor(
        n_workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
        initargs=(shared,),
    )
    try:
        yield pool
    except BrokenProcessPool as error:
        raise InternalError(
            "A worker process died, most likely for want of memory. Try again with fewer workers."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker(shared: Any) -> None:
    global _shared
    _shared = shared
    keep_freed_memory()
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the caller's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent is gone, killed perhaps: nobody else would end it."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
