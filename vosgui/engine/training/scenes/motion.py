"""How things of a scene bend, and maps from a frame's pixels to a photograph's."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.floating[Any]]
_BEND_GRID = (5, 8)  # places at which a bend is drawn
_SLOWEST, _FASTEST = 0.25, 0.8  # radians a frame that a bend goes through


def draw_bend(rng: np.random.Generator, T: int, px: float) -> Floats:
    """Draw how far pixels are displaced at a grid over the frame, float32 (T, 2, 5, 8): x and y.

    0 in the first frame. px : about how far
    """
    ways = rng.standard_normal((2, 2, *_BEND_GRID))  # (x and y, there and aside, 5, 8)
    phase = rng.uniform(_SLOWEST, _FASTEST) * np.arange(T)
    there, aside = np.sin(phase) * px, (1 - np.cos(phase)) * px
    bend = there[:, None, None, None] * ways[:, 0] + aside[:, None, None, None] * ways[:, 1]
    return np.asarray(bend, np.float32)


def back_to_photograph(
    linear: Numbers, places: Numbers, centre: Numbers, stretch: Floats
) -> Floats:
    """Return the maps from a frame's pixels (x, y, 1) to a photograph's, float32 (T, 2, 3).

    linear : (T, 2, 2), as `Path.linear` has them. places : (T, 2), where the centre is in the frame
    centre : (2,), a place in the photograph. stretch : (2,), of the square it was brought to;
        below 0 where it is mirrored
    """
    back = np.linalg.inv(linear) / stretch[:, None]  # (T, 2, 2)
    offset = centre - np.einsum("tij,tj->ti", back, places)
    return np.concatenate([back, offset[..., None]], -1).astype(np.float32)
