"""Synthetic disappearance: clips whose object leaves, hides or changes."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.synthetic import Layer, Scene

_EARLIEST = 4  # frames before it goes
_LEAST_LEFT = 8  # frames after it begins to go
_CLEAR = 12.0  # pixels beyond the object that the edge it hides behind comes from
_NEVER = -np.inf


class DisappearanceScene(Scene):
    """A scene whose target may hide behind the scenery or another thing, leave, or vanish at once.

    In half of these it returns. Its looks change too: it is squeezed, bent, tinted and scaled.
    """

    def __init__(
        self, rng: np.random.Generator, photographs: Photographs, T: int, hw: tuple[int, int]
    ) -> None:
        super().__init__(rng, photographs, T, hw)
        self._change_looks()
        layer = self.layers[self.target]
        self._size = float(np.hypot(*layer.pixels.shape[:2]) * np.exp(layer.path.log_scale).max())
        self._edge = np.full(T, _NEVER)  # what lies before it, from the middle in pixels, is hidden
        self._side = rng.uniform(0, 2 * np.pi)
        event = rng.random()
        if event < 0.32:
            reach = 0.65 * self._size + _CLEAR
            self._edge = reach * (2 * self._away(1) - 1)
        elif event < 0.48:
            self._move(layer, self._away(4))
        elif event < 0.60:
            self._cover(layer)
        elif event < 0.66:
            self._edge = np.where(self._away(1) > 0, np.inf, _NEVER)

    def _away(self, slowness: int) -> npt.NDArray[np.float64]:
        """Draw how far it is gone, (T,) in [0, 1]: it goes, and at times it returns."""
        rng, t = self.rng, np.arange(self.T)
        begin = int(rng.integers(_EARLIEST, max(_EARLIEST + 1, self.T - _LEAST_LEFT)))
        takes, stays = slowness * int(rng.integers(1, 5)), int(rng.integers(5, 16))
        gone = np.clip((t - begin) / takes, 0, 1)
        if rng.random() < 0.55:
            gone = gone - np.clip((t - begin - takes - stays) / takes, 0, 1)
        return np.asarray(gone)

    def _move(self, layer: Layer, share: npt.NDArray[np.float64]) -> None:
        """Move a layer out of the frame, by a share of the way at each frame."""
        way = self.hw[1] + self._size
        layer.path.x += np.cos(self._side) * way * share
        layer.path.y += np.sin(self._side) * way * share

    def _cover(self, target: Layer) -> None:
        """Bring something larger before the target."""
        cover = self._layer()
        scale = min(1.5 * self._size / min(cover.pixels.shape[:2]), 4.0)
        cover.pixels = np.asarray(
            cv2.resize(cover.pixels, None, fx=scale, fy=scale), dtype=np.uint8
        )
        if self.rng.random() < 0.5:
            cover.pixels[..., 3] = 255
        cover.middle = target.middle
        cover.path.x, cover.path.y = target.path.x.copy(), target.path.y.copy()
        cover.path.log_scale = np.zeros(self.T)
        self._move(cover, 1 - self._away(1))
        self.layers.append(cover)

    def _change_looks(self) -> None:
        rng, layer, passed = self.rng, self.layers[self.target], np.linspace(0, 1, self.T)
        squeezes = rng.random() < 0.3
        self._squeeze = np.exp(rng.uniform(-1.0, 0.2) * squeezes * passed)
        self._tint = np.cumsum(rng.normal(0, rng.choice([0, 1, 3]), (self.T, 3)), 0)
        if rng.random() < 0.2:
            grown = layer.path.log_scale + rng.uniform(-1.2, 1.2) * passed
            layer.path.log_scale = np.clip(grown, -1.6, 1.4)
        if rng.random() < 0.2:
            layer.bend_px *= 2
        if rng.random() < 0.25:
            layer.path.x *= 2
            layer.path.y *= 2

    def _draw(
        self, layer: Layer, t: int
    ) -> tuple[tuple[slice, slice], npt.NDArray[np.uint8]] | None:
        drawn = super()._draw(layer, t)
        if drawn is None or layer is not self.layers[self.target]:
            return drawn
        (rows, columns), pixels = drawn
        pixels = pixels.copy()
        pixels[..., :3] = np.clip(pixels[..., :3] + self._tint[t], 0, 255)
        height, width = pixels.shape[:2]
        narrow = np.array([[self._squeeze[t], 0, width / 2 * (1 - self._squeeze[t])], [0, 1, 0]])
        pixels = np.asarray(cv2.warpAffine(pixels, narrow, (width, height)), dtype=np.uint8)
        x = np.arange(columns.start, columns.stop) - layer.middle[0] - self.camera.x[t]
        y = np.arange(rows.start, rows.stop) - layer.middle[1] - self.camera.y[t]
        across = (x - layer.path.x[t]) * np.cos(self._side)
        along = (y - layer.path.y[t]) * np.sin(self._side)
        pixels[..., 3] *= along[:, None] + across[None] > self._edge[t]
        return (rows, columns), pixels
