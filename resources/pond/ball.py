"""The beach ball, object 2: it floats, rolls in the wind and drifts out of the frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resources.pond.texture import gleam, lit, look_up, mix, noise, rgb, smoothstep
from resources.pond.view import View, Window, follow

Array = np.ndarray
PARALLAX, RADIUS = 1.0, 46.0
PATH = [
    (-4.0, 500.0, 150.0),
    (6.0, 446.0, 178.0),
    (16.0, 372.0, 226.0),
    (26.0, 268.0, 238.0),
    (36.0, 132.0, 196.0),
    (48.0, -20.0, 176.0),
]
WHITE = rgb(246, 244, 238)
PANELS = np.stack(
    [rgb(34, 92, 200), WHITE, rgb(250, 200, 40), WHITE, rgb(26, 150, 120), WHITE],
)


@dataclass(frozen=True)
class Ball:
    """One frame's ball: each sample's point on the unit sphere, as seen from above."""

    window: Window
    t: float
    nx: Array
    ny: Array

    @property
    def cover(self) -> Array:
        """Return the samples of the ball, bool (h, w)."""
        return self.nx**2 + self.ny**2 < 1


def outline(view: View) -> Ball | None:
    """Return the ball of a frame; None where it is out of sight."""
    x0, y0 = follow(PATH, view.t)
    window = view.window(x0, y0, RADIUS, PARALLAX)
    if window is None:
        return None
    x, y = view.samples(window, PARALLAX)
    return Ball(window, view.t, (x - x0) / RADIUS, (y - y0) / RADIUS)


def _turn(t: float) -> Array:
    """Return the rotation of the ball: it rolls about an axis across its path, and spins."""
    roll, spin = -0.075 * t, 0.4 + 0.035 * t
    c, s = np.cos(roll), np.sin(roll)
    about_y = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    c, s = np.cos(spin), np.sin(spin)
    about_z = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    tilt = np.array([[1, 0, 0], [0, 0.62, -0.7846], [0, 0.7846, 0.62]])
    return tilt @ about_y.T @ about_z.T


class BallPaint:
    """The ball's vinyl, made once."""

    def __init__(self, seed: int) -> None:
        self._scuff = noise(np.random.default_rng([seed, 4]), 256, 256, [30, 8, 3])

    def colour(self, ball: Ball) -> Array:
        """Paint the samples of a ball, RGB (h, w, 3)."""
        nz = np.sqrt(np.clip(1 - ball.nx**2 - ball.ny**2, 0, 1))
        p = np.stack([ball.nx, ball.ny, nz], -1) @ _turn(ball.t).T
        longitude = np.mod(np.arctan2(p[..., 1], p[..., 0]) / (2 * np.pi), 1) * len(PANELS)
        colour = PANELS[np.minimum(longitude.astype(int), len(PANELS) - 1)]
        scuff = look_up(self._scuff, p[..., 0] * 60 + 128, p[..., 1] * 60 + 128 + p[..., 2] * 31)
        latitude = np.sqrt(np.clip(1 - p[..., 2] ** 2, 0, 1))
        seam = np.abs(longitude - np.round(longitude)) * latitude
        colour = mix(colour, colour * 0.62, 0.8 * smoothstep(0.035, 0.01, seam))
        cap = np.abs(p[..., 2])
        colour = mix(colour, rgb(232, 60, 70), smoothstep(0.925, 0.935, cap))
        colour = mix(colour, rgb(250, 246, 240), smoothstep(0.993, 0.996, cap))
        colour = colour * (1 + 0.035 * scuff)[..., None]
        colour = colour * lit(ball.nx * 0.96, ball.ny * 0.96, 0.40)[..., None]
        edge = 1 - nz
        colour = mix(colour, rgb(40, 92, 90), 0.42 * smoothstep(0.55, 1.0, edge))
        shine = 0.75 * gleam(ball.nx, ball.ny, 160) + 0.14 * gleam(ball.nx, ball.ny, 12)
        return (colour + shine[..., None]).astype(np.float32)
