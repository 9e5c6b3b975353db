"""The koi, object 1: a bending body with flowing fins, under water."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from resources.pond.texture import gleam, lit, look_up, mix, noise, rgb, smoothstep
from resources.pond.view import View, Window, follow, heading, ripple, turned

Array = np.ndarray
PARALLAX, DEPTH = 0.93, 0.9
LENGTH, HALF_WIDTH = 196.0, 35.0
PATH = [
    (-6.0, 96.0, 330.0),
    (6.0, 218.0, 322.0),
    (16.0, 330.0, 268.0),
    (26.0, 450.0, 206.0),
    (38.0, 606.0, 168.0),
    (50.0, 748.0, 196.0),
]
PROFILE = np.array(
    [
        *[(0, 0.42), (0.06, 0.60), (0.14, 0.80), (0.24, 0.96), (0.36, 1.0), (0.50, 0.93)],
        *[(0.64, 0.76), (0.78, 0.52), (0.90, 0.31), (1.0, 0.24), (2.0, 0.24)],
    ]
)
# where along the body, side, length, width, resting angle to the tail, beat
FINS = [
    (0.27, -1, 58.0, 17.0, 0.92, 0.26),
    (0.27, 1, 58.0, 17.0, 0.92, 0.26),
    (0.60, -1, 36.0, 11.0, 0.62, 0.16),
    (0.60, 1, 36.0, 11.0, 0.62, 0.16),
]


@dataclass(frozen=True)
class Koi:
    """One frame's koi: where it is, and each sample's place along and across its body."""

    window: Window
    along: Array  # 0 nose, 1 base of the tail
    across: Array  # pixels from the spine
    body: Array
    tail: Array
    fins: Array
    ray: Array  # position across a fin, for its rays
    reach: Array  # position along a fin, 0 base, 1 tip

    @property
    def cover(self) -> Array:
        """Return the samples of the koi, bool (h, w)."""
        return self.body | self.tail | self.fins


def half_width(along: Array) -> Array:
    """Return the half width of the body in pixels."""
    nose = np.sqrt(np.clip(1 - (1 - np.clip(along / 0.07, 0, 1)) ** 2, 0, 1))
    return np.interp(along, PROFILE[:, 0], PROFILE[:, 1]) * HALF_WIDTH * nose


def spine(along: Array, t: float, turn: float) -> Array:
    """Return the spine's sideways offset: a wave that grows towards the tail, and the turn."""
    growth = 0.06 + 0.94 * np.clip(along, 0, 1.5) ** 1.8
    wave = 19.0 * growth * np.sin(2 * np.pi * (0.78 * along - t / 13.0))
    return wave + turn * LENGTH * (along - 0.35) ** 2


def outline(view: View) -> Koi | None:
    """Return the koi of a frame; None where it is out of sight."""
    x0, y0 = follow(PATH, view.t)
    window = view.window(x0, y0, LENGTH * 0.95, PARALLAX)
    if window is None:
        return None
    angle = heading(PATH, view.t)
    x, y = ripple(*view.samples(window, PARALLAX), view.t, DEPTH)
    u, v = turned(x - x0, y - y0, angle)
    along = 0.42 - u / LENGTH
    turn = heading(PATH, view.t + 5) - heading(PATH, view.t - 5)
    across = v - spine(along, view.t, 0.55 * turn)
    half = half_width(along)
    body = (along > 0) & (along < 1.03) & (np.abs(across) < half)
    tail, ray, reach = _tail(along, across, view.t)
    fins = np.zeros_like(body)
    for fin in FINS:
        on, fin_ray, fin_reach = _fin(fin, along, across, view.t)
        on &= ~fins & ~tail
        ray, reach = np.where(on, fin_ray, ray), np.where(on, fin_reach, reach)
        fins |= on
    return Koi(window, along, across, body, tail, fins, ray, reach)


def _tail(along: Array, across: Array, t: float) -> tuple[Array, Array, Array]:
    reach = (along - 0.95) / 0.36
    fan = 7 + 30 * np.clip(reach, 0, 1.3) ** 1.1 * (1 + 0.12 * np.sin(t * 0.48))
    ray = across / fan
    end = 0.70 + 0.32 * np.abs(ray) ** 1.5 + 0.03 * np.sin(ray * 17 + t * 0.4)
    return (reach > 0) & (reach < end) & (np.abs(ray) < 1), ray, np.clip(reach, 0, 1)


