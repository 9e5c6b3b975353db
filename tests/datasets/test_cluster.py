"""Work by the clip on the workers of a Dask cluster: a scheduler and two workers over loopback."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.dask_cluster import dask_cluster, dask_workers, scheduler
from tests.hearing import Heard, Stopped
from vosgui.core.progress import Progress
from vosgui.datasets import cluster as cluster_module
from vosgui.datasets.cluster import Cluster
from vosgui.datasets.workers import each_job, each_outcome, none_failed
from vosgui.errors import ClipError, DatasetError, InputError


@dataclass(frozen=True)
class Work:
    """A clip of `n_frames` frames. folder : where it tells what becomes of it."""

    name: str
    n_frames: int
    folder: Path

    @property
    def begun(self) -> Path:
        return self.folder / f"{self.name} begun"

    @property
    def stopped(self) -> Path:
        return self.folder / f"{self.name} stopped"


def count(work: Work, progress: Progress) -> str:
    work.begun.write_text(str(os.getpid()))
    n = 0
    try:
        while n < work.n_frames and not (work.folder / "enough").exists():
            n += 1
            progress.report(n)
    except BaseException:
        work.stopped.touch()
        raise
    if not work.n_frames:
        raise ClipError(f"{work.name} has no frames")
    return f"{work.name} in {work.folder}"


def works(folder: Path, *n_frames: int) -> list[Work]:
    return [Work(f"clip {n}", frames, folder) for n, frames in enumerate(n_frames)]


def wait_for(path: Path) -> None:
    for _ in range(600):
        if path.exists() and path.stat().st_size:
            return
        threading.Event().wait(0.05)
    raise AssertionError(path)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with dask_cluster("", "") as address:
        yield address


def test_results_come_in_turn_and_frames_are_counted(tmp_path: Path, address: str) -> None:
    heard = Heard()
    jobs = works(tmp_path, 3, 20, 4)
    results = list(each_outcome(count, jobs, Cluster(address), heard, n_frames=27))
    assert results == [f"clip {n} in {tmp_path}" for n in range(3)]
    assert heard.said[-1] == (27, 27, "3 of 3 clips")
    assert heard.parts == sorted(heard.parts)


def test_a_relative_path_is_where_the_command_was_given(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert list(each_job(count, works(Path(), 3), Cluster(address))) == [f"clip 0 in {tmp_path}"]
    assert (tmp_path / "clip 0 begun").exists()


def test_one_that_fails_stops_no_other(tmp_path: Path, address: str) -> None:
    jobs = works(tmp_path, 0, 3, 0)
    found = list(each_outcome(count, jobs, Cluster(address)))
    assert found[1] == f"clip 1 in {tmp_path}"
    with pytest.raises(DatasetError, match=r"2 of 3 clips.*clip 0: clip 0 has no frames.*clip 2: "):
        none_failed(found, [job.name for job in jobs])
    with pytest.raises(ClipError, match=r"clip [02] has no frames"):
        list(each_job(count, jobs, Cluster(address)))


def test_stopped_it_calls_off_what_the_scheduler_holds(tmp_path: Path, address: str) -> None:
    jobs = works(tmp_path, *[1 << 40] * 6)
    with pytest.raises(Stopped):
        list(each_job(count, jobs, Cluster(address), Heard(lambda told: told.n_frames[-1] > 0)))
    begun = [job for job in jobs if job.begun.exists()]
    assert 1 <= len(begun) <= 2, "no more than there are workers"
    assert all(job.stopped.exists() for job in begun)
    assert len(list(each_job(count, works(tmp_path, 2, 2), Cluster(address)))) == 2


def test_who_is_gone_has_nothing_done_any_more(tmp_path: Path, address: str) -> None:
    with closing(each_job(count, works(tmp_path, 1, 1 << 40), Cluster(address))) as results:
        next(results)
        wait_for(tmp_path / "clip 1 begun")
    assert (tmp_path / "clip 1 stopped").exists()


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    jobs = works(tmp_path, 3, 1 << 40, 3, 3)

    def kill() -> None:
        wait_for(jobs[1].begun)
        os.kill(int(jobs[1].begun.read_text()), signal.SIGKILL)
        (tmp_path / "enough").touch()

    with dask_cluster("", "") as address:
        killer = threading.Thread(target=kill)
        killer.start()
        results = list(each_job(count, jobs, Cluster(address)))
        killer.join()
    assert results == [f"clip {n} in {tmp_path}" for n in range(4)]


VERSIONS = cluster_module._versions


def versions_or_death(here: int, died: Path) -> dict[str, str]:
    if os.getpid() != here:
        try:
            died.touch(exist_ok=False)
        except FileExistsError:
            return VERSIONS()
        os.kill(os.getpid(), signal.SIGKILL)
    return VERSIONS()


def test_a_worker_that_is_killed_while_all_are_looked_at_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = partial(versions_or_death, os.getpid(), tmp_path / "died")
    monkeypatch.setattr(cluster_module, "_versions", versions)
    with dask_cluster("", "") as address:
        results = list(each_job(count, works(tmp_path, 3, 3, 3), Cluster(address)))
    assert results == [f"clip {n} in {tmp_path}" for n in range(3)]
    assert (tmp_path / "died").exists()


def die(work: Work, progress: Progress) -> str:
    if work.name == "clip 0":
        os.kill(os.getpid(), signal.SIGKILL)
    return work.name


def test_a_clip_that_kills_its_workers_is_told_and_stops_no_other(tmp_path: Path) -> None:
    jobs = works(tmp_path, 1, 1)
    with scheduler(deaths=0) as address, dask_workers(address, ["", ""]):
        found = list(each_outcome(die, jobs, Cluster(address)))
    assert isinstance(found[0], DatasetError) and "1 worker died" in str(found[0])
    assert found[1] == "clip 1"


def test_work_for_a_GPU_goes_to_workers_that_have_one(tmp_path: Path) -> None:
    with scheduler() as address, dask_workers(address, ["", "GPU=1"]):
        for wants_gpu, n in ((True, 1), (False, 2)):
            folder = tmp_path / str(n)
            folder.mkdir()
            jobs = works(folder, *[2000] * 8)
            list(each_job(count, jobs, Cluster(address, wants_gpu)))
            assert len({job.begun.read_text() for job in jobs}) == n


def test_other_versions_are_one_line(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "__version__", "99")
    with pytest.raises(InputError, match=r"tcp://127.0.0.1:\d+ has vosgui .*, here 99\."):
        list(each_job(count, works(tmp_path, 1), Cluster(address)))


def test_a_worker_that_does_not_see_a_file_is_one_line(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "exists", lambda path: "clip" in str(path))  # on another disk
    with pytest.raises(DatasetError, match=r"does not see .*a clip.*disk that all"):
        list(each_job(count, works(tmp_path / "a clip", 1), Cluster(address)))


def test_no_scheduler_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "_ANSWERS_S", 0.5)
    with scheduler() as address:
        pass
    for one in (address, "nonsense://x:1"):
        with pytest.raises(InputError, match=f"No Dask scheduler answers at {one}"):
            list(each_job(count, works(tmp_path, 1), Cluster(one)))


def test_without_dask_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'vosgui\[cluster\]'"):
        list(each_job(count, works(tmp_path, 1), Cluster("tcp://127.0.0.1:1")))
