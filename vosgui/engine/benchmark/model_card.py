"""What a model scores on annotated clips: the tables of its card, worked out clip by clip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vosgui.core.mask import ids_in
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.engine.models.device import use_threads
from vosgui.engine.online.finetune import finetune
from vosgui.engine.propagation.flip import WithFlip
from vosgui.engine.propagation.load import load_propagator
from vosgui.engine.propagation.optical_flow import FlowPropagator, FlowStates, Grey
from vosgui.engine.propagation.propagator import LOST, Probs, Propagator, Step
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.propagation.scored_run import AnnotatedClip, RunScores, open_truth, score_run
from vosgui.errors import DatasetError, ModelError
from vosgui.formats.tree.find_clips import find_clip

GIVEN_COUNTS = (1, 2, 3, 5)  # frames given; each next one is the worst one
EVERY = 5
TURNS = 3  # runs of which the fastest tells the time
N_OWN = 2  # ways to carry a mask that are the model's: once, and with flip
COPY = "copy the first mask"


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


@dataclass(frozen=True)
class ScoreJob:
    """A clip to be scored by a model, in whatever process.

    frames : the first ones only. threads : of the network; None: as many as there are.
    by_given : also run bidirectionally, by the number of given frames.
    alone : the model as it is, once; without flip, flow and a copy.
    finetune : also learn the clip first, for at most so many seconds and steps.
    """

    root: Path
    clip: str
    model: str
    device: str
    frames: int | None = None
    threads: int | None = None
    by_given: bool = False
    alone: bool = False
    finetune: tuple[float, int] | None = None

    @contextmanager
    def opened(self) -> Iterator[tuple[AnnotatedClip, Propagator]]:
        """Open the clip and load the model; DatasetError where a mask is missing."""
        source = find_clip(self.root, self.clip)
        if source is None:
            raise DatasetError(f"{self.root} has no clip {self.clip} with masks.")
        with open_truth(source) as annotated:
            names, truth = annotated.clip.info.frame_names[: self.frames], annotated.truth
            missing = [name for t, name in enumerate(names) if t not in truth]
            if missing:
                file = source.path(missing[0])
                raise DatasetError(f"{self.clip} cannot be scored: there is no {file}.")
            if self.threads is not None:
                use_threads(self.threads)
            propagator = load_propagator(self.model, self.device)
            truth = {t: truth[t] for t in range(len(names))}
            yield AnnotatedClip(annotated.clip, truth), propagator


class ClipScores(NamedTuple):
    """What a clip tells of a model.

    first_mask : runs of the first mask carried forward by the model, once and with flip, by flow,
        and by a copy; the first N_OWN are the model's own
    by_given : bidirectional runs by the number of given frames, in words
    finetuned : the model's own runs once it has learned the clip; none where that was dropped
    note : how learning went, one line
    """

    first_mask: dict[str, RunScores]
    by_given: dict[str, RunScores]
    finetuned: list[RunScores]
    note: str


def score_clip(job: ScoreJob, progress: Progress = NO_PROGRESS) -> ClipScores:
    """Score a model, and what it has to beat, on a clip.

    Raises ModelError where a model that is to be fine-tuned cannot learn.
    """
    with job.opened() as (annotated, propagator):
        runs: dict[str, RunScores] = {}
        others = (WithFlip(propagator), FlowPropagator(), CopyPropagator())
        for way in (propagator, *(() if job.alone else others)):
            runs[way.name] = score_run(annotated, way, [0])
            progress.report(len(runs) * annotated.n_frames)
        by_given = score_given(annotated, propagator, progress) if job.by_given else {}
        if job.finetune is None:
            return ClipScores(runs, by_given, [], "")
        if not isinstance(propagator, NetworkPropagator):
            raise ModelError(f"{propagator.name!r} cannot learn. Name a network.", option="--model")
        ids, (seconds, steps) = ids_in(annotated.truth[0]), job.finetune
        given, clip = annotated.give([0], ids).snapshot(), annotated.clip
        kept, note = finetune(
            propagator, clip, given, frozenset(ids), seconds=seconds, steps=steps, progress=progress
        )
        learned = kept.applied_to(propagator) if kept else None
        ways = (learned, WithFlip(learned)) if learned else ()
        return ClipScores(runs, by_given, [score_run(annotated, way, [0]) for way in ways], note)


def score_given(
    annotated: AnnotatedClip, propagator: Propagator, progress: Progress = NO_PROGRESS
) -> dict[str, RunScores]:
    """Run bidirectionally with more and more given frames, each next one the worst; return all.

    By the number of given frames, in words; the last one is every 5th.
    """
    given, runs = [0], {}
    n = annotated.n_frames
    for wanted in range(1, max(GIVEN_COUNTS) + 1):
        scores = score_run(annotated, propagator, given, "bidirectional")
        if wanted in GIVEN_COUNTS:
            runs[str(wanted)] = scores
        progress.report(wanted * n)
        given = sorted({*given, int(scores.J.mean(0).argmin())})
    grid = list(range(0, n, EVERY))
    runs[f"every {EVERY}th"] = score_run(annotated, propagator, grid, "bidirectional")
    return runs


def score_crowd(job: ScoreJob) -> dict[str, RunScores]:
    """Score all objects of a clip at once, and its first one alone.

    Both run TURNS times, one after the other, and the fastest run of each is kept: the first one
    also warms the machine up, and whatever else it does slows one or the other.
    """
    runs: dict[str, list[RunScores]] = {"all": [], "one": []}
    with job.opened() as (annotated, propagator):
        first = ids_in(annotated.truth[0])[:1]
        for _ in range(TURNS):
            runs["all"].append(score_run(annotated, propagator, [0]))
            runs["one"].append(score_run(annotated, propagator, [0], objects=first))
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
