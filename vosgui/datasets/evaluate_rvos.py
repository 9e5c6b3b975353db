"""Score masks that were found by expressions (Refer-YouTube-VOS) against the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vosgui.core.mask import Mask
from vosgui.core.metrics.region_contour import VOID, score_frame
from vosgui.core.metrics.report import Tally
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import absent_in_words, some_of
from vosgui.datasets.evaluate import ClipScores, Void
from vosgui.errors import DatasetError
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.layout import only_split
from vosgui.formats.youtubevos.refer_expressions import ExpressionClip, ListedExpression


@dataclass(frozen=True)
class _Found:
    """An expression, what was found by it, and its truth: an object's pixels, or all (None)."""

    expression: ListedExpression
    pred: MaskFolderClip
    truth: MaskFolderClip
    object_id: int | None


@dataclass(frozen=True)
class RvosJob:
    """The expressions of one clip, and its frames that have a truth.

    void : as `Rules` has it; the truth of a single expression has none.
    """

    clip: ExpressionClip
    frame_names: tuple[str, ...]
    found: tuple[_Found, ...]
    void: Void = "ignore"


def plan(
    clips: Sequence[ExpressionClip], truth: Path, pred: Path, void: Void = "ignore"
) -> list[RvosJob]:
    """Return one job per clip that has expressions.

    truth : CLIP/FRAME.png of object ids, or CLIP/EXPRESSION/FRAME.png of one object.
    pred : CLIP/EXPRESSION/FRAME.png, any value but 0 is the object.
    Raises DatasetError that names what is missing.
    """
    truth, pred = only_split(truth).masks, only_split(pred).masks
    jobs, missing = [], []
    for clip in clips:
        if not clip.expressions:
            continue
        truths = _truths_of(clip, truth)
        common = set.intersection(*(set(one.frame_names) for one, _ in truths))
        names = tuple(name for name in clip.frame_names if name in common)
        if not names:
            raise DatasetError(f"There is no truth for the clip {clip.name} in {truth}.")
        found = []
        for one, its_truth in zip(clip.expressions, truths, strict=True):
            masks = MaskFolderClip(one.id, pred / clip.name / one.id)
            frames = absent_in_words(names, masks.frame_names)
            if frames:
                missing.append(f"{clip.name}/{one.id} ({frames})")
            found.append(_Found(one, masks, *its_truth))
        jobs.append(RvosJob(clip, names, tuple(found), void))
    if missing:
        raise DatasetError(
            f"Predictions of {len(missing)} expressions are missing in {pred}: {some_of(missing)}."
        )
    return jobs


def score_expressions(job: RvosJob, progress: Progress = NO_PROGRESS) -> ClipScores:
    """Score one clip in every frame of its truth, holding the masks of one frame at a time."""
    tallies = [Tally() for _ in job.found]
    for t, name in enumerate(job.frame_names):
        progress.report(t)
        truths = {one.truth.masks: one.truth for one in job.found}
        masks = {folder: clip.mask(name) for folder, clip in truths.items()}
        for one, tally in zip(job.found, tallies, strict=True):
            truth = _of_object(masks[one.truth.masks], one.object_id)
            pred = one.pred.mask(name, (truth.shape[0], truth.shape[1]))
            void = VOID if job.void == "ignore" else None
            J, F = score_frame((pred != 0).view(np.uint8), truth, [1], void=void)
            tally.add(t, J[0], F[0])
    clip, names, notes = job.clip.name, job.frame_names, []
    series = tuple(
        tally.series(clip, one.expression.id, names, one.expression.text)
        for one, tally in zip(job.found, tallies, strict=True)
    )
    without = len(job.clip.frame_names) - len(names)
    if without:
        notes = [f"{clip}: {without} of its frames have no truth; not scored."]
    return ClipScores(clip, series, tuple(notes))


def _truths_of(clip: ExpressionClip, root: Path) -> list[tuple[MaskFolderClip, int | None]]:
    """Return where the truth of each expression lies, and which object of it is meant."""
    own = [MaskFolderClip(one.id, root / clip.name / one.id) for one in clip.expressions]
    if all(one.masks.is_dir() for one in own):
        return [(one, None) for one in own]
    unknown = [one.id for one in clip.expressions if one.object_id is None]
    if unknown:
        raise DatasetError(
            f"Nothing says which objects the expressions {some_of(unknown)} of {clip.name} "
            f"mean: they have no obj_id, and {root} no {clip.name}/{unknown[0]}/FRAME.png."
        )
    shared = MaskFolderClip(clip.name, root / clip.name)
    return [(shared, one.object_id) for one in clip.expressions]


def _of_object(mask: Mask, object_id: int | None) -> Mask:
    if object_id is None:
        return np.where(mask != 0, np.uint8(1), np.uint8(0))
    truth = np.where(mask == object_id, np.uint8(1), np.uint8(0))
    truth[mask == VOID] = VOID
    return truth
