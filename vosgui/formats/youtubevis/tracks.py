"""The tracks of YouTube-VIS: one object's masks in every frame of a clip."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

from vosgui.formats.coco.rle import Rle


@dataclass(frozen=True)
class Track:
    """One object of a clip: its mask in each frame, None where it has none.

    listed_area : mean area of its masks in pixels, where a file says it.
    """

    category_id: int | str
    masks: tuple[Rle | None, ...]
    confidence: float = 1.0
    crowd: bool = False
    listed_area: float | None = None

    @cached_property
    def areas(self) -> npt.NDArray[np.int64]:
        """Return the pixels of each frame, int64 (length,)."""
        areas = np.zeros(len(self.masks), dtype=np.int64)
        held = [t for t, mask in enumerate(self.masks) if mask is not None]
        if held:
            areas[held] = coco.area([self.masks[t] for t in held])
        return areas

    @property
    def mean_area(self) -> float:
        """Return the mean area of the masks that it has, listed or counted; 0 without a mask."""
        if self.listed_area is not None:
            return self.listed_area
        areas = self.areas[[mask is not None for mask in self.masks]]
        return float(areas.mean()) if areas.size else 0.0


def track_iou(found: Track, true: Track) -> float:
    """Return the overlap of two tracks over their whole clip: summed intersections over unions.

    Both have run lengths of one (H, W) for each frame, of bool pixels, or None.
    """
    both = [
        t
        for t, (a, b) in enumerate(zip(found.masks, true.masks, strict=True))
        if a is not None and b is not None
    ]
    shared = [coco.merge([found.masks[t], true.masks[t]], intersect=True) for t in both]
    intersection = int(np.sum(coco.area(shared))) if shared else 0
    union = int(found.areas.sum() + true.areas.sum()) - intersection
    return intersection / union if union else 0.0
