"""Masks as palette PNG, the one form in which all readers of the field find the ids again."""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from vosgui.errors import MaskError
from vosgui.formats.atomic import atomic_file

Mask = npt.NDArray[np.uint8]  # (H, W) object ids, 0 is background

# The "youtube palette" that the tools around YouTube-VOS share; ids 1 to 10.
_YOUTUBE = (
    (236, 95, 103),
    (249, 145, 87),
    (250, 200, 99),
    (153, 199, 148),
    (98, 179, 178),
    (102, 153, 204),
    (197, 148, 197),
    (171, 121, 103),
    (255, 255, 255),
    (101, 115, 126),
)
# What Pillow raises on a file that is not an image or ends too early.
BROKEN_IMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    Image.DecompressionBombError,
)
# Pillow stretches grey of 2 and 4 bits to 0..255; dividing by this gives the stored values again.
_STRETCH = {"L;2": 85, "L;4": 17}
_LOSSY = {"JPEG", "MPO"}


@lru_cache(maxsize=1)
def colours() -> npt.NDArray[np.uint8]:
    """Return the colour of each id, uint8 (256, 3) RGB, read-only.

    Ids 1 to 10 have the colours of YouTube-VOS tools, from 11 on those of PASCAL VOC: the bits of
    the id, three at a time, become the highest bits of red, green and blue.
    """
    ids = np.arange(256, dtype=np.uint8)
    table = np.zeros((256, 3), np.uint8)
    for level in range(3):
        for channel in range(3):
            bit = (ids >> (3 * level + channel)) & 1
            table[:, channel] |= bit << (7 - level)
    table[1:11] = _YOUTUBE
    table.flags.writeable = False
    return table


def write_mask(path: Path, mask: Mask) -> None:
    """Write a mask as 8-bit palette PNG, whole or not at all.

    mask : uint8 (H, W), object ids.
    The palette always has 256 entries: with fewer, PNG writers choose fewer bits and lose ids.
    Raises TargetError where it cannot be written.
    """
    assert mask.dtype == np.uint8 and mask.ndim == 2, (mask.dtype, mask.shape)
    image = Image.fromarray(np.ascontiguousarray(mask))
    image.putpalette(colours().tobytes())
    with atomic_file(path) as file:
        image.save(file, format="PNG")


def read_mask(path: Path, expected_hw: tuple[int, int] | None = None) -> Mask:
    """Read the ids of a mask image, uint8 (H, W): palette indices, grey values, or 0 and 1.

    Colours are never turned into ids. A binary mask of grey 0 and 255 stays 0 and 255: what 255
    stands for depends on where the mask comes from.
    Raises MaskError for another mode or size, a lossy format, a broken or missing file.
    """
    try:
        with Image.open(path) as image:
            stored = image.tile[0].args if image.tile else None
            rawmode = stored if isinstance(stored, str) else None
            _check(path, image.format, image.mode)
            ids = np.array(image, dtype=np.uint8)
    except FileNotFoundError as error:
        raise MaskError(f"There is no mask file {path}.") from error
    except BROKEN_IMAGE as error:
        raise MaskError(
            f"The mask {path} cannot be read: {error}. Write it again, or leave it out."
        ) from error
    if rawmode in _STRETCH:
        ids //= _STRETCH[rawmode]
    if expected_hw is not None and ids.shape != expected_hw:
        raise MaskError(
            f"The mask {path} is {ids.shape[1]}x{ids.shape[0]}, its frame is "
            f"{expected_hw[1]}x{expected_hw[0]}. Make it again at the size of the frame."
        )
    return ids


def _check(path: Path, form: str | None, mode: str) -> None:
    if form in _LOSSY:
        raise MaskError(
            f"The mask {path} is a JPEG, which changes ids at every edge. Save it as palette PNG."
        )
    if mode not in ("P", "L", "1"):
        what = {"RGB": "colours", "RGBA": "colours", "PA": "colours with alpha"}.get(mode)
        what = what or ("16-bit values" if mode.startswith("I") else f"mode {mode}")
        raise MaskError(
            f"The mask {path} holds {what}, not object ids. "
            "Save it as 8-bit palette PNG in which the pixel value is the object's id."
        )
