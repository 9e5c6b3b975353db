"""How much faster two workers run a dataset than one: processes here, and a Dask cluster.

    python -m tests.benchmarks.workers_speed
    python -m tests.benchmarks.workers_speed --frames 70 --rounds 2

Whole `propagate --dataset` commands in turns, from their start: programs and a model that load, and
masks that are written. A worker is a process with one thread of the network, so that two of them
need two cores of their own; what one process with all cores takes stands beside them. Each line is
printed as soon as it is known: seconds by the clock, and of processors. Of a cluster the latter
include the start of its scheduler and workers, the former do not. One round of 40 frames is 320
frames run five times: a minute and a half where a frame takes 60 ms of one core.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from tests.benchmarks.test_propagation_speed import SIZES, discs, panning
from tests.dask_cluster import ROOT, dask_workers, scheduler
from vosgui.media.palette import write_mask

Taken = dict[str, tuple[float, float]]  # by the clock, and of processors; the least of the rounds

ONE, TWO, CORES = "one process, one thread", "two processes", "one process, all cores"
CLUSTER_ONE, CLUSTER_TWO = "one worker of a cluster", "two workers of a cluster"


def main() -> None:
    """Measure what the arguments say and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=8)
    parser.add_argument("--frames", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    taken: Taken = {}
    with tempfile.TemporaryDirectory() as name:
        root, out = Path(name) / "tree", Path(name) / "out"
        write_dataset(root, asked.clips, asked.frames)
        for _ in range(asked.rounds):
            for what, run in WAYS.items():
                note(taken, what, *run(root, out))
    for what, one, two in (
        ("two processes, times one", ONE, TWO),
        ("two processes, times all cores", CORES, TWO),
        ("two of a cluster, times one", CLUSTER_ONE, CLUSTER_TWO),
    ):
        print(f"{what:32} {taken[one][0] / taken[two][0]:.2f}")
    # What two of them cost beyond one is all that keeps them from twice, on two cores of their own.
    print(f"{'two processes, at most times one':32} {2 * taken[ONE][1] / taken[TWO][1]:.2f}")


def write_dataset(root: Path, n_clips: int, n_frames: int) -> None:
    """Write clips of 854x480, the first frame of each with two objects."""
    hw = SIZES["480p"]
    frames = [Image.fromarray(frame) for frame in panning(hw, n_frames)]
    for n in range(n_clips):
        for kind in ("JPEGImages", "Annotations"):
            (root / kind / f"clip{n}").mkdir(parents=True)
        for t, frame in enumerate(frames):
            frame.save(root / "JPEGImages" / f"clip{n}" / f"{t:05d}.jpg", quality=90)
        write_mask(root / "Annotations" / f"clip{n}" / "00000.png", np.roll(discs(2, hw), n, 1))


def note(taken: Taken, what: str, wall: float, processor: float) -> None:
    """Print what a command took, and keep the least."""
    print(f"{what:32} {wall:6.1f} s {processor:6.1f} s of processors", flush=True)
    least = taken.get(what, (np.inf, np.inf))
    taken[what] = min(wall, least[0]), min(processor, least[1])


def here(*words: str, threads: int = 1) -> Callable[[Path, Path], tuple[float, float]]:
    """Return what runs the command on this machine."""

    def run(root: Path, out: Path) -> tuple[float, float]:
        with processors() as used:
            wall = command(root, out, *words, threads=threads)
        return wall, used[0]

    return run


def on_cluster(n_workers: int) -> Callable[[Path, Path], tuple[float, float]]:
    """Return what runs the command on a cluster of so many workers over loopback."""

    def run(root: Path, out: Path) -> tuple[float, float]:
        cluster = scheduler()
        with processors() as used, cluster as address, dask_workers(address, [""] * n_workers):
            wall = command(root, out, "--scheduler", address)
        return wall, used[0]

    return run


def command(root: Path, out: Path, *words: str, threads: int = 1) -> float:
    """Return how many seconds `propagate --dataset` takes."""
    shutil.rmtree(out, ignore_errors=True)
    whole = [sys.executable, "main.py", "propagate", "--dataset", str(root), "--out", str(out)]
    begun = time.perf_counter()
    env = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    subprocess.run([*whole, "--quiet", *words], cwd=ROOT, env=env, check=True)
    return time.perf_counter() - begun


@contextmanager
def processors() -> Iterator[list[float]]:
    """Yield a list that holds, after the block, the seconds of processors its processes took."""
    used: list[float] = []
    before = os.times()
    yield used
    after = os.times()
    used.append(
        after.children_user + after.children_system - before.children_user - before.children_system
    )


WAYS = {
    ONE: here("--workers", "1"),
    TWO: here("--workers", "2"),
    CORES: here("--workers", "1", threads=os.cpu_count() or 1),
    CLUSTER_ONE: on_cluster(1),
    CLUSTER_TWO: on_cluster(2),
}

if __name__ == "__main__":
    main()
