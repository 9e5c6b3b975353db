"""Photographs as tensors of one size, and a table of the objects in them.

Every photograph is brought to a square, so that all of them lie in one tensor; how wide and high
it was is kept, and a scene shows it so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from vosgui.core.mask import VOID
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.textures import shape, texture
from vosgui.errors import DatasetError
from vosgui.media.image_files import read_image
from vosgui.media.palette import read_mask

SIDE = 288  # pixels of a photograph's sides
_READERS = 8  # threads
_MOST_IDS = 254  # of a photograph; those beyond are background
# Shares of a photograph: of an object that is cut out or shown in place; of one shown in place
_AREA, _AREA_IN_PLACE = (0.006, 0.8), (0.0145, 0.55)
_MOST_EDGES = 1  # of a photograph, that an object touches which is cut out
N_TEXTURES = 200  # of a run without photographs
_WIDEST = 1.6  # a texture's width over its height, and the other way about

Ids = npt.NDArray[np.uint8]  # (S, S), of a photograph's objects, from 1 on
Pixels = npt.NDArray[np.uint8]  # (S, S, 3) RGB


class _Read(NamedTuple):
    """A photograph, its objects' ids, and its width and height over the longer of the two."""

    pixels: Pixels
    ids: Ids
    extent: tuple[float, float]


@dataclass(frozen=True)
class ObjectTable:
    """What is known of photographs without looking at them.

    photograph, ids : int64 (n,), of each object. mates : int64 (n,), the id of the object that
        touches it, 0 where none does: at times both are one thing, a rider and a horse
    boxes : float32 (n, 4), left, top, right, bottom in pixels of the square
    in_place, cut : int64, the objects that may be shown in their photograph, and cut out of it
    extents : float32 (P, 2), width and height of each photograph over the longer of the two
    side : pixels of the squares
    """

    photograph: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    mates: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.float32]
    in_place: npt.NDArray[np.int64]
    cut: npt.NDArray[np.int64]
    extents: npt.NDArray[np.float32]
    side: int

    def of_photograph(self, number: int) -> npt.NDArray[np.int64]:
        """Return the objects of a photograph, int64 (n,)."""
        first, stop = np.searchsorted(self.photograph, [number, number + 1])
        return np.arange(first, stop)


@dataclass(frozen=True)
class PhotographTensors:
    """All photographs, on one device.

    pixels : uint8 (P, 3, S, S) RGB. ids : uint8 (P, S, S)
    """

    pixels: Tensor
    ids: Tensor
    table: ObjectTable

    def to(self, device: torch.device) -> PhotographTensors:
        """Return them on a device."""
        return PhotographTensors(self.pixels.to(device), self.ids.to(device), self.table)


def read_photographs(
    photographs: Photographs,
    n_textures: int = 0,
    *,
    side: int = SIDE,
    progress: Progress = NO_PROGRESS,
) -> PhotographTensors:
    """Read all photographs, and draw textures with shapes in them.

    Raises what reading one raises, and DatasetError where no mask shows an object.
    """
    n = len(photographs.plain) + n_textures
    pixels = torch.empty(n, 3, side, side, dtype=torch.uint8)
    ids = torch.empty(n, side, side, dtype=torch.uint8)
    objects: list[_Object] = []
    extents = []
    with ThreadPoolExecutor(_READERS) as threads:
        one_read = partial(_read, masks=dict(photographs.masked), side=side)
        photos = threads.map(one_read, photographs.plain)
        textures = (_textured(number, side) for number in range(n_textures))
        for number, one in enumerate(chain(photos, textures)):
            pixels[number] = torch.from_numpy(one.pixels).permute(2, 0, 1)
            ids[number] = torch.from_numpy(one.ids)
            objects += _objects(number, one.ids, side)
            extents.append(one.extent)
            progress.report(number + 1, n)
    table = _table(objects, extents, side)
    if not len(table.cut) or not len(table.in_place):
        raise DatasetError(
            "No photograph has a mask with an object that can be set in motion: clips are made of "
            "images/ and masks/ of the same names."
        )
    return PhotographTensors(pixels, ids, table)


