"""An annotation of a few small frames that tests edit."""

from __future__ import annotations

import numpy as np

from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Box, Mask

HW = (12, 16)
N_FRAMES = 9


def state_of(annotation: Annotation) -> tuple[object, ...]:
    masks = tuple(annotation.mask(t).tobytes() for t in range(annotation.n_frames))
    tracks = tuple(annotation.track(i).tobytes() for i in range(1, 5))
    return annotation.header, masks, tracks


def square(annotation: Annotation, t: int, object_id: int, y: int, x: int, side: int = 4) -> Part:
    box = Box(y, x, side, side)
    return edits.paint(annotation, t, object_id, box, np.full((side, side), object_id, np.uint8))


def predicted(t: int, object_id: int, x: int = 0, origin: tuple[int, int] = (0, 1)) -> FrameResult:
    mask: Mask = np.zeros(HW, np.uint8)
    mask[2:6, x : x + 4] = object_id
    return FrameResult(t, mask, {object_id: 0.8}, {object_id: (origin,)})
