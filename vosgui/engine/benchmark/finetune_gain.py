"""What online fine-tuning gains on annotated clips: each scored before it and after."""

from __future__ import annotations

from typing import NamedTuple

from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.engine.benchmark.model_card import ScoreJob, give_truth, score_run
from vosgui.engine.online.finetune import FinetuneOptions, finetune
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.errors import ModelError


class FinetuneScores(NamedTuple):
    """Mean J of a clip before and after, in [0, 1]; the same where what was learned was dropped."""

    clip: str
    before: float
    after: float
    is_kept: bool
    note: str

    @property
    def gain(self) -> float:
        """Return by how much J rose."""
        return self.after - self.before


def score_finetuned(
    job: tuple[ScoreJob, FinetuneOptions], progress: Progress = NO_PROGRESS
) -> FinetuneScores:
    """Score the first mask carried forward, fine-tune on it, and score again.

    Raises ModelError where the model cannot learn.
    """
    annotated, propagator = job[0].open()
    with annotated.clip as clip:
        if not isinstance(propagator, NetworkPropagator):
            raise ModelError(f"{propagator.name!r} cannot learn. Name a network.", option="--model")
        ids = annotated.objects
        before = after = score_run(annotated, propagator, [0]).counted[0]
        snapshot = give_truth(annotated, [0], ids).snapshot()
        kept, note = finetune(propagator, clip, snapshot, frozenset(ids), job[1], progress)
        if kept:
            after = score_run(annotated, kept.beside(propagator), [0]).counted[0]
        return FinetuneScores(job[0].clip, before, after, kept is not None, note)
