"""Synthetic clips: cut-outs over a background, each on its own path, with exact masks.

The camera, every object and its shape move independently and smoothly. Hard events come at random:
an occluder that passes, an object that leaves and returns, a look-alike, a large change of scale,
blur along the motion, compression and drifting light.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.engine.training.paths import Floats, Path, draw_path
from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.textures import Alpha, Image, smooth_noise

_NOISE_CELL = 16  # stride at which displacements are computed
_BORDER = 0.35  # of the frame, on each side: how far the background reaches beyond it
_FEWEST_PIXELS = 80
_ATTEMPTS = 10


@dataclass
class Layer:
    """Something before the background; those later in a scene are before those earlier."""

    pixels: npt.NDArray[np.uint8]  # (h, w, 4): RGB and alpha
    path: Path
    middle: tuple[float, float]
    bends: npt.NDArray[np.float32]  # (4, H / 16, W / 16)
    bend_px: float


def synthetic_clip(
    rng: np.random.Generator,
    photographs: Photographs,
    T: int,
    hw: tuple[int, int],
    scene: type[Scene] | None = None,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Draw T frames, uint8 (T, h, w, 3) RGB, and one object's mask, uint8 (T, h, w) of 0 and 1.

    The object can be seen in the first frame. scene : what is drawn; None: a `Scene`.
    """
    for _ in range(_ATTEMPTS):
        clip = (scene or Scene)(rng, photographs, T, hw).render()
        if np.count_nonzero(clip[1][0]) >= _FEWEST_PIXELS:
            break
    return clip


