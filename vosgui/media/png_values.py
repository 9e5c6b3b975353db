"""The stored values of an 8-bit PNG of one channel, read and written faster than Pillow does.

Masks are mostly written without row filters: what is compressed are the values themselves, and
zlib alone unpacks them. The checksum of what is compressed was right by then; the one of what comes
out, a sixth of the time, would find no more.

Filtered rows are for OpenCV, which decodes in half the memory traffic of Pillow. It turns palette
indices into colours, so it is given the same rows under a header that says grey.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from vosgui.core.mask import Mask

# Chunks and header as of the PNG specification (W3C), sections 5.3 and 11.2.1.
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _PALETTE = 0, 3
_NO_FILTER = b"\0"
_ZLIB_HEADER = 2  # bytes (RFC 1950)
_HEADER = struct.Struct(">IIBBBBB")  # width, height, depth, colour, compression, filter, interlace
_MAX_PIXELS = 1 << 26  # beyond that Pillow is asked, which warns


class Stored(NamedTuple):
    """The values of a PNG, uint8 (H, W). palette : three bytes an entry, RGB; b"" of grey."""

    values: Mask
    palette: bytes


def stored_values(data: bytes) -> Stored | None:
    """Return the values of an 8-bit palette or grey PNG, and its palette.

    None for any other file, and for one that is broken: Pillow knows more kinds, and says what is
    wrong.
    """
    chunks = list(_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
        return None
    if len(chunks[0][1]) != _HEADER.size:
        return None
    width, height, depth, colour, *rest = _HEADER.unpack(chunks[0][1])
    is_plain = depth == 8 and colour in (_GREY, _PALETTE) and not any(rest)
    if not is_plain or not 0 < width * height <= _MAX_PIXELS:
        return None
    rows = b"".join(content for kind, content in chunks if kind == b"IDAT")
    values = _unfiltered(rows, height, width)
    values = _filtered(rows, height, width) if values is None else values
    if values is None:
        return None
    entries = (content for kind, content in chunks if kind == b"PLTE" and colour == _PALETTE)
    return Stored(values, bytes(next(entries, b"")))


def palette_in(head: bytes) -> bytes | None:
    """Return the palette of a PNG from its first bytes, b"" of one without.

    None where that is not among them, and for what is no PNG.
    """
    if not head.startswith(_SIGNATURE):
        return None
    at = len(_SIGNATURE)
    while at + 8 <= len(head):
        (n,), kind = struct.unpack_from(">I", head, at), head[at + 4 : at + 8]
        content = head[at + 8 : at + 8 + n]
        if kind == b"IDAT" or (kind == b"IHDR" and content[9:10] != bytes([_PALETTE])):
            return b""
        if kind == b"PLTE":
            return content if len(content) == n else None
        at += 12 + n
    return None


def palette_png(values: Mask, colours: bytes, said: bytes = b"") -> bytes:
    """Return uint8 (H, W) as an 8-bit palette PNG. colours : 256 times red, green and blue.

    said : a text that goes with it, a keyword and what it says, with 0 between.

    Masks are runs of one value: looking for nothing else takes less than half the time, and little
    more room.
    """
    height, width = values.shape
    rows = np.empty((height, 1 + width), np.uint8)
    rows[:, 0] = _NO_FILTER[0]
    rows[:, 1:] = values
    deflate = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    packed = deflate.compress(rows.data) + deflate.flush()
    header = _HEADER.pack(width, height, 8, _PALETTE, 0, 0, 0)
    text = ((b"tEXt", said),) if said else ()
    chunks = ((b"IHDR", header), *text, (b"PLTE", colours), (b"IDAT", packed), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)


def _unfiltered(rows: bytes, height: int, width: int) -> Mask | None:
    """Return the values of rows that are stored as they are, None where any is filtered."""
    n = height * (1 + width)  # each row begins with the number of its filter
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)  # raw: behind zlib's header, without its checksum
    try:
        if zlib.decompressobj().decompress(rows, 1) != _NO_FILTER:
            return None
        unpacked = inflate.decompress(memoryview(rows)[_ZLIB_HEADER:], n)
    except zlib.error:
        return None
    if len(unpacked) != n:
        return None
    stored = np.frombuffer(unpacked, np.uint8).reshape(height, 1 + width)
    return None if stored[:, 0].any() else stored[:, 1:].copy()


def _filtered(rows: bytes, height: int, width: int) -> Mask | None:
    header = _HEADER.pack(width, height, 8, _GREY, 0, 0, 0)
    grey = [_SIGNATURE, _chunk(b"IHDR", header), _chunk(b"IDAT", rows), _chunk(b"IEND", b"")]
    try:
        values = cv2.imdecode(np.frombuffer(b"".join(grey), np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if values is None or values.shape != (height, width) or values.dtype != np.uint8:
        return None
    return np.asarray(values, np.uint8)


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield kind and content of each chunk up to the end; less where the file is broken."""
    if not data.startswith(_SIGNATURE):
        return
    view, at = memoryview(data), len(_SIGNATURE)
    while at + 12 <= len(data):
        (n,) = struct.unpack_from(">I", data, at)
        end = at + 8 + n
        if end + 4 > len(data) or view[end : end + 4] != _crc(view[at + 4 : end]):
            return
        kind = data[at + 4 : at + 8]
        yield kind, view[at + 8 : end]
        if kind == b"IEND":
            return
        at = end + 4


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + _crc(kind + content)


def _crc(content: bytes | memoryview) -> bytes:
    return struct.pack(">I", zlib.crc32(content))
