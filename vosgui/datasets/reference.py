"""Score the masks of one clip against a reference, frame by frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vosgui.core.annotation import Snapshot
from vosgui.core.mask import ids_in
from vosgui.core.metrics.reference_scores import FrameScore
from vosgui.core.metrics.region_contour import score_frame
from vosgui.core.track import Source
from vosgui.core.words import some_of
from vosgui.datasets.find_masks import find_masks
from vosgui.datasets.mask_sources import MaskSource, project_masks
from vosgui.errors import NothingToDoError


@dataclass(frozen=True)
class ReferenceMasks:
    """The masks that a clip is compared with.

    frames : the frames of the clip that the reference has, ascending, with their names.
    """

    path: Path
    source: MaskSource
    frames: Mapping[int, str]


def open_reference(path: Path, clip_name: str, frame_names: Sequence[str]) -> ReferenceMasks:
    """Return the masks in a folder or project that belong to a clip.

    The clip of the same name is taken, or the only one there is. Raises NothingToDoError where
    there is none, or none of its frames is named like the clip's.
    """
    clips = find_masks(path)
    source = clips.get(clip_name) or (next(iter(clips.values())) if len(clips) == 1 else None)
    if source is None:
        raise NothingToDoError(
            f"{path} has no clip {clip_name}; it has {some_of(sorted(clips))}. "
            "Choose the folder of one clip's masks."
        )
    have = set(source.frame_names)
    frames = {t: name for t, name in enumerate(frame_names) if name in have}
    if not frames:
        raise NothingToDoError(
            f"No mask in {path} is named like a frame of {clip_name}: it has "
            f"{some_of(source.frame_names)}, the clip {some_of(frame_names)}."
        )
    return ReferenceMasks(path, source, frames)


def as_it_is(
    path: Path, clip_name: str, frame_names: Sequence[str], snapshot: Snapshot
) -> ReferenceMasks:
    """Return the masks of an open clip at one moment, for what is changed from then on.

    path : of its project. Raises NothingToDoError where there is no mask yet.
    """
    masks = project_masks(clip_name, snapshot, frame_names)
    if not masks.places:
        raise NothingToDoError(f"{clip_name} has no mask yet that later ones could differ from.")
    return ReferenceMasks(path, masks, {t: name for name, t in masks.places.items()})


def score_frames(
    reference: ReferenceMasks, snapshot: Snapshot, frames: Iterable[int]
) -> Iterator[FrameScore]:
    """Yield the scores of these frames, but for those that the reference does not have.

    Raises MaskError for a broken reference mask or one of another size than the clip.
    """
    for t in frames:
        if t not in reference.frames:
            continue
        truth = reference.source.mask(reference.frames[t], snapshot.hw)
        mask = snapshot.mask(t)
        seen = snapshot.tracks.keys() & {*ids_in(truth), *ids_in(mask)}
        unknown = reference.source.unknown(reference.frames[t])
        ids = [
            i
            for i, track in snapshot.tracks.items()
            if track["source"][t] != Source.NONE and i not in unknown
        ]
        J, F = score_frame(mask, truth, ids) if ids else (np.ones(0), np.ones(0))
        yield FrameScore(
            t,
            dict(zip(ids, J.tolist(), strict=True)),
            dict(zip(ids, F.tolist(), strict=True)),
            frozenset(seen),
        )
