"""Frames read in a thread of their own, a few ahead of where they are used."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from vosgui.core.clip import Clip, Frame

N_AHEAD = 2


def read_ahead(clip: Clip, frames: Iterable[int]) -> Generator[tuple[int, Frame], None, None]:
    """Yield frames of a clip in the order asked for, decoding the next ones meanwhile.

    Only the reading thread touches the clip until the generator is closed; closing waits for it.
    """
    wanted = iter(frames)
    waiting: deque[tuple[int, Future[Frame]]] = deque()
    with ThreadPoolExecutor(1, "read-ahead") as pool:
        try:
            while True:
                while len(waiting) <= N_AHEAD and (t := next(wanted, None)) is not None:
                    waiting.append((t, pool.submit(clip.__getitem__, t)))
                if not waiting:
                    return
                t, frame = waiting.popleft()
                yield t, frame.result()
        finally:
            for _, frame in waiting:
                frame.cancel()
