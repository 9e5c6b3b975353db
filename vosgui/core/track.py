"""The track of an object: what is known of it in each frame of the clip."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from enum import IntEnum

import numpy as np
import numpy.typing as npt


class Source(IntEnum):
    """How an object's mask in a frame came about."""

    NONE = 0
    PAINTED = 1
    CORRECTED = 2
    PROPAGATED = 3
    ABSENT = 4  # said by a person: not visible here


# By source: a look in a table, as comparing with each takes three times as long.
_IS_BY_HAND = np.isin(np.arange(256), (Source.PAINTED, Source.CORRECTED, Source.ABSENT))

# What is known of one object in one frame.
# revision: of a given mask, a new number at each change by hand; 0 where never given.
# origin, origin_revision: the keyframes (and their revisions) that a propagated mask came from;
#   origin is -1 where unused. Where the revisions differ from today's, the mask is stale.
TRACK_DTYPE = np.dtype(
    [
        ("source", "u1"),
        ("verified", "?"),
        ("reinitialised", "?"),
        ("confidence", "<f4"),  # [0, 1], NaN where nothing was propagated
        ("revision", "<i8"),
        ("origin", "<i4", 2),
        ("origin_revision", "<i8", 2),
    ]
)
Track = npt.NDArray[np.void]  # (n,) of TRACK_DTYPE: one record a frame


def empty_track(n: int) -> Track:
    """Return the track of n frames about which nothing is known, TRACK_DTYPE (n,)."""
    track = np.zeros(n, TRACK_DTYPE)
    track["confidence"] = np.nan
    track["origin"] = -1
    return track


def copy_track(track: Track) -> Track:
    """Return a copy that can be written, TRACK_DTYPE (n,): twenty times as fast as numpy's."""
    return np.ascontiguousarray(track).view(np.uint8).copy().view(TRACK_DTYPE)


def is_given(track: Track) -> npt.NDArray[np.bool_]:
    """Return in which frames it is given by a person: painted, corrected, absent or verified.

    track : TRACK_DTYPE (n,). Returns bool (n,).
    """
    return np.asarray(_IS_BY_HAND[track["source"]] | track["verified"], bool)


def is_stale(
    track: Track, frames: slice | npt.NDArray[np.integer] = slice(None)
) -> npt.NDArray[np.bool_]:
    """Return in which of some frames it was propagated from a keyframe that has changed since.

    track : TRACK_DTYPE (n_frames,). frames : those that are asked about, n of them.
    Returns bool (n,).
    """
    records = track[frames]
    # In arrays of their own the fields are compared in half the time.
    origin = np.ascontiguousarray(records["origin"])  # (n, 2), -1 where unused
    was = np.ascontiguousarray(records["origin_revision"])
    today = np.ascontiguousarray(track["revision"]).take(origin, mode="clip")
    changed = (origin >= 0) & (today != was)
    propagated = (records["source"] == Source.PROPAGATED) & ~records["verified"]
    return np.asarray(propagated & (changed[:, 0] | changed[:, 1]), bool)


def describe_record(track: Track, t: int) -> list[str]:
    """Return in words what is known of an object in frame t. track : TRACK_DTYPE (n_frames,)."""
    record = track[t]
    source = Source(int(record["source"]))
    words = ["no mask" if source is Source.NONE else source.name.lower()]
    if source is Source.PROPAGATED:
        words.append(f"confidence {float(record['confidence']):.2f}")
    words += ["stale"] * bool(is_stale(track, slice(t, t + 1))[0])
    words += ["re-initialised"] * bool(record["reinitialised"])
    return words + ["verified"] * bool(record["verified"])


class Tracked(ABC):
    """What has a track for each object of a clip: an annotation, or a snapshot of one."""

    @abstractmethod
    def track(self, object_id: int) -> Track:
        """Return the object's track, TRACK_DTYPE (n_frames,), read-only."""

    @abstractmethod
    def all_tracks(self) -> Iterable[tuple[int, Track]]:
        """Return the id and the track, TRACK_DTYPE (n_frames,), of each object."""

    def given(self, t: int) -> frozenset[int]:
        """Return the ids of the objects that are given in frame t."""
        return frozenset(i for i, track in self.all_tracks() if is_given(track[t : t + 1])[0])

    def stale_in(self, t: int) -> frozenset[int]:
        """Return the ids of the objects whose mask in frame t is stale."""
        frame = slice(t, t + 1)
        return frozenset(i for i, track in self.all_tracks() if is_stale(track, frame)[0])

    def keyframes(self, object_id: int) -> npt.NDArray[np.intp]:
        """Return the frames in which the object is given, ascending, int64 (n,)."""
        return np.flatnonzero(is_given(self.track(object_id)))

    def stale(self, object_id: int) -> npt.NDArray[np.bool_]:
        """Return in which frames the object's mask is stale, bool (n_frames,)."""
        return is_stale(self.track(object_id))
