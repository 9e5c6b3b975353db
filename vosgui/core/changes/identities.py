"""Who is who: objects swapped, merged, split in time, or given another id.

Masks stay where they are; whose they are is what changes. What a person says of identities is
right from the frame where it is said on: that frame becomes a keyframe, on which later frames rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Annotation, HeaderPatch, MaskPatch, ObjectInfo, Part, TrackPatch
from vosgui.core.colours import colour_of
from vosgui.core.track import Source, Track, copy_track, empty_track, is_given


def swap(annotation: Annotation, one: int, other: int, frames: range) -> Part:
    """Return the change by which two objects have each other's masks in these frames."""
    tracks = {}
    for object_id, source in ((one, other), (other, one)):
        track = copy_track(annotation.track(object_id))
        track[_slice(frames)] = annotation.track(source)[_slice(frames)]
        tracks[object_id] = _rests_on(annotation, track, source, frames)
    return _changed(annotation, tracks, {one: other, other: one}, frames)


def split(annotation: Annotation, object_id: int, t: int, new_id: int) -> Part:
    """Return the change by which an object is another one, of a new id, from frame t on."""
    frames = range(t, annotation.n_frames)
    new = empty_track(annotation.n_frames)
    new[t:] = annotation.track(object_id)[t:]
    old = copy_track(annotation.track(object_id))
    old[t:] = empty_track(len(frames))
    entry = annotation.header.object(object_id)
    made = replace(
        entry, id=new_id, name=f"{entry.name} (2)", colour=colour_of(new_id), expressions=()
    )
    tracks = {object_id: old, new_id: _rests_on(annotation, new, object_id, frames)}
    part = _changed(annotation, tracks, {object_id: new_id}, frames)
    header = annotation.header
    return replace(part, header=HeaderPatch(header, header.with_object(made)))


def merge(annotation: Annotation, into: int, other: int) -> Part:
    """Return the change by which an object takes all masks of another one, which goes.

    Where both have a mask it is of both: by hand, where one of them is.
    """
    mine, theirs = annotation.track(into), annotation.track(other)
    track = copy_track(mine)
    free = (mine["source"] == Source.NONE) & ~is_given(mine)
    free |= (mine["source"] == Source.ABSENT) & ~np.isin(
        theirs["source"], (Source.NONE, Source.ABSENT)
    )
    track[free] = theirs[free]
    has_both = ~free & np.isin(
        theirs["source"], (Source.PAINTED, Source.CORRECTED, Source.PROPAGATED)
    )
    for t in np.flatnonzero(has_both).tolist():
        track[t : t + 1] = _joined(annotation, mine[t : t + 1], theirs[t : t + 1])
    gone = empty_track(annotation.n_frames)
    frames = range(annotation.n_frames)
    part = _changed(annotation, {into: track, other: gone}, {other: into}, frames)
    header = annotation.header
    kept = header.object(into)
    kept = replace(kept, expressions=(*kept.expressions, *header.object(other).expressions))
    objects = tuple(kept if o.id == into else o for o in header.objects if o.id != other)
    return replace(part, header=HeaderPatch(header, replace(header, objects=objects)))


def change_id(annotation: Annotation, object_id: int, new_id: int) -> Part:
    """Return the change that gives an object another id, which no object has."""
    frames = range(annotation.n_frames)
    tracks = {
        object_id: empty_track(annotation.n_frames),
        new_id: copy_track(annotation.track(object_id)),
    }
    part = _changed(annotation, tracks, {object_id: new_id}, frames)
    header = annotation.header
    objects = tuple(
        _renamed(entry, new_id) if entry.id == object_id else entry for entry in header.objects
    )
    return replace(part, header=HeaderPatch(header, replace(header, objects=objects)))


def _renamed(entry: ObjectInfo, new_id: int) -> ObjectInfo:
    """Return an object of another id; a name and a colour that only told the old one go along."""
    name = f"object {new_id}" if entry.name == f"object {entry.id}" else entry.name
    colour = colour_of(new_id) if entry.colour == colour_of(entry.id) else entry.colour
    return replace(entry, id=new_id, name=name, colour=colour)


def _joined(annotation: Annotation, mine: Track, theirs: Track) -> Track:
    """Return the record, TRACK_DTYPE (1,), of a mask that is made of two."""
    track = empty_track(1)
    if is_given(mine)[0] or is_given(theirs)[0]:
        by_hand = {Source.PAINTED, Source.CORRECTED}
        drawn = [
            int(one["source"][0]) for one in (mine, theirs) if int(one["source"][0]) in by_hand
        ]
        track["source"] = drawn[0] if drawn else Source.CORRECTED
        track["verified"] = mine["verified"] & theirs["verified"]
        track["revision"] = annotation.new_revision()
    else:
        track["source"] = Source.PROPAGATED
        track["confidence"] = np.fmin(mine["confidence"], theirs["confidence"])
    return track


def _rests_on(annotation: Annotation, track: Track, source: int, frames: range) -> Track:
    """Return a track in which these frames, which were another object's, rest on the first of them.

    source : whose they were. Keyframes among them went along; those before them did not.
    """
    t = frames.start
    part = track[_slice(frames)]
    revision = 0
    if source in annotation.ids(t) and part["source"][0] != Source.ABSENT:
        if part["source"][0] in (Source.NONE, Source.PROPAGATED):
            part["source"][0] = Source.CORRECTED
        revision = part["revision"][0] = annotation.new_revision()
        part["confidence"][0] = np.nan
        part["origin"][0], part["origin_revision"][0] = -1, 0
    before = (part["origin"] >= 0) & (part["origin"] < t)
    was_fresh = part["origin_revision"] == annotation.track(source)["revision"].take(
        part["origin"], mode="clip"
    )
    moved = before & was_fresh
    part["origin"][moved] = t if revision else -1
    part["origin_revision"][moved] = revision
    return track


def _changed(
    annotation: Annotation, tracks: Mapping[int, Track], ids: Mapping[int, int], frames: range
) -> Part:
    """Return the change of tracks, and of the ids in the masks of these frames."""
    table = np.arange(256, dtype=np.uint8)
    for old, new in ids.items():
        table[old] = new
    patches = tuple(_track_patches(annotation, tracks))
    return Part(tuple(_mask_patches(annotation, table, ids, frames)), patches)


def _track_patches(annotation: Annotation, tracks: Mapping[int, Track]) -> Iterable[TrackPatch]:
    for object_id, after in tracks.items():
        before = annotation.track(object_id)
        size = after.itemsize
        differs = after.view(np.uint8).reshape(-1, size) != before.view(np.uint8).reshape(-1, size)
        where = np.flatnonzero(differs.any(axis=1))
        if where.size:
            yield TrackPatch(object_id, where.astype(np.int32), before[where], after[where])


def _mask_patches(
    annotation: Annotation,
    table: npt.NDArray[np.uint8],
    ids: Mapping[int, int],
    frames: range,
) -> Iterable[MaskPatch]:
    for t in frames:
        packed = annotation.packed(t)
        if packed is not None and ids.keys() & set(annotation.ids(t)):
            box, before = packed.box, packed.cut_to_box()
            yield MaskPatch(t, box.y, box.x, before, before.of_other_ids(table))


def _slice(frames: range) -> slice:
    return slice(frames.start, frames.stop)