def _read(path: Path, masks: dict[Path, Path], side: int) -> _Read:
    image = read_image(path)
    height, width = image.shape[:2]
    ids = np.zeros((side, side), np.uint8)
    if path in masks:
        found = read_mask(masks[path], (height, width))
        values = [value for value in np.unique(found) if value]
        # 255 is an object where there is no other, else void.
        values = [value for value in values if value != VOID] or values
        for number, value in enumerate(values[:_MOST_IDS], 1):
            ids[_resized((found == value).astype(np.uint8), side, cv2.INTER_NEAREST) > 0] = number
    longer = max(height, width)
    how = cv2.INTER_AREA if longer > side else cv2.INTER_LINEAR
    return _Read(_resized(image, side, how), ids, (width / longer, height / longer))


def _resized(image: npt.NDArray[np.uint8], side: int, how: int) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.resize(image, (side, side), interpolation=how), np.uint8)


def _textured(number: int, side: int) -> _Read:
    """Draw a texture with one to three shapes of other textures."""
    rng, hw = np.random.default_rng((number, side)), (side, side)
    pixels, ids = texture(rng, hw), np.zeros(hw, np.uint8)
    for object_id in range(1, int(rng.integers(1, 4)) + 1):
        size = int(side * rng.uniform(0.25, 0.7))
        y, x = (int(place) for place in rng.integers(0, side - size + 1, 2))
        inside = shape(rng, (size, size)) > 0
        pixels[y : y + size, x : x + size][inside] = texture(rng, (size, size))[inside]
        ids[y : y + size, x : x + size][inside] = object_id
    wide = float(np.exp(rng.uniform(-1, 1) * np.log(_WIDEST)))
    return _Read(pixels, ids, (min(1.0, wide), min(1.0, 1 / wide)))


class _Object(NamedTuple):
    photograph: int
    object_id: int
    box: tuple[int, int, int, int]
    share: float
    edges: int


def _table(
    found: Sequence[_Object], extents: Sequence[tuple[float, float]], side: int
) -> ObjectTable:
    mates = np.zeros(len(found), np.int64)
    for i, one in enumerate(found):
        near = [
            (gap, other.object_id)
            for other in found[max(0, i - _MOST_IDS) : i + _MOST_IDS]
            if other.photograph == one.photograph
            and other is not one
            and (gap := _gap(one.box, other.box)) < 0
        ]
        mates[i] = min(near, default=(0.0, 0))[1]
    in_place = [i for i, one in enumerate(found) if _within(one.share, _AREA_IN_PLACE)]
    cut = [i for i, one in enumerate(found) if one.edges <= _MOST_EDGES]
    return ObjectTable(
        photograph=np.array([one.photograph for one in found], np.int64),
        ids=np.array([one.object_id for one in found], np.int64),
        mates=mates,
        boxes=np.array([one.box for one in found], np.float32).reshape(-1, 4),
        in_place=np.array(in_place, np.int64),
        cut=np.array(cut, np.int64),
        extents=np.array(extents, np.float32),
        side=side,
    )


def _objects(number: int, mask: Ids, side: int) -> Iterable[_Object]:
    """Yield the objects of a photograph that are neither specks nor nearly all of it."""
    for object_id in range(1, int(mask.max()) + 1):
        inside = (mask == object_id).astype(np.uint8)
        share = np.count_nonzero(inside) / mask.size
        if _within(share, _AREA):
            x, y, width, height = cv2.boundingRect(inside)
            box = (x, y, x + width, y + height)
            edges = sum((x == 0, y == 0, x + width == side, y + height == side))
            yield _Object(number, object_id, box, share, edges)


def _within(share: float, span: tuple[float, float]) -> bool:
    return span[0] <= share <= span[1]


def _gap(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return how far apart two boxes lie, taken for squares; below 0 where they meet."""
    apart = max(
        abs(one[0] + one[2] - other[0] - other[2]), abs(one[1] + one[3] - other[1] - other[3])
    )
    sides = (max(box[2] - box[0], box[3] - box[1]) for box in (one, other))
    return (apart - sum(sides)) / 2
