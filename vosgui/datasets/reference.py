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
from vosgui.datasets.mask_sources import (
    MasksInMemory,
    MaskSource,
    Renamed,
    named_like,
    project_masks,
)
from vosgui.datasets.same_objects import Relabelled, same_objects
from vosgui.errors import NothingToDoError


@dataclass(frozen=True)
class ReferenceMasks:
    """The masks that a clip is compared with.

    frames : the frames of the clip that the reference has, ascending, with their names.
    how : in words, how objects and frames of other names were found.
    """

    path: Path
    source: MaskSource
    frames: Mapping[int, str]
    how: tuple[str, ...] = ()


def open_reference(path: Path, own: MasksInMemory, frame_names: Sequence[str]) -> ReferenceMasks:
    """Return the masks in a folder, a dataset or a project that belong to a clip, `own`.

    The clip of the same name is taken, or the only one there is; objects and frames are found by
    name as `compare` does. Raises NothingToDoError where there is none, or none of its frames is
    the clip's; DatasetError where nothing tells who is who.
    """
    clip_name = own.name
    clips = find_masks(path)
    source = clips.get(clip_name) or (next(iter(clips.values())) if len(clips) == 1 else None)
    if source is None:
        raise NothingToDoError(
            f"{path} has no clip {clip_name}; it has {some_of(sorted(clips))}. "
            "Choose the folder of one clip's masks."
        )
    if own.snapshot.tracks:
        source = same_objects(own, source, own.categories)
    how = [source.how] if isinstance(source, Relabelled) else []
    if not {*source.frame_names} & {*frame_names}:
        source = named_like(source, frame_names)
        how += [source.how] if isinstance(source, Renamed) else []
    have = set(source.frame_names)
    frames = {t: name for t, name in enumerate(frame_names) if name in have}
    if not frames:
        raise NothingToDoError(
            f"No mask in {path} is named like a frame of {clip_name}: it has "
            f"{some_of(source.frame_names)}, the clip {some_of(frame_names)}."
        )
    return ReferenceMasks(path, source, frames, tuple(how))


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
