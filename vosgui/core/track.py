"""The track of an object: what is known of it in each frame of the clip."""

from __future__ import annotations

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
    """Return the track of n frames about which nothing is known."""
    track = np.zeros(n, TRACK_DTYPE)
    track["confidence"] = np.nan
    track["origin"] = -1
    return track


def is_given(track: Track) -> npt.NDArray[np.bool_]:
    """Return in which frames it is given by a person: painted, corrected, absent or verified."""
    source = track["source"]
    given = (source == Source.PAINTED) | (source == Source.CORRECTED) | (source == Source.ABSENT)
    return np.asarray(given | track["verified"], bool)


def copy_track(track: Track) -> Track:
    """Return a copy that can be written; field by field numpy takes twenty times as long."""
    return np.ascontiguousarray(track).view(np.uint8).copy().view(TRACK_DTYPE)


def is_stale(
    track: Track, frames: slice | npt.NDArray[np.integer] = slice(None)
) -> npt.NDArray[np.bool_]:
    """Return in which of some frames it was propagated from a keyframe that has changed since.

    track : of the whole clip. frames : those that are asked about.
    """
    records = track[frames]
    # In arrays of their own the fields are compared in half the time.
    origin = np.ascontiguousarray(records["origin"])  # (n, 2), -1 where unused
    was = np.ascontiguousarray(records["origin_revision"])
    today = np.ascontiguousarray(track["revision"]).take(origin, mode="clip")
    changed = (origin >= 0) & (today != was)
    propagated = (records["source"] == Source.PROPAGATED) & ~records["verified"]
    return np.asarray(propagated & (changed[:, 0] | changed[:, 1]), bool)
