"""The edits a person or a run makes: functions from an annotation to one undoable change.

An edit is a value that holds what was before and what is after; taking it back is applying its
inverse. Nothing here changes the annotation: `Annotation.apply` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import (
    Annotation,
    Header,
    HeaderPatch,
    MaskPatch,
    ObjectInfo,
    Part,
    TrackPatch,
)
from vosgui.core.colours import colour_of
from vosgui.core.mask import (
    Box,
    GivesWay,
    Mask,
    PackedMask,
    Pixels,
    box_of,
    compose_prediction,
    ids_in,
    pack,
)
from vosgui.core.track import Source, Track, empty_track


@dataclass(frozen=True)
class Edit:
    """One undoable change: a label for the menu and its parts, in the order they were applied.

    t : the frame where a run began; None for other edits.
    """

    label: str
    parts: tuple[Part, ...]
    t: int | None = None

    @property
    def frames(self) -> tuple[int, ...]:
        """Return the frames that the edit changes, ascending."""
        return tuple(sorted({t for part in self.parts for t in part.frames}))


@dataclass(frozen=True)
class FrameResult:
    """What a run says about one frame.

    mask : uint8 (H, W), ids of the run's objects only.
    confidence : object id to [0, 1], for every object that was carried to this frame; 0 where no
        pixel is left of it: hidden, gone, or lost.
    origins : object id to up to two (keyframe, revision) pairs that its mask came from.
    gives_way : objects that do not run, to those of the run that were drawn inside of them.
    """

    t: int
    mask: Mask
    confidence: Mapping[int, float]
    origins: Mapping[int, tuple[tuple[int, int], ...]]
    gives_way: GivesWay = field(default_factory=dict)


def paint(annotation: Annotation, t: int, object_id: int, box: Box, after: Mask) -> Part:
    """Return the change of one stroke: `after` replaces the mask within the box.

    after : uint8 (h, w) of object ids, of the size of the box.
    The object's mask becomes given in this frame. Other given objects that lost pixels to it
    get a new revision, so that what was propagated from them shows as stale.
    """
    before = annotation.mask(t)[box.slices]
    changed = box_of(before != after)
    if not changed:
        return Part()
    inner_before, inner_after = before[changed.slices], after[changed.slices]
    patch = MaskPatch(
        t, box.y + changed.y, box.x + changed.x, pack(inner_before), pack(inner_after)
    )
    touched = set(ids_in(inner_before[inner_before != inner_after])) - {object_id}
    n_before, n_after = (np.count_nonzero(one == object_id) for one in (inner_before, inner_after))
    is_left = n_after or np.count_nonzero(annotation.mask(t) == object_id) > n_before
    source = _drawn(annotation, t, object_id)
    if not is_left:
        # Erased to nothing: what the network had drawn is said to be absent; a first drawing
        # taken back leaves nothing said.
        source = Source.ABSENT if source is Source.CORRECTED else Source.NONE
    tracks = [_given_anew(annotation, t, object_id, source=source, verified=False)]
    others = sorted(touched & annotation.given(t))
    tracks += [_given_anew(annotation, t, other) for other in others]
    return Part((patch,), tuple(tracks))


def drawn_anew(annotation: Annotation, t: int, object_id: int) -> TrackPatch:
    """Return the record of an object whose mask in frame t was just drawn by hand."""
    source = _drawn(annotation, t, object_id)
    return _given_anew(annotation, t, object_id, source=source, verified=False)


def give_mask(annotation: Annotation, t: int, mask: Mask, objects: Iterable[int]) -> Part:
    """Return the change by which the objects' masks in frame t become `mask`, as drawn by hand.

    mask : uint8 (H, W); ids outside `objects` are ignored. Locked objects keep their pixels.
    """
    writable = frozenset(objects) - annotation.header.locked_in(t)
    after = compose_prediction(annotation.mask(t), mask, writable)
    tracks = []
    for object_id in sorted(writable):
        is_there = (after == object_id).any()
        source = _drawn(annotation, t, object_id) if is_there else Source.ABSENT
        tracks.append(_given_anew(annotation, t, object_id, source=source))
    return Part(_mask_patches(annotation, t, after), tuple(tracks))


def copy_mask(annotation: Annotation, from_t: int, t: int, object_id: int) -> Part:
    """Return the change that copies one object's mask from another frame, over background only."""
    return put_mask(annotation, t, object_id, annotation.mask(from_t) == object_id)


