"""Score masks that were found by expressions (Refer-YouTube-VOS) against the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vosgui.core.mask import VOID, Mask
from vosgui.core.metrics.region_contour import score_frame
from vosgui.core.metrics.report import Tally
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import absent_in_words, counted, some_of
from vosgui.datasets.evaluate import ClipScores, Void
from vosgui.errors import DatasetError
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.layout import only_split
from vosgui.formats.youtubevos.refer_expressions import ExpressionClip


@dataclass(frozen=True)
class _Found:
    """What was found by an expression, and its truth: pixels of objects, or all (None)."""

    text: str
    pred: MaskFolderClip
    truth: MaskFolderClip
    object_ids: tuple[int, ...] | None


@dataclass(frozen=True)
class RvosJob:
    """The expressions of one clip, and its frames that have a truth.

    n_without : how many of its frames have none. void : as `Rules` has it; the truth of a single
        expression has none.
    """

    clip: str
    frame_names: tuple[str, ...]
    found: tuple[_Found, ...]
    n_without: int
    void: Void = "ignore"


def plan(
    clips: Mapping[str, ExpressionClip], truth: Path, pred: Path, void: Void = "ignore"
) -> list[RvosJob]:
    """Return one job per clip that has expressions.

    truth : CLIP/FRAME.png of object ids, or CLIP/EXPRESSION/FRAME.png of one object.
    pred : CLIP/EXPRESSION/FRAME.png, any value but 0 is the object.
    Raises DatasetError that names what is missing.
    """
    truth, pred = only_split(truth).masks, only_split(pred).masks
    jobs, missing = [], []
    for name, clip in clips.items():
        if not clip.expressions:
            continue
        truths = _truths_of(name, clip, truth)
        common = set.intersection(*(set(one.frame_names) for one, _ in truths))
        frames = tuple(frame for frame in sorted(clip.frames) if frame in common)
        if not frames:
            raise DatasetError(f"There is no truth for the clip {name} in {truth}.")
        found = []
        for (key, one), its_truth in zip(clip.expressions.items(), truths, strict=True):
            masks = MaskFolderClip(key, pred / name / key)
            absent = absent_in_words(frames, masks.frame_names)
            if absent:
                missing.append(f"{name}/{key} ({absent})")
            found.append(_Found(one.text, masks, *its_truth))
        jobs.append(RvosJob(name, frames, tuple(found), len(clip.frames) - len(frames), void))
    if missing:
        raise DatasetError(
            f"Predictions of {counted(len(missing), 'expression')} are missing in {pred}: "
            f"{some_of(missing)}."
        )
    return jobs


def score_expressions(job: RvosJob, progress: Progress = NO_PROGRESS) -> ClipScores:
    """Score one clip in every frame of its truth, holding the masks of one frame at a time."""
    tallies = [Tally() for _ in job.found]
    truths = {one.truth.masks: one.truth for one in job.found}
    for t, name in enumerate(job.frame_names):
        progress.report(t)
        masks = {folder: clip.mask(name) for folder, clip in truths.items()}
        for one, tally in zip(job.found, tallies, strict=True):
            truth = _of_objects(masks[one.truth.masks], one.object_ids)
            pred = one.pred.mask(name, (truth.shape[0], truth.shape[1]))
            void = VOID if job.void == "ignore" else None
            J, F = score_frame((pred != 0).view(np.uint8), truth, [1], void=void)
            tally.add(t, J[0], F[0])
    series = tuple(
        tally.series(job.clip, one.pred.name, job.frame_names, expression=one.text)
        for one, tally in zip(job.found, tallies, strict=True)
    )
    text = f"{job.clip}: {job.n_without} of its frames have no truth; not scored."
    return ClipScores(series, (text,) if job.n_without else ())


def _truths_of(
    name: str, clip: ExpressionClip, root: Path
) -> list[tuple[MaskFolderClip, tuple[int, ...] | None]]:
    """Return where the truth of each expression lies, and which objects of it are meant."""
    own = [MaskFolderClip(key, root / name / key) for key in clip.expressions]
    if all(one.masks.is_dir() for one in own):
        return [(one, None) for one in own]
    unknown = [key for key, one in clip.expressions.items() if one.object_ids is None]
    if unknown:
        raise DatasetError(
            f"Nothing says which objects the expressions {some_of(unknown)} of {name} mean: they "
            f"have no obj_id, and {root} no {name}/{unknown[0]}/FRAME.png."
        )
    shared = MaskFolderClip(name, root / name)
    return [(shared, one.object_ids) for one in clip.expressions.values()]


def _of_objects(mask: Mask, object_ids: tuple[int, ...] | None) -> Mask:
    if object_ids is None:
        return np.where(mask != 0, np.uint8(1), np.uint8(0))
    truth = np.where(np.isin(mask, object_ids), np.uint8(1), np.uint8(0))
    truth[mask == VOID] = VOID
    return truth
