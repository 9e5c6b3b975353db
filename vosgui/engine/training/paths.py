"""How something moves through a synthetic clip: smooth random walks of its place, turn and size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass
class Path:
    """Offset in pixels, turn in radians, log scale and shear, float64 (T,) each, 0 at first."""

    x: Floats
    y: Floats
    turn: Floats
    log_scale: Floats
    shear: Floats

    def linear(self, unit: float = 1.0) -> Floats:
        """Return what offsets in a picture become in the frame, float64 (T, 2, 2).

        unit : pixels of the frame that one of the picture covers
        """
        scale = np.exp(self.log_scale) * unit
        cos, sin = np.cos(self.turn) * scale, np.sin(self.turn) * scale
        rows = [[cos * (1 + self.shear), -sin], [sin, cos * (1 - self.shear)]]
        return np.stack([np.stack(row, -1) for row in rows], -2)


def draw_path(
    rng: np.random.Generator, T: int, hw: tuple[int, int], shift: float, scale: float, turn: float
) -> Path:
    """Draw a path of T frames. shift : of the frame's sides; scale, turn : a frame, about."""
    return Path(
        x=_walk(rng, T, shift * hw[1]),
        y=_walk(rng, T, 0.8 * shift * hw[0]),
        turn=_walk(rng, T, turn),
        log_scale=np.clip(_walk(rng, T, scale), -1.5, 1.2),
        shear=np.clip(_walk(rng, T, scale / 2), -0.4, 0.4),
    )


def _walk(rng: np.random.Generator, T: int, size: float) -> Floats:
    """Draw a smooth random walk from 0 with a steady drift."""
    velocity = rng.standard_normal(T)
    for t in range(1, T):
        velocity[t] = 0.6 * velocity[t - 1] + 0.4 * velocity[t]
    steps = np.cumsum(velocity)
    drift = 0.6 * rng.standard_normal() * np.arange(T)
    return np.asarray(size * (steps - steps[0] + drift))
