"""A Dask cluster on this machine: a scheduler and workers, each a process, over loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def _process(*words: str, deaths: str = "3") -> Iterator[subprocess.Popen[str]]:
    """Start a program of `distributed`; end it with the block, if it has not ended."""
    program = [sys.executable, "-m", f"distributed.cli.dask_{words[0]}", "--no-dashboard"]
    with subprocess.Popen(
        [*program, *words[1:]],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={
            **os.environ,
            "OMP_NUM_THREADS": "1",  # as Dask starts workers that it watches over
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": deaths,
        },
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if words in line:
            return line
    raise AssertionError("".join(said))


@contextmanager
def scheduler(deaths: int = 3) -> Iterator[str]:
    """Start a scheduler; yield its address. deaths : of workers that a clip is forgiven."""
    words = ["scheduler", "--host", "127.0.0.1", "--port", "0"]
    with _process(*words, deaths=str(deaths)) as process:
        line = _line_with(process, "Scheduler at:")
        yield line.partition("at:")[2].strip()


@contextmanager
def dask_workers(address: str, resources: Sequence[str]) -> Iterator[list[subprocess.Popen[str]]]:
    """Start a worker for each of these resources, "" for none; yield their processes."""
    with ExitStack() as stack:
        made = []
        for one in resources:
            more = ["--resources", one] if one else []
            words = ["worker", address, "--nthreads", "1", "--no-nanny", *more]
            made.append(stack.enter_context(_process(*words)))
        for process in made:
            _line_with(process, "Starting established connection")
        yield made


@contextmanager
def dask_cluster(*resources: str) -> Iterator[str]:
    """Start a scheduler and workers; yield the scheduler's address."""
    with scheduler() as address, dask_workers(address, resources):
        yield address
