"""Score masks that were found by expressions (Refer-YouTube-VOS) against the truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vosgui.core.mask import Mask
from vosgui.core.metrics.region_contour import VOID, score_frame
from vosgui.core.metrics.report import Tally
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import some_of
from vosgui.datasets.evaluate import ClipScores, Void
from vosgui.errors import DatasetError
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.layout import only_split
from vosgui.formats.youtubevos.refer_expressions import ExpressionClip, ListedExpression


@dataclass(frozen=True)
class RvosJob:
    """The expressions of one clip.

    truth : the clip's masks of object ids, or None where each expression has its own.
    masks : of each expression, the prediction, and the truth where it is its own.
    void : as `Rules` has it; the truth of a single expression has none.
    """

    clip: ExpressionClip
    frame_names: tuple[str, ...]
    truth: MaskFolderClip | None
    masks: tuple[tuple[MaskFolderClip, MaskFolderClip | None], ...]
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
        names, own = _truth_of(clip, truth)
        masks = []
        for one, its_truth in zip(clip.expressions, own, strict=True):
            found = MaskFolderClip(one.id, pred / clip.name / one.id)
            have = set(found.frame_names)
            absent = [name for name in names if name not in have]
            if absent:
                frames = "every frame" if len(absent) == len(names) else some_of(absent)
                missing.append(f"{clip.name}/{one.id} ({frames})")
            masks.append((found, its_truth))
        shared = None if own[0] else MaskFolderClip(clip.name, truth / clip.name)
        jobs.append(RvosJob(clip, names, shared, tuple(masks), void))
    if missing:
        raise DatasetError(
            f"Predictions of {len(missing)} expressions are missing in {pred}: {some_of(missing)}."
        )
    return jobs


def score_expressions(job: RvosJob, progress: Progress = NO_PROGRESS) -> ClipScores:
    """Score one clip in every frame of its truth, holding two masks at a time."""
    tallies = [Tally() for _ in job.clip.expressions]
    for t, name in enumerate(job.frame_names):
        progress.report(t)
        shared = None if job.truth is None else job.truth.mask(name)
        entries = zip(job.clip.expressions, job.masks, tallies, strict=True)
        for expression, (found, own), tally in entries:
            if own is not None:
                truth = (own.mask(name) != 0).view(np.uint8)
            else:
                assert shared is not None
                truth = _of_object(shared, expression)
            pred = (found.mask(name, (truth.shape[0], truth.shape[1])) != 0).view(np.uint8)
            J, F = score_frame(pred, truth, [1], void=VOID if job.void == "ignore" else None)
            tally.add(t, J[0], F[0])
    series = tuple(
        tally.series(job.clip.name, one.id, job.frame_names, one.text)
        for one, tally in zip(job.clip.expressions, tallies, strict=True)
    )
    return ClipScores(job.clip.name, series, tuple(_notes(job)))


def _truth_of(
    clip: ExpressionClip, root: Path
) -> tuple[tuple[str, ...], list[MaskFolderClip | None]]:
    """Return the frames that are asked for and have a truth, and each expression's own truth."""
    own = [MaskFolderClip(one.id, root / clip.name / one.id) for one in clip.expressions]
    if all(one.masks.is_dir() for one in own):
        common = set.intersection(*(set(one.frame_names) for one in own))
        folders: list[MaskFolderClip | None] = [*own]
    else:
        unknown = [one.id for one in clip.expressions if one.object_id is None]
        if unknown:
            raise DatasetError(
                f"Nothing says which objects the expressions {some_of(unknown)} of {clip.name} "
                f"mean: they have no obj_id, and {root} no {clip.name}/{unknown[0]}/FRAME.png."
            )
        common, folders = (
            set(MaskFolderClip(clip.name, root / clip.name).frame_names),
            [None] * len(own),
        )
    names = tuple(name for name in clip.frame_names if name in common)
    if not names:
        raise DatasetError(f"There is no truth for the clip {clip.name} in {root}.")
    return names, folders


def _of_object(mask: Mask, expression: ListedExpression) -> Mask:
    truth = np.where(mask == expression.object_id, 1, 0).astype(np.uint8)
    truth[mask == VOID] = VOID
    return truth


def _notes(job: RvosJob) -> Iterator[str]:
    without = len(job.clip.frame_names) - len(job.frame_names)
    if without:
        yield f"{job.clip.name}: {without} of its frames have no truth; not scored."
