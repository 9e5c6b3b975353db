"""What a model scores on annotated clips: the table of its card, worked out clip by clip."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.clip import Clip
from vosgui.core.mask import VOID, Mask, ids_in
from vosgui.core.metrics.protocol import PROTOCOLS
from vosgui.core.metrics.region_contour import score_frame
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.engine.models.device import use_threads
from vosgui.engine.propagation.flip import WithFlip
from vosgui.engine.propagation.load import load_propagator
from vosgui.engine.propagation.optical_flow import FlowPropagator, FlowStates, Grey
from vosgui.engine.propagation.plan import Direction, Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.propagator import LOST, Probs, Propagator, Step
from vosgui.errors import DatasetError
from vosgui.formats.tree.find_clips import find_clip
from vosgui.media.open_clip import open_clip

GIVEN_COUNTS = (1, 2, 3, 5)  # frames given; each next one is the worst one
EVERY = 5
TURNS = 3  # runs of which the fastest tells the time
N_OWN = 2  # ways to carry a mask that are the model's: once, and with flip
COPY = "copy the first mask"
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AnnotatedClip:
    """A clip whose every frame has a mask.

    truth : uint8 (H, W) each, object ids; as many frames are used as there are masks here.
    """

    clip: Clip
    truth: list[Mask]

    @property
    def objects(self) -> list[int]:
        """Return the ids in the first mask."""
        return [i for i in ids_in(self.truth[0]) if i != VOID]


@dataclass(frozen=True)
class RunScores:
    """One run over a clip.

    J, F : (N, T) of objects and frames, given ones among them. confidence : (N, T), NaN where
    given. given : frames. seconds : for the run alone.
    """

    J: Floats
    F: Floats
    confidence: Floats
    given: frozenset[int]
    seconds: float

    @property
    def counted(self) -> tuple[float, float]:
        """Return mean J and F of the frames that DAVIS counts: not the first, not the last."""
        frames = list(PROTOCOLS["davis"].candidates(self.J.shape[1]))
        return float(self.J[:, frames].mean()), float(self.F[:, frames].mean())

    @property
    def frames_per_second(self) -> float:
        """Return frames carried per second."""
        return float((self.J.shape[1] - 1) / self.seconds)


class CopyPropagator(FlowPropagator):
    """Leaves every mask where it was: what any method has to beat."""

    name, device = COPY, "CPU"

    def step(self, features: Grey, states: FlowStates) -> Step:
        """Return the masks of the frame before."""
        logits = np.where(states.probs >= 0.5, np.float32(8), np.float32(-8))
        return Step(logits, states, (1.0,) * len(states))

    def commit(self, states: FlowStates, probs: Probs) -> FlowStates:
        """Leave the masks, whatever was decided: probs, float32 (N, h, w), are not looked at."""
        return states


def read_annotated(root: Path, name: str, max_frames: int | None = None) -> AnnotatedClip:
    """Open a clip of a tree with all its masks; DatasetError where a mask is missing."""
    source = find_clip(root, name)
    if source is None or source.frames is None:
        raise DatasetError(f"{root} has no clip {name} with frames and masks.")
    clip = open_clip(source.frames)
    names = clip.info.frame_names[:max_frames]
    missing = [frame for frame in names if frame not in source.frame_names]
    if missing:
        clip.close()
        raise DatasetError(f"{name} cannot be scored: there is no {source.path(missing[0])}.")
    return AnnotatedClip(clip, [source.mask(frame, clip.info.hw) for frame in names])


def give_truth(annotated: AnnotatedClip, given: Sequence[int], ids: Sequence[int]) -> Annotation:
    """Return an annotation in which the true masks of some objects are given in some frames."""
    annotation = Annotation(annotated.clip.info.hw, len(annotated.clip))
    for i in ids:
        annotation.apply(edits.set_object(annotation, edits.new_object(i)))
    for t in given:
        truth = annotated.truth[t]
        mask = np.where(np.isin(truth, ids), truth, np.uint8(0))
        annotation.apply(edits.give_mask(annotation, t, mask, set(ids)))
    return annotation


def score_run(
    annotated: AnnotatedClip,
    propagator: Propagator,
    given: Sequence[int],
    direction: Direction = "forward",
    objects: Sequence[int] | None = None,
) -> RunScores:
    """Give the true masks of some frames, run, and score every frame.

    objects : ids to carry; None: those of the first mask. Nothing else is given.
    """
    clip, truth = annotated.clip, annotated.truth
    ids = list(objects or annotated.objects)
    annotation = give_truth(annotated, given, ids)
    J, F = np.zeros((len(ids), len(truth))), np.zeros((len(ids), len(truth)))
    confidence = np.full(J.shape, np.nan)
    for t in given:
        J[:, t] = F[:, t] = 1.0
    run = Run(min(given), 0, len(truth), frozenset(ids), direction, "reinitialise")
    decided = {}
    begun = time.perf_counter()
    for result in propagate(clip, annotation.snapshot(), run, propagator):
        decided[result.t] = result
    seconds = time.perf_counter() - begun
    for t, result in decided.items():
        if t not in given:
            J[:, t], F[:, t] = score_frame(result.mask, truth[t], ids)
            confidence[:, t] = [result.confidence.get(i, np.nan) for i in ids]
    return RunScores(J, F, confidence, frozenset(given), seconds)


def score_given(
    annotated: AnnotatedClip, propagator: Propagator, progress: Progress = NO_PROGRESS
) -> dict[str, RunScores]:
    """Run bidirectionally with more and more given frames, each next one the worst; return all.

    By the number of given frames, in words; the last one is every 5th.
    """
    given, runs = [0], {}
    n = len(annotated.truth)
    for wanted in range(1, max(GIVEN_COUNTS) + 1):
        scores = score_run(annotated, propagator, given, "bidirectional")
        if wanted in GIVEN_COUNTS:
            runs[str(wanted)] = scores
        progress.report(wanted * n)
        given = sorted({*given, int(scores.J.mean(0).argmin())})
    grid = list(range(0, n, EVERY))
    runs[f"every {EVERY}th"] = score_run(annotated, propagator, grid, "bidirectional")
    return runs


@dataclass(frozen=True)
class ScoreJob:
    """A clip to be scored by a model, in whatever process.

    frames : the first ones only. threads : of the network; None: as many as there are.
    """

    root: Path
    clip: str
    model: str
    device: str
    frames: int | None = None
    threads: int | None = None

    def open(self) -> tuple[AnnotatedClip, Propagator]:
        """Open the clip and load the model."""
        if self.threads is not None:
            use_threads(self.threads)
        propagator = load_propagator(self.model, self.device)
        return read_annotated(self.root, self.clip, self.frames), propagator


def score_first_mask(job: ScoreJob, progress: Progress = NO_PROGRESS) -> dict[str, RunScores]:
    """Score the first mask carried forward by the model, once and with flip, by flow, by a copy.

    The first N_OWN are the model's own.
    """
    annotated, propagator = job.open()
    ways = (propagator, WithFlip(propagator), FlowPropagator(), CopyPropagator())
    runs = {}
    with annotated.clip:
        for way in ways:
            runs[way.name] = score_run(annotated, way, [0])
            progress.report(len(runs) * len(annotated.truth))
    return runs


def score_by_given(job: ScoreJob, progress: Progress = NO_PROGRESS) -> dict[str, RunScores]:
    """Score bidirectional runs by the number of given frames."""
    annotated, propagator = job.open()
    with annotated.clip:
        return score_given(annotated, propagator, progress)


def score_crowd(job: ScoreJob) -> dict[str, RunScores]:
    """Score all objects of a clip at once, and its first one alone.

    Both run TURNS times, one after the other, and the fastest run of each is kept: the first one
    also warms the machine up, and whatever else it does slows one or the other.
    """
    annotated, propagator = job.open()
    runs: dict[str, list[RunScores]] = {"all": [], "one": []}
    with annotated.clip:
        for _ in range(TURNS):
            runs["all"].append(score_run(annotated, propagator, [0]))
            one = score_run(annotated, propagator, [0], objects=annotated.objects[:1])
            runs["one"].append(one)
    return {name: min(found, key=lambda run: run.seconds) for name, found in runs.items()}


@dataclass(frozen=True)
class ConfidenceScores:
    """How well confidence tells bad masks: over objects and frames that were not given.

    Where an object is gone and nothing is shown of it, all is right, and there is no mask to trust:
    that does not count.

    correlation : with J. caught : share of the masks with J < 0.5 among the least confident 20 %.
    most : the share that can be caught at best. n_bad : how many there are.
    """

    correlation: float
    caught: float
    most: float
    n_bad: int


def score_confidence(runs: Sequence[RunScores]) -> ConfidenceScores:
    """Return how well the confidences of some runs tell their bad masks."""
    kept = [
        ~np.isnan(run.confidence) & ~((run.confidence == LOST) & (run.J == 1.0)) for run in runs
    ]
    J = np.concatenate([run.J[one] for run, one in zip(runs, kept, strict=True)])
    found = np.concatenate([run.confidence[one] for run, one in zip(runs, kept, strict=True)])
    bad = J < 0.5
    n_least = round(0.2 * len(J))
    least = np.argsort(found, kind="stable")[:n_least]
    n_bad = int(bad.sum())
    even = len(J) < 2 or J.std() == 0 or found.std() == 0
    return ConfidenceScores(
        correlation=0.0 if even else float(np.corrcoef(found, J)[0, 1]),
        caught=float(bad[least].sum() / n_bad) if n_bad else 1.0,
        most=min(1.0, n_least / n_bad) if n_bad else 1.0,
        n_bad=n_bad,
    )
