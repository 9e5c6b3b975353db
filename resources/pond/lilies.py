"""What lies over the water and hides the objects: lily pads, a lotus, blades of reed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resources.pond.texture import LIGHT, look_up, mix, noise, rgb, smoothstep
from resources.pond.view import View, Window, turned

Array = np.ndarray
PARALLAX, REED_PARALLAX = 1.04, 1.22


@dataclass(frozen=True)
class Leaf:
    """A pad: its place and radius in world pixels, where its notch points, its tone."""

    x: float
    y: float
    radius: float
    notch: float
    tone: float


PADS = [
    Leaf(624, 332, 117, 0.97, 0.0),
    Leaf(826, 412, 84, 3.6, 0.5),
    Leaf(674, 408, 66, 4.9, -0.4),
    Leaf(206, 62, 86, 1.2, 0.2),
    Leaf(92, 118, 60, 5.6, -0.3),
    Leaf(306, 30, 52, 2.9, 0.6),
    Leaf(960, 470, 92, 3.4, 0.1),
    Leaf(600, 10, 58, 1.9, -0.2),
    Leaf(1010, 330, 56, 2.6, 0.4),
]
LOTUS = (196.0, 66.0)
# petals of a ring, their length, half width, first angle
RINGS = [(9, 50.0, 13.0, 0.1), (8, 39.0, 11.5, 0.45), (6, 26.0, 9.0, 0.2)]
# root x, y, tip x, y, sag, half width
REEDS = [
    (-60.0, 520.0, 232.0, 236.0, -44.0, 8.5),
    (20.0, 540.0, 150.0, 180.0, 26.0, 7.0),
    (90.0, 540.0, 330.0, 372.0, -30.0, 7.5),
    (1090.0, 30.0, 890.0, 196.0, 30.0, 8.0),
    (1120.0, -40.0, 800.0, 90.0, 40.0, 8.0),
]


@dataclass(frozen=True)
class Piece:
    """One piece of foreground in one frame: which samples it hides, and their colour parts."""

    window: Window
    cover: Array
    first: Array  # angle of a pad, position along a petal or blade
    second: Array  # distance of a pad from its centre, position across a petal or blade
    kind: str
    tone: float = 0.0


def outlines(view: View) -> list[Piece]:
    """Return the foreground of a frame, the lowest piece first."""
    pads = [_pad(view, k, leaf) for k, leaf in enumerate(PADS)]
    petals = [_petal(view, *ring, k) for ring in RINGS for k in range(ring[0])]
    reeds = [_reed(view, k, *reed) for k, reed in enumerate(REEDS)]
    return [piece for piece in [*pads, *petals, _heart(view), *reeds] if piece is not None]


def _bob(t: float, k: int) -> tuple[float, float]:
    return 2.2 * np.sin(t * 0.17 + k * 1.7), 1.8 * np.cos(t * 0.14 + k * 2.3)


def _pad(view: View, k: int, leaf: Leaf) -> Piece | None:
    window = view.window(leaf.x, leaf.y, leaf.radius * 1.06, PARALLAX)
    if window is None:
        return None
    dx, dy = _bob(view.t, k)
    x, y = view.samples(window, PARALLAX)
    u, v = turned(x - leaf.x - dx, y - leaf.y - dy, leaf.notch + 0.02 * np.sin(view.t * 0.1 + k))
    theta, far = np.arctan2(v, u), np.hypot(u, v) / leaf.radius
    edge = 1 + 0.022 * np.sin(3 * theta + k) + 0.012 * np.sin(8 * theta + 2 * k)
    gap = 0.08 * np.clip(far - 0.3, 0, 1) + 0.20 * np.clip(far - 0.5, 0, 1) ** 2
    cover = (far < edge) & ~((np.abs(v) < gap * leaf.radius) & (u > 0))
    return Piece(window, cover, theta, far / edge, "pad", leaf.tone)


def _petal(view: View, n: int, length: float, half: float, first: float, k: int) -> Piece | None:
    dx, dy = _bob(view.t, 3)
    x0, y0 = LOTUS[0] + dx, LOTUS[1] + dy
    window = view.window(x0, y0, length * 1.05, PARALLAX * 1.02)
    if window is None:
        return None
    x, y = view.samples(window, PARALLAX * 1.02)
    u, v = turned(x - x0, y - y0, first + 2 * np.pi * k / n + 0.03 * np.sin(view.t * 0.13))
    along = u / length
    width = half * np.sin(np.pi * np.clip(along, 0, 1) ** 0.8) ** 0.85
    cover = (along > 0) & (along < 1) & (np.abs(v) < width)
    return Piece(window, cover, along, v / np.maximum(width, 1e-6), "petal", length / 50)


def _heart(view: View) -> Piece | None:
    dx, dy = _bob(view.t, 3)
    window = view.window(LOTUS[0] + dx, LOTUS[1] + dy, 10, PARALLAX * 1.02)
    if window is None:
        return None
    x, y = view.samples(window, PARALLAX * 1.02)
    u, v = x - LOTUS[0] - dx, y - LOTUS[1] - dy
    return Piece(window, np.hypot(u, v) < 8.5, u, v, "heart")


def _reed(view: View, k: int, *reed: float) -> Piece | None:
    x0, y0, x1, y1, sag, half = reed
    x1 += 7 * np.sin(view.t * 0.16 + k)
    y1 += 4 * np.sin(view.t * 0.13 + 2 * k)
    length = float(np.hypot(x1 - x0, y1 - y0))
    window = view.window((x0 + x1) / 2, (y0 + y1) / 2, length / 2 + abs(sag), REED_PARALLAX)
    if window is None:
        return None
    x, y = view.samples(window, REED_PARALLAX)
    u, v = turned(x - x0, y - y0, float(np.arctan2(y1 - y0, x1 - x0)))
    along = u / length
    v = v - 4 * sag * along * (1 - along)
    width = half * np.clip(1 - along, 0, 1) ** 0.6
    cover = (along > 0) & (along < 1) & (np.abs(v) < width)
    return Piece(window, cover, along, v / np.maximum(width, 1e-6), "reed", 0.1 * (k % 3))


class LilyPaint:
    """The colours of leaves and petals, made once."""

    def __init__(self, seed: int) -> None:
        self._mottle = noise(np.random.default_rng([seed, 5]), 512, 512, [60, 24, 9, 3])

    def colour(self, piece: Piece) -> Array:
        """Paint the samples of a piece, RGB (h, w, 3)."""
        paint = {"pad": self._pad, "petal": self._petal, "heart": self._heart, "reed": self._reed}
        return paint[piece.kind](piece).astype(np.float32)

    def _pad(self, piece: Piece) -> Array:
        theta, far = piece.first, piece.second
        x, y = far * np.cos(theta), far * np.sin(theta)
        mottle = look_up(self._mottle, x * 150 + 250 + 90 * piece.tone, y * 150 + 250)
        fresh = smoothstep(-1.4, 1.6, mottle + piece.tone)
        colour = mix(np.broadcast_to(rgb(44, 92, 38), (*far.shape, 3)), rgb(122, 162, 66), fresh)
        main = np.abs(np.sin(theta * 7)) * far
        fork = np.abs(np.sin(theta * 14 + 0.3 * np.sin(far * 6))) * far
        vein = smoothstep(0.07, 0.02, main) * smoothstep(1.0, 0.75, far)
        vein = np.maximum(vein, 0.6 * smoothstep(0.09, 0.02, fork) * smoothstep(0.45, 0.6, far))
        colour = mix(colour, rgb(168, 192, 104), 0.50 * vein)
        colour = colour * (1 + 0.10 * np.sin(theta * 14) * smoothstep(0.1, 0.5, far))[..., None]
        facing = np.cos(theta - np.arctan2(LIGHT[1], LIGHT[0]) + 0.9 * piece.tone)
        colour = colour * (1 - 0.16 * facing * smoothstep(0.55, 1.0, far))[..., None]
        colour = mix(colour, rgb(132, 84, 50), 0.65 * smoothstep(0.955, 0.985, far))
        sheen = smoothstep(0.2, 1.8, look_up(self._mottle, x * 60 + 100, y * 60 + 50 * piece.tone))
        return mix(colour, rgb(214, 228, 214), 0.22 * sheen)

    @staticmethod
    def _petal(piece: Piece) -> Array:
        along, across = piece.first, piece.second
        colour = mix(
            np.broadcast_to(rgb(255, 236, 236), (*along.shape, 3)),
            rgb(226, 84, 142),
            smoothstep(0.2, 1.05, along),
        )
        lines = 0.03 * np.sin(across * 16) * along
        shade = 1.02 - 0.20 * np.abs(across) ** 2 + lines - 0.20 * smoothstep(0.35, 0.0, along)
        return colour * (shade * (1.06 - 0.10 * piece.tone))[..., None]

    @staticmethod
    def _heart(piece: Piece) -> Array:
        dots = np.cos(piece.first * 1.9) * np.cos(piece.second * 1.9)
        base = np.broadcast_to(rgb(238, 186, 50), (*dots.shape, 3))
        return mix(base, rgb(150, 98, 20), smoothstep(0.2, 0.8, dots))

    def _reed(self, piece: Piece) -> Array:
        along, across = piece.first, piece.second
        streak = look_up(self._mottle, along * 60 + 200 * piece.tone, across * 14 + 60)
        dry = smoothstep(0.55, 1.0, along + 0.08 * streak)
        colour = mix(np.broadcast_to(rgb(88, 132, 48), (*along.shape, 3)), rgb(186, 164, 92), dry)
        fold = np.where(across < 0, 1.12, 0.82) - 0.25 * smoothstep(0.2, 0.0, np.abs(across))
        return colour * (fold * (1 + 0.07 * streak))[..., None]
