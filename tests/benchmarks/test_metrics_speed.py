"""How fast scoring is, against the published code written straight and against reading the masks.

The decode limit is the time in which Pillow, with which the field's evaluators read, decodes the
two PNGs of each frame.

    python -m pytest tests/benchmarks/test_metrics_speed.py --benchmark-only

Generated clips of 854 x 480 with one and with three objects; VOSGUI_BENCHMARK_CLIPS sets their
number (2; the published figures are for 20). One process is one core: all but the comparison of
one process with two is measured in CPU time, on one thread. The last lines compare the tables.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from tests.core.metrics import published_metrics
from vosgui.core.metrics.protocol import PROTOCOLS
from vosgui.core.metrics.region_contour import FrameMasks, score_frames
from vosgui.datasets.evaluate import ClipJob, Rules, plan, score_clip
from vosgui.datasets.find_masks import find_masks
from vosgui.datasets.workers import each_job, keep_freed_memory
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.media.palette import write_mask

Mask = npt.NDArray[np.uint8]
N_CLIPS = int(os.environ.get("VOSGUI_BENCHMARK_CLIPS", "2"))
N_FRAMES, IDS = 60, (1, 2, 3)
HW = (480, 854)
OBJECTS = [1, 3]
ROUNDS = 5
CPU_TIME = time.process_time


def blob_frame(rng: np.random.Generator, t: int, wobble: float) -> Mask:
    """Return three drifting blobs with uneven outlines, about as large as objects of DAVIS."""
    mask = np.zeros(HW, dtype=np.uint8)
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    for i in IDS:
        cy, cx = 240 + 60 * np.sin(t / 15 + i), 213 * i + 2 * t - 60
        radius = np.full_like(angle, 95.0 + 8 * i)
        for k in range(2, 9):
            radius += (6 + wobble * rng.normal()) * np.sin(k * angle + i * k + 0.05 * t)
        outline = np.stack([cx + radius * np.cos(angle) / 1.3, cy + radius * np.sin(angle)], axis=1)
        cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], i)
    return mask


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Return a tree of truth and predictions for each number of objects."""
    roots = {n: tmp_path_factory.mktemp(f"objects{n}") for n in OBJECTS}
    rng = np.random.default_rng(0)
    for clip in range(N_CLIPS):
        for name, wobble in (("truth", 0.0), ("pred", 1.5)):
            for t in range(N_FRAMES):
                mask = blob_frame(rng, t + 3 * clip, wobble)
                for n, root in roots.items():
                    path = root / name / f"clip{clip:02d}" / f"{t:05d}.png"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_mask(path, mask * (mask <= n))
    return roots


@pytest.fixture(scope="module")
def jobs(trees: dict[int, Path]) -> dict[int, list[ClipJob]]:
    rules = Rules(PROTOCOLS["all"])
    return {
        n: plan(find_masks(root / "truth"), find_masks(root / "pred"), rules)
        for n, root in trees.items()
    }


@pytest.fixture(scope="module", autouse=True)
def one_core() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    keep_freed_memory()
    yield
    cv2.setNumThreads(before)


@pytest.fixture(scope="module")
def seconds(request: pytest.FixtureRequest) -> Iterator[dict[str, float]]:
    """Collect the best time of each test by its name; say in the end how they compare."""
    best: dict[str, float] = {}
    yield best
    lines = []
    for n in OBJECTS:
        ours, limit = best.get(f"evaluate {n}"), best.get(f"pillow {n}")
        if ours and limit:
            reading = best[f"reading {n}"]
            pairs = N_CLIPS * N_FRAMES
            lines.append(
                f"evaluate, objects: {n}: {pairs / ours:.0f} pairs/s of CPU time, "
                f"{limit / ours:.0%} of the decode limit of {pairs / limit:.0f}; "
                f"reading alone: {pairs / reading:.0f}"
            )
        ours, published = best.get(f"in memory {n}"), best.get(f"published F {n}")
        if ours and published:
            lines.append(f"J and F in memory, objects: {n}: {published / ours:.1f} x published F")
    if {"processes 1", "processes 2", "start"} <= best.keys():
        one, two, start = best["processes 1"], best["processes 2"], best["start"]
        lines.append(
            f"two processes: {one / two:.2f} x one, {one / (two - start):.2f} x without "
            f"the {start:.2f} s of their start (time on the clock); "
            f"{best['CPU of 2'] / best['CPU of 1']:.2f} x the CPU time"
        )
    with request.config.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
        print("", *lines, sep="\n")


