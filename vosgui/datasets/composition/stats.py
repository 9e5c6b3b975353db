"""The counts of a dataset, as table 1 of the YouTube-VOS paper has them, and their histograms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from vosgui.core.issues import Issue
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.datasets.composition.counts import (
    AREA_ENDS,
    ClipCounts,
    CountJob,
    count_clip,
    count_project,
    split_of,
)
from vosgui.datasets.left_out import left_out
from vosgui.datasets.workers import Workers, each_outcome
from vosgui.errors import InputError, NothingToDoError
from vosgui.formats.dataset import Dataset
from vosgui.formats.tree.layout import find_splits

# Upper ends of the bins of the videos' lengths in seconds; the last one has no end.
LENGTH_ENDS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 10.0, 30.0)


@dataclass(frozen=True)
class Composition:
    """The counts of some videos.

    videos, categories, objects, annotations, duration_min : those of table 1. An annotation is the
        mask of one object in one frame; an object counts if it has one.
    by_run : annotations that a run has propagated and nobody painted.
    frames : images, or frames of videos. annotated_frames : of which something is known.
    areas, lengths : how many masks and videos are in each bin of AREA_ENDS and LENGTH_ENDS.
    by_category : for each, the videos, objects and annotations, by name.
    """

    videos: int
    categories: int
    objects: int
    annotations: int
    duration_min: float
    by_run: int
    frames: int
    annotated_frames: int
    areas: tuple[int, ...]
    lengths: tuple[int, ...]
    by_category: Mapping[str, tuple[int, int, int]]


def compose(clips: Iterable[ClipCounts]) -> Composition:
    """Return the counts of clips together."""
    clips = list(clips)
    n_videos: Counter[str] = Counter()
    n_objects: Counter[str] = Counter()
    n_masks: Counter[str] = Counter()
    for clip in clips:
        n_videos.update({one.category for one in clip.objects})
        for one in clip.objects:
            n_objects[one.category] += 1
            n_masks[one.category] += one.n_masks
    lengths = np.searchsorted(LENGTH_ENDS, [clip.duration_s for clip in clips])
    areas = np.sum([clip.areas for clip in clips] or [(0,) * len(AREA_ENDS)], axis=0)
    return Composition(
        videos=len(clips),
        categories=sum(1 for name in n_videos if name),
        objects=n_objects.total(),
        annotations=n_masks.total(),
        duration_min=round(sum(clip.duration_s for clip in clips) / 60, 2),
        by_run=sum(one.n_by_run for clip in clips for one in clip.objects),
        frames=sum(clip.n_frames for clip in clips),
        annotated_frames=sum(clip.n_annotated for clip in clips),
        areas=tuple(areas.tolist()),
        lengths=tuple(np.bincount(lengths, minlength=len(LENGTH_ENDS) + 1).tolist()),
        by_category={
            name: (n_videos[name], n_objects[name], n_masks[name]) for name in sorted(n_videos)
        },
    )


def count_dataset(
    dataset: Dataset,
    root: Path,
    rate: float,
    workers: Workers,
    progress: Progress = NO_PROGRESS,
) -> tuple[list[ClipCounts], list[Issue]]:
    """Count the clips of a dataset; one that cannot be read is an error among the issues.

    root : where it lies. rate : of the videos that numbers in its frames' names count.
    Raises NothingToDoError where no clip can be read.
    """
    splits = find_splits(root) if root.is_dir() else ()
    jobs = [CountJob(one, rate, split_of(one, splits)) for one in dataset.clips]
    counted: list[ClipCounts] = []
    issues = list(dataset.issues)
    for job, one in zip(jobs, each_outcome(count_clip, jobs, workers, progress), strict=True):
        if isinstance(one, InputError):
            issues.append(left_out(job.source.name, one))
        else:
            counted.append(one)
    if not counted:
        why = f" {issues[-1].text}" if issues else ""
        raise NothingToDoError(f"No clip of {root} could be counted.{why}")
    return counted, issues


def count_file(path: Path, progress: Progress = NO_PROGRESS) -> list[ClipCounts]:
    """Count the clips of a project; raise NothingToDoError where it has none."""
    counted = list(count_project(path, progress))
    if not counted:
        raise NothingToDoError(f"{path} has no clips.")
    return counted


_ROWS: tuple[tuple[str, Callable[[Composition], str]], ...] = (
    ("videos", lambda one: f"{one.videos:,}"),
    ("categories", lambda one: f"{one.categories:,}"),
    ("objects", lambda one: f"{one.objects:,}"),
    ("annotations", lambda one: f"{one.annotations:,}"),
    ("duration, minutes", lambda one: f"{one.duration_min:,.2f}"),
    ("frames", lambda one: f"{one.frames:,}"),
    ("annotated frames", lambda one: f"{one.annotated_frames:,}"),
    ("annotations of runs", lambda one: f"{one.by_run:,}"),
)


def table(columns: Mapping[str, Composition]) -> str:
    """Return the counts as a table of text, a column for each part of the dataset."""
    rows = [["", *columns]]
    rows += [[name, *(show(one) for one in columns.values())] for name, show in _ROWS]
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def histograms(one: Composition) -> str:
    """Return the histograms of areas and lengths as text."""
    of_picture = [f"{100 * a:g} to {100 * b:g} %" for a, b in pairwise((0, *AREA_ENDS))]
    of_time = [f"{a:g} to {b:g} s" for a, b in pairwise((0, *LENGTH_ENDS))]
    of_time.append(f"over {LENGTH_ENDS[-1]:g} s")
    areas = _bars("annotations by area, of the picture", of_picture, one.areas)
    return f"{areas}\n\n{_bars('videos by length', of_time, one.lengths)}"


_BAR = 40  # characters of the longest one


def _bars(title: str, names: Sequence[str], counts: Sequence[int]) -> str:
    most = max([1, *counts])
    wide = max(map(len, names))
    lines = [
        f"  {name.rjust(wide)}  {'#' * round(_BAR * n / most)} {n:,}".rstrip()
        for name, n in zip(names, counts, strict=True)
    ]
    return "\n".join([title, *lines])


def as_dict(one: Composition) -> dict[str, Any]:
    """Return the counts as JSON values; each bin with its end."""
    return {
        **{name: value for name, value in vars(one).items() if name not in _BINNED},
        "areas": [
            {"to": end, "annotations": n} for end, n in zip(AREA_ENDS, one.areas, strict=True)
        ],
        "lengths": [
            {"to_s": end, "videos": n}
            for end, n in zip((*LENGTH_ENDS, None), one.lengths, strict=True)
        ],
        "by_category": {
            name: dict(zip(("videos", "objects", "annotations"), row, strict=True))
            for name, row in one.by_category.items()
        },
    }


_BINNED = {"areas", "lengths", "by_category"}
