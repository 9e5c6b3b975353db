"""What online learning gains on annotated clips: each scored before it and after."""

from __future__ import annotations

import time
from dataclasses import dataclass

from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.engine.benchmark.model_card import RunScores, ScoreJob, give_truth, score_run
from vosgui.engine.online.adapt import adapt
from vosgui.engine.online.finetune import AdaptBounds
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.errors import ModelError


@dataclass(frozen=True)
class AdaptJob:
    """A clip to be scored before and after a model has learned it from its first mask."""

    score: ScoreJob
    bounds: AdaptBounds


@dataclass(frozen=True)
class AdaptScores:
    """Runs from the first mask; the same one twice where nothing was kept.

    carried_by : the name of what made the second one. seconds : that adapting took, trials
    included. note : how it went, one line.
    """

    clip: str
    before: RunScores
    after: RunScores
    carried_by: str
    seconds: float
    note: str

    @property
    def gain(self) -> float:
        """Return by how much mean J rose."""
        return self.after.counted[0] - self.before.counted[0]


def score_adapted(job: AdaptJob, progress: Progress = NO_PROGRESS) -> AdaptScores:
    """Score the first mask carried forward, learn the clip from it, and score again.

    Raises ModelError where the model cannot learn.
    """
    annotated, propagator = job.score.open()
    if not isinstance(propagator, NetworkPropagator):
        annotated.clip.close()
        raise ModelError(f"{propagator.name!r} cannot learn. Name a network.", option="--model")
    with annotated.clip as clip:
        objects = annotated.objects
        before = score_run(annotated, propagator, [0])
        snapshot = give_truth(annotated, [0], objects).snapshot()
        begun = time.perf_counter()
        for step in adapt(propagator, clip, snapshot, frozenset(objects), job.bounds):
            progress.report(len(annotated.truth), text=step.text)
            last = step
        seconds = time.perf_counter() - begun
        kept = last.adapted.beside(propagator) if last.adapted else propagator
        after = score_run(annotated, kept, [0]) if last.adapted else before
        return AdaptScores(job.score.clip, before, after, kept.name, seconds, last.text)
