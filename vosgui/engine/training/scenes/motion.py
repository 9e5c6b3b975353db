"""How things of a scene move: smooth paths, and maps from a frame's pixels to a photograph's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.floating[Any]]
_BEND_GRID = (5, 8)  # places at which a bend is drawn
_SLOWEST, _FASTEST = 0.25, 0.8  # radians a frame that a bend goes through


@dataclass
class Path:
    """Offset in pixels, turn in radians, log scale and shear, float32 (T,) each, 0 at first."""

    x: Floats
    y: Floats
    turn: Floats
    log_scale: Floats
    shear: Floats

    def linear(self, unit: float) -> Floats:
        """Return what a photograph's offsets become in the frame, (T, 2, 2).

        unit : pixels of the frame that one of the photograph covers
        """
        scale = np.exp(self.log_scale) * unit
        cos, sin = np.cos(self.turn) * scale, np.sin(self.turn) * scale
        rows = [[cos * (1 + self.shear), -sin], [sin, cos * (1 - self.shear)]]
        return np.stack([np.stack(row, -1) for row in rows], -2).astype(np.float32)


def walk(rng: np.random.Generator, T: int, size: float) -> Floats:
    """Draw a smooth random walk from 0 with a steady drift, float32 (T,)."""
    velocity = rng.standard_normal(T)
    for t in range(1, T):
        velocity[t] = 0.6 * velocity[t - 1] + 0.4 * velocity[t]
    steps = np.cumsum(velocity)
    drift = 0.6 * rng.standard_normal() * np.arange(T)
    return np.asarray(size * (steps - steps[0] + drift), np.float32)


def draw_path(
    rng: np.random.Generator, T: int, hw: tuple[int, int], shift: float, scale: float, turn: float
) -> Path:
    """Draw a path of T frames. shift : of the frame's sides; scale, turn : a frame, about."""
    return Path(
        x=walk(rng, T, shift * hw[1]),
        y=walk(rng, T, 0.8 * shift * hw[0]),
        turn=walk(rng, T, turn),
        log_scale=np.clip(walk(rng, T, scale), -1.5, 1.2),
        shear=np.clip(walk(rng, T, scale / 2), -0.4, 0.4),
    )


def draw_bend(rng: np.random.Generator, T: int, px: float) -> Floats:
    """Draw how far pixels are displaced at a grid over the frame, float32 (T, 2, 5, 8): x and y.

    0 in the first frame. px : about how far
    """
    ways = rng.standard_normal((2, 2, *_BEND_GRID))  # (x and y, there and aside, 5, 8)
    phase = rng.uniform(_SLOWEST, _FASTEST) * np.arange(T)
    there, aside = np.sin(phase) * px, (1 - np.cos(phase)) * px
    bend = there[:, None, None, None] * ways[:, 0] + aside[:, None, None, None] * ways[:, 1]
    return np.asarray(bend, np.float32)


def back_to_photograph(linear: Floats, places: Numbers, centre: Numbers, stretch: Floats) -> Floats:
    """Return the maps from a frame's pixels (x, y, 1) to a photograph's, float32 (T, 2, 3).

    linear : (T, 2, 2), as `Path.linear` has them. places : (T, 2), where the centre is in the frame
    centre : (2,), a place in the photograph. stretch : (2,), of the square it was brought to;
        below 0 where it is mirrored
    """
    back = np.linalg.inv(linear) / stretch[:, None]  # (T, 2, 2)
    offset = centre - np.einsum("tij,tj->ti", back, places)
    return np.concatenate([back, offset[..., None]], -1).astype(np.float32)
