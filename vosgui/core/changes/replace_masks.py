"""The changes by which an annotation becomes, or takes from, another one of the same clip."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Annotation, HeaderPatch, MaskPatch, Part, TrackPatch
from vosgui.core.edits import give_mask
from vosgui.core.mask import pack
from vosgui.core.track import Source, Track, empty_track


def take_over(annotation: Annotation, other: Annotation) -> Part:
    """Return the change that makes objects, masks and tracks those of `other`.

    Given masks get revisions that this annotation never gave, so that nothing older fits them.
    """
    assert (annotation.hw, annotation.n_frames) == (other.hw, other.n_frames)
    nothing = pack(np.zeros(annotation.hw, np.uint8))
    masks = []
    for t in range(annotation.n_frames):
        before, after = annotation.packed(t), other.packed(t)
        if before != after:
            masks.append(MaskPatch(t, 0, 0, before or nothing, after or nothing))
    header = HeaderPatch(annotation.header, other.header)
    ids = sorted({entry.id for entry in (*annotation.objects, *other.objects)})
    return Part(tuple(masks), tuple(_track_patch(annotation, other, i) for i in ids), header)


def take_masks(annotation: Annotation, other: Annotation) -> Part:
    """Return the change that gives objects their masks of `other`, as if they were drawn by hand.

    Objects are those of the same ids; missing ones are added. What `other` does not know, and
    other objects beside its pixels, stay; locked objects keep theirs.
    """
    assert (annotation.hw, annotation.n_frames) == (other.hw, other.n_frames)
    header = annotation.header
    for entry in other.objects:
        if all(one.id != entry.id for one in annotation.objects):
            header = header.with_object(entry)
    masks: list[MaskPatch] = []
    tracks: list[TrackPatch] = []
    for t in range(other.n_frames):
        known = [e.id for e in other.objects if other.track(e.id)["source"][t] != Source.NONE]
        part = give_mask(annotation, t, other.mask(t), known) if known else Part()
        masks += part.masks
        tracks += part.tracks
    changed = HeaderPatch(annotation.header, header) if header != annotation.header else None
    return Part(tuple(masks), tuple(tracks), changed)


def _track_patch(annotation: Annotation, other: Annotation, object_id: int) -> TrackPatch:
    before, after = annotation.track(object_id), other.track(object_id).copy()
    after["revision"][after["revision"] > 0] += annotation.last_revision
    after["origin_revision"][after["origin"] >= 0] += annotation.last_revision
    touched = _is_known(before) | _is_known(after)
    frames = np.flatnonzero(touched).astype(np.int32)
    return TrackPatch(object_id, frames, before[frames], after[frames])


def _is_known(track: Track) -> npt.NDArray[np.bool_]:
    """Return in which frames a track is not as an empty one is, bool (n_frames,)."""
    stored = np.ascontiguousarray(track).view(np.uint8).reshape(len(track), -1)
    return np.asarray((stored != empty_track(1).view(np.uint8)).any(axis=1))
