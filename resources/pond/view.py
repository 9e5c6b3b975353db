"""The camera above the pond: where each sample of a frame looks, in each depth of the water.

Coordinates are (x, y) in pixels of the finished frame; world and screen agree at frame 0 for a
layer of parallax 1. Geometry is float64, so that the masks do not depend on a machine's rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WIDTH, HEIGHT, N_FRAMES = 854, 480, 48
SUPERSAMPLING = 2
Array = np.ndarray
Window = tuple[slice, slice]


def follow(keys: list[tuple[float, ...]], t: float) -> Array:
    """Return the point at time `t` of the Catmull-Rom curve through keys (time, value...)."""
    table = np.asarray(keys, np.float64)
    times, values = table[:, 0], table[:, 1:]
    slopes = np.gradient(values, times, axis=0)
    k = int(np.clip(np.searchsorted(times, t) - 1, 0, len(times) - 2))
    span = times[k + 1] - times[k]
    a = (t - times[k]) / span
    left, right = slopes[k] * span, slopes[k + 1] * span
    step = values[k + 1] - values[k]
    return values[k] + a * (
        left + a * (3 * step - 2 * left - right + a * (left + right - 2 * step))
    )


def heading(keys: list[tuple[float, ...]], t: float) -> float:
    """Return the direction of travel along the curve's first two values, in radians."""
    dx, dy = (follow(keys, t + 0.05) - follow(keys, t - 0.05))[:2]
    return float(np.arctan2(dy, dx))


def turned(x: Array, y: Array, angle: float) -> tuple[Array, Array]:
    """Return the coordinates of points in a frame turned by `angle`."""
    c, s = np.cos(angle), np.sin(angle)
    return c * x + s * y, c * y - s * x


def ripple(x: Array, y: Array, t: float, depth: float) -> tuple[Array, Array]:
    """Return where the eye meets a layer `depth` under the moving surface (refraction)."""
    p, q, r = x * 0.061 + y * 0.038, y * 0.083 - x * 0.029, x * 0.019 - y * 0.052
    dx = np.sin(p + t * 0.33) + 0.7 * np.sin(q - t * 0.41) + 0.8 * np.sin(r + t * 0.23)
    dy = np.cos(q + t * 0.29) + 0.7 * np.cos(p - t * 0.37) + 0.8 * np.cos(r - t * 0.19)
    return x + depth * dx, y + depth * dy


@dataclass(frozen=True)
class View:
    """The camera at frame `t`: a slow drift to the right, a breath of zoom, a slight sway."""

    t: float

    @property
    def pose(self) -> tuple[float, float, float, float]:
        """Return pan x, pan y, angle and zoom."""
        a = self.t / (N_FRAMES - 1)
        x = 150 * a * a * (3 - 2 * a) + 3.0 * np.sin(self.t * 0.37)
        y = -16 * np.sin(np.pi * a) + 2.0 * np.sin(self.t * 0.29 + 1)
        return x, y, 0.03 * np.sin(self.t * 0.11), 1 + 0.05 * np.sin(np.pi * a)

    def world(self, x: Array, y: Array, parallax: float) -> tuple[Array, Array]:
        """Return the world point that screen points see in a layer."""
        pan_x, pan_y, angle, zoom = self.pose
        zoom = 1 + (zoom - 1) * parallax
        u, v = turned(x - WIDTH / 2, y - HEIGHT / 2, angle)
        return (
            u / zoom + WIDTH / 2 + pan_x * parallax,
            v / zoom + HEIGHT / 2 + pan_y * parallax,
        )

    def screen(self, x: float, y: float, parallax: float) -> tuple[float, float]:
        """Return where a world point of a layer is seen."""
        pan_x, pan_y, angle, zoom = self.pose
        zoom = 1 + (zoom - 1) * parallax
        u = np.float64((x - WIDTH / 2 - pan_x * parallax) * zoom)
        v = np.float64((y - HEIGHT / 2 - pan_y * parallax) * zoom)
        u, v = turned(u, v, -angle)
        return float(u + WIDTH / 2), float(v + HEIGHT / 2)

    def window(self, x: float, y: float, radius: float, parallax: float) -> Window | None:
        """Return the samples within `radius` of a world point; None where all are outside."""
        sx, sy = self.screen(x, y, parallax)
        reach = radius * 1.08 + 4
        left, right = max(0.0, sx - reach), min(float(WIDTH), sx + reach)
        top, bottom = max(0.0, sy - reach), min(float(HEIGHT), sy + reach)
        if left >= right or top >= bottom:
            return None
        n = SUPERSAMPLING
        return slice(int(top) * n, int(np.ceil(bottom)) * n), slice(
            int(left) * n, int(np.ceil(right)) * n
        )

    def samples(self, window: Window | None, parallax: float) -> tuple[Array, Array]:
        """Return the world coordinates (h, w) of a window's samples; None is the whole frame."""
        n = SUPERSAMPLING
        rows, cols = window or (slice(0, HEIGHT * n), slice(0, WIDTH * n))
        y, x = np.mgrid[rows, cols].astype(np.float64)
        return self.world((x + 0.5) / n, (y + 0.5) / n, parallax)
