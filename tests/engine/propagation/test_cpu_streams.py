"""Two lines of work: at once where a CPU has threads for them, in order, and left as it was."""

from __future__ import annotations

import threading

import pytest
import torch

from vosgui.engine.propagation.cpu_streams import Lines

CPU = torch.device("cpu")


def test_two_lines_work_at_once_with_half_of_the_threads_each(two_threads: None) -> None:
    lines = Lines(CPU)
    both = threading.Barrier(2, timeout=30)  # passed only if two are there at once

    def work(n: int) -> tuple[int, int]:
        both.wait()
        return n, torch.get_num_threads()

    assert lines.n == 2
    assert lines.each(work, [3, 1, 2, 0]) == [(3, 1), (1, 1), (2, 1), (0, 1)]
    with lines.one():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


def test_one_line_works_in_the_thread_that_asks(two_threads: None) -> None:
    torch.set_num_threads(1)
    lines = Lines(CPU)
    assert lines.n == 1
    here = threading.get_ident()
    assert lines.each(lambda _: threading.get_ident(), range(3)) == [here] * 3


def test_what_fails_in_a_line_is_told(two_threads: None) -> None:
    with pytest.raises(ZeroDivisionError):
        Lines(CPU).each(lambda n: 1 // n, [1, 0])