def put_mask(annotation: Annotation, t: int, object_id: int, pixels: Pixels) -> Part:
    """Return the change that gives one object these pixels, bool (H, W), over background only."""
    after = annotation.mask(t).copy()
    after[after == object_id] = 0
    after[pixels & (after == 0)] = object_id
    height, width = annotation.hw
    return paint(annotation, t, object_id, Box(0, 0, height, width), after)


def mark_absent(annotation: Annotation, t: int, object_id: int) -> Part:
    """Return the change by which a person says that the object is not visible in frame t."""
    if annotation.track(object_id)["source"][t] == Source.ABSENT:
        return Part()
    after = _without(annotation.mask(t), object_id)
    patch = _given_anew(annotation, t, object_id, source=Source.ABSENT)
    return Part(_mask_patches(annotation, t, after), (patch,))


def clear_object(annotation: Annotation, object_id: int, frames: Iterable[int]) -> Part:
    """Return the change that forgets one object in some frames, given or not."""
    masks: list[MaskPatch] = []
    touched = np.array(sorted(frames), np.int32)
    for t in touched.tolist():
        if annotation.packed(t) is not None:
            masks += _mask_patches(annotation, t, _without(annotation.mask(t), object_id))
    track = annotation.track(object_id)
    after = empty_track(len(touched))
    as_bytes = (-1, track.itemsize)  # NaN is equal to itself, byte by byte
    differs = track[touched].view(np.uint8).reshape(as_bytes) != after.view(np.uint8).reshape(
        as_bytes
    )
    keep = differs.any(axis=1)
    patch = TrackPatch(object_id, touched[keep], track[touched[keep]], after[keep])
    return Part(tuple(masks), (patch,) if keep.any() else ())


def predict(annotation: Annotation, result: FrameResult, objects: frozenset[int]) -> Part:
    """Return the change that one frame of a run makes.

    Objects that are locked or given in this frame by now are left alone, whatever the run says.
    """
    t = result.t
    closed = annotation.header.locked_in(t) | annotation.given(t)
    writable = (objects & result.confidence.keys()) - closed
    gives_way = {i: takers for i, takers in result.gives_way.items() if i not in closed}
    current = annotation.mask(t) if _has_mask(annotation, t) else None
    after = compose_prediction(current, result.mask, writable, gives_way)
    tracks = []
    for object_id in sorted(writable):
        record = empty_track(1)
        record["source"] = Source.PROPAGATED
        record["confidence"] = result.confidence[object_id]
        for slot, (frame, revision) in enumerate(result.origins.get(object_id, ())[:2]):
            record["origin"][0, slot] = frame
            record["origin_revision"][0, slot] = revision
        tracks.append(_track_patch(annotation, t, object_id, record))
    return Part(_mask_patches(annotation, t, after), tuple(tracks))


def verify(annotation: Annotation, t: int, objects: Iterable[int], *, on: bool) -> Part:
    """Return the change that sets or clears the verified tick of objects in frame t."""
    tracks = []
    for object_id in objects:
        record = _record(annotation, t, object_id)
        if bool(record["verified"][0]) == on:
            continue
        record["verified"] = on
        if on and not record["revision"][0]:
            record["revision"] = annotation.new_revision()
        tracks.append(_track_patch(annotation, t, object_id, record))
    return Part(tracks=tuple(tracks))


