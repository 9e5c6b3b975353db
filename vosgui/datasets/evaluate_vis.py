"""Score tracks against the truth of YouTube-VIS, clip by clip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vosgui.core.metrics.average_precision import CategoryPrecision, ClipTracks, category_precision
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.formats.youtubevis.files import ClipTexts
from vosgui.formats.youtubevis.tracks import Track, track_iou

ByCategory = Mapping[int | str, ClipTracks]


@dataclass(frozen=True)
class VisJob:
    """One clip to score.

    areas_of_file : whether a true track's size comes from the file's areas, else from its masks.
    """

    texts: ClipTexts
    areas_of_file: bool = True


def compare_tracks(job: VisJob, progress: Progress = NO_PROGRESS) -> ByCategory:
    """Compare the tracks of one clip with the true ones of their category."""
    found, true = job.texts.found_tracks(), job.texts.true_tracks(job.areas_of_file)
    compared = {
        i: _compared(_of_category(found, i), _of_category(true, i))
        for i in sorted({one.category_id for one in (*found, *true)}, key=_numbers_first)
    }
    progress.report(len(job.texts.clip.file_names))
    return compared


def precisions(
    clips: Sequence[ByCategory], categories: Mapping[int | str, str]
) -> dict[str, CategoryPrecision]:
    """Return the numbers of each category that the truth lists, in the order of their ids."""
    return {
        name: category_precision([clip[i] for clip in clips if i in clip])
        for i, name in sorted(categories.items(), key=lambda pair: _numbers_first(pair[0]))
    }


def _numbers_first(category_id: int | str) -> tuple[bool, int | str]:
    return isinstance(category_id, str), category_id


def _of_category(tracks: Sequence[Track], category_id: int | str) -> list[Track]:
    return [one for one in tracks if one.category_id == category_id]


def _compared(found: Sequence[Track], true: Sequence[Track]) -> ClipTracks:
    iou = np.array([[track_iou(a, b) for b in true] for a in found], dtype=np.float64)
    return ClipTracks(
        iou=iou.reshape(len(found), len(true)),
        confidence=np.array([one.confidence for one in found], dtype=np.float64),
        found_area=np.array([one.mean_area for one in found], dtype=np.float64),
        true_area=np.array([one.mean_area for one in true], dtype=np.float64),
        crowd=np.array([one.crowd for one in true], dtype=np.bool_),
    )
