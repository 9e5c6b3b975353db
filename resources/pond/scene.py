"""The whole scene: who hides whom, the exact mask, and the picture."""

from __future__ import annotations

import cv2
import numpy as np

from resources.pond import ball, koi, lilies, turtle
from resources.pond.texture import mix, noise, rgb, smoothstep
from resources.pond.view import HEIGHT, SUPERSAMPLING, WIDTH, View, Window, follow
from resources.pond.water import DEEP, Water

Array = np.ndarray
SEED = 20
KOI, BALL, TURTLE = 1, 2, 3
FULL = (HEIGHT * SUPERSAMPLING, WIDTH * SUPERSAMPLING)


def mask(t: int) -> Array:
    """Return the exact mask of frame `t`, uint8 (480, 854): 1 koi, 2 ball, 3 turtle.

    Each pixel goes to whatever covers most of its samples; where two cover as many, to the object
    before the background and to the smaller id.
    """
    view = View(t)
    ids = np.zeros(FULL, np.uint8)
    for number, outline in ((KOI, koi.outline), (TURTLE, turtle.outline), (BALL, ball.outline)):
        shape = outline(view)
        if shape is not None:
            ids[shape.window][shape.cover] = number
    for piece in lilies.outlines(view):
        ids[piece.window][piece.cover] = 0
    n = SUPERSAMPLING
    blocks = ids.reshape(HEIGHT, n, WIDTH, n)
    order = (KOI, BALL, TURTLE, 0)
    votes = np.stack([(blocks == number).sum((1, 3)) for number in order])
    return np.array(order, np.uint8)[votes.argmax(0)]


def _shadow(
    image: Array, window: Window, cover: Array, shift: float, blur: float, dark: float
) -> None:
    """Darken `image` in place where a shape above it stands in the sun."""
    n = SUPERSAMPLING
    pad = int(2 * n * (blur + shift))
    top, left = max(0, window[0].start - pad), max(0, window[1].start - pad)
    bottom, right = min(FULL[0], window[0].stop + pad), min(FULL[1], window[1].stop + pad)
    around = np.zeros((bottom - top, right - left), np.float32)
    row, col = window[0].start - top, window[1].start - left
    around[row : row + cover.shape[0], col : col + cover.shape[1]] = cover
    move = np.array([[1, 0, 0.66 * shift * n], [0, 1, 0.75 * shift * n]], np.float32)
    small = cv2.resize(around, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    move[:, 2] /= 2
    small = cv2.warpAffine(small, move, small.shape[::-1])
    small = cv2.GaussianBlur(small, (0, 0), blur * n / 2)
    shade = cv2.resize(small, around.shape[::-1])
    image[top:bottom, left:right] *= 1 - dark * shade[..., None]


def _lay(image: Array, window: Window, cover: Array, colour: Array) -> None:
    part = image[window]
    part[cover] = colour[cover]


class Scene:
    """The pond with its textures: `frame(t)` draws any frame on its own."""

    def __init__(self, seed: int = SEED) -> None:
        self._seed = seed
        self._water = Water(seed)
        self._koi = koi.KoiPaint(seed)
        self._turtle = turtle.TurtlePaint(seed)
        self._ball = ball.BallPaint(seed)
        self._lilies = lilies.LilyPaint(seed)
        y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
        self._vignette = (1 - 0.20 * smoothstep(0.5, 1.6, np.hypot(x, y)))[..., None]

    def frame(self, t: int) -> Array:
        """Draw frame `t`, uint8 RGB (480, 854, 3)."""
        view = View(t)
        image = self._water.floor(view)
        light = self._water.caustics(view)
        self._under_water(image, view, light)
        sky = self._water.sky(view)
        image = mix(image, rgb(196, 222, 236), sky).astype(np.float32)
        self._on_water(image, view)
        return self._develop(image, t)

    def _under_water(self, image: Array, view: View, light: Array) -> None:
        fish, reptile = koi.outline(view), turtle.outline(view)
        if fish is not None:
            _shadow(image, fish.window, fish.cover, 22, 7, 0.55)
        if reptile is not None:
            _shadow(image, reptile.window, reptile.cover, 30, 9, 0.55)
        image *= (0.80 + 0.85 * light)[..., None]
        if fish is not None:
            colour = mix(self._koi.colour(fish), DEEP, np.full(fish.cover.shape, 0.10))
            soft = ~fish.body & fish.cover  # fins let a little of the floor through
            colour[soft] = 0.86 * colour[soft] + 0.14 * image[fish.window][soft]
            colour *= (0.90 + 0.40 * light[fish.window])[..., None]
            _lay(image, fish.window, fish.cover, colour)
        if reptile is not None:
            _shadow(image, reptile.window, reptile.cover, 9, 4, 0.3)
            colour = mix(self._turtle.colour(reptile), DEEP, np.full(reptile.cover.shape, 0.06))
            colour *= (0.92 + 0.34 * light[reptile.window])[..., None]
            _lay(image, reptile.window, reptile.cover, colour)

    def _on_water(self, image: Array, view: View) -> None:
        toy = ball.outline(view)
        if toy is not None:
            self._ring(image, view)
            _shadow(image, toy.window, toy.cover, 17, 6, 0.5)
            _lay(image, toy.window, toy.cover, self._ball.colour(toy))
        for piece in lilies.outlines(view):
            height = {"pad": (12, 5, 0.5), "reed": (20, 4, 0.4)}.get(piece.kind, (3, 2, 0.25))
            _shadow(image, piece.window, piece.cover, *height)
            _lay(image, piece.window, piece.cover, self._lilies.colour(piece))

    @staticmethod
    def _ring(image: Array, view: View) -> None:
        """Draw the small waves around the ball."""
        x0, y0 = follow(ball.PATH, view.t)
        window = view.window(x0, y0, ball.RADIUS * 2.2, ball.PARALLAX)
        if window is None:
            return
        x, y = view.samples(window, ball.PARALLAX)
        far = np.hypot(x - x0, y - y0) - ball.RADIUS
        fade = smoothstep(52.0, 2.0, far)
        facing = ((x - x0) * -0.65 + (y - y0) * -0.75) / (far + ball.RADIUS + 1e-6)
        wave = np.sin(far * 0.42 - view.t * 0.9) * fade * facing
        image[window] *= (1 + 0.16 * wave)[..., None]
        image[window] += (0.10 * np.clip(wave, 0, 1) ** 3)[..., None]

    def _develop(self, image: Array, t: int) -> Array:
        """Turn light into a picture: lens, size, tone, vignette, grain."""
        image = cv2.GaussianBlur(np.clip(image, 0, 1.6), (0, 0), 0.75)
        image = cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        glow = cv2.GaussianBlur(np.clip(image - 0.85, 0, 1), (0, 0), 5)
        image = (image + 0.5 * glow) * self._vignette * np.array([1.03, 1.0, 0.96])
        image = image / (1 + np.clip(image - 0.75, 0, None) * 0.6)
        image = image + 0.06 * np.sin(2 * np.pi * (np.clip(image, 0, 1) - 0.5)) * image
        rng = np.random.default_rng([self._seed, 6, t])
        image = image + 0.0045 * noise(rng, HEIGHT, WIDTH, [2])[..., None]
        return (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)
