"""Frames read, and encoded where that can be, in a thread of their own, ahead of their use."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from vosgui.core.clip import Clip
from vosgui.engine.propagation.propagator import Propagator

N_AHEAD = 2


def encode_ahead(
    clip: Clip, frames: Iterable[int], propagator: Propagator
) -> Generator[tuple[int, Any], None, None]:
    """Yield frames of a clip, encoded, in the order asked for, preparing the next ones meanwhile.

    What a frame is encoded to does not depend on any mask, so it need not wait for the one before.
    Only the reading thread touches the clip until the generator is closed; closing waits for it.
    """

    def read(t: int) -> Any:
        return propagator.encode(clip[t]) if in_thread else clip[t]

    in_thread = propagator.encodes_in_parallel
    wanted = iter(frames)
    waiting: deque[tuple[int, Future[Any]]] = deque()
    with ThreadPoolExecutor(1, "read-ahead") as pool:
        try:
            while True:
                while len(waiting) <= N_AHEAD and (t := next(wanted, None)) is not None:
                    waiting.append((t, pool.submit(read, t)))
                if not waiting:
                    return
                t, found = waiting.popleft()
                yield t, found.result() if in_thread else propagator.encode(found.result())
        finally:
            for _, found in waiting:
                found.cancel()
