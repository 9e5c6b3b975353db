"""How much faster two workers run a dataset than one: processes here, and a Dask cluster.

Whole commands, from their start: programs and a model that load, and masks that are written. A
worker is a process with one thread of the network, so that two of them need two cores; what one
process with all cores takes, which is the default, stands beside them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.test_propagation_speed import SIZES, discs, panning
from tests.dask_cluster import ROOT, dask_workers, scheduler
from vosgui.media.palette import write_mask

N_CLIPS, N_FRAMES, ROUNDS = 8, 40, 2


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    hw = SIZES["480p"]
    frames = [Image.fromarray(frame) for frame in panning(hw, N_FRAMES)]
    for n in range(N_CLIPS):
        for kind in ("JPEGImages", "Annotations"):
            (root / kind / f"clip{n}").mkdir(parents=True)
        for t, frame in enumerate(frames):
            frame.save(root / "JPEGImages" / f"clip{n}" / f"{t:05d}.jpg", quality=90)
        write_mask(root / "Annotations" / f"clip{n}" / "00000.png", np.roll(discs(2, hw), n, 1))
    return root


def seconds_of(dataset: Path, out: Path, *words: str, threads: int = 1) -> tuple[float, float]:
    """Return how long `propagate --dataset` takes, and how long of processors, but a cluster's."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "main.py", "propagate", "--dataset", str(dataset), "--out", str(out)]
    before, begun = os.times(), time.perf_counter()
    env = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    subprocess.run([*command, "--quiet", *words], cwd=ROOT, env=env, check=True)
    after, wall = os.times(), time.perf_counter() - begun
    processor = after.children_user + after.children_system
    return wall, processor - before.children_user - before.children_system


@pytest.mark.benchmark(group="eight clips of 854x480")
def test_two_workers(benchmark: BenchmarkFixture, dataset: Path, tmp_path: Path) -> None:
    """The least of each, taken in turns: see extra_info."""
    least: dict[str, float] = {}
    processor: dict[str, float] = {}

    def take(name: str, run: Callable[[], tuple[float, float]]) -> None:
        wall, used = run()
        least[name] = min(wall, least.get(name, np.inf))
        processor[name] = min(used, processor.get(name, np.inf))

    def all_of_them() -> None:
        out = tmp_path / "out"
        take("one process, one thread", lambda: seconds_of(dataset, out))
        take("two processes", lambda: seconds_of(dataset, out, "--workers", "2"))
        take("one process, all cores", lambda: seconds_of(dataset, out, threads=2))
        for n, name in ((1, "one worker of a cluster"), (2, "two workers of a cluster")):
            with scheduler() as address, dask_workers(address, [""] * n):
                take(name, lambda: seconds_of(dataset, out, "--scheduler", address))

    benchmark.pedantic(all_of_them, rounds=ROUNDS)
    for name, seconds in least.items():
        benchmark.extra_info[f"{name}, s"] = round(seconds, 2)
    for name, one, two in (
        ("two processes, times one", "one process, one thread", "two processes"),
        ("two processes, times all cores", "one process, all cores", "two processes"),
        ("two of a cluster, times one", "one worker of a cluster", "two workers of a cluster"),
    ):
        benchmark.extra_info[name] = round(least[one] / least[two], 2)
    # What two of them cost beyond one is all that keeps them from twice, on two cores of their own.
    one, two = processor["one process, one thread"], processor["two processes"]
    benchmark.extra_info["one process, s of a processor"] = round(one, 2)
    benchmark.extra_info["two processes, s of processors"] = round(two, 2)
    benchmark.extra_info["two processes, at most times one"] = round(2 * one / two, 2)
