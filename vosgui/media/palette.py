"""Masks as palette PNG, the one form in which all readers of the field find the ids again."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from vosgui.core.colours import palette
from vosgui.core.mask import Mask
from vosgui.core.words import reason
from vosgui.errors import MaskError
from vosgui.files.atomic import atomic_file
from vosgui.files.ordinary import head_of, read_bytes
from vosgui.media.png_values import palette_png, stored_values

# Of images half as large as those that it refuses, and of damaged EXIF, Pillow tells the terminal.
warnings.filterwarnings("ignore", module=r"PIL\.")
# What Pillow raises on a file that is not an image or ends too early.
BROKEN_IMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,  # a TIFF page without its size
    struct.error,
    Image.DecompressionBombError,
)
# Pillow stretches grey of 2 and 4 bits to 0..255; dividing by this gives the stored values again.
_STRETCH = {"L;2": 85, "L;4": 17}
_LOSSY = {"JPEG", "MPO"}
_CLIP = b"vosgui\0clip"  # a text of a PNG: its keyword and what it says
_HEAD = 128  # bytes of a PNG of ours in which it lies


def write_mask(path: Path, mask: Mask, *, says_clip: bool = False) -> None:
    """Write a mask as 8-bit palette PNG, whole or not at all.

    mask : uint8 (H, W), object ids. says_clip : it says that its folder is a clip's, whatever that
    is called; only `mask_says_clip` hears it.
    The palette always has 256 entries: with fewer, PNG writers choose fewer bits and lose ids.
    Raises TargetError where it cannot be written.
    """
    assert mask.dtype == np.uint8 and mask.ndim == 2, (mask.dtype, mask.shape)
    content = palette_png(mask, palette().tobytes(), _CLIP if says_clip else b"")
    with atomic_file(path) as file:
        file.write(content)


def mask_says_clip(path: Path) -> bool:
    """Return whether a mask says that its folder is a clip's, as `write_mask` lets it."""
    return b"tEXt" + _CLIP in head_of(path, _HEAD)


def read_mask(path: Path, expected_hw: tuple[int, int] | None = None) -> Mask:
    """Read the ids of a mask image, uint8 (H, W): palette indices, grey values, or 0 and 1.

    Colours are never turned into ids. A binary mask of grey 0 and 255 stays 0 and 255: what 255
    stands for depends on where the mask comes from.
    Raises MaskError for another mode or size, a lossy format, a broken or missing file.
    """
    with reading_mask(path):
        data = read_bytes(path)
        stored = stored_values(data)
        ids = _decoded(path, data) if stored is None else stored.values
    return checked_size(path, ids, expected_hw)


def checked_size(path: Path, ids: Mask, expected_hw: tuple[int, int] | None) -> Mask:
    """Return the ids of a mask, uint8 (H, W); raise MaskError where its frame has another size."""
    if expected_hw is not None and ids.shape != expected_hw:
        raise MaskError(
            f"The mask {path} is {ids.shape[1]}x{ids.shape[0]}, its frame is "
            f"{expected_hw[1]}x{expected_hw[0]}. Make it again at the size of the frame."
        )
    return ids


@contextmanager
def reading_mask(path: Path) -> Iterator[None]:
    """Turn what a missing or broken image raises into MaskError."""
    try:
        yield
    except FileNotFoundError as error:
        raise MaskError(f"There is no mask file {path}.") from error
    except UnidentifiedImageError as error:
        raise MaskError(
            f"The mask {path} cannot be read: it is no image. Write it again, or leave it out."
        ) from error
    except BROKEN_IMAGE as error:
        raise MaskError(
            f"The mask {path} cannot be read: {reason(error)}. Write it again, or leave it out."
        ) from error


def _decoded(path: Path, data: bytes) -> Mask:
    with Image.open(io.BytesIO(data)) as image:
        stored = image.tile[0].args if image.tile else None
        _check(path, image.format, image.mode)
        ids = np.array(image, dtype=np.uint8)
    if isinstance(stored, str) and stored in _STRETCH:
        ids //= _STRETCH[stored]
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
