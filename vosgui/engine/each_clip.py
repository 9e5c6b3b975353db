"""Work by the clip, in this process or spread over several."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

import cv2

from vosgui.errors import InternalError

Job = TypeVar("Job")
Result = TypeVar("Result")


def n_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def each_clip(
    function: Callable[[Job], Result], jobs: Sequence[Job], n_workers: int
) -> Iterator[Result]:
    """Yield the result of each job, in the jobs' order; closing the generator drops the rest.

    function : of a module's top level, as are the types of jobs and results: they are pickled.
    Raises what the function raises, InternalError where a process dies.
    """
    n_workers = min(n_workers, len(jobs))
    if n_workers <= 1:
        yield from map(function, jobs)
        return
    # Spawned, not forked: the caller may have threads (a progress bar, a window).
    pool = ProcessPoolExecutor(
        n_workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker
    )
    try:
        yield from pool.map(function, jobs)
    except BrokenProcessPool as error:
        raise InternalError(
            "A worker process died, most likely for want of memory. Try again with fewer workers."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker() -> None:
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the caller's to handle
