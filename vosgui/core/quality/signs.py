"""Signs that something went wrong in what a run drew, from how shapes change between frames.

What moves or turns fast changes much in each frame, so a change counts by how it compares with the
others of the same object.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vosgui.core.quality.shapes import Flags, Series

# A change counts if it is larger than the first, and than so many times the usual one.
_AREA, _PLACE, _TIMES = 0.45, 0.4, 6.0
_DIP, _DIP_FRAMES = 0.4, 3  # what is left of the area at most, for so many frames at most


def sudden_area(series: Series) -> Flags:
    """Return where the area changed suddenly against the frame before, bool (n_frames,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.abs(np.diff(np.log(series[:, 0])))
    return _unusual(change, _AREA)


def sudden_place(series: Series) -> Flags:
    """Return where the object jumped, in units of its own size, bool (n_frames,)."""
    way = np.hypot(np.diff(series[:, 1]), np.diff(series[:, 2]))
    size = np.sqrt(np.maximum(series[1:, 0], series[:-1, 0]))
    with np.errstate(divide="ignore", invalid="ignore"):
        return _unusual(way / size, _PLACE)


def split(series: Series, given: Flags) -> Flags:
    """Return where the object falls into more parts than any given frame has, bool (n_frames,).

    It is where it does so: what goes behind a post stays in parts for as long as it is there.
    """
    parts = series[:, 3]
    most = np.nanmax(parts[given], initial=1.0) if given.any() else 1.0
    found = np.zeros(len(parts), bool)
    with np.errstate(invalid="ignore"):
        found[1:] = (parts[1:] > most) & (parts[1:] > parts[:-1])
    return found


def flicker(series: Series) -> Flags:
    """Return where the object goes, or nearly, and is back a few frames later, bool (n_frames,)."""
    area = series[:, 0]
    found = np.zeros(len(area), bool)
    with np.errstate(invalid="ignore"):
        for n in range(1, _DIP_FRAMES + 1):
            for first in range(1, n + 1):  # of the dip's frames, the one that is looked at
                before, after = _shifted(area, first), _shifted(area, first - n - 1)
                found |= area < _DIP * np.minimum(before, after)
    return found


def _unusual(change: npt.NDArray[np.float64], least: float) -> Flags:
    """Return where a change (n_frames - 1,) is larger than it usually is, bool (n_frames,)."""
    known = change[np.isfinite(change)]
    usual = float(np.median(known)) if known.size else 0.0
    found = np.zeros(len(change) + 1, bool)
    found[1:] = np.isfinite(change) & (change > max(least, _TIMES * usual))
    return found


def _shifted(values: npt.NDArray[np.float64], n: int) -> npt.NDArray[np.float64]:
    """Return the values n frames earlier, NaN where there is none; later where n is negative."""
    moved = np.full(len(values), np.nan)
    if n > 0:
        moved[n:] = values[:-n]
    else:
        moved[:n] = values[-n:]
    return moved
