"""What online fine-tuning gains on an annotated clip."""

from __future__ import annotations

from typing import NamedTuple

from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.engine.benchmark.model_card import ScoreJob, give_truth, score_run
from vosgui.engine.online.finetune import finetune
from vosgui.engine.propagation.flip import WithFlip
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.errors import ModelError


class FinetuneScores(NamedTuple):
    """Mean J, in [0, 1], before and after, and after with flip; text : how it went, one line."""

    before: float
    after: float
    with_flip: float
    is_kept: bool
    text: str

    @property
    def gain(self) -> float:
        """Return by how much J rose."""
        return self.after - self.before


def score_finetuned(
    job: ScoreJob, progress: Progress = NO_PROGRESS, *, seconds: float, steps: int
) -> FinetuneScores:
    """Score the first mask carried forward, fine-tune on it, and score again.

    Raises ModelError where the model cannot learn.
    """
    annotated, network = job.open()
    with annotated.clip as clip:
        if not isinstance(network, NetworkPropagator):
            raise ModelError(f"{network.name!r} cannot learn. Name a network.", option="--model")
        before = after = score_run(annotated, network, [0]).counted[0]
        ids = frozenset(annotated.objects)
        given = give_truth(annotated, [0], list(ids)).snapshot()
        kept, text = finetune(
            network, clip, given, ids, seconds=seconds, steps=steps, progress=progress
        )
        if kept:
            network = kept.applied_to(network)
            after = score_run(annotated, network, [0]).counted[0]
        flipped = score_run(annotated, WithFlip(network), [0]).counted[0]
        return FinetuneScores(before, after, flipped, kept is not None, text)