def _fin(
    fin: tuple[float, int, float, float, float, float], along: Array, across: Array, t: float
) -> tuple[Array, Array, Array]:
    at, side, length, width, rest, beat = fin
    root = 0.72 * float(half_width(np.array(at)))
    angle = rest + beat * np.sin(2 * np.pi * t / 13.0 + (0.9 if side > 0 else 0))
    out, back = across * side - root, (along - at) * LENGTH
    u, v = turned(out, back, np.pi / 2 - angle)
    reach = u / length
    v = v - 9 * reach**2
    half = width * np.sqrt(np.clip(reach, 0, 1)) * np.clip(1.25 - reach * reach * reach, 0, 1)
    ray = v / np.maximum(half, 1e-6)
    on = (reach > 0) & (reach < 1 + 0.03 * np.sin(ray * 9)) & (np.abs(v) < half)
    return on, ray, np.clip(reach, 0, 1)


class KoiPaint:
    """The koi's skin, made once."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng([seed, 2])
        h, w = 160, 520  # across -HALF_WIDTH..HALF_WIDTH, along 0..1.3
        patches = noise(rng, h, w, [70, 34, 14])
        pale = rgb(250, 236, 218) * (1 + 0.03 * noise(rng, h, w, [12, 5])[..., None])
        orange = mix(
            np.broadcast_to(rgb(236, 84, 22), (h, w, 3)),
            rgb(206, 40, 16),
            smoothstep(-0.6, 1.2, noise(rng, h, w, [40, 12])),
        )
        skin = mix(pale, orange, smoothstep(-0.42, -0.20, patches))
        spots = noise(rng, h, w, [38, 18, 8])
        skin = mix(skin, rgb(44, 36, 40), 0.88 * smoothstep(1.25, 1.5, spots))
        self._skin = cv2.GaussianBlur(skin.astype(np.float32), (0, 0), 1.0)

    def colour(self, koi: Koi) -> Array:
        """Paint the samples of a koi, RGB (h, w, 3)."""
        return np.where(koi.body[..., None], self._body(koi), self._fin(koi))

    def _body(self, koi: Koi) -> Array:
        half = np.maximum(half_width(koi.along), 1)
        rim = np.clip(koi.across / half, -1, 1)
        skin = look_up(self._skin, np.clip(koi.along, 0, 1.29) * 400, (rim + 1.02) * 78)
        skin *= self._scales(koi, rim)[..., None]
        slope = rim * 0.86
        along_slope = -0.35 * smoothstep(0.25, 0.0, koi.along)
        skin *= lit(along_slope, slope, 0.42)[..., None]
        fin = smoothstep(3.2, 1.2, np.abs(koi.across + 1.5 * np.sin(koi.along * 9)))
        fin *= smoothstep(0.34, 0.38, koi.along) * smoothstep(0.76, 0.70, koi.along)
        skin = mix(skin, skin * 0.55 + rgb(70, 26, 10), 0.6 * fin)
        ridge = np.exp(-(((koi.across + half * 0.28) / (half * 0.16)) ** 2))
        skin += (0.16 * ridge * smoothstep(0.9, 0.3, koi.along))[..., None]
        skin += 0.10 * gleam(along_slope, slope, 60)[..., None]
        return self._face(koi, skin, half)

    @staticmethod
    def _scales(koi: Koi, rim: Array) -> Array:
        p = koi.along * LENGTH / 6.4
        q = np.arcsin(rim) * 6.0
        bump = np.cos(np.pi * (p + q)) * np.cos(np.pi * (p - q))
        net = smoothstep(0.0, 0.35, np.abs(bump))
        depth = 0.20 * smoothstep(0.2, 0.3, koi.along) * smoothstep(1.05, 0.9, koi.along)
        return (1 + depth * (net - 0.8)).astype(np.float32)

    @staticmethod
    def _face(koi: Koi, skin: Array, half: Array) -> Array:
        gill = np.abs(koi.along - 0.215 + 0.06 * (np.abs(koi.across) / HALF_WIDTH) ** 2)
        skin = mix(skin, skin * 0.5, 0.6 * smoothstep(0.014, 0.0, gill))
        ex = (koi.along - 0.105) * LENGTH
        ey = np.abs(koi.across) - 0.80 * half
        far = np.hypot(ex, ey)
        skin = mix(skin, rgb(196, 152, 62), smoothstep(4.9, 4.1, far))
        skin = mix(skin, rgb(12, 12, 14), smoothstep(3.6, 2.8, far))
        spark = smoothstep(1.5, 0.6, np.hypot(ex - 0.9, ey + 0.9))
        return mix(skin, rgb(255, 255, 250), spark)

    @staticmethod
    def _fin(koi: Koi) -> Array:
        rays = 0.5 + 0.5 * np.sin(koi.ray * 30 + 3 * koi.reach)
        base = mix(
            np.broadcast_to(rgb(240, 118, 54), (*koi.ray.shape, 3)),
            rgb(255, 214, 172),
            smoothstep(0.15, 1.0, koi.reach),
        )
        base = base * (0.74 + 0.30 * rays + 0.1 * koi.reach)[..., None]
        return base.astype(np.float32)
