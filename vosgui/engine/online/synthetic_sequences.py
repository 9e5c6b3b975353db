"""Training snippets from given frames of one clip: the object moves over its own background.

Lucid dreaming (Khoreva et al. 2017), as the paper's online learning wants it (section 4.3): the
object is cut out, what was behind it is painted in, and both move on paths of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Frame
from vosgui.engine.training.samples import Sample
from vosgui.engine.training.textures import smooth_noise

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
_BEND_CELLS = (64, 32)  # pixels over which displacements change
_INPAINT_PX = 5
_MARGIN_PX = 3  # around the object, painted over with it: its edge pixels are a mixture
_REAL = 0.5  # share of snippets that go between two given frames, where there are two


@dataclass(frozen=True)
class GivenFrame:
    """A given frame of one object, at the size to train at.

    t : its number in the clip.
    frame : uint8 (h, w, 3). mask : bool (h, w), with a pixel. behind : uint8 (h, w, 3), the frame
    with the object painted over.
    """

    object_id: int
    t: int
    frame: Frame
    mask: Bools
    behind: Frame


def given_frame(
    object_id: int, t: int, frame: Frame, mask: Bools, hw: tuple[int, int]
) -> GivenFrame:
    """Scale a given frame to a size and paint over its object."""
    size = (hw[1], hw[0])
    small = scaled(frame, hw)
    shares = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    inside = np.asarray(shares >= min(0.5, float(np.max(shares))), bool)
    kernel = np.ones((2 * _MARGIN_PX + 1,) * 2, np.uint8)
    hole = cv2.dilate(inside.astype(np.uint8), kernel)
    behind = cv2.inpaint(small, hole, _INPAINT_PX, cv2.INPAINT_TELEA)
    return GivenFrame(object_id, t, small, inside, np.asarray(behind, np.uint8))


def scaled(frame: Frame, hw: tuple[int, ...]) -> Frame:
    """Return a frame at a size, uint8 (h, w, 3)."""
    resized = cv2.resize(frame, (hw[1], hw[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(resized, np.uint8)


def draw_snippets(
    rng: np.random.Generator, given: Sequence[GivenFrame], T: int, n: int
) -> list[Sample]:
    """Draw n times T frames of one object that all begin with one given frame; all are annotated.

    Frames past the first are made from it, or from another given frame of the same object. Half of
    the time left and right are swapped, in all of them.
    """
    one = given[int(rng.integers(len(given)))]
    others = [g for g in given if g.object_id == one.object_id and g is not one]
    swapped = rng.random() < 0.5
    samples = [_snippet(rng, one, others, T) for _ in range(n)]
    return [mirrored(sample) for sample in samples] if swapped else samples


def mirrored(sample: Sample) -> Sample:
    """Return the sample with left and right swapped."""
    frames, masks = sample.frames[:, :, ::-1], sample.masks[:, :, ::-1]
    return Sample(np.ascontiguousarray(frames), np.ascontiguousarray(masks), sample.known)


def _snippet(
    rng: np.random.Generator, one: GivenFrame, others: Sequence[GivenFrame], T: int
) -> Sample:
    other = one
    if others and rng.random() < _REAL:
        other = others[int(rng.integers(len(others)))]
    frames, masks = [one.frame], [one.mask]
    motion = _Motion(rng, other.mask)
    for t in range(1, T):
        frame, mask = motion.draw(other, t)
        frames.append(frame)
        masks.append(mask)
    return Sample(np.stack(frames), np.stack(masks).astype(np.uint8), np.ones(T, bool))


class _Motion:
    """Steady motion of object and background with a little unrest, drawn once per snippet."""

    def __init__(self, rng: np.random.Generator, mask: Bools) -> None:
        self.rng = rng
        rows, columns = np.nonzero(mask)
        self.middle = (float(columns.mean()), float(rows.mean()))
        reach = float(np.sqrt(mask.sum()))
        self.object_step = self._step(0.12 * reach, 0.12, 0.08)
        self.camera_step = self._step(0.02 * mask.shape[1], 0.02, 0.03)
        height, width = mask.shape
        self.hw = (height, width)
        bends = (smooth_noise(rng, self.hw, _BEND_CELLS) for _ in range(2))
        self.bend_x, self.bend_y = (bend * np.float32(0.03 * reach) for bend in bends)
        self.light = rng.normal(0, 4)
        self.gain = rng.normal(0, 0.03, 3)

    def draw(self, given: GivenFrame, t: int) -> tuple[Frame, Bools]:
        """Draw frame t, the given frame being 0."""
        full = (self.hw[1], self.hw[0])
        camera = self._matrix(self.camera_step, t, (full[0] / 2, full[1] / 2))
        background = cv2.warpAffine(given.behind, camera, full, borderMode=cv2.BORDER_REFLECT)
        own = np.vstack([self._matrix(self.object_step, t, self.middle), [0, 0, 1]])
        moved = camera @ own
        back = cv2.invertAffineTransform(moved).astype(np.float32)
        rows, columns = np.indices(self.hw, np.float32)
        phase = np.float32(np.sin(0.7 * t))
        x, y = columns + phase * self.bend_x, rows + phase * self.bend_y
        at_x = (back[0, 0] * x + back[0, 1] * y + back[0, 2]).astype(np.float32)
        at_y = (back[1, 0] * x + back[1, 1] * y + back[1, 2]).astype(np.float32)
        alpha = cv2.remap(given.mask.astype(np.float32), at_x, at_y, cv2.INTER_LINEAR)
        pixels = cv2.remap(given.frame, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        share = np.asarray(alpha)[..., None]
        frame = pixels * share + background * (1 - share)
        frame = frame * (1 + self.gain * t) + self.light * t
        return np.clip(frame, 0, 255).astype(np.uint8), np.asarray(alpha > 0.5, bool)

    def _step(self, shift: float, turn: float, scale: float) -> Floats:
        """Draw what changes from frame to frame: x, y, turn, log scale, shear."""
        spread = np.array([shift, 0.7 * shift, turn, scale, 0.5 * scale])
        return np.asarray(self.rng.normal(0, 1, 5) * spread)

    def _matrix(self, step: Floats, t: int, middle: tuple[float, float]) -> Floats:
        """Return the (2, 3) map of frame 0 to frame t, turned and scaled about a point."""
        x, y, turn, log_scale, shear = step * t + self.rng.normal(0, 0.15, 5) * np.abs(step)
        scale = np.exp(np.clip(log_scale, -0.5, 0.5))
        cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
        linear = np.array([[cos * (1 + shear), -sin], [sin, cos * (1 - shear)]])
        centre, shift = np.array(middle), np.array([x, y])
        return np.column_stack([linear, centre + shift - linear @ centre])
