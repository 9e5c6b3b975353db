"""What online fine-tuning gains on an annotated clip."""

from __future__ import annotations

from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.engine.benchmark.model_card import ScoreJob, give_truth, score_run
from vosgui.engine.online.finetune import finetune
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.errors import ModelError


def score_finetuned(
    job: ScoreJob, progress: Progress = NO_PROGRESS, *, seconds: float, steps: int
) -> tuple[float, float | None, str]:
    """Return mean J, in [0, 1], before and after fine-tuning on the first mask, and how that went.

    None where what was learned was dropped. Raises ModelError where the model cannot learn.
    """
    annotated, propagator = job.open()
    with annotated.clip as clip:
        if not isinstance(propagator, NetworkPropagator):
            raise ModelError(f"{propagator.name!r} cannot learn. Name a network.", option="--model")
        before = score_run(annotated, propagator, [0]).counted[0]
        ids = frozenset(annotated.objects)
        given = give_truth(annotated, [0], list(ids)).snapshot()
        kept, text = finetune(
            propagator, clip, given, ids, seconds=seconds, steps=steps, progress=progress
        )
        after = score_run(annotated, kept.applied_to(propagator), [0]).counted[0] if kept else None
        return before, after, text
