"""How long a frame of a run holds up the window at 4K: kept on disk, and shown."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import cv2
import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from tests.clips import ArrayClip
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Mask
from vosgui.project.project import Project
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import Settings

HW = (2160, 3840)
N_FRAMES = 400
OBJECTS = frozenset({1, 2, 3})


def a_mask(seed: int) -> Mask:
    """Return three objects with edges as a network draws them."""
    rng = np.random.default_rng(seed)
    rough = cv2.resize(rng.normal(0, 1, (90, 160)).astype(np.float32), HW[::-1])
    y, x = np.mgrid[: HW[0], : HW[1]].astype(np.float32)
    mask = np.zeros(HW, np.uint8)
    for i, (cy, cx) in enumerate(((700, 900), (1300, 2000), (1000, 3000)), 1):
        mask[np.hypot((y - cy - seed) / 1.4, x - cx - seed) + 60 * rough < 450] = i
    return mask


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = MainWindow(Settings())
    qtbot.addWidget(window)
    window.resize(1920, 1080)
    window.show()
    clip = ArrayClip([np.zeros((*HW, 3), np.uint8)] * N_FRAMES)
    project = Project.create(tmp_path / "big.vosgui")
    history = project.history(project.clips.add(clip.info).id)
    for object_id in sorted(OBJECTS):
        history.do("Add", edits.set_object(history.annotation, edits.new_object(object_id)))
    history.do("Give", edits.give_mask(history.annotation, 0, a_mask(0), OBJECTS))
    with qtbot.waitSignal(window.session.frame_loaded):
        window.session.open(clip, history)
    window.opener._set_project(project)
    return window


@pytest.fixture
def draw(window: MainWindow) -> Callable[[Annotation, int], Part]:
    """Return what a run's thread does: from one of a few masks to the change of a frame."""
    masks = [a_mask(seed) for seed in (1, 2, 3)]

    def draw(annotation: Annotation, t: int) -> Part:
        origins = dict.fromkeys(OBJECTS, ((0, 1),))
        result = FrameResult(t, masks[t % 3], dict.fromkeys(OBJECTS, 0.9), origins)
        part = edits.predict(annotation, result, OBJECTS)
        annotation.apply(part)
        return part

    return draw


@pytest.mark.parametrize("follow", [False, True])
def test_one_frame_of_a_run(
    benchmark: BenchmarkFixture,
    window: MainWindow,
    draw: Callable[[Annotation, int], Part],
    follow: bool,
) -> None:
    """Keep a frame that is not shown, or the one that is, and draw all that shows it."""
    session = window.session
    copy = session.annotation.copy()
    run = session.begin_run("Propagate")
    frames = count(1)

    def drawn() -> tuple[tuple[Part], dict[str, Part]]:
        return (draw(copy, 1 if follow else next(frames)),), {}

    def keep(part: Part) -> None:
        assert run.extend(part)
        for widget in (window.canvas, window.timeline):
            widget.repaint()

    if follow:
        session.go_to(1)
    benchmark.pedantic(keep, setup=drawn, rounds=30, warmup_rounds=2)
    run.close()


def test_one_frame_in_the_thread_of_a_run(
    benchmark: BenchmarkFixture, window: MainWindow, draw: Callable[[Annotation, int], Part]
) -> None:
    """Work out and pack the change: what the window need not do."""
    copy = window.session.annotation.copy()
    frames = count(1)
    benchmark.pedantic(lambda: draw(copy, next(frames)), rounds=30, warmup_rounds=2)
