"""Single images as frames: uint8 RGB, upright, at the size they are shown."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from vosgui.core.clip import Frame
from vosgui.core.words import reason
from vosgui.errors import ClipError
from vosgui.files.atomic import atomic_file
from vosgui.files.ordinary import open_file
from vosgui.media.jpeg_header import HEAD_BYTES, plain_jpeg_hw
from vosgui.media.palette import BROKEN_IMAGE

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"})
_ENDS = ((b"\xff\xd8", b"\xff\xd9"), (b"\x89PNG", b"IEND\xaeB`\x82"))  # of JPEG and PNG
_FILLING = b"\0\r\n "  # that some programs put behind the end
_TAIL_BYTES = 256
_ORIENTATION = 0x0112  # EXIF tag
_SIDEWAYS = (5, 6, 7, 8)  # EXIF orientations that swap width and height


def read_image(path: Path) -> Frame:
    """Decode an image file as uint8 (H, W, 3) RGB, turned as its EXIF orientation says.

    Alpha is dropped without blending, as the field's loaders do; of 16 bits the upper 8 are kept.
    Raises ClipError for a missing or broken file and for values that are not 8 or 16 bits.
    """
    with opened_image(path) as image:
        return rgb_of(path, image)


def rgb_of(path: Path, image: Image.Image) -> Frame:
    """Return the picture at which an open image file stands, as `read_image` does."""
    from PIL import ImageOps  # it brings palettes of other programs along

    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):
        return _from_16_bits(path, upright)
    if upright.mode == "F":
        raise _unusable(path, "it holds floating-point values")
    return np.array(upright.convert("RGB"), dtype=np.uint8)


@contextmanager
def opened_image(path: Path) -> Iterator[Image.Image]:
    """Open an image file, to be read within the block; raise ClipError for a broken one."""
    try:
        with open_file(path) as file, Image.open(file) as image:
            yield image
    except FileNotFoundError as error:
        raise ClipError(f"There is no image {path}.") from error
    except UnidentifiedImageError as error:
        raise _unusable(path, "it is no image, or its beginning is damaged") from error
    except BROKEN_IMAGE as error:
        raise _unusable(path, reason(error)) from error


def _from_16_bits(path: Path, image: Image.Image) -> Frame:
    values = np.array(image).astype(np.int64)
    if values.min(initial=0) < 0 or values.max(initial=0) > 0xFFFF:
        raise _unusable(path, "it holds 32-bit values")
    grey = (values >> 8).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def unused_bits(path: Path) -> int:
    """Return how many of the upper bits of a grey 16-bit image are 0 everywhere; of others 0.

    Raises ClipError for a broken file.
    """
    with opened_image(path) as image:
        if not image.mode.startswith("I;16"):
            return 0
        most = int(np.array(image).max(initial=0))
    return 16 - most.bit_length() if most else 0


def _unusable(path: Path, reason: str) -> ClipError:
    return ClipError(
        f"The image {path} cannot be read: {reason}. "
        "Save it again as 8-bit JPEG or PNG, or take it out of the folder."
    )


def image_size(path: Path) -> tuple[int, int]:
    """Return height and width of an image file as shown, without decoding its pixels.

    Raises ClipError for a missing file and for one that is not an image.
    """
    return image_layout(path)[0]


def whole_image_size(path: Path) -> tuple[int, int]:
    """Return height and width of an image file as shown, of one that is there to its end.

    A JPEG or PNG is decoded only where its last bytes are not the end of one. Raises ClipError for
    what `image_size` does, and for a file that is cut short.
    """
    hw = image_size(path)
    if not _ends_well(path):
        read_image(path)
    return hw


def _ends_well(path: Path) -> bool:
    """Return whether the last bytes of a file are the end of a JPEG or PNG, as its first say."""
    with open_file(path) as file:
        head = file.read(4)
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
        tail = file.read().rstrip(_FILLING)
    return any(head.startswith(start) and tail.endswith(end) for start, end in _ENDS)


def image_layout(path: Path) -> tuple[tuple[int, int], bool]:
    """Return height and width as shown, and whether EXIF turns or mirrors the stored pixels."""
    if (plain := _plain_hw(path)) is not None:
        return plain, False
    with opened_image(path) as image:
        width, height = image.size
        orientation = image.getexif().get(_ORIENTATION, 1)
    if orientation in _SIDEWAYS:
        height, width = width, height
    return (height, width), orientation in range(2, 9)


def _plain_hw(path: Path) -> tuple[int, int] | None:
    try:
        with open_file(path) as file:
            return plain_jpeg_hw(file.read(HEAD_BYTES))
    except OSError:  # Pillow says what is wrong
        return None


def write_jpeg(path: Path, frame: Frame, quality: int = 95) -> None:
    """Write a frame, uint8 (H, W, 3) RGB, as JPEG without chroma subsampling, whole or not at all.

    Raises TargetError where it cannot be written.
    """
    with atomic_file(path) as file:
        Image.fromarray(frame).save(file, format="JPEG", quality=quality, subsampling=0)


def write_png(path: Path, pixels: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]) -> None:
    """Write grey (H, W), RGB or RGBA (H, W, 4) of uint8, or grey of uint16, as PNG: all or nothing.

    Raises TargetError where it cannot be written.
    """
    with atomic_file(path) as file:
        Image.fromarray(np.ascontiguousarray(pixels)).save(file, format="PNG")


def thumbnail(frame: Frame, height: int) -> Frame:
    """Return a small copy of a frame, uint8 (H, W, 3), `height` pixels high, in its proportions."""
    width = max(1, round(frame.shape[1] * height / frame.shape[0]))
    small = cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)
