"""How long the window waits for an edit to be on disk, and for a project to open."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.project.projects import clip_info
from vosgui.core import edits
from vosgui.core.edits import FrameResult
from vosgui.core.history import History
from vosgui.core.mask import Box, Mask
from vosgui.project.project import Project

SIZES = {"1080p": (1080, 1920), "4K": (2160, 3840)}
N_FRAMES = 400


def blobs(hw: tuple[int, int], n_objects: int, seed: int) -> Mask:
    """Return a mask of wavy blobs, as objects of a real clip are."""
    rng = np.random.default_rng(seed)
    mask = np.zeros(hw, np.uint8)
    for object_id in range(1, n_objects + 1):
        y, x = rng.integers(hw[0] // 5, 4 * hw[0] // 5), rng.integers(hw[1] // 5, 4 * hw[1] // 5)
        angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
        radius = hw[0] / 8 * (1 + 0.2 * np.sin(7 * angle) + 0.02 * rng.standard_normal(400))
        outline = np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], 1)
        cv2.fillPoly(mask, [outline.astype(np.int32)], object_id)
    return mask


@pytest.fixture(params=SIZES)
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    info = replace(clip_info(tmp_path, n_frames=N_FRAMES), hw=SIZES[request.param])
    with Project.create(tmp_path / "speed.vosgui") as project:
        history = project.history(project.clips.add(info).id)
        for _ in range(3):
            history.do("Add object", edits.add_object(history.annotation))
        mask = blobs(info.hw, 3, 0)
        history.do("Give", edits.give_mask(history.annotation, 0, mask, [1, 2, 3]))
        yield history


def test_a_stroke(history: History, benchmark: BenchmarkFixture) -> None:
    strokes = itertools.count()

    def stroke() -> None:
        n = next(strokes)
        y, x = 50 + 37 * n % 700, 50 + 61 * n % 1200
        after = history.annotation.mask(0)[y : y + 60, x : x + 400].copy()
        cv2.line(after, (30, 30), (370, 30), 1 + n % 3, 40)
        history.do(
            "Brush", edits.paint(history.annotation, 0, 1 + n % 3, Box(y, x, 60, 400), after)
        )

    benchmark.pedantic(stroke, rounds=40, warmup_rounds=2)


def test_a_frame_of_a_run(history: History, benchmark: BenchmarkFixture) -> None:
    run = history.open("Propagate")
    frames = itertools.count(1)
    hw = history.annotation.hw
    results = [blobs(hw, 3, seed) for seed in range(4)]

    def extend() -> None:
        t = next(frames)
        result = FrameResult(t, results[t % 4], dict.fromkeys((1, 2, 3), 0.9), {})
        assert run.extend(edits.predict(history.annotation, result, frozenset({1, 2, 3})))

    benchmark.pedantic(extend, rounds=60, warmup_rounds=2)


def test_opening_a_long_clip(tmp_path: Path, benchmark: BenchmarkFixture) -> None:
    info = replace(clip_info(tmp_path, n_frames=2000), hw=SIZES["1080p"])
    path = tmp_path / "long.vosgui"
    with Project.create(path) as project:
        history = project.history(project.clips.add(info).id)
        for _ in range(5):
            history.do("Add object", edits.add_object(history.annotation))
        run = history.open("Propagate")
        mask = blobs(info.hw, 5, 1)
        for t in range(2000):
            result = FrameResult(t, mask, dict.fromkeys(range(1, 6), 0.9), {})
            run.extend(edits.predict(history.annotation, result, frozenset(range(1, 6))))

    def load() -> None:
        with Project.open(path) as opened:
            assert len(opened.history(1).annotation.frames_with_mask()) == 2000

    benchmark.pedantic(load, rounds=5)


def test_undoing_a_long_run(tmp_path: Path, benchmark: BenchmarkFixture) -> None:
    info = replace(clip_info(tmp_path, n_frames=500), hw=SIZES["1080p"])
    with Project.create(tmp_path / "long.vosgui") as project:
        history = project.history(project.clips.add(info).id)
        history.do("Add object", edits.add_object(history.annotation))
        run = history.open("Propagate")
        mask = blobs(info.hw, 1, 1)
        for t in range(500):
            result = FrameResult(t, mask, {1: 0.9}, {})
            run.extend(edits.predict(history.annotation, result, frozenset({1})))
        run.close()
        benchmark.pedantic(lambda: (history.undo(), history.redo()), rounds=3)
