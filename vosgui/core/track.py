"""What is known of one object in one frame: its cell. A lane is an object's cells in all frames."""

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
CELL = np.dtype(
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
Cells = npt.NDArray[np.void]  # (n,) of CELL


def empty_cells(n: int) -> Cells:
    """Return n cells about which nothing is known."""
    cells = np.zeros(n, CELL)
    cells["confidence"] = np.nan
    cells["origin"] = -1
    return cells


def given_cells(cells: Cells) -> npt.NDArray[np.bool_]:
    """Return which cells are given by a person: painted, corrected, absent or verified."""
    source = cells["source"]
    given = (source == Source.PAINTED) | (source == Source.CORRECTED) | (source == Source.ABSENT)
    return np.asarray(given | cells["verified"], bool)


def copy_cells(cells: Cells) -> Cells:
    """Return a copy that can be written; field by field numpy takes twenty times as long."""
    return np.ascontiguousarray(cells).view(np.uint8).copy().view(CELL)


def stale_cells(
    lane: Cells, frames: slice | npt.NDArray[np.integer] = slice(None)
) -> npt.NDArray[np.bool_]:
    """Return which cells of a lane were propagated from a keyframe that has changed since.

    lane : the whole lane. frames : those that are asked about.
    """
    cells = lane[frames]
    # In arrays of their own the fields are compared in half the time.
    origin = np.ascontiguousarray(cells["origin"])  # (n, 2), -1 where unused
    was = np.ascontiguousarray(cells["origin_revision"])
    today = np.ascontiguousarray(lane["revision"]).take(origin, mode="clip")
    changed = (origin >= 0) & (today != was)
    propagated = (cells["source"] == Source.PROPAGATED) & ~cells["verified"]
    return np.asarray(propagated & (changed[:, 0] | changed[:, 1]), bool)
