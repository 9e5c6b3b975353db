"""Work by the clip that tells of its frames, in one process and in several."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from vosgui.datasets.workers import Done, Frames, each_clip_by_frame, each_clip_in_turn
from vosgui.errors import ClipError


@dataclass(frozen=True)
class Work:
    """Frames to count; `closed` is written where the work is closed before its end."""

    name: str
    n_frames: int
    closed: Path


def count(work: Work) -> Generator[int, None, str]:
    try:
        yield from range(1, work.n_frames + 1)
    except GeneratorExit:
        work.closed.write_text(work.name)
        raise
    if not work.n_frames:
        raise ClipError(f"{work.name} has no frames")
    return work.name


def jobs(folder: Path, *n_frames: int) -> list[Work]:
    return [Work(f"clip {n}", frames, folder / f"{n}") for n, frames in enumerate(n_frames)]


@pytest.mark.parametrize("n_workers", [1, 2])
def test_each_result_comes_under_its_place_and_frames_are_counted(
    tmp_path: Path, n_workers: int
) -> None:
    steps = list(each_clip_by_frame(count, jobs(tmp_path, 3, 20, 4), n_workers))
    results = {step.index: step.result for step in steps if isinstance(step, Done)}
    assert results == {0: "clip 0", 1: "clip 1", 2: "clip 2"}
    frames = [step.n for step in steps if isinstance(step, Frames)]
    assert frames == sorted(frames)
    assert frames[-1] == 27
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("n_workers", [1, 2])
def test_each_result_in_its_turn(tmp_path: Path, n_workers: int) -> None:
    lengths = [5000, 1, 2, 3, *range(1, 40)]
    steps = list(each_clip_in_turn(count, jobs(tmp_path, *lengths), n_workers))
    done = [(step.index, step.result) for step in steps if isinstance(step, Done)]
    assert done == [(n, f"clip {n}") for n in range(len(lengths))]
    frames = [step.n for step in steps if isinstance(step, Frames)]
    assert frames == sorted(frames)


@pytest.mark.parametrize("each", [each_clip_by_frame, each_clip_in_turn])
@pytest.mark.parametrize("n_workers", [1, 2])
def test_closed_it_closes_what_is_at_work(
    tmp_path: Path, n_workers: int, each: Callable[..., Generator[Any, None, None]]
) -> None:
    endless = jobs(tmp_path, 1 << 40, 1 << 40)
    steps = each(count, endless, n_workers)
    while not isinstance(step := next(steps), Frames) or not step.n:
        pass
    steps.close()
    assert (tmp_path / "0").exists() or (tmp_path / "1").exists()


@pytest.mark.parametrize("each", [each_clip_by_frame, each_clip_in_turn])
@pytest.mark.parametrize("n_workers", [1, 2])
def test_one_that_fails_ends_the_others(
    tmp_path: Path, n_workers: int, each: Callable[..., Generator[Any, None, None]]
) -> None:
    with pytest.raises(ClipError, match="clip 0 has no frames"):
        list(each(count, jobs(tmp_path, 0, 1 << 40), n_workers))
