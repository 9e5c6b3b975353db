"""The pond's floor of pebbles, and the light that the moving surface throws on it."""

from __future__ import annotations

import cv2
import numpy as np

from resources.pond.texture import cells, look_up, mix, noise, relief, rgb, smoothstep
from resources.pond.view import HEIGHT, SUPERSAMPLING, WIDTH, View, ripple

Array = np.ndarray
PARALLAX, DEPTH = 0.84, 1.5
MARGIN, SCALE = 90, 1.25  # world pixels around the frame; texture pixels per world pixel
DEEP = rgb(30, 88, 86)
STONES = np.stack(
    [
        rgb(126, 116, 98),
        rgb(96, 92, 84),
        rgb(150, 132, 104),
        rgb(84, 90, 92),
        rgb(118, 96, 74),
        rgb(172, 160, 136),
        rgb(70, 74, 70),
        rgb(138, 112, 88),
    ]
)


def _pebbles(rng: np.random.Generator, h: int, w: int, n: int) -> tuple[Array, Array, Array]:
    """Return colour, height and cover of one layer of about `n` rounded stones."""
    x, y = rng.uniform(0, w, n), rng.uniform(0, h, n)
    label, edge = cells(h, w, x, y)
    colour = STONES[rng.integers(0, len(STONES), n + 2)] * rng.uniform(0.78, 1.2, (n + 2, 1))
    size = np.sqrt(h * w / n)
    edge = cv2.GaussianBlur(edge, (0, 0), size * 0.05) - size * 0.04
    rise = np.clip(edge / (size * 0.34), 0, 1)
    height = np.sqrt(1 - (1 - rise) ** 2) * size * 0.36
    chosen = rng.random(n + 2)[label]
    return colour[label].astype(np.float32), height, np.where(edge > 0, chosen, 2)


class Water:
    """The floor's texture and two caustic textures, made once."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng([seed, 1])
        self._floor = self._paint_floor(rng)
        self._webs = [self._web(rng) for _ in range(2)]
        self._haze = noise(rng, 1024, 1024, [256, 128, 64])

    def _paint_floor(self, rng: np.random.Generator) -> Array:
        h, w = int((HEIGHT + 2 * MARGIN) * SCALE), int((WIDTH + 2 * MARGIN + 130) * SCALE)
        grain = noise(rng, h, w, [6, 3, 2])
        sand = rgb(104, 94, 72) * (1 + 0.10 * grain[..., None])
        height = grain * 0.6
        image = sand.astype(np.float32)
        for n, share in ((5200, 0.80), (1700, 0.45), (420, 0.20), (150, 0.12)):
            colour, rise, chosen = _pebbles(rng, h, w, n)
            on = (chosen < share).astype(np.float32)
            on = cv2.GaussianBlur(on, (0, 0), 0.8)
            around = cv2.GaussianBlur(on, (0, 0), 5)
            image *= 1 - 0.36 * around[..., None]
            veined = colour * (1 + 0.13 * noise(rng, h, w, [18, 7, 3])[..., None])
            image = mix(image, veined, on)
            height = height * (1 - on) + (rise + grain * 0.35) * on
        image *= (0.18 + 1.02 * relief(height, 1.9))[..., None]
        algae = smoothstep(0.15, 1.5, noise(rng, h, w, [220, 90, 30]))
        image = mix(image, image * 0.45 + rgb(46, 72, 24), 0.62 * algae)
        return cv2.GaussianBlur(image.astype(np.float32), (0, 0), 0.85)

    def _web(self, rng: np.random.Generator) -> Array:
        """Return a repeating net of bright lines, as sunlight through waves draws it."""
        n, size = 90, 700
        x, y = rng.uniform(0, size, n), rng.uniform(0, size, n)
        shifts = [(dx, dy) for dx in (-size, 0, size) for dy in (-size, 0, size)]
        tiled_x = np.concatenate([x + dx for dx, _ in shifts]) + size
        tiled_y = np.concatenate([y + dy for _, dy in shifts]) + size
        _, edge = cells(3 * size, 3 * size, tiled_x, tiled_y)
        edge = cv2.GaussianBlur(edge, (0, 0), 2.5)[size : 2 * size, size : 2 * size]
        return np.exp(-edge / 13).astype(np.float32)

    def floor(self, view: View) -> Array:
        """Draw the floor, RGB (h, w, 3)."""
        x, y = self._pixels(view, PARALLAX, DEPTH)
        image = look_up(self._floor, (x + MARGIN) * SCALE, (y + MARGIN) * SCALE)
        far = smoothstep(-1.6, 1.8, look_up(self._haze, x * 1.1 + 300, y * 1.1))
        image = mix(image, DEEP, 0.20 + 0.38 * far)
        return _enlarged(image * np.array([1.0, 1.08, 1.0], np.float32))

    def caustics(self, view: View) -> Array:
        """Return how much brighter the surface makes each sample under water, (h, w)."""
        x, y = self._pixels(view, 0.92, 5.0)
        one = look_up(self._webs[0], x * 1.9 + view.t * 3.1, y * 1.9 + view.t * 1.7)
        two = look_up(self._webs[1], x * 1.6 - view.t * 2.3, y * 1.6 + view.t * 2.9)
        return _enlarged(np.minimum(one, two) ** 1.6 * 1.5)

    def sky(self, view: View) -> Array:
        """Return the share of pale sky mirrored by the surface, (h, w)."""
        x, y = self._pixels(view, 1.0, 7.0)
        broad = look_up(self._haze, x * 0.8 - view.t * 2.0, y * 1.3 + view.t * 1.2)
        fine = np.sin(x * 0.11 + y * 0.19 + 3 * broad + view.t * 0.3)
        shine = 0.10 * smoothstep(0.2, 2.0, broad) + 0.035 * smoothstep(0.55, 1.0, fine * broad)
        return _enlarged(shine)

    @staticmethod
    def _pixels(view: View, parallax: float, depth: float) -> tuple[Array, Array]:
        """Return where each pixel looks: water is soft, and needs no supersampling."""
        y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
        return ripple(*view.world(x, y, parallax), view.t, depth)


def _enlarged(image: Array) -> Array:
    """Return an image of the frame's size at the size of its samples."""
    n = SUPERSAMPLING
    return cv2.resize(image.astype(np.float32), (WIDTH * n, HEIGHT * n))
