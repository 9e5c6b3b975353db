"""Frames per second of a run, where its time goes, and whether its memory stays flat."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.clips import ArrayClip, NumberedClip
from tests.engine.scenes import annotated, texture
from tests.media.video_factory import write_video
from vosgui.core.clip import Clip, Frame
from vosgui.core.mask import Mask
from vosgui.datasets.given_masks import GivenMasks
from vosgui.engine.propagation.load import load_propagator
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.propagator import Propagator
from vosgui.engine.propagation.soft_aggregation import aggregate_mask, soft_aggregate
from vosgui.engine.propagation.to_folder import ClipRun, PropagationRequest, give_masks, new_history
from vosgui.media.open_clip import open_clip

MODELS = ("s2s-lite", "flow")
SIZES = {"480p": (480, 854), "1080p": (1080, 1920), "4K": (2160, 3840)}
N_OBJECTS = (1, 3, 7)


@pytest.fixture(scope="module")
def propagators() -> dict[str, Propagator]:
    return {name: load_propagator(name) for name in MODELS}


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    return write_video(path, "h264-mp4", 40, gop=20, hw=SIZES["1080p"])


def discs(n: int, hw: tuple[int, int]) -> Mask:
    """Return a mask of n discs side by side."""
    y, x = np.mgrid[: hw[0], : hw[1]]
    mask = np.zeros(hw, np.uint8)
    for i in range(n):
        centre = (i + 0.5) * hw[1] / n
        mask[np.hypot(y - hw[0] / 2, x - centre) < min(hw[0] / 4, hw[1] / n / 2.2)] = i + 1
    return mask


def panning(hw: tuple[int, int], n_frames: int) -> list[Frame]:
    wide = texture(np.random.default_rng(0), (hw[0], hw[1] + 4 * n_frames))
    return [wide[:, 4 * t : 4 * t + hw[1]].copy() for t in range(n_frames)]


def time_run(benchmark: BenchmarkFixture, clip: Clip, n: int, propagator: Propagator) -> None:
    """Time frames of a run, one per round, after two that warm up."""
    annotation = annotated(clip, {0: discs(n, clip.info.hw)}, n)
    run = Run(0, 0, len(clip), frozenset(range(1, n + 1)))
    results = propagate(clip, annotation.snapshot(), run, propagator)
    benchmark.pedantic(lambda: next(results), rounds=8, warmup_rounds=2, iterations=1)
    results.close()
    benchmark.extra_info["frames per second"] = round(1 / benchmark.stats.stats.median, 2)
    benchmark.extra_info["device"] = propagator.device


@pytest.mark.parametrize("n", N_OBJECTS)
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.benchmark(group="propagation at 480p")
def test_run(
    benchmark: BenchmarkFixture, propagators: dict[str, Propagator], model: str, n: int
) -> None:
    time_run(benchmark, ArrayClip(panning(SIZES["480p"], 12)), n, propagators[model])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.benchmark(group="propagation of a 1080p video")
def test_run_of_a_video(
    benchmark: BenchmarkFixture, propagators: dict[str, Propagator], model: str, video: Path
) -> None:
    with open_clip(video) as clip:
        time_run(benchmark, clip, 3, propagators[model])


@pytest.mark.parametrize("n", N_OBJECTS)
@pytest.mark.benchmark(group="whole runs of a 480p video")
def test_whole_run(
    benchmark: BenchmarkFixture, propagators: dict[str, Propagator], n: int, tmp_path: Path
) -> None:
    """Time reading, network, confidence, object presence, aggregation and writing of 24 frames."""
    hw, n_frames = SIZES["480p"], 24
    path = write_video(tmp_path / "clip.mp4", "h264-mp4", n_frames, hw=hw)
    masks = tmp_path / "masks"
    masks.mkdir()
    with open_clip(path) as clip:

        def whole_run() -> None:
            history = new_history(clip.info)
            give_masks(history, GivenMasks({0: discs(n, hw)}))
            one = ClipRun(clip, history, PropagationRequest(), propagators["s2s-lite"])
            one.carry_out(masks)

        benchmark.pedantic(whole_run, rounds=5, warmup_rounds=1)
    for name, seconds in (("least", "min"), ("median", "median")):
        rate = (n_frames - 1) / getattr(benchmark.stats.stats, seconds)
        benchmark.extra_info[f"frames per second, {name}"] = round(rate, 2)
    benchmark.extra_info["device"] = propagators["s2s-lite"].device


@pytest.mark.parametrize("n", N_OBJECTS)
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.benchmark(group="shares of a 1080p frame")
def test_shares(
    benchmark: BenchmarkFixture,
    propagators: dict[str, Propagator],
    model: str,
    n: int,
    video: Path,
) -> None:
    """Where the time of a frame goes, in milliseconds, without reading ahead: see extra_info."""
    propagator, hw = propagators[model], SIZES["1080p"]
    mask = discs(n, hw)
    with open_clip(video) as clip:
        pixels = np.stack([mask == i for i in range(1, n + 1)])
        states = propagator.start(propagator.encode(clip[0]), pixels)
        t, times = 0, dict.fromkeys(("decode", "encode", "step", "aggregate", "commit"), 0.0)

        def one_frame() -> None:
            nonlocal t, states
            t += 1
            marks = [time.perf_counter()]
            frame = clip[t]
            marks.append(time.perf_counter())
            features = propagator.encode(frame)
            marks.append(time.perf_counter())
            step = propagator.step(features, states)
            marks.append(time.perf_counter())
            aggregate_mask(step.logits, range(1, n + 1), hw)
            marks.append(time.perf_counter())
            states = propagator.commit(step.states, soft_aggregate(step.logits))
            marks.append(time.perf_counter())
            for name, seconds in zip(times, np.diff(marks), strict=True):
                times[name] += seconds

        benchmark.pedantic(one_frame, rounds=8, iterations=1)
    for name, seconds in times.items():
        benchmark.extra_info[f"{name} ms"] = round(1000 * seconds / t, 1)


@pytest.mark.parametrize("n", N_OBJECTS)
@pytest.mark.parametrize("size", ["1080p", "4K"])
@pytest.mark.benchmark(group="soft aggregation")
def test_merge(benchmark: BenchmarkFixture, size: str, n: int) -> None:
    rng = np.random.default_rng(0)
    small = discs(n, (384, 683))
    logits = np.stack([np.where(small == i, 6.0, -6.0) for i in range(1, n + 1)])
    logits = (logits + rng.normal(0, 1, logits.shape)).astype(np.float32)
    benchmark(aggregate_mask, logits, range(1, n + 1), SIZES[size])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.benchmark(group="memory over 2,000 frames")
def test_memory_over_a_long_run(
    benchmark: BenchmarkFixture, propagators: dict[str, Propagator], model: str
) -> None:
    """Resident memory after 200, 1,000 and 2,000 frames: see extra_info."""
    clip = NumberedClip(2001, (24, 32))
    annotation = annotated(clip, {0: discs(2, clip.info.hw)})

    def whole_run() -> None:
        run = Run(0, 0, len(clip), frozenset({1, 2}))
        for result in propagate(clip, annotation.snapshot(), run, propagators[model]):
            if result.t in (200, 1000, 2000):
                benchmark.extra_info[f"MB at frame {result.t}"] = resident_mb()

    benchmark.pedantic(whole_run, rounds=1, iterations=1)


def resident_mb() -> float:
    statistics = Path("/proc/self/statm")
    if not statistics.exists():
        pytest.skip("resident memory is read from /proc")
    return round(int(statistics.read_text().split()[1]) * 4096 / 1e6, 1)
