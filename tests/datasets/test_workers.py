"""Work by the clip that tells of its frames, in one process and in several."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hearing import Heard, Stopped
from vosgui.core.progress import Progress
from vosgui.datasets.workers import each_job, each_outcome
from vosgui.errors import ClipError, InternalError


@dataclass(frozen=True)
class Work:
    """Frames to count; `stopped` is written where the work is stopped before its end."""

    name: str
    n_frames: int
    stopped: Path


def count(work: Work, progress: Progress) -> str:
    n = 0
    try:
        while n < work.n_frames:
            n += 1
            progress.report(n)
    finally:
        if n < work.n_frames:
            work.stopped.write_text(work.name)
    if not work.n_frames:
        raise ClipError(f"{work.name} has no frames")
    return work.name


def jobs(folder: Path, *n_frames: int) -> list[Work]:
    return [Work(f"clip {n}", frames, folder / f"{n}") for n, frames in enumerate(n_frames)]


@pytest.mark.parametrize("n_workers", [1, 2])
def test_jobs_and_their_frames_are_counted(tmp_path: Path, n_workers: int) -> None:
    heard = Heard()
    results = list(each_job(count, jobs(tmp_path, 3, 20, 4), n_workers, heard))
    assert results == ["clip 0", "clip 1", "clip 2"]
    assert heard.n_frames == sorted(heard.n_frames)
    assert heard.n_frames[-1] == 27
    assert heard.parts == sorted(heard.parts) and heard.parts[-1] == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("n_workers", [1, 2])
def test_frames_are_the_measure_where_their_number_is_known(tmp_path: Path, n_workers: int) -> None:
    heard = Heard()
    list(each_outcome(count, jobs(tmp_path, 3, 20, 4), n_workers, heard, n_frames=27))
    assert heard.said[-1] == (27, 27, "3 of 3 clips")


@pytest.mark.parametrize("n_workers", [1, 2])
def test_each_result_in_its_turn(tmp_path: Path, n_workers: int) -> None:
    lengths = [5000, 1, 2, 3, *range(1, 40)]
    heard = Heard()
    results = list(each_job(count, jobs(tmp_path, *lengths), n_workers, heard))
    assert results == [f"clip {n}" for n in range(len(lengths))]
    assert heard.n_frames == sorted(heard.n_frames)


@pytest.mark.parametrize("n_workers", [1, 2])
def test_stopped_it_stops_what_is_at_work(tmp_path: Path, n_workers: int) -> None:
    endless = jobs(tmp_path, 1 << 40, 1 << 40)
    with pytest.raises(Stopped):
        list(each_job(count, endless, n_workers, Heard(lambda heard: heard.n_frames[-1] > 0)))
    assert (tmp_path / "0").exists() or (tmp_path / "1").exists()


@pytest.mark.parametrize("n_workers", [1, 2])
def test_one_that_fails_ends_the_others(tmp_path: Path, n_workers: int) -> None:
    with pytest.raises(ClipError, match="clip 0 has no frames"):
        list(each_job(count, jobs(tmp_path, 0, 1 << 40), n_workers))


def die(work: Work, progress: Progress) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_is_killed_is_told_and_ends_the_work(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="fewer workers"):
        list(each_job(die, jobs(tmp_path, 1, 1), 2))
