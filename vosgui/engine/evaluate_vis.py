"""Score tracks against the truth of YouTube-VIS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vosgui.core.average_precision import CategoryPrecision, ClipTracks, category_precision
from vosgui.engine.each_clip import each_clip
from vosgui.formats.vis_tracks import Track, VisTruth, track_iou


@dataclass(frozen=True)
class VisJob:
    """The tracks of one category, clip by clip: those found and those that are true."""

    category: str
    clips: tuple[tuple[tuple[Track, ...], tuple[Track, ...]], ...]


def plan(truth: VisTruth, results: Mapping[int, Sequence[Track]]) -> list[VisJob]:
    """Return one job per category that the truth lists, in the order of their ids."""
    jobs = []
    for category_id, name in sorted(truth.categories.items()):
        clips = []
        for clip_id in sorted(truth.clips):
            found, true = (
                tuple(track for track in tracks[clip_id] if track.category_id == category_id)
                for tracks in (results, truth.tracks)
            )
            if found or true:
                clips.append((found, true))
        jobs.append(VisJob(name, tuple(clips)))
    return jobs


def evaluate_vis(jobs: Sequence[VisJob], n_workers: int = 1) -> Iterator[CategoryPrecision]:
    """Yield the numbers of each category in turn."""
    return each_clip(score_category, jobs, n_workers)


def score_category(job: VisJob) -> CategoryPrecision:
    """Return the numbers of one category."""
    return category_precision([_compared(found, true) for found, true in job.clips])


def _compared(found: Sequence[Track], true: Sequence[Track]) -> ClipTracks:
    iou = np.array([[track_iou(a, b) for b in true] for a in found], dtype=np.float64)
    return ClipTracks(
        iou=iou.reshape(len(found), len(true)),
        confidence=np.array([one.confidence for one in found], dtype=np.float64),
        found_area=np.array([one.mean_area for one in found], dtype=np.float64),
        true_area=np.array([one.mean_area for one in true], dtype=np.float64),
        crowd=np.array([one.crowd for one in true], dtype=np.bool_),
    )
