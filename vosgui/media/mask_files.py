"""Mask images as datasets hold them: ids, colours or 16-bit values, of the wrong size at times."""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from vosgui.core.mask import Mask
from vosgui.errors import MaskError
from vosgui.files.ordinary import open_file, read_bytes
from vosgui.media.palette import BROKEN_IMAGE, read_mask, reading_mask
from vosgui.media.png_values import palette_in, stored_values
from vosgui.media.soft_edges import Colours

# uint8 (H, W) or (H, W, 3), or uint16 (H, W) where it holds numbers beyond 255
Values = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

Codes = npt.NDArray[np.int32]  # (H, W) numbers that are no ids yet

_SAME_SHAPE = 0.02  # masks whose proportions differ less were resized, not made for another frame
_ROUNDING_PX = 2
_HEAD = 1024  # bytes of a PNG in which its palette lies, unless there is much before it


class StoredMask(NamedTuple):
    """A mask image as it was stored.

    palette : three bytes an entry, RGB; b"" where it has none. is_plain : it is a PNG of 8 bits,
    of palette or grey.
    """

    values: Values
    palette: bytes = b""
    is_plain: bool = False


def read_stored(path: Path) -> StoredMask:
    """Read a mask image as it was stored: ids, uint8 (H, W), numbers, or colours (H, W, 3).

    Pixels that are wholly transparent are black. Numbers, uint16 (H, W), are those beyond 255.
    Raises MaskError for a broken or missing file, a lossy format, and values that are no ids.
    """
    with reading_mask(path):
        data = read_bytes(path)
        stored = stored_values(data)
        if stored is not None:
            return StoredMask(*stored, is_plain=True)
        with Image.open(io.BytesIO(data)) as image:
            if image.format not in ("JPEG", "MPO"):
                if image.mode in ("RGB", "RGBA", "PA", "LA"):
                    return StoredMask(_colours(image))
                if image.mode.startswith("I"):
                    return StoredMask(_from_16_bits(path, np.array(image)))
            own = palette_in(data)
            own = _palette(image) if own is None else own
    return StoredMask(read_mask(path), own)


def read_values(path: Path) -> Values:
    """Read the values of a mask, (H, W) or (H, W, 3), as `read_stored` does."""
    return read_stored(path).values


def palette_of(path: Path) -> bytes:
    """Return the palette of a mask image by the head of its file; b"" for none or a broken file."""
    try:
        with open_file(path) as file:
            own = palette_in(head := file.read(_HEAD))
            if own is None and head:
                own = palette_in(head + file.read())
        if own is not None:
            return own
        with open_file(path) as file, Image.open(file) as image:
            return _palette(image)
    except BROKEN_IMAGE:
        return b""


def _palette(image: Image.Image) -> bytes:
    return bytes(image.getpalette() or b"") if image.mode == "P" else b""


def is_of_8_bits(path: Path) -> bool:
    """Return whether a mask holds ids as they are, by its header; a broken one counts as such."""
    try:
        with open_file(path) as file, Image.open(file) as image:
            return image.mode in ("P", "L", "1")
    except BROKEN_IMAGE:
        return True


def read_ids_or_colours(path: Path) -> Mask | Colours:
    """Read a mask image as ids, uint8 (H, W), or as colours, uint8 (H, W, 3), as it was stored.

    Raises what `read_values` raises, and MaskError for numbers beyond 255.
    """
    return checked_ids(path, read_values(path))


def checked_ids(path: Path, values: Values) -> Mask | Colours:
    """Return the values of a mask, uint8 (H, W) or (H, W, 3); MaskError for any beyond 255."""
    if values.dtype != np.uint8:
        raise MaskError(
            f"The mask {path} holds 16-bit values up to {values.max()}; ids go from 1 to 254. "
            "Save it as 8-bit palette PNG in which the pixel value is the object's id."
        )
    return np.asarray(values, np.uint8)


def read_codes(path: Path) -> Codes:
    """Read a mask image as numbers, int32 (H, W): of 8 or 16 bits, palette indices, or colours.

    A colour is R + 256 G + 65536 B (panopticapi, `rgb2id`). Raises what `read_values` raises.
    """
    values = read_values(path)
    return values.astype(np.int32) if values.ndim == 2 else codes_in(values)


def codes_in(colours: Values) -> Codes:
    """Return the numbers of colours, uint8 (N, 3) or (H, W, 3), int32 (N,) or (H, W)."""
    red, green, blue = np.moveaxis(colours.astype(np.int32), -1, 0)
    return np.asarray(red + (green << 8) + (blue << 16), np.int32)


def fitted(mask: Mask, hw: tuple[int, int]) -> Mask | None:
    """Return a mask, uint8 (H, W), at the size of its frame; None where it is another's.

    It was resized, or is a pixel or two off by an encoder's rounding, as in published trees. No new
    ids arise: every pixel takes its nearest neighbour's.
    """
    (height, width), (h, w) = hw, mask.shape
    if (h, w) == hw:
        return mask
    if not differ_by_rounding(hw, (h, w)) and abs(w / h * height / width - 1) > _SAME_SHAPE:
        return None
    resized = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
    return np.asarray(resized, np.uint8)


def differ_by_rounding(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Return whether two sizes, (H, W), are a pixel or two apart: frames and masks of one clip."""
    return max(abs(a[0] - b[0]), abs(a[1] - b[1])) <= _ROUNDING_PX


def _colours(image: Image.Image) -> Colours:
    rgba = np.array(image.convert("RGBA"), dtype=np.uint8)
    rgba[rgba[..., 3] == 0] = 0
    return np.ascontiguousarray(rgba[..., :3])


def _from_16_bits(path: Path, values: npt.NDArray[np.integer]) -> Values:
    if values.min(initial=0) < 0 or values.max(initial=0) > 0xFFFF:
        raise MaskError(
            f"The mask {path} holds values from {values.min()} to {values.max()}, which are no ids "
            "of objects. Save it as 8-bit palette PNG in which the pixel value is the object's id."
        )
    is_wide = values.max(initial=0) > 0xFF
    return values.astype(np.uint16) if is_wide else values.astype(np.uint8)