def masks_of(job: ClipJob) -> list[tuple[Mask, Mask]]:
    names = job.truth.frame_names
    return [(job.pred.mask(name), job.truth.mask(name)) for name in names]


@pytest.mark.benchmark(group="J and F of a clip in memory", timer=CPU_TIME)
@pytest.mark.parametrize("n", OBJECTS)
def test_published_F(
    benchmark: Any, jobs: dict[int, list[ClipJob]], seconds: dict[str, float], n: int
) -> None:
    pairs = masks_of(jobs[n][0])

    def score() -> None:
        for pred, truth in pairs:
            for i in IDS[:n]:
                published_metrics.contour_accuracy(pred == i, truth == i)

    benchmark.pedantic(score, rounds=3)
    seconds[f"published F {n}"] = benchmark.stats.stats.min


@pytest.mark.benchmark(group="J and F of a clip in memory", timer=CPU_TIME)
@pytest.mark.parametrize("n", OBJECTS)
def test_ours(
    benchmark: Any, jobs: dict[int, list[ClipJob]], seconds: dict[str, float], n: int
) -> None:
    frames = [FrameMasks(t, *pair, IDS[:n]) for t, pair in enumerate(masks_of(jobs[n][0]))]
    benchmark.pedantic(lambda: list(score_frames(frames)), rounds=10, warmup_rounds=1)
    seconds[f"in memory {n}"] = benchmark.stats.stats.min


def decode_all(job: ClipJob) -> None:
    for name in job.truth.frame_names:
        for clip in (job.truth, job.pred):
            assert isinstance(clip, MaskFolderClip)
            with Image.open(clip.path(name)) as image:
                np.array(image)


def read_all(job: ClipJob) -> None:
    for name in job.truth.frame_names:
        truth = job.truth.mask(name)
        job.pred.mask(name, truth.shape)


@pytest.mark.benchmark(group="a clip on disk, one core", timer=CPU_TIME)
@pytest.mark.parametrize("n", OBJECTS)
def test_evaluate(
    benchmark: Any, jobs: dict[int, list[ClipJob]], seconds: dict[str, float], n: int
) -> None:
    """Read each clip before it is scored, so that another's work slows down all alike."""
    clips = itertools.cycle(jobs[n])
    decoding: list[float] = []
    reading: list[float] = []

    def read() -> tuple[tuple[list[ClipJob]], dict[str, Any]]:
        job = next(clips)
        for times, function in ((decoding, decode_all), (reading, read_all)):
            begun = CPU_TIME()
            function(job)
            times.append(CPU_TIME() - begun)
        return ([job],), {}

    benchmark.pedantic(score_all, setup=read, rounds=ROUNDS * N_CLIPS, warmup_rounds=0)
    scoring = benchmark.stats.stats.data
    for what, times in (("pillow", decoding), ("reading", reading), ("evaluate", scoring)):
        seconds[f"{what} {n}"] = float(np.reshape(times, (ROUNDS, N_CLIPS)).min(axis=0).sum())


def score_all(jobs: list[ClipJob], n_workers: int = 1) -> None:
    list(each_job(score_clip, jobs, n_workers))


@pytest.mark.benchmark(group="a tree on disk, processes (time on the clock)")
@pytest.mark.parametrize("n_workers", [1, 2])
def test_processes(
    benchmark: Any, jobs: dict[int, list[ClipJob]], seconds: dict[str, float], n_workers: int
) -> None:
    begun = sum(os.times()[:4])  # of this process and those that have ended
    benchmark.pedantic(score_all, args=(jobs[3], n_workers), rounds=3)
    seconds[f"processes {n_workers}"] = benchmark.stats.stats.min
    seconds[f"CPU of {n_workers}"] = (sum(os.times()[:4]) - begun) / 3


@pytest.mark.benchmark(group="a tree on disk, processes (time on the clock)")
def test_start_of_two_processes(benchmark: Any, tmp_path: Path, seconds: dict[str, float]) -> None:
    """Two clips of a single small mask: the time goes into starting Python and its imports."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_mask(tmp_path / name / "00000.png", np.ones((8, 8), np.uint8))
    clips = find_masks(tmp_path)
    small = plan(clips, clips, Rules(PROTOCOLS["all"]))
    benchmark.pedantic(score_all, args=(small, 2), rounds=3)
    seconds["start"] = benchmark.stats.stats.min
