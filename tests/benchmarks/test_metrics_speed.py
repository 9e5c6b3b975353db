"""How fast scoring is, against the published code written straight and against reading the masks.

    python -m pytest tests/benchmarks/test_metrics_speed.py --benchmark-only

Generated clips of 854 x 480 with three objects; VOSGUI_BENCHMARK_CLIPS sets their number (2; the
published figures are for 20).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from tests.core import published_metrics
from vosgui.core.metrics import score_frame
from vosgui.core.protocol import PROTOCOLS
from vosgui.engine.evaluate import Rules, evaluate, plan
from vosgui.formats.mask_folders import MaskClip, find_clips
from vosgui.formats.palette import read_mask, write_mask

Mask = npt.NDArray[np.uint8]
N_CLIPS = int(os.environ.get("VOSGUI_BENCHMARK_CLIPS", "2"))
N_FRAMES, IDS = 60, (1, 2, 3)
HW = (480, 854)


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
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("clips")
    rng = np.random.default_rng(0)
    for clip in range(N_CLIPS):
        for name in ("truth", "pred"):
            folder = root / name / f"clip{clip:02d}"
            folder.mkdir(parents=True)
            for t in range(N_FRAMES):
                wobble = 0 if name == "truth" else 1.5
                write_mask(folder / f"{t:05d}.png", blob_frame(rng, t + 3 * clip, wobble))
    return root


@pytest.fixture(scope="module")
def pairs(tree: Path) -> list[tuple[Mask, Mask]]:
    clips = [find_clips(tree / name)["clip00"] for name in ("pred", "truth")]
    return [
        (read_mask(clips[0].path(name)), read_mask(clips[1].path(name)))
        for name in clips[0].frame_names
    ]


def rate(benchmark: Any, n: int, unit: str) -> None:
    benchmark.extra_info["rate"] = f"{n / benchmark.stats.stats.min:.0f} {unit}/s"


@pytest.mark.benchmark(group="J and F of a clip in memory")
def test_published_code(benchmark: Any, pairs: list[tuple[Mask, Mask]]) -> None:
    def score() -> None:
        for pred, truth in pairs:
            for i in IDS:
                published_metrics.region_similarity(pred == i, truth == i)
                published_metrics.contour_accuracy(pred == i, truth == i)

    benchmark.pedantic(score, rounds=3)
    rate(benchmark, N_FRAMES * len(IDS), "object-frames")


@pytest.mark.benchmark(group="J and F of a clip in memory")
def test_published_F_alone(benchmark: Any, pairs: list[tuple[Mask, Mask]]) -> None:
    def score() -> None:
        for pred, truth in pairs:
            for i in IDS:
                published_metrics.contour_accuracy(pred == i, truth == i)

    benchmark.pedantic(score, rounds=3)
    rate(benchmark, N_FRAMES * len(IDS), "object-frames")


@pytest.mark.benchmark(group="J and F of a clip in memory")
@pytest.mark.parametrize("ids", [(1,), IDS], ids=["one object", "three objects"])
def test_ours(benchmark: Any, pairs: list[tuple[Mask, Mask]], ids: tuple[int, ...]) -> None:
    def score() -> None:
        for pred, truth in pairs:
            score_frame(pred, truth, ids)

    benchmark.pedantic(score, rounds=10, warmup_rounds=1)
    rate(benchmark, N_FRAMES * len(ids), "object-frames")


def read_all(clips: list[MaskClip]) -> None:
    for clip in clips:
        for name in clip.frame_names[1:-1]:
            read_mask(clip.path(name))


@pytest.mark.benchmark(group="a tree of clips on disk")
def test_reading_alone(benchmark: Any, tree: Path) -> None:
    clips = [clip for name in ("truth", "pred") for clip in find_clips(tree / name).values()]
    benchmark.pedantic(read_all, args=(clips,), rounds=5, warmup_rounds=1)
    rate(benchmark, N_CLIPS * (N_FRAMES - 2), "pairs")


@pytest.mark.benchmark(group="a tree of clips on disk")
@pytest.mark.parametrize("n_workers", [1, 2])
def test_evaluate(benchmark: Any, tree: Path, n_workers: int) -> None:
    score = evaluate_tree(tree, n_workers)
    benchmark.pedantic(score, rounds=5, warmup_rounds=1)
    rate(benchmark, N_CLIPS * (N_FRAMES - 2), "pairs")


def evaluate_tree(tree: Path, n_workers: int) -> Callable[[], None]:
    jobs = plan(find_clips(tree / "truth"), find_clips(tree / "pred"), Rules(PROTOCOLS["davis"]))

    def score() -> None:
        list(evaluate(jobs, n_workers))

    return score
