"""How long a frame step takes at 1080p, and how long a clip takes to open."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.media.video_factory import write_video
from vosgui.core.clip import Clip
from vosgui.media.open_clip import open_clip

N_FRAMES = 150


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    return write_video(path, "h264-mp4", N_FRAMES, gop=60, hw=(1080, 1920))


@pytest.fixture
def clip(video: Path) -> Iterator[Clip]:
    with open_clip(video) as opened:
        yield opened


def step_through(benchmark: BenchmarkFixture, clip: Clip, order: list[int]) -> None:
    """Time one step of `order`, round after round."""
    steps = iter(order)
    benchmark.pedantic(lambda: clip[next(steps)], rounds=len(order), iterations=1)


@pytest.mark.benchmark(group="media")
def test_step_forward(benchmark: BenchmarkFixture, clip: Clip) -> None:
    step_through(benchmark, clip, list(range(N_FRAMES)))


@pytest.mark.benchmark(group="media")
def test_step_backward(benchmark: BenchmarkFixture, clip: Clip) -> None:
    step_through(benchmark, clip, list(reversed(range(N_FRAMES))))


@pytest.mark.benchmark(group="media")
def test_jump(benchmark: BenchmarkFixture, clip: Clip) -> None:
    step_through(benchmark, clip, random.Random(0).sample(range(N_FRAMES), 30))


@pytest.mark.benchmark(group="media")
def test_step_on_the_grid_back_and_forth(benchmark: BenchmarkFixture, clip: Clip) -> None:
    grid = list(range(0, 60, 5))
    step_through(benchmark, clip, grid + grid[::-1])


@pytest.mark.benchmark(group="media")
def test_open(benchmark: BenchmarkFixture, video: Path) -> None:
    benchmark.pedantic(lambda: open_clip(video).close(), rounds=3, iterations=1)
