"""A long video in parts that are looked at side by side, so that all cores are at work."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from queue import SimpleQueue
from threading import Event
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from vosgui.datasets.prepare.shots import LOOKS_BACK

Item = TypeVar("Item")

_PARTS_EACH = 4  # of each thread, so that all of them end at about the same time
_LEAST = 250  # frames of a part: of each some are looked at by two of them


def parts_left(
    seen: npt.NDArray[np.bool_], key_frames: npt.NDArray[np.int64], n_threads: int
) -> list[range]:
    """Return the frames that are left to be seen, in parts for so many threads.

    seen : bool (n_frames,). key_frames : frames that are decoded without another one, rising.
    A part begins as late after such a frame as a detector looks back, so that no more is decoded
    for it than those few.
    """
    edges = np.flatnonzero(np.diff(seen, prepend=True, append=True))
    gaps = edges.reshape(-1, 2).tolist()
    n_left = sum(stop - start for start, stop in gaps)
    length = max(_LEAST, n_left // (_PARTS_EACH * n_threads)) if n_threads > 1 else n_left
    parts = []
    for start, stop in gaps:
        for cut in (key_frames + LOOKS_BACK).tolist():
            if start + length <= cut <= stop - length:
                parts.append(range(start, cut))
                start = cut
        parts.append(range(start, stop))
    return parts


def in_threads(
    n_threads: int, sources: Sequence[Callable[[], Generator[Item, None, None]]]
) -> Generator[Item, None, None]:
    """Yield what all sources yield, as it comes: so many of them run at a time, a thread each.

    A single one runs in this thread. What one raises is raised here; closing ends all of them.
    """
    if len(sources) == 1:
        yield from sources[0]()
        return
    told: SimpleQueue[tuple[Item] | Future[None]] = SimpleQueue()
    is_stopped = Event()

    def run(source: Callable[[], Generator[Item, None, None]]) -> None:
        with closing(source()) as items:
            for item in items:
                if is_stopped.is_set():
                    return
                told.put((item,))

    pool = ThreadPoolExecutor(n_threads, "part")
    try:
        for source in sources:
            pool.submit(run, source).add_done_callback(told.put)
        n_running = len(sources)
        while n_running:
            one = told.get()
            if isinstance(one, Future):
                one.result()
                n_running -= 1
            else:
                yield one[0]
    finally:
        is_stopped.set()
        pool.shutdown(cancel_futures=True)
