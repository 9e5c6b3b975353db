"""What a person says of an object over many frames at once. What is drawn by hand stays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Annotation, MaskPatch, Part, TrackPatch
from vosgui.core.mask import box_of, pack
from vosgui.core.track import Source, Track, empty_track, is_given


def until_given(annotation: Annotation, object_id: int, t: int) -> range:
    """Return the frames from t on, up to the object's next keyframe or the end."""
    keyframes = annotation.keyframes(object_id)
    later = keyframes[keyframes > t]
    return range(t, int(later[0]) if later.size else annotation.n_frames)


def absent_over(annotation: Annotation, object_id: int, frames: range) -> Part:
    """Return the change by which the object is not visible in these frames, but where it is given.

    Of the first frame alone a mask that is given goes: it is the one that is looked at.
    """
    track = annotation.track(object_id)[frames.start : frames.stop]
    open_ = ~is_given(track)
    open_[:1] |= track["source"][:1] != Source.ABSENT
    locked = annotation.header.object(object_id).locked_flags(annotation.n_frames)
    open_ &= ~locked[frames.start : frames.stop]
    where = np.flatnonzero(open_) + frames.start
    after = empty_track(len(where))
    after["source"] = Source.ABSENT
    after["revision"] = [annotation.new_revision() for _ in where]
    masks = _without(annotation, object_id, where)
    return Part(masks, _patch(annotation, object_id, where, after))


def verify_over(annotation: Annotation, object_id: int, frames: range) -> Part:
    """Return the change by which the object's masks in these frames are right.

    Frames in which nothing is said of it, or which are verified, are left alone.
    """
    track = annotation.track(object_id)[frames.start : frames.stop]
    where = np.flatnonzero((track["source"] != Source.NONE) & ~track["verified"]) + frames.start
    after = annotation.track(object_id)[where].copy()
    after["verified"] = True
    new = np.flatnonzero(after["revision"] == 0)
    after["revision"][new] = [annotation.new_revision() for _ in new]
    return Part((), _patch(annotation, object_id, where, after))


def _patch(
    annotation: Annotation, object_id: int, where: npt.NDArray[np.intp], after: Track
) -> tuple[TrackPatch, ...]:
    before = annotation.track(object_id)[where]
    frames = where.astype(np.int32)
    return (TrackPatch(object_id, frames, before, after),) if where.size else ()


def _without(
    annotation: Annotation, object_id: int, where: npt.NDArray[np.intp]
) -> tuple[MaskPatch, ...]:
    patches = []
    for t in where.tolist():
        if object_id in annotation.ids(t):
            mask = annotation.mask(t)
            box = box_of(mask == object_id)
            before = mask[box.slices]
            after = np.where(before == object_id, np.uint8(0), before)
            patches.append(MaskPatch(t, box.y, box.x, pack(before), pack(after)))
    return tuple(patches)
