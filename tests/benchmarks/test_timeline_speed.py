"""How long the timeline holds up the window at 10,000 frames and 20 objects."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from tests.clips import ArrayClip
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part
from vosgui.core.edits import FrameResult
from vosgui.core.history import History
from vosgui.core.track import Source, Track, empty_track
from vosgui.ui.session.session import Session
from vosgui.ui.timeline.timeline import Timeline

N_FRAMES, N_OBJECTS = 10_000, 20
HW = (24, 32)


def a_track(seed: int) -> Track:
    """Return a track with a keyframe now and then, and the rest propagated from the one before."""
    rng = np.random.default_rng(seed)
    track = empty_track(N_FRAMES)
    given = np.unique(np.concatenate(([0], rng.integers(0, N_FRAMES, 200))))
    before = given[np.searchsorted(given, np.arange(N_FRAMES), side="right") - 1]
    track["source"] = Source.PROPAGATED
    track["confidence"] = rng.random(N_FRAMES)
    track["origin"][:, 0] = before
    track["revision"][given] = 2
    track["origin_revision"][:, 0] = 1 + (rng.random(N_FRAMES) < 0.8)
    track["source"][given] = Source.PAINTED
    track["verified"] = rng.random(N_FRAMES) < 0.01
    return track


@pytest.fixture
def timeline(qtbot: QtBot) -> Iterator[Timeline]:
    annotation = Annotation(HW, N_FRAMES)
    for object_id in range(1, N_OBJECTS + 1):
        annotation.apply(edits.set_object(annotation, edits.new_object(object_id)))
    annotation.load({}, {i: a_track(i) for i in range(1, N_OBJECTS + 1)})
    frame = np.zeros((*HW, 3), np.uint8)
    session = Session()
    timeline = Timeline(session)
    qtbot.addWidget(timeline)
    timeline.resize(1920, 600)
    timeline.show()
    with qtbot.waitSignal(session.frame_loaded):
        session.open(ArrayClip([frame] * N_FRAMES), History(annotation))
    yield timeline
    session.close()


@pytest.mark.parametrize("frame_px", [0.2, 3.0, 20.0])
def test_one_step_of_scrolling(
    benchmark: BenchmarkFixture, timeline: Timeline, frame_px: float
) -> None:
    """All 20 strips, the ruler and the curve made and painted anew."""
    timeline.set_scale(timeline.scale.zoomed(frame_px / timeline.scale.frame_px, 0))
    steps = count()

    def scroll() -> None:
        far = 400 if next(steps) % 2 else 0
        timeline.set_scale(timeline.scale.moved(far - timeline.scale.first + 10))
        timeline.refresh()
        timeline.repaint()

    benchmark.pedantic(scroll, rounds=40, warmup_rounds=2)


def test_one_step_of_the_playhead(benchmark: BenchmarkFixture, timeline: Timeline) -> None:
    steps = count(1)

    def step() -> None:
        timeline.session.go_to(next(steps) * 37 % N_FRAMES)
        timeline.repaint()

    benchmark.pedantic(step, rounds=100, warmup_rounds=2)


def test_one_frame_of_a_run(benchmark: BenchmarkFixture, timeline: Timeline) -> None:
    """Twenty tracks change in one frame and are drawn anew."""
    session = timeline.session
    objects = frozenset(range(1, N_OBJECTS + 1))
    run = session.begin_run("Propagate")
    frames = count(1)

    def drawn() -> tuple[tuple[Part], dict[str, Part]]:
        t = next(frames)
        origins = dict.fromkeys(objects, ((0, 2),))
        mask = np.full(HW, t % 20 + 1, np.uint8)
        result = FrameResult(t, mask, dict.fromkeys(objects, 0.5), origins)
        return (edits.predict(session.annotation, result, objects),), {}

    def keep(part: Part) -> None:
        run.extend(part)
        timeline.repaint()

    benchmark.pedantic(keep, setup=drawn, rounds=60, warmup_rounds=2)
    run.close()
