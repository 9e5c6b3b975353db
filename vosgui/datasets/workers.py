"""Work by the clip: in this process, spread over several, or over the machines of a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar, cast

from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import counted
from vosgui.datasets.cluster import Cluster, cluster_workers
from vosgui.datasets.processes import keep_freed_memory, processes
from vosgui.errors import DatasetError, InputError, ModelError, TargetError

Job = TypeVar("Job")
Result = TypeVar("Result")
Workers = int | Cluster  # so many processes of this machine, 1 for this one alone, or a cluster's

_AHEAD = 8  # jobs of each worker that are begun before it is their turn
_TICK_S = 0.1  # how often the frames done elsewhere are counted, and a stop is heard
_NAMED = 10  # clips that failed, in one message


class _Answer(Protocol):
    """What becomes of a job: no result where it was called off."""

    def result(self) -> tuple[Any, ...]: ...

    def add_done_callback(self, fn: Callable[[Any], object], /) -> object: ...


class _Pool(Protocol):
    """Workers at work. n : how many jobs they do at a time."""

    n: int

    def submit(self, index: int, function: Callable[[Any, Progress], Any], job: Any) -> _Answer: ...

    def n_frames(self) -> int: ...


def n_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def each_job(
    function: Callable[[Job, Progress], Result],
    jobs: Sequence[Job],
    workers: Workers,
    progress: Progress = NO_PROGRESS,
) -> Generator[Result, None, None]:
    """Yield the result of each job in its turn; raise the first error that is met.

    function : of a module's top level, as are the types of jobs and results: they are pickled. It
        reports how many frames of its job are done. On a cluster it may run twice, where a worker
        is lost: what it writes is whole, and the same each time.
    progress : hears how many jobs are done. What its `report` raises ends every job, wherever it is
        at work, at its own next report, and is raised here.
    Raises what the function raises, InternalError where a process dies, InputError where there is
    no such cluster, or its workers are others than what is installed here.
    """
    each = _each(function, jobs, workers, _told(jobs, progress, None), _AHEAD)
    yield from cast(Generator[Result, None, None], each)


def each_outcome(
    function: Callable[[Job, Progress], Result],
    jobs: Sequence[Job],
    workers: Workers,
    progress: Progress = NO_PROGRESS,
    n_frames: int | None = None,
    n_ahead: int = _AHEAD,
) -> Generator[Result | InputError, None, None]:
    """Yield what became of each job in its turn: as `each_job`, but one that fails stops no other.

    In its place stands its error; what keeps all of them from being done, TargetError or
    ModelError, is raised.

    n_frames : how many frames there will be of all jobs: then the progress hears of frames.
    n_ahead : how many jobs of each worker may be begun before it is their turn: their results are
        held.
    """
    tell = _told(jobs, progress, n_frames)
    yield from _each(function, jobs, workers, tell, n_ahead, go_on=True)


def none_failed(results: Sequence[Result | InputError], names: Sequence[str]) -> list[Result]:
    """Return the results where no clip failed; else raise one error that names each, and why.

    names : of the clips.
    """
    failed = {
        name: one for name, one in zip(names, results, strict=True) if isinstance(one, InputError)
    }
    if len(failed) == 1:
        raise next(iter(failed.values()))
    if failed:
        told = [f"{name}: {error}" for name, error in islice(failed.items(), _NAMED)]
        more = f" And {len(failed) - _NAMED} more." if len(failed) > _NAMED else ""
        raise DatasetError(
            f"{len(failed)} of {counted(len(names), 'clip')} could not be done. "
            f"{' '.join(told)}{more}"
        )
    return [one for one in results if not isinstance(one, InputError)]


_Tell = Callable[[int, int], None]  # of so many jobs done, and frames of all jobs


def _told(jobs: Sequence[Any], progress: Progress, n_frames: int | None) -> _Tell:
    def tell(n_done: int, n_frames_done: int) -> None:
        if n_frames is None:
            progress.report(n_done, len(jobs), counted(n_frames_done, "frame"))
        else:
            text = f"{n_done} of {counted(len(jobs), 'clip')}"
            progress.report(n_frames_done, n_frames, text)

    return tell


def _each(
    function: Callable[[Job, Progress], Result],
    jobs: Sequence[Job],
    workers: Workers,
    tell: _Tell,
    n_ahead: int,
    *,
    go_on: bool = False,
) -> Generator[Result | InputError, None, None]:
    """Yield each result in its turn, and where `go_on` the errors of jobs that failed."""
    if isinstance(workers, int):
        workers = min(workers, len(jobs))
        if workers <= 1:
            return _here(function, jobs, tell, go_on)
        pool: AbstractContextManager[_Pool] = processes(workers, jobs)
    else:
        pool = cluster_workers(workers, jobs)
    return _spread(function, jobs, pool, n_ahead, tell, go_on)


def _here(
    function: Callable[[Job, Progress], Result], jobs: Sequence[Job], tell: _Tell, go_on: bool
) -> Generator[Result | InputError, None, None]:
    keep_freed_memory()
    n_before = 0
    for n, job in enumerate(jobs):
        here = _Count(partial(tell, n), n_before)
        result = _outcome(partial(function, job, here), go_on)
        n_before = here.n_frames
        tell(n + 1, n_before)
        yield result


def _spread(
    function: Callable[[Job, Progress], Result],
    jobs: Sequence[Job],
    pool: AbstractContextManager[_Pool],
    n_ahead: int,
    tell: _Tell,
    go_on: bool,
) -> Generator[Result | InputError, None, None]:
    with pool as workers:
        ended: SimpleQueue[int] = SimpleQueue()
        answers: dict[int, _Answer] = {}
        results: dict[int, Result | InputError] = {}
        n_begun = n_done = 0
        for turn in range(len(jobs)):
            while turn not in results:
                while n_begun < min(turn + n_ahead * workers.n, len(jobs)):
                    answer = workers.submit(n_begun, function, jobs[n_begun])
                    answers[n_begun] = answer
                    answer.add_done_callback(partial(_note_end, ended, n_begun))
                    n_begun += 1
                with suppress(Empty):
                    n = ended.get(timeout=_TICK_S)
                    results[n] = _outcome(partial(_result, answers.pop(n)), go_on)
                    n_done += 1
                tell(n_done, workers.n_frames())
            yield results.pop(turn)


def _note_end(ended: SimpleQueue[int], n: int, _: object) -> None:
    ended.put(n)


def _result(answer: _Answer) -> Any:
    (result,) = answer.result()
    return result


def _outcome(work: Callable[[], Result], go_on: bool) -> Result | InputError:
    """Return the result of some work, or its error where that may stop no other."""
    try:
        return work()
    except (TargetError, ModelError):
        raise
    except InputError as error:
        if not go_on:
            raise
        return error


class _Count(Progress):
    """What a job in this process reports to. n_frames : of it and of those before it."""

    def __init__(self, tell: Callable[[int], None], n_before: int) -> None:
        self._tell, self._n_before = tell, n_before
        self.n_frames = n_before

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        self.n_frames = self._n_before + int(n_done)
        self._tell(self.n_frames)
