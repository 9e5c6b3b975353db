"""What a frame of a track is, and what that looks like: by shape as well as by colour.

Given frames are full bars under a diamond, propagated ones a band, uncertain ones a thin one, stale
ones a hatched band, lost ones an empty frame, absent ones a dotted line, verified ones underlined.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from vosgui.core.quality.needs_review import LOW_CONFIDENCE
from vosgui.core.track import Source, Track, is_stale
from vosgui.ui.timeline.scale import TRACK_H

Kinds = npt.NDArray[np.uint8]  # (n_frames,) of Kind
Argb = npt.NDArray[np.uint32]  # premultiplied
Glyph = npt.NDArray[np.intp]  # (n, 3), its pixels: y, dx from its column, colour

# Orange, vermilion, blue, green and purple of Okabe and Ito, "Color Universal Design" (2008), which
# people of every kind of colour vision tell apart; the blue between their two, for both themes.
PAINTED = 0xFFE69F00
CORRECTED = 0xFFD55E00
PROPAGATED = 0xFF3D8FD1
VERIFIED = 0xFF009E73
REINITIALISED = 0xFFCC79A7
LOST = 0xFFE5484D
MUTED = 0xFF8A8F98
INK = 0xFF16181C
PAPER = 0xFFFFFFFF

HATCH_PX = 8  # period of the patterns
DIAMOND_PX = 4  # half the width of a diamond
UNDERLINE = slice(TRACK_H - 4, TRACK_H - 2)  # rows of a verified frame


class Kind(IntEnum):
    """What a frame of a track is, by importance."""

    NONE = 0
    PROPAGATED = 1
    ABSENT = 2
    UNCERTAIN = 3
    STALE = 4
    LOST = 5
    CORRECTED = 6
    PAINTED = 7


def kinds_of(
    track: Track,
    frames: slice | npt.NDArray[np.intp] = slice(None),
    threshold: float = LOW_CONFIDENCE,
) -> Kinds:
    """Return the kinds of some frames, uint8 (n,).

    track : TRACK_DTYPE (n_frames,). threshold : confidence under it is uncertain.
    """
    records = track[frames]
    kinds = np.asarray(_kinds_of_sources()[records["source"]], np.uint8)
    open_ = (kinds == Kind.PROPAGATED) & ~records["verified"]
    confidence = np.ascontiguousarray(records["confidence"])
    kinds[open_ & (confidence < threshold)] = Kind.UNCERTAIN
    kinds[is_stale(track, frames)] = Kind.STALE
    kinds[open_ & (confidence == 0)] = Kind.LOST  # no pixel is left of it
    return kinds


@cache
def _kinds_of_sources() -> npt.NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    for source, kind in (
        (Source.PAINTED, Kind.PAINTED),
        (Source.CORRECTED, Kind.CORRECTED),
        (Source.PROPAGATED, Kind.PROPAGATED),
        (Source.ABSENT, Kind.ABSENT),
    ):
        table[source] = kind
    return table


def swatch(kind: Kind, width: int, *, verified: bool = False) -> Argb:
    """Return what frames of one kind look like, uint32 (TRACK_H, width)."""
    columns = kind * HATCH_PX + np.arange(width) % HATCH_PX
    picture = np.ascontiguousarray(patterns()[:, columns])
    if verified:
        picture[UNDERLINE] = VERIFIED
    return picture


@cache
def patterns() -> Argb:
    """Return what the columns of each kind look like, uint32 (TRACK_H, kinds * HATCH_PX)."""
    patterns = np.zeros((len(Kind), HATCH_PX, TRACK_H), np.uint32)
    middle = TRACK_H // 2
    band = slice(middle - 4, middle + 4)
    patterns[:, :, middle] = 0x30303030  # a faint line where nothing is known
    patterns[Kind.PROPAGATED, :, band] = PROPAGATED
    patterns[Kind.UNCERTAIN, :, middle - 1 : middle + 2] = PROPAGATED
    patterns[Kind.PAINTED, :, middle - 6 : middle + 6] = PAINTED
    patterns[Kind.CORRECTED, :, middle - 6 : middle + 6] = CORRECTED
    for phase in range(HATCH_PX):
        for y in range(band.start, band.stop):
            edge = y in (band.start, band.stop - 1)
            hatched = (phase + y) % HATCH_PX < 3
            if edge or hatched:
                patterns[Kind.STALE, phase, y] = PROPAGATED
            if edge or (phase % 4 == 0 and y in (band.start + 1, band.stop - 2)):
                patterns[Kind.LOST, phase, y] = LOST
        dotted = phase % 4 < 2
        patterns[Kind.ABSENT, phase, middle - 1 : middle + 1] = MUTED if dotted else 0
    return np.ascontiguousarray(patterns.reshape(-1, TRACK_H).T)


@cache
def diamond() -> Glyph:
    """Return a white diamond with a dark edge, in the middle of the track."""
    reach = range(-DIAMOND_PX, DIAMOND_PX + 1)
    return np.array(
        [
            (TRACK_H // 2 + dy, dx, INK if abs(dx) + abs(dy) == DIAMOND_PX else PAPER)
            for dy in reach
            for dx in reach
            if abs(dx) + abs(dy) <= DIAMOND_PX
        ]
    )


@cache
def triangle() -> Glyph:
    """Return a triangle that points down at the frame from the top of the track."""
    return np.array(
        [
            (y, dx, INK if abs(dx) == 5 - y or y == 0 else REINITIALISED)
            for y in range(6)
            for dx in range(y - 5, 6 - y)
        ]
    )
