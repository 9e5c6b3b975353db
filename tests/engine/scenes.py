"""Clips and annotations that tests of runs make up: textured squares that move over texture."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tests.clips import ArrayClip
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.clip import Frame
from vosgui.core.mask import Mask
from vosgui.errors import ClipError

BOTH = frozenset({1, 2})  # the squares' ids


def texture(rng: np.random.Generator, hw: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Return smooth blotches, which flow can follow, uint8 (H, W, 3)."""
    noise = rng.integers(0, 256, (*hw, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2)
    return cv2.normalize(smooth, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


def moving_squares(
    n_frames: int = 8, hw: tuple[int, int] = (144, 192), side: int = 60
) -> tuple[ArrayClip, list[Mask]]:
    """Return a clip of two squares, going right and left by 2 pixels a frame, and its truth."""
    rng = np.random.default_rng(3)
    background, one, two = texture(rng, hw), texture(rng, (side, side)), texture(rng, (side, side))
    frames, truth = [], []
    for t in range(n_frames):
        frame, mask = background.copy(), np.zeros(hw, np.uint8)
        places = ((4, 6 + 2 * t), (hw[0] - side - 4, hw[1] - side - 6 - 2 * t))
        for object_id, (square, (y, x)) in enumerate(zip((one, two), places, strict=True), 1):
            frame[y : y + side, x : x + side] = square
            mask[y : y + side, x : x + side] = object_id
        frames.append(frame)
        truth.append(mask)
    return ArrayClip(frames), truth


def annotated(clip: ArrayClip, given: dict[int, Mask], n_objects: int = 2) -> Annotation:
    """Return an annotation with n objects and some masks, given for the ids they show."""
    annotation = Annotation(clip.info.hw, len(clip))
    for _ in range(n_objects):
        annotation.apply(edits.add_object(annotation))
    for t, mask in given.items():
        annotation.apply(edits.give_mask(annotation, t, mask, set(np.unique(mask).tolist()) - {0}))
    return annotation


def only(mask: Mask, object_id: int) -> Mask:
    """Return a mask of one object."""
    return np.where(mask == object_id, mask, np.uint8(0))


def overlap(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> float:
    """Return intersection over union."""
    return float((one & other).sum() / max(1, (one | other).sum()))


class BrokenClip(ArrayClip):
    """A clip whose frame 3 cannot be decoded."""

    def __getitem__(self, t: int) -> Frame:
        if t == 3:
            raise ClipError("Frame 3 cannot be decoded.")
        return super().__getitem__(t)
