"""The machines of a Dask cluster that is running, as workers: `pip install 'vosgui[cluster]'`."""

from __future__ import annotations

import io
import pickle
import platform
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import cv2

from vosgui import __version__
from vosgui.core.progress import Progress
from vosgui.core.words import counted
from vosgui.datasets.processes import Stopped, keep_freed_memory
from vosgui.errors import DatasetError, InputError

if TYPE_CHECKING:
    from distributed import Client, Future

Job = TypeVar("Job")
Result = TypeVar("Result")

GPU = "GPU"  # the resource of workers that have one: `dask worker --resources GPU=1`
_ANSWERS_S = 10.0  # a scheduler that is there answers by then
_ENDS_S = 10.0  # what is called off is at its next report by then
_TOLD_S = 0.3  # how often a worker tells how far it is
_LOOKED_AT = 4  # jobs whose files every worker must see before anything begins


@dataclass(frozen=True)
class Cluster:
    """The workers of a Dask cluster.

    address : of its scheduler, such as tcp://10.0.0.1:8786. wants_gpu : whether the work goes to
        the workers with a GPU where some say that they have one, one clip at a time for each.
    """

    address: str
    wants_gpu: bool = False


class ClusterWorkers:
    """The workers of a cluster, at work for this process."""

    def __init__(self, client: Client, cluster: Cluster, n: int, resources: dict[str, int]) -> None:
        self.n = n
        self._client, self._address, self._resources = client, cluster.address, resources
        self._topic = f"vosgui-{client.id}"
        self._answers: list[_Answer] = []
        self._n_frames: dict[int, int] = {}
        self._at_work: set[int] = set()
        client.subscribe_topic(self._topic, self._hear)

    def submit(self, index: int, function: Callable[[Job, Progress], Result], job: Job) -> _Answer:
        """Have a job done."""
        work, _ = _pickled((function, job))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a clip in memory is large, and goes once
            future = self._client.submit(
                _run_there,
                work,
                index,
                self._topic,
                key=f"{self._topic}-{index}",
                resources=self._resources or None,
                pure=False,
            )
        answer = _Answer(future, self._address, partial(self._end, index))
        self._answers.append(answer)
        return answer

    def n_frames(self) -> int:
        """Return how many frames of all jobs are done; InputError where the scheduler is gone."""
        if self._client.status in ("closing", "closed"):
            raise _gone(self._address)
        return sum(self._n_frames.values())

    def cancel(self) -> None:
        """Call off what the scheduler still holds, and wait for what is at work to end."""
        self._client.cancel([one.future for one in self._answers], force=True)
        last = time.monotonic() + _ENDS_S
        while self._at_work and time.monotonic() < last and self._client.status == "running":
            time.sleep(_TOLD_S / 3)

    def _count(self, index: int, n_frames: int) -> None:
        # A job that is begun anew elsewhere is counted on when it is as far as it was.
        self._n_frames[index] = max(n_frames, self._n_frames.get(index, 0))

    def _end(self, index: int, n_frames: int) -> None:
        self._count(index, n_frames)
        self._at_work.discard(index)  # a worker that died at it does not tell so

    def _hear(self, event: tuple[float, tuple[int, int, bool]]) -> None:
        index, n_frames, ended = event[1]
        self._count(index, n_frames)
        (self._at_work.discard if ended else self._at_work.add)(index)


class _Answer:
    """What becomes of a job on a cluster."""

    def __init__(self, future: Future, address: str, end: Callable[[int], None]) -> None:
        self.future, self._address, self._end = future, address, end

    def add_done_callback(self, fn: Callable[[Any], object]) -> None:
        """Have a function called when the job has ended."""
        self.future.add_done_callback(fn)

    def result(self) -> tuple[Any, ...]:
        """Return the result, or raise what the job has raised."""
        from distributed import CancelledError, KilledWorker

        n_frames, result = 0, []
        try:
            n_frames, *result = self.future.result()
        except KilledWorker as error:
            n = counted(error.allowed_failures + 1, "worker")
            raise DatasetError(
                f"{n} died at it, most likely for want of memory; the last one was "
                f"{error.last_worker.address}."
            ) from error
        except CancelledError as error:
            raise _gone(self._address) from error
        finally:
            self._end(n_frames)
        return tuple(result)


