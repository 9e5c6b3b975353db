"""The turtle, object 3: a domed shell of scutes and four paddling flippers, under water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resources.pond.texture import gleam, lit, look_up, mix, noise, rgb, smoothstep
from resources.pond.view import View, Window, follow, heading, ripple, turned

Array = np.ndarray
PARALLAX, DEPTH = 0.96, 0.6
HALF_LENGTH, HALF_WIDTH = 54.0, 43.0
PATH = [
    (8.0, 1030.0, 64.0),
    (14.0, 914.0, 142.0),
    (20.0, 810.0, 216.0),
    (26.0, 708.0, 280.0),
    (31.0, 624.0, 332.0),
    (38.0, 506.0, 372.0),
    (50.0, 330.0, 362.0),
]
# seed points of the scutes, in half lengths and half widths of the shell
SCUTES = np.array(
    [(0.72, 0.0), (0.37, 0.0), (0.0, 0.0), (-0.37, 0.0), (-0.72, 0.0)]
    + [
        (a, s * b)
        for a, b in ((0.52, 0.44), (0.18, 0.56), (-0.19, 0.56), (-0.54, 0.44))
        for s in (-1, 1)
    ]
)
# root along and across, length, width, resting angle from straight ahead, swing
FLIPPERS = [(34.0, 27.0, 56.0, 14.0, 1.25, 0.62), (-34.0, 25.0, 33.0, 11.5, 2.35, -0.42)]


@dataclass(frozen=True)
class Turtle:
    """One frame's turtle: each sample's place on shell, head and flippers."""

    window: Window
    u: Array  # pixels ahead of the shell's centre
    v: Array  # pixels to its right
    shell: Array
    head: Array
    flippers: Array
    reach: Array  # position along a flipper, 0 root, 1 tip
    ray: Array  # position across it, -1..1
    nod: float

    @property
    def cover(self) -> Array:
        """Return the samples of the turtle, bool (h, w)."""
        return self.shell | self.head | self.flippers


def outline(view: View) -> Turtle | None:
    """Return the turtle of a frame; None where it is out of sight."""
    if view.t < PATH[0][0]:
        return None
    x0, y0 = follow(PATH, view.t)
    window = view.window(x0, y0, 110, PARALLAX)
    if window is None:
        return None
    x, y = ripple(*view.samples(window, PARALLAX), view.t, DEPTH)
    roll = 0.07 * np.sin(2 * np.pi * view.t / 15)
    u, v = turned(x - x0, y - y0, heading(PATH, view.t) + roll)
    wide = HALF_WIDTH * (1 - 0.10 * u / HALF_LENGTH)
    shell = (u / HALF_LENGTH) ** 2 + (v / wide) ** 2 < 1
    nod = float(4 * np.sin(2 * np.pi * view.t / 15 + 1))
    head = _head(u, v, nod)
    flippers = np.zeros_like(shell)
    reach, ray = np.zeros_like(u), np.zeros_like(u)
    for flipper in FLIPPERS:
        for side in (-1, 1):
            on, along, across = _flipper(flipper, side, u, v, view.t)
            reach, ray = np.where(on, along, reach), np.where(on, across, ray)
            flippers |= on
    return Turtle(window, u, v, shell, head, flippers, reach, ray, nod)


def _head(u: Array, v: Array, nod: float) -> Array:
    bend = nod * np.clip((u - 48) / 34, 0, 1)
    w = v - bend
    skull = ((u - 70) / 17) ** 2 + (w / 12.5) ** 2 < 1
    neck = (u > 44) & (u < 66) & (np.abs(w) < 9.5)
    stub = ((u + 58) / 11) ** 2 + (v / 4) ** 2 < 1
    return skull | neck | stub


def _flipper(
    flipper: tuple[float, ...], side: int, u: Array, v: Array, t: float
) -> tuple[Array, Array, Array]:
    root_u, root_v, length, width, rest, swing = flipper
    beat = np.sin(2 * np.pi * t / 15)
    angle = rest + swing * beat
    a, b = turned(u - root_u, v * side - root_v, angle)
    reach = a / length
    b = b - 12 * reach**2 * np.cos(2 * np.pi * t / 15 - 0.5)  # the tip trails behind the stroke
    half = width * np.sqrt(np.clip(1 - (2 * reach - 0.82) ** 2 / 1.45, 0, 1))
    on = (reach > -0.1) & (reach < 1) & (np.abs(b) < half)
    return on, np.clip(reach, 0, 1), b / np.maximum(half, 1e-6)


class TurtlePaint:
    """The turtle's colours, made once."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng([seed, 3])
        self._speckle = noise(rng, 256, 256, [20, 9, 4])
        self._tone = rng.uniform(0.86, 1.14, len(SCUTES))

    def colour(self, turtle: Turtle) -> Array:
        """Paint the samples of a turtle, RGB (h, w, 3)."""
        skin = np.where(turtle.flippers[..., None], self._flipper(turtle), self._head(turtle))
        return np.where(turtle.shell[..., None], self._shell(turtle), skin)

    def _shell(self, turtle: Turtle) -> Array:
        a, b = turtle.u / HALF_LENGTH, turtle.v / HALF_WIDTH
        speckle = look_up(self._speckle, turtle.u + 128, turtle.v + 128)
        wobble = 0.02 * speckle
        apart = np.hypot(
            (a + wobble)[None] - SCUTES[:, 0, None, None],
            (b - wobble)[None] - SCUTES[:, 1, None, None],
        )
        near = np.argmin(apart, axis=0)
        two = np.partition(apart, 1, axis=0)[:2]
        seam = two[1] - two[0]
        radius = np.hypot(a, b)
        rim = smoothstep(0.80, 0.84, radius)
        theta = np.arctan2(turtle.v, turtle.u)
        seam = np.where(radius > 0.82, np.abs(np.sin(theta * 11)) * 0.35, seam)
        seam = np.minimum(seam, np.abs(radius - 0.82) * 2.2)
        local = np.arctan2(b - SCUTES[near, 1], a - SCUTES[near, 0])
        streak = np.sin(local * 13 + speckle * 2) * smoothstep(0.03, 0.2, two[0])
        gold = smoothstep(-0.9, 1.1, streak + 0.5 * speckle)
        colour = mix(np.broadcast_to(rgb(74, 58, 26), (*a.shape, 3)), rgb(196, 146, 54), 0.8 * gold)
        colour = colour * self._tone[near][..., None].astype(np.float32)
        colour = mix(colour, rgb(150, 128, 58) * (1 + 0.12 * speckle[..., None]), 0.6 * rim)
        colour = mix(colour, rgb(28, 26, 16), 0.85 * smoothstep(0.075, 0.015, seam))
        dome = 0.25 + 0.62 * radius**1.6
        nx, ny = self._to_world(turtle, a * dome, b * dome)
        bump = 0.16 * smoothstep(0.0, 0.16, seam)
        shade = lit(nx, ny, 0.36) * (0.9 + bump)
        return (colour * shade[..., None] + 0.26 * gleam(nx, ny, 42)[..., None]).astype(np.float32)

    @staticmethod
    def _to_world(turtle: Turtle, nx: Array, ny: Array) -> tuple[Array, Array]:
        """Turn a normal of the turtle's frame (u ahead, down-left on screen) to the screen's."""
        return turned(nx, ny, -2.5)

    def _skin(self, turtle: Turtle) -> Array:
        speckle = look_up(self._speckle, turtle.u * 2.2 + 60, turtle.v * 2.2 + 90)
        patch = smoothstep(0.15, 0.4, speckle)
        return mix(np.broadcast_to(rgb(126, 146, 74), (*speckle.shape, 3)), rgb(64, 86, 42), patch)

    def _flipper(self, turtle: Turtle) -> Array:
        colour = (
            self._skin(turtle) * (0.52 + 0.52 * (1 - turtle.ray**2) + 0.08 * turtle.ray)[..., None]
        )
        return mix(colour, rgb(196, 196, 128), 0.45 * smoothstep(0.72, 0.98, np.abs(turtle.ray)))

    def _head(self, turtle: Turtle) -> Array:
        w = turtle.v - turtle.nod * np.clip((turtle.u - 48) / 34, 0, 1)
        colour = (
            self._skin(turtle) * (0.66 + 0.5 * np.clip(1 - (w / 13) ** 2, 0, 1))[..., None] * 0.95
        )
        stripe = smoothstep(2.2, 1.0, np.abs(np.abs(w) - 5.5))
        colour = mix(colour, rgb(226, 206, 96), 0.7 * stripe)
        ahead, aside = turtle.u - 76, np.abs(w) - 8.6
        colour = mix(colour, rgb(14, 14, 10), smoothstep(3.6, 2.6, np.hypot(ahead, aside)))
        return mix(
            colour, rgb(255, 255, 240), smoothstep(1.2, 0.4, np.hypot(ahead - 1, aside + 0.8))
        )
