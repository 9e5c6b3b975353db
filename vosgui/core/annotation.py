"""All objects and masks of one clip, and what is known of each object in each frame.

An annotation changes only by `apply`, which takes a `Part` of an edit (see core/edits.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from vosgui.core.array_cache import ArrayCache
from vosgui.core.mask import MAX_OBJECT_ID, Box, Mask, PackedMask, pack
from vosgui.core.track import Source, Track, Tracked, copy_track, empty_track

UNPACKED_BYTES = 64 << 20  # masks kept unpacked for drawing


@dataclass(frozen=True)
class Expression:
    """A sentence that refers to an object, as in Refer-YouTube-VOS, or to several, as in MeViS.

    first_frame_only : written from the first frame alone, else from the whole clip.
    shared : it speaks of all objects of the clip that have it, together.
    """

    text: str
    first_frame_only: bool = False
    shared: bool = False


@dataclass(frozen=True)
class ObjectInfo:
    """An object: a thing followed through the clip.

    id : 1-254, the pixel value in masks. runs : whether the next run carries it.
    locked_frames : where spans of frames begin and stop in which nothing may change it.
    """

    id: int
    name: str
    category: str = ""
    colour: tuple[int, int, int] = (255, 255, 255)
    visible: bool = True
    locked: bool = False
    runs: bool = True
    expressions: tuple[Expression, ...] = ()
    locked_frames: tuple[tuple[int, int], ...] = ()

    def is_locked_in(self, t: int) -> bool:
        """Return whether nothing may change the object in frame t."""
        return self.locked or any(first <= t < stop for first, stop in self.locked_frames)

    def locked_flags(self, n_frames: int) -> npt.NDArray[np.bool_]:
        """Return in which frames of a clip it is locked on their own, bool (n_frames,)."""
        flags = np.zeros(n_frames, bool)
        for first, stop in self.locked_frames:
            flags[first:stop] = True
        return flags


@dataclass(frozen=True)
class Header:
    """What belongs to the annotation as a whole.

    stride : every how many frames a person annotates; those frames are the grid.
    """

    objects: tuple[ObjectInfo, ...] = ()
    stride: int = 5

    def object(self, object_id: int) -> ObjectInfo:
        """Return the object with this id; KeyError where there is none."""
        for entry in self.objects:
            if entry.id == object_id:
                return entry
        raise KeyError(object_id)

    def with_object(self, entry: ObjectInfo) -> Header:
        """Return this header with the object of the same id replaced, or with a new last one."""
        if any(o.id == entry.id for o in self.objects):
            objects = tuple(entry if o.id == entry.id else o for o in self.objects)
        else:
            objects = (*self.objects, entry)
        return replace(self, objects=objects)

    def locked_in(self, t: int) -> frozenset[int]:
        """Return the ids of the objects that nothing may change in frame t."""
        return frozenset(o.id for o in self.objects if o.is_locked_in(t))

    def free_id(self) -> int | None:
        """Return the lowest id no object has, or None where all 254 are taken."""
        taken = {o.id for o in self.objects}
        return next((i for i in range(1, MAX_OBJECT_ID + 1) if i not in taken), None)


@dataclass(frozen=True)
class MaskPatch:
    """A rectangle of one frame's mask, before and after; `before` and `after` have its size."""

    t: int
    y: int
    x: int
    before: PackedMask
    after: PackedMask


@dataclass(frozen=True)
class TrackPatch:
    """The track of one object in some frames, before and after.

    frames : int32 (n,). before, after : TRACK_DTYPE (n,).
    """

    object_id: int
    frames: npt.NDArray[np.int32]
    before: Track
    after: Track

    def __post_init__(self) -> None:
        # A slice of a track would keep the whole track, of this moment, for as long as the edit.
        for name in ("frames", "before", "after"):
            object.__setattr__(self, name, _on_its_own(getattr(self, name)))