@contextmanager
def cluster_workers(cluster: Cluster, jobs: Sequence[object]) -> Iterator[ClusterWorkers]:
    """Connect to a cluster; call off with the block what it still holds.

    Raises InputError where Dask is not installed, there is no such scheduler, a worker runs other
    versions than are installed here, or does not see the files of the first jobs.
    """
    client = _connected(cluster.address)
    try:
        with suppress(TimeoutError):  # workers may join later
            client.wait_for_workers(1, timeout=_ANSWERS_S)
        _check_versions(client)
        _check_shared(client, jobs)
        there = client.scheduler_info()["workers"].values()
        gpus = sum(int(one["resources"].get(GPU, 0)) for one in there) if cluster.wants_gpu else 0
        n = gpus or sum(one["nthreads"] for one in there)
        workers = ClusterWorkers(client, cluster, max(1, n), {GPU: 1} if gpus else {})
        try:
            yield workers
        finally:
            workers.cancel()
    finally:
        client.close()


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(
            "A Dask cluster needs Dask, which is not installed: pip install 'vosgui[cluster]'."
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of versions, in a table: see _check_versions
            return Client(address, timeout=_ANSWERS_S, set_as_default=False, name="vosgui")
    except (OSError, ValueError) as error:
        raise InputError(
            f"No Dask scheduler answers at {address}. Start one by `dask scheduler`, which says "
            "its address, such as tcp://10.0.0.1:8786."
        ) from error


def _gone(address: str) -> InputError:
    return InputError(
        f"The Dask scheduler at {address} is gone. What is done is kept: start it again, and the "
        "same command goes on."
    )


def _versions() -> dict[str, str]:
    """Return the versions that must be the same everywhere for the same result."""
    import distributed
    import numpy

    python = ".".join(platform.python_version_tuple()[:2])
    return {
        "vosgui": __version__,
        "Python": python,
        "distributed": distributed.__version__,
        "opencv-python": cv2.__version__,
        "numpy": numpy.__version__,
    }


def _check_versions(client: Client) -> None:
    """Raise InputError for the first worker that has other versions, or no vosgui at all."""
    here = _versions()
    for address, there in _asked(client, _versions).items():
        if isinstance(there, Exception):
            raise InputError(
                f"The worker {address} cannot run vosgui: {there}. Install vosgui {__version__} "
                "there, with the extra [cluster]."
            )
        other = [f"{name} {there[name]}, here {now}" for name, now in here.items()
                 if there[name] != now]  # fmt: skip
        if other:
            raise InputError(
                f"The worker {address} has {'; '.join(other)}. Install the same versions on every "
                "machine: others may give other bytes."
            )


def _check_shared(client: Client, jobs: Sequence[object]) -> None:
    """Raise DatasetError for the first worker that does not see a file or folder of this disk."""
    paths = {path for job in islice(jobs, _LOOKED_AT) for path in _pickled(job)[1] if path.exists()}
    for address, lost in _asked(client, _missing, [str(path) for path in sorted(paths)]).items():
        if lost:
            raise DatasetError(
                f"The worker {address} does not see {lost[0]}. Put it on a disk that all machines "
                "have under the same path, and run the command there."
            )


def _asked(client: Client, function: Callable[..., Any], *arguments: Any) -> Mapping[str, Any]:
    """Return the answer of each worker by its address, an error where it could not give one.

    A worker that is lost meanwhile is none.
    """
    answers: Mapping[str, Any] = client.run(function, *arguments, on_error="return")
    last = time.monotonic() + _ANSWERS_S
    while any(isinstance(one, OSError) for one in answers.values()) and time.monotonic() < last:
        time.sleep(_TOLD_S)  # until the scheduler has noticed, too
        there = client.scheduler_info()["workers"]
        answers = {name: answer for name, answer in answers.items() if name in there}
    return answers


class _Pickler(pickle.Pickler):
    """Pickles paths as they are seen from anywhere, and notes them."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.paths: list[Path] = []

    def reducer_override(self, value: Any) -> Any:
        if not isinstance(value, Path):
            return NotImplemented
        self.paths.append(value.absolute())
        return Path, (str(value.absolute()),)


def _pickled(value: object) -> tuple[bytes, list[Path]]:
    """Return a value pickled, its relative paths absolute, and the paths within."""
    file = io.BytesIO()
    pickler = _Pickler(file)
    pickler.dump(value)
    return file.getvalue(), pickler.paths


# -- on the workers ---------------------------------------------------------------------------


def _missing(paths: Sequence[str]) -> list[str]:
    return [path for path in paths if not Path(path).exists()]


@cache
def _set_up() -> None:
    keep_freed_memory()
    cv2.setNumThreads(1)


class _There(Progress):
    """What a job on a worker of a cluster reports to; it tells the process that waits for it."""

    def __init__(self, index: int, topic: str) -> None:
        from distributed import get_worker

        self._worker, self._index, self._topic = get_worker(), index, topic
        self._key = self._worker.get_current_task()
        self._told = 0.0
        self.n_frames = 0

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        task = self._worker.state.tasks.get(self._key)
        if task is None or task.state == "cancelled":  # also where who wanted it is gone
            raise Stopped
        self.n_frames = int(n_done)
        if (now := time.monotonic()) > self._told + _TOLD_S:
            self._told = now
            self.tell()

    def tell(self, *, ended: bool = False) -> None:
        self._worker.log_event(self._topic, (self._index, self.n_frames, ended))


def _run_there(work: bytes, index: int, topic: str) -> tuple[Any, ...]:
    """Return how many frames a job has, and its result; none where it was called off."""
    _set_up()
    progress = _There(index, topic)
    try:
        progress.report(0)
        function, job = pickle.loads(work)
        result = function(job, progress)
        return progress.n_frames, result
    except Stopped:
        return (progress.n_frames,)
    finally:
        progress.tell(ended=True)
