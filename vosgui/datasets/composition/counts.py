"""What one clip of a dataset holds, counted: small, so that thousands of them are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vosgui.core.annotation import Annotation
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.track import Source
from vosgui.datasets.export import project_items
from vosgui.formats.dataset import ClipSource, annotated_frames, number_in
from vosgui.formats.tree.layout import Split
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project

# Upper ends of the bins of areas, as shares of the picture; the last one is all of it.
AREA_ENDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
NOMINAL_RATE = 30.0  # of the videos of YouTube-VOS, whose frames' names are numbers of frames


@dataclass(frozen=True)
class ObjectCounts:
    """An object that has a mask. n_masks : in how many frames. n_by_run : of these, propagated."""

    category: str
    n_masks: int
    n_by_run: int


@dataclass(frozen=True)
class ClipCounts:
    """What a clip holds.

    n_frames : its images, or frames of its video. n_annotated : of which something is known.
    objects : in the order of their ids. areas : how many masks are in each bin of AREA_ENDS.
    split : of the dataset, as it is published; "" where it has none.
    """

    name: str
    n_frames: int
    n_annotated: int
    duration_s: float
    objects: tuple[ObjectCounts, ...]
    areas: tuple[int, ...]
    split: str = ""

    @property
    def categories(self) -> tuple[str, ...]:
        """Return the categories of its objects in their order, each once, without the empty one."""
        return tuple(dict.fromkeys(one.category for one in self.objects if one.category))


@dataclass(frozen=True)
class CountJob:
    """A clip to be counted. rate : of the video that numbers in its frames' names count."""

    source: ClipSource
    rate: float
    split: str = ""


def count_clip(job: CountJob, progress: Progress = NO_PROGRESS) -> ClipCounts:
    """Count a clip of a dataset; raise InputError where it is broken."""
    labelled = job.source.read(progress)
    names, frames = labelled.frame_names, labelled.frames
    duration = duration_s(names, job.rate)
    if frames is not None and frames.is_file():
        with open_clip(frames, progress=progress.within(0, 0)) as clip:
            names, duration = clip.info.frame_names, _of_times(clip.info.times_s, clip.info.rate)
    return _counted(job.source.name, labelled.annotation, len(names), duration, job.split)


def count_project(path: Path, progress: Progress = NO_PROGRESS) -> Iterator[ClipCounts]:
    """Yield the counts of each clip of a project; raise InputError where one cannot be read."""
    with Project.open_to_read(path) as project:
        names = [record.name for record in project.clips]
        for n, name in enumerate(names):
            (item,) = project_items(project, [name])
            times, rate = item.info.times_s, item.info.rate
            duration = _of_times(times, rate)
            if not item.info.path.is_file() and rate == NOMINAL_RATE:  # their numbers tell more
                duration = duration_s(item.info.frame_names, rate)
            yield _counted(name, item.annotation, item.info.n_frames, duration, "")
            progress.report(n + 1, len(names))


def split_of(source: ClipSource, splits: Sequence[Split]) -> str:
    """Return the name of the split in which a clip of a tree lies; "" where there is one alone."""
    masks = getattr(source, "masks", None)
    if len(splits) < 2 or not isinstance(masks, Path):
        return ""
    return next((one.name for one in splits if masks.is_relative_to(one.root)), "")


def duration_s(frame_names: Sequence[str], rate: float) -> float:
    """Return how long frames last whose names are numbers in a video, or one after the other.

    rate : frames per second of the video.
    """
    numbers = [number_in(name) for name in frame_names]
    known = [number for number in numbers if number is not None]
    steps = np.diff(known)
    if len(known) < len(numbers) or not len(steps) or steps.min() <= 0:
        return len(frame_names) / rate
    return float(known[-1] - known[0] + np.median(steps)) / rate


def _of_times(times_s: Sequence[float], rate: float) -> float:
    return times_s[-1] - times_s[0] + 1 / rate


def _counted(
    name: str, annotation: Annotation, n_frames: int, duration: float, split: str
) -> ClipCounts:
    areas = np.zeros(len(AREA_ENDS), np.int64)
    n_masks, n_by_run = np.zeros(256, np.int64), np.zeros(256, np.int64)
    n_pixels = annotation.hw[0] * annotation.hw[1]
    for t in annotation.frames_with_mask():
        sizes = np.bincount(annotation.mask(t).ravel(), minlength=256)
        for object_id in annotation.ids(t):
            n_masks[object_id] += 1
            n_by_run[object_id] += annotation.track(object_id)["source"][t] == Source.PROPAGATED
            areas[int(np.searchsorted(AREA_ENDS, sizes[object_id] / n_pixels))] += 1
    objects = tuple(
        ObjectCounts(one.category, int(n_masks[one.id]), int(n_by_run[one.id]))
        for one in sorted(annotation.objects, key=lambda one: one.id)
        if n_masks[one.id]
    )
    n_annotated = len(annotated_frames(annotation))
    counted = tuple(areas.tolist())
    return ClipCounts(name, n_frames, n_annotated, duration, objects, counted, split)
