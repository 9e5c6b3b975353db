"""Ahead and behind: what no frame waits for, in threads of its own.

Frames are read and scaled, then encoded where that can be, ahead of their use; what was carried is
decided on behind, while the next frame is at work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Any

from vosgui.core.clip import Clip
from vosgui.core.edits import FrameResult
from vosgui.engine.propagation.propagator import Propagator
from vosgui.engine.propagation.tracker import Undecided

N_AHEAD = 2
N_BEHIND = 2


def encode_ahead(
    clip: Clip, frames: Iterable[int], propagator: Propagator
) -> Generator[tuple[int, Any], None, None]:
    """Yield frames of a clip, encoded, in the order asked for, preparing the next ones meanwhile.

    What a frame is encoded to does not depend on any mask, so it need not wait for the one before.
    Only the reading thread touches the clip until the generator is closed; closing waits for it.
    """

    def read(t: int) -> Any:
        return propagator.prepare(clip[t])

    def encode(prepared: Future[Any]) -> Any:
        return propagator.encode_prepared(prepared.result())

    wanted = iter(frames)
    waiting: deque[tuple[int, Future[Any]]] = deque()
    with (
        ThreadPoolExecutor(1, "encode-ahead") as encoder,
        ThreadPoolExecutor(1, "read-ahead") as reader,
    ):
        try:
            while True:
                while len(waiting) <= N_AHEAD and (t := next(wanted, None)) is not None:
                    found = reader.submit(read, t)
                    if propagator.encodes_in_parallel:
                        found = encoder.submit(encode, found)
                    waiting.append((t, found))
                if not waiting:
                    return
                t, found = waiting.popleft()
                yield t, found.result() if propagator.encodes_in_parallel else encode(found)
        finally:
            for _, found in waiting:
                found.cancel()
            reader.shutdown(wait=False, cancel_futures=True)  # what the encoder waits for, too


def decided_behind(
    carried: Generator[Undecided, None, None], n_behind: int = N_BEHIND
) -> Generator[FrameResult, None, None]:
    """Yield what becomes of each frame, decided in a thread while the next ones are carried.

    n_behind : how many frames further the run may be by then. What it raises is raised when all
    frames before are yielded. Closing ends it.
    """
    waiting: deque[Future[FrameResult]] = deque()
    with closing(carried), ThreadPoolExecutor(1, "decide-behind") as decider:
        while True:
            try:
                undecided = next(carried, None)
            except Exception:
                while waiting:
                    yield waiting.popleft().result()
                raise
            if undecided is not None:
                waiting.append(decider.submit(undecided.decide))
            while len(waiting) > (n_behind if undecided is not None else 0):
                yield waiting.popleft().result()
            if undecided is None:
                return