class Scene:
    """Everything that is drawn once per clip."""

    def __init__(
        self, rng: np.random.Generator, photographs: Photographs, T: int, hw: tuple[int, int]
    ) -> None:
        self.rng, self.photographs, self.T, self.hw = rng, photographs, T, hw
        self.background = self._background()
        self.camera = draw_path(rng, T, hw, float(rng.choice([0, 0.008, 0.025])), 0.015, 0.015)
        self.layers, self.target = self._layers()
        self.light = np.cumsum(rng.normal(0, rng.choice([0, 2, 5]), T))
        self.gain = np.exp(np.cumsum(rng.normal(0, rng.choice([0, 0.02, 0.05]), (T, 3)), 0))
        self.noise = rng.uniform(0, 5)
        self.blur = rng.uniform(0.3, 1.2) if rng.random() < 0.25 else 0.0
        self.streak_px = int(rng.integers(3, 12)) if rng.random() < 0.15 else 0
        self.streak = rng.uniform(0, np.pi)
        self.quality = int(rng.integers(20, 80)) if rng.random() < 0.3 else 0

    def _background(self) -> Image:
        """Draw what is behind all layers, uint8 (h, w, 3), larger than the frame."""
        height, width = (int(side * (1 + 2 * _BORDER)) for side in self.hw)
        return self.photographs.background(self.rng, (height, width))

    def _layers(self) -> tuple[list[Layer], int]:
        """Draw what moves before the background, and which of it is the target."""
        layers = [self._layer() for _ in range(int(self.rng.integers(1, 5)))]
        target = int(self.rng.integers(len(layers)))
        self._look_alike(layers, target)
        self._hard_motion(layers[target])
        self._occluder(layers, layers[target])
        return layers, target

    def _layer(self) -> Layer:
        size_px = int(min(self.hw) * self.rng.uniform(0.2, 1.0))
        return self._in_motion(*self.photographs.cut_out(self.rng, size_px))

    def _in_motion(
        self, image: Image, alpha: Alpha, middle: tuple[float, float] | None = None
    ) -> Layer:
        """Draw a path for a cut-out, which begins with its middle at a point, (x, y)."""
        rng, (height, width) = self.rng, self.hw
        shift = float(rng.choice([0.01, 0.03, 0.06]))
        coarse = (height // _NOISE_CELL + 2, width // _NOISE_CELL + 2)
        return Layer(
            pixels=np.dstack([image, alpha]),
            path=draw_path(rng, self.T, self.hw, shift, rng.uniform(0, 0.06), rng.uniform(0, 0.12)),
            middle=middle or (rng.uniform(0.15, 0.85) * width, rng.uniform(0.15, 0.85) * height),
            bends=np.stack([smooth_noise(rng, coarse, (4,)) for _ in range(4)]),
            bend_px=float(rng.uniform(0, 8)) * height / 192,
        )

    def _look_alike(self, layers: list[Layer], target: int) -> None:
        """Give another layer the target's own pixels, at times a little recoloured."""
        rng = self.rng
        if len(layers) < 2 or rng.random() > 0.4:
            return
        other = (target + int(rng.integers(1, len(layers)))) % len(layers)
        pixels = layers[target].pixels.copy()
        if rng.random() < 0.5:
            tinted = pixels[..., :3] * rng.uniform(0.8, 1.2, 3) + rng.normal(0, 10, 3)
            pixels[..., :3] = np.clip(tinted, 0, 255)
        layers[other].pixels = pixels[:, ::-1] if rng.random() < 0.5 else pixels

    def _hard_motion(self, target: Layer) -> None:
        """Let the target leave and return, or change its size a lot."""
        rng, path = self.rng, target.path
        there_and_back = np.sin(np.linspace(0, np.pi, self.T))
        event = rng.random()
        if event < 0.12:
            direction = rng.uniform(0, 2 * np.pi)
            path.x += np.cos(direction) * there_and_back * self.hw[1]
            path.y += np.sin(direction) * there_and_back * self.hw[0]
        elif event < 0.27:
            grown = rng.uniform(-1.0, 1.0) * np.linspace(0, 1, self.T)
            path.log_scale = np.clip(path.log_scale + grown, -1.5, 1.2)

    def _occluder(self, layers: list[Layer], target: Layer) -> None:
        """Send one more layer across the target, over it from one side to the other."""
        rng = self.rng
        if rng.random() > 0.25:
            return
        layer = self._layer()
        direction = rng.uniform(0, 2 * np.pi)
        way = np.linspace(-1, 1, self.T) * rng.uniform(0.4, 0.9) * self.hw[1]
        layer.path.x, layer.path.y = np.cos(direction) * way, np.sin(direction) * way
        layer.path.x += target.path.x
        layer.path.y += target.path.y
        layer.middle = target.middle
        layers.append(layer)

    def render(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """Draw all frames, uint8 (T, h, w, 3), and the target's masks, (T, h, w) of 0 and 1."""
        frames = np.empty((self.T, *self.hw, 3), np.uint8)
        masks = np.empty((self.T, *self.hw), np.uint8)
        for t in range(self.T):
            frames[t], masks[t] = self._frame(t)
        return frames, masks

    def _frame(self, t: int) -> tuple[Image, Alpha]:
        height, width = self.hw
        matrix = _matrix(self.camera, t, (width / 2, height / 2), self.background.shape[:2])
        frame = cv2.warpAffine(
            self.background, matrix, (width, height), borderMode=cv2.BORDER_REFLECT
        ).astype(np.float32)
        share = np.zeros(self.hw, np.float32)
        for index, layer in enumerate(self.layers):
            drawn = self._draw(layer, t)
            if drawn is None:
                continue
            box, pixels = drawn
            alpha = pixels[..., 3].astype(np.float32) / 255
            frame[box] += (pixels[..., :3] - frame[box]) * alpha[..., None]
            share[box] *= 1 - alpha
            if index == self.target:
                share[box] = np.maximum(share[box], alpha)
        return self._photograph(frame, t), (share > 0.5).astype(np.uint8)

    def _draw(
        self, layer: Layer, t: int
    ) -> tuple[tuple[slice, slice], npt.NDArray[np.uint8]] | None:
        """Bend and place a layer: the frame's box it touches, and its pixels there."""
        height, width = layer.pixels.shape[:2]
        middle = (layer.middle[0] + self.camera.x[t], layer.middle[1] + self.camera.y[t])
        matrix = _matrix(layer.path, t, middle, (height, width))
        corners = matrix @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]])
        # the noise rarely passes twice its deviation, twice over
        reach = 4 * layer.bend_px
        x0, y0 = np.clip(np.floor(corners.min(1) - reach), 0, self.hw[::-1]).astype(int)
        x1, y1 = np.clip(np.ceil(corners.max(1) + reach), 0, self.hw[::-1]).astype(int)
        if x1 - x0 < 1 or y1 - y0 < 1:
            return None
        phase = 0.5 * t
        weights = np.array([np.sin(phase), 1 - np.cos(phase)], np.float32) * layer.bend_px
        full = self.hw[::-1]
        bend_x = cv2.resize(np.tensordot(weights, layer.bends[:2], 1), full)[y0:y1, x0:x1]
        bend_y = cv2.resize(np.tensordot(weights, layer.bends[2:], 1), full)[y0:y1, x0:x1]
        x = np.arange(x0, x1, dtype=np.float32)[None] + bend_x
        y = np.arange(y0, y1, dtype=np.float32)[:, None] + bend_y
        back = cv2.invertAffineTransform(matrix).astype(np.float32)
        pixels = cv2.remap(
            layer.pixels,
            back[0, 0] * x + back[0, 1] * y + back[0, 2],
            back[1, 0] * x + back[1, 1] * y + back[1, 2],
            cv2.INTER_LINEAR,
        )
        return np.s_[y0:y1, x0:x1], pixels.astype(np.uint8, copy=False)

    def _photograph(self, frame: npt.NDArray[np.float32], t: int) -> Image:
        """Light, blur, noise and compression of one frame."""
        frame = (frame * self.gain[t] + self.light[t]).astype(np.float32)
        if self.blur:
            frame = cv2.GaussianBlur(frame, (0, 0), self.blur).astype(np.float32)
        if self.streak_px:
            kernel = np.zeros((self.streak_px, self.streak_px), np.float32)
            middle, reach = self.streak_px / 2, self.streak_px / 2
            dx, dy = np.cos(self.streak) * reach, np.sin(self.streak) * reach
            ends = [(int(middle - dx), int(middle - dy)), (int(middle + dx), int(middle + dy))]
            cv2.line(kernel, ends[0], ends[1], 1.0, 1)
            frame = cv2.filter2D(frame, -1, kernel / kernel.sum()).astype(np.float32)
        frame += self.rng.standard_normal(frame.shape, np.float32) * np.float32(self.noise)
        picture = np.clip(frame, 0, 255).astype(np.uint8)
        if self.quality:
            _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, self.quality])
            decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
            assert decoded is not None
            picture = decoded.astype(np.uint8, copy=False)
        return picture


def _matrix(path: Path, t: int, middle: tuple[float, float], hw: tuple[int, int]) -> Floats:
    """Return the map from a layer's pixels to the frame's at t, (2, 3)."""
    linear = path.linear()[t]
    offset = np.array([middle[0] + path.x[t], middle[1] + path.y[t]])
    return np.column_stack([linear, offset - linear @ np.array([hw[1] / 2, hw[0] / 2])])
