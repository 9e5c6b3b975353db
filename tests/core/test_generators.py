"""Generators that are told of otherwise, or run at once: nothing of them is lost."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from vosgui.core.generators import result_of, told_as


def work(n: int, closed: list[int]) -> Generator[int, None, str]:
    try:
        yield from range(n)
    finally:
        closed.append(n)
    return f"{n} done"


@pytest.mark.parametrize("n", [0, 1, 3])
def test_every_step_is_told_and_the_result_comes_back(n: int) -> None:
    told, closed = [], list[int]()
    steps = told_as(work(n, closed), str)
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            assert end.value == f"{n} done"
            break
    assert told == [str(i) for i in range(n)] and closed == [n]
    assert result_of(work(n, closed)) == f"{n} done"


def test_closed_early_it_closes_the_work() -> None:
    closed: list[int] = []
    steps = told_as(work(3, closed), str)
    assert next(steps) == "0" and not closed
    steps.close()
    assert closed == [3]
