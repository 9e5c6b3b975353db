"""Frames read, and encoded where that can be, in a thread of their own, ahead of their use."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Any, TypeVar

from vosgui.core.clip import Clip, Frame
from vosgui.engine.propagation.propagator import Propagator

N_AHEAD = 2

T = TypeVar("T")


def encode_ahead(
    clip: Clip, frames: Iterable[int], propagator: Propagator
) -> Generator[tuple[int, Any], None, None]:
    """Yield frames of a clip, encoded, in the order asked for, preparing the next ones meanwhile.

    What a frame is encoded to does not depend on any mask, so it need not wait for the one before.
    Only the reading thread touches the clip until the generator is closed; closing waits for it.
    """
    encode = propagator.encode
    if propagator.encodes_in_parallel:
        yield from read_ahead(clip, frames, encode)
        return
    with closing(read_ahead(clip, frames, lambda frame: frame)) as found:
        for t, frame in found:
            yield t, encode(frame)


def read_ahead(
    clip: Clip, frames: Iterable[int], prepare: Callable[[Frame], T]
) -> Generator[tuple[int, T], None, None]:
    """Yield frames of a clip, prepared, in the order asked for, from a thread.

    prepare : is given each frame, uint8 (H, W, 3) RGB.
    """

    def read(t: int) -> T:
        return prepare(clip[t])

    wanted = iter(frames)
    waiting: deque[tuple[int, Future[T]]] = deque()
    with ThreadPoolExecutor(1, "read-ahead") as pool:
        try:
            while True:
                while len(waiting) <= N_AHEAD and (t := next(wanted, None)) is not None:
                    waiting.append((t, pool.submit(read, t)))
                if not waiting:
                    return
                t, frame = waiting.popleft()
                yield t, frame.result()
        finally:
            for _, frame in waiting:
                frame.cancel()