def _on_its_own(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return an array that holds no more than itself: a copy, where it is part of another."""
    whole = array.base
    return array.copy() if isinstance(whole, np.ndarray) and whole.nbytes > array.nbytes else array


@dataclass(frozen=True)
class HeaderPatch:
    """The header, before and after."""

    before: Header
    after: Header


@dataclass(frozen=True)
class Part:
    """One atomic change of an annotation; an edit is one or more of them."""

    masks: tuple[MaskPatch, ...] = ()
    tracks: tuple[TrackPatch, ...] = ()
    header: HeaderPatch | None = None

    def __bool__(self) -> bool:
        return bool(self.masks or self.tracks or self.header)

    @property
    def frames(self) -> tuple[int, ...]:
        """Return the frames that this part changes, ascending."""
        touched = {patch.t for patch in self.masks}
        for patch in self.tracks:
            touched.update(patch.frames.tolist())
        return tuple(sorted(touched))

    def inverse(self) -> Part:
        """Return the part that takes this one back."""
        return Part(
            tuple(replace(p, before=p.after, after=p.before) for p in reversed(self.masks)),
            tuple(replace(p, before=p.after, after=p.before) for p in reversed(self.tracks)),
            self.header and HeaderPatch(self.header.after, self.header.before),
        )


@dataclass(frozen=True)
class Snapshot(Tracked):
    """An annotation at one moment, for work in another thread or process.

    hw : height and width. masks : frame to its packed mask. tracks : by object id.
    locked : ids that no run may change.
    """

    hw: tuple[int, int]
    n_frames: int
    masks: Mapping[int, PackedMask]
    tracks: Mapping[int, Track]
    locked: frozenset[int] = field(default=frozenset())

    def mask(self, t: int) -> Mask:
        """Return the mask of frame t, uint8 (H, W)."""
        packed = self.masks.get(t)
        return np.zeros(self.hw, np.uint8) if packed is None else packed.unpack()

    def track(self, object_id: int) -> Track:
        """Return the object's track, TRACK_DTYPE (n_frames,), read-only."""
        return self.tracks[object_id]

    def all_tracks(self) -> Iterable[tuple[int, Track]]:
        """Return the id and the track, TRACK_DTYPE (n_frames,), of each object."""
        return self.tracks.items()

    def has_mask(self, t: int, object_id: int) -> bool:
        """Return whether the object has a pixel in frame t and is not said to be absent there."""
        is_absent = self.tracks[object_id]["source"][t] == Source.ABSENT
        return not is_absent and t in self.masks and object_id in self.masks[t].ids

    def given_masks(self, object_id: int) -> list[int]:
        """Return the frames in which the object is given with a mask, ascending."""
        frames = self.keyframes(object_id).tolist()
        return [t for t in frames if self.has_mask(t, object_id)]

    def writable(self, t: int, objects: frozenset[int]) -> frozenset[int]:
        """Return which of these objects a run may change in frame t."""
        return objects - self.locked - self.given(t)


def _as_given(track: Track, locked: npt.NDArray[np.bool_]) -> Track:
    """Return a track, TRACK_DTYPE (n_frames,), that runs leave alone in some frames, bool."""
    track = copy_track(track)
    track["source"][locked & (track["source"] == Source.NONE)] = Source.ABSENT
    track["verified"][locked] = True
    track.flags.writeable = False
    return track


class Annotation(Tracked):
    """All objects and masks of one clip.

    Arrays that it hands out are read-only and never change: a change makes new ones.
    last_revision : the highest revision number that was given so far.
    unpacked : masks that are kept for drawing; they take `unpacked_bytes` at most, or one.
    """

    def __init__(
        self,
        hw: tuple[int, int],
        n_frames: int,
        header: Header | None = None,
        unpacked_bytes: int = UNPACKED_BYTES,
    ) -> None:
        self.hw = hw
        self.n_frames = n_frames
        self.header = header or Header()
        self._masks: dict[int, PackedMask] = {}
        self._tracks: dict[int, Track] = {}
        self.unpacked = ArrayCache(unpacked_bytes)
        self.last_revision = 0

    # -- reading ---------------------------------------------------------------------------

    @property
    def objects(self) -> tuple[ObjectInfo, ...]:
        """Return the objects, in the order of the list."""
        return self.header.objects

    @property
    def stride(self) -> int:
        """Return every how many frames a person annotates."""
        return self.header.stride

    @property
    def locked(self) -> frozenset[int]:
        """Return the ids of the locked objects."""
        return frozenset(o.id for o in self.objects if o.locked)

    def grid(self) -> range:
        """Return the frames that a person annotates."""
        return range(0, self.n_frames, self.stride)

    def mask(self, t: int) -> Mask:
        """Return the mask of frame t, uint8 (H, W), read-only."""
        mask = self.unpacked.get(t)
        if mask is None:
            packed = self._masks.get(t)
            mask = np.zeros(self.hw, np.uint8) if packed is None else packed.unpack()
            self.unpacked.put(t, mask)
        return mask

    def packed(self, t: int) -> PackedMask | None:
        """Return the packed mask of frame t, or None where nothing was ever drawn."""
        return self._masks.get(t)

    def ids(self, t: int) -> tuple[int, ...]:
        """Return the ids that have a pixel in frame t, ascending."""
        packed = self._masks.get(t)
        return () if packed is None else packed.ids

    def frames_with_mask(self) -> tuple[int, ...]:
        """Return the frames whose mask holds at least one pixel, ascending."""
        return tuple(sorted(t for t, packed in self._masks.items() if packed.box))

    def track(self, object_id: int) -> Track:
        """Return the object's track, TRACK_DTYPE (n_frames,), read-only."""
        track = self._tracks.get(object_id)
        if track is None:
            track = empty_track(self.n_frames)
            track.flags.writeable = False
            self._tracks[object_id] = track
        return track

    def all_tracks(self) -> Iterable[tuple[int, Track]]:
        """Return the id and the track, TRACK_DTYPE (n_frames,), of each object in the list."""
        return ((entry.id, self.track(entry.id)) for entry in self.objects)

    def snapshot(self) -> Snapshot:
        """Return the annotation as it is now, as a value for another thread or process.

        Where an object is locked in some frames, its masks there are as given, and absences.
        """
        tracks = dict(self.all_tracks())
        for entry in self.objects:
            if entry.locked_frames:
                tracks[entry.id] = _as_given(tracks[entry.id], entry.locked_flags(self.n_frames))
        return Snapshot(self.hw, self.n_frames, dict(self._masks), tracks, self.locked)

    def copy(self) -> Annotation:
        """Return the annotation as it is now, for work in another thread that goes through it."""
        copy = Annotation(self.hw, self.n_frames, self.header, unpacked_bytes=0)
        copy.load(self._masks, self._tracks, self.last_revision)
        return copy

    def new_revision(self) -> int:
        """Return a revision number that no given mask has had."""
        self.last_revision += 1
        return self.last_revision

    # -- changing --------------------------------------------------------------------------

    def apply(self, part: Part) -> None:
        """Carry out one change. The only way in which an annotation changes."""
        if part.header:
            self.header = part.header.after
        for mask_patch in part.masks:
            self._apply_mask(mask_patch)
        for track_patch in part.tracks:
            track = copy_track(self.track(track_patch.object_id))
            track[track_patch.frames] = track_patch.after
            self._set_track(track_patch.object_id, track, track_patch.after)

    def load(
        self,
        masks: Mapping[int, PackedMask],
        tracks: Mapping[int, Track],
        last_revision: int = 0,
    ) -> None:
        """Fill a new annotation from a file.

        tracks : TRACK_DTYPE (n_frames,) each.
        last_revision : as it was; a keyframe cleared since may have had a higher revision than
            all that are left, and masks may still come from it.
        """
        self.last_revision = last_revision
        self._masks = dict(masks)
        for object_id, track in tracks.items():
            self._set_track(object_id, track, track)

    def _apply_mask(self, patch: MaskPatch) -> None:
        height, width = patch.after.hw
        box = Box(patch.y, patch.x, height, width)
        packed = self._masks.get(patch.t)
        if packed is None or packed.box.inside(box):
            # All there is lies within the patch, as in a run and its undo: nothing to unpack.
            placed = self._masks[patch.t] = patch.after.placed(patch.y, patch.x, self.hw)
            if patch.t in self.unpacked:
                self.unpacked.put(patch.t, placed.unpack())
            return
        mask = self.mask(patch.t).copy()
        mask[box.slices] = patch.after.unpack()
        self._masks[patch.t] = pack(mask)
        self.unpacked.put(patch.t, mask)

    def _set_track(self, object_id: int, track: Track, new: Track) -> None:
        track.flags.writeable = False
        self._tracks[object_id] = track
        self.last_revision = max(self.last_revision, int(new["revision"].max(initial=0)))
