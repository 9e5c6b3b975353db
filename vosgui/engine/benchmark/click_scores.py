"""How well clicks make masks: a robot clicks annotated frames, and each click is scored."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vosgui.core.clicks import next_click
from vosgui.core.clip import Frame
from vosgui.core.mask import Pixels, ids_in
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.engine.clicks.segmenter import ClickFrame, ClickSegmenter
from vosgui.engine.propagation.scored_run import open_truth
from vosgui.formats.tree.find_clips import find_clips

FIRST, EVERY = 5, 15  # the frames of each clip that are clicked
N_CLICKS = 10
SMALLEST = 100  # pixels of an object that is clicked


@dataclass(frozen=True)
class Clicked:
    """One object of one frame, clicked.

    J : after each click, float64 (n_clicks,). seconds : that each click took
    """

    clip: str
    t: int
    J: npt.NDArray[np.float64]
    seconds: npt.NDArray[np.float64]


@dataclass(frozen=True)
class ClickJob:
    """The clips of a tree to be clicked.

    clips : by name; None for all. every : one frame in so many of those that are clicked.
    """

    root: Path
    clips: Sequence[str] | None = None
    every: int = 1
    n_clicks: int = N_CLICKS


def score_clicks(
    segmenter: ClickSegmenter, job: ClickJob, progress: Progress = NO_PROGRESS
) -> list[Clicked]:
    """Click the objects of a tree's frames, each frame encoded ahead, as in the window."""
    found = []
    for clip, t, frame, truth in _objects(job):
        found.append(click_object(segmenter, (clip, t), frame, truth, job.n_clicks))
        progress.report(len(found), text=f"{clip} {t}: J {found[-1].J[-1]:.2f}")
    return found


def click_object(
    segmenter: ClickSegmenter,
    place: tuple[str, int],
    frame: Frame,
    truth: Pixels,
    n_clicks: int = N_CLICKS,
) -> Clicked:
    """Click one object, bool (H, W), each time in the middle of the largest error.

    place : clip and number of the frame, uint8 (H, W, 3). Where nothing is wrong any more the rest
    of J is 1.
    """
    shown = ClickFrame(place, frame)
    segmenter.prepare(shown)
    step = segmenter.start(shown)
    J, seconds = np.ones(n_clicks), np.zeros(n_clicks)
    for n in range(n_clicks):
        click = next_click(truth, step.pixels)
        if click is None:
            break
        began = time.perf_counter()
        step = segmenter.add(step, click)
        seconds[n] = time.perf_counter() - began
        union = np.count_nonzero(step.pixels | truth)
        J[n] = np.count_nonzero(step.pixels & truth) / union
    return Clicked(*place, J, seconds)


def clicks_to_reach(scores: Sequence[Clicked], wanted: float) -> tuple[float, float]:
    """Return the mean number of clicks until J is at least so high, and how often it never is.

    Where it never is, all clicks count (the field's NoC).
    """
    J = np.stack([one.J for one in scores])
    reached = wanted <= J
    n = np.where(reached.any(1), reached.argmax(1) + 1, J.shape[1])
    return float(n.mean()), float((~reached.any(1)).mean())


def _objects(job: ClickJob) -> Iterator[tuple[str, int, Frame, Pixels]]:
    """Yield clip, frame number, pixels, uint8 (H, W, 3), and an object of it, bool (H, W)."""
    for source in find_clips(job.root).clips:
        if job.clips is not None and source.name not in job.clips:
            continue
        with open_truth(source) as annotated:
            for t in sorted(annotated.truth)[FIRST :: EVERY * job.every]:
                mask = annotated.truth[t]
                for object_id in ids_in(mask):
                    truth = mask == object_id
                    if np.count_nonzero(truth) >= SMALLEST:
                        yield source.name, t, annotated.clip[t], truth
