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


def stale_cells(lane: Cells, frames: slice = slice(None)) -> npt.NDArray[np.bool_]:
    """Return which cells of a lane were propagated from a keyframe that has changed since.

    lane : the whole lane. frames : those that are asked about.
    """
    cells = lane[frames]
    origin = cells["origin"]  # (n, 2)
    known = origin >= 0
    today = lane["revision"][np.where(known, origin, 0)]
    changed = (known & (today != cells["origin_revision"])).any(axis=1)
    propagated = (cells["source"] == Source.PROPAGATED) & ~cells["verified"]
    return np.asarray(propagated & changed, bool)
