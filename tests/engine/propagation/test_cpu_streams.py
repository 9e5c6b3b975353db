"""Two streams of work: at once where a CPU has threads for them, in order, and left as it was."""

from __future__ import annotations

import threading

import pytest
import torch

from vosgui.engine.models.device import use_threads
from vosgui.engine.propagation.cpu_streams import CpuStreams

CPU = torch.device("cpu")


def test_two_streams_work_at_once_with_half_of_the_threads_each(two_threads: None) -> None:
    streams = CpuStreams(CPU)
    both = threading.Barrier(2, timeout=30)  # passed only if two are there at once

    def work(n: int) -> tuple[int, int]:
        both.wait()
        return n, torch.get_num_threads()

    assert streams.n == 2
    assert streams.map(work, [3, 1, 2, 0]) == [(3, 1), (1, 1), (2, 1), (0, 1)]
    with streams.one():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


def test_one_stream_works_in_the_thread_that_asks(two_threads: None) -> None:
    use_threads(1)
    streams = CpuStreams(CPU)
    assert streams.n == 1
    here = threading.get_ident()
    assert streams.map(lambda _: threading.get_ident(), range(3)) == [here] * 3


def test_what_fails_in_a_stream_is_told(two_threads: None) -> None:
    with pytest.raises(ZeroDivisionError):
        CpuStreams(CPU).map(lambda n: 1 // n, [1, 0])


def test_streams_that_are_made_while_others_work_have_all_threads(two_threads: None) -> None:
    streams = CpuStreams(CPU)
    found: list[int] = []
    with streams.one():
        new = threading.Thread(target=lambda: found.append(CpuStreams(CPU).n))
        new.start()
        new.join()
    assert found == [2]