def reinitialise(annotation: Annotation, t: int, object_id: int) -> Part:
    """Return the change that takes the shown mask of an object as given and marks the frame.

    A run that meets the mark makes a new state for this object from it.
    """
    source = Source(int(annotation.track(object_id)["source"][t]))
    given = {Source.PROPAGATED: Source.CORRECTED, Source.NONE: Source.PAINTED}.get(source, source)
    patch = _given_anew(annotation, t, object_id, source=given, reinitialised=True)
    return Part(tracks=(patch,))


def add_object(annotation: Annotation, name: str = "", category: str = "") -> Part:
    """Return the change that adds an object with the lowest free id; empty where none is free."""
    object_id = annotation.header.free_id()
    if object_id is None:
        return Part()
    return set_object(annotation, new_object(object_id, name, category))


def new_object(object_id: int, name: str = "", category: str = "") -> ObjectInfo:
    """Return an object as it starts out: named after its id, in its id's colour."""
    return ObjectInfo(object_id, name or f"object {object_id}", category, colour_of(object_id))


def set_object(annotation: Annotation, entry: ObjectInfo) -> Part:
    """Return the change that adds an object, or replaces the one with the same id."""
    return set_header(annotation, annotation.header.with_object(entry))


def set_header(annotation: Annotation, header: Header) -> Part:
    """Return the change of the objects' list or of the stride."""
    if header == annotation.header:
        return Part()
    return Part(header=HeaderPatch(annotation.header, header))


def remove_object(annotation: Annotation, object_id: int) -> Part:
    """Return the change that removes an object with all its masks."""
    header = annotation.header
    objects = tuple(o for o in header.objects if o.id != object_id)
    cleared = clear_object(annotation, object_id, range(annotation.n_frames))
    return replace(cleared, header=HeaderPatch(header, replace(header, objects=objects)))


def _without(mask: Mask, object_id: int) -> Mask:
    return np.where(mask == object_id, np.uint8(0), mask)


def _mask_patches(annotation: Annotation, t: int, after: Mask) -> tuple[MaskPatch, ...]:
    before = annotation.mask(t) if _has_mask(annotation, t) else None
    box = box_of(after) if before is None else box_of(before != after)
    if not box:
        return ()
    nothing = PackedMask((box.h, box.w), Box(0, 0, 0, 0), b"")
    packed_before = nothing if before is None else pack(before[box.slices])
    return (MaskPatch(t, box.y, box.x, packed_before, pack(after[box.slices])),)


def _has_mask(annotation: Annotation, t: int) -> bool:
    packed = annotation.packed(t)
    return packed is not None and bool(packed.box)


def _record(annotation: Annotation, t: int, object_id: int) -> Track:
    return annotation.track(object_id)[t : t + 1].copy()


def _track_patch(annotation: Annotation, t: int, object_id: int, after: Track) -> TrackPatch:
    frames: npt.NDArray[np.int32] = np.array([t], np.int32)
    return TrackPatch(object_id, frames, annotation.track(object_id)[t : t + 1], after)


def _given_anew(annotation: Annotation, t: int, object_id: int, **values: object) -> TrackPatch:
    """Return the record of an object as given: of a new revision, and it comes from nowhere.

    values : what else changes, by field.
    """
    record = _record(annotation, t, object_id)
    values |= {"revision": annotation.new_revision(), "confidence": np.nan}
    for name, value in {**values, "origin": -1, "origin_revision": 0}.items():
        record[name] = value
    return _track_patch(annotation, t, object_id, record)


def _drawn(annotation: Annotation, t: int, object_id: int) -> Source:
    """Return what an object drawn by hand is: corrected, where it is what a run drew."""
    by_run = (Source.PROPAGATED, Source.CORRECTED)
    was = int(annotation.track(object_id)["source"][t])
    return Source.CORRECTED if was in by_run else Source.PAINTED
