"""The size of a plain JPEG from its first bytes: of thousands of frames nothing else is asked.

Pillow takes ten times as long to open one; it is asked wherever something is unusual.
"""

from __future__ import annotations

import struct

HEAD_BYTES = 4096  # in which the size of most files lies
_START = b"\xff\xd8"
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_ENDS = frozenset({0xD9, 0xDA})  # end of the image, start of a scan
_WITH_ORIENTATION = frozenset({0xE1})  # EXIF, XMP
_PRECISION = 8  # bits


def plain_jpeg_hw(head: bytes) -> tuple[int, int] | None:
    """Return height and width of an 8-bit JPEG of grey or three colours without EXIF.

    head : the first bytes of a file (ITU-T T.81, annex B). None for any other file, and where the
        bytes end before the size.
    """
    if not head.startswith(_START):
        return None
    at = len(_START)
    while at + 4 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker in _STANDALONE:
            at += 2
            continue
        if marker in _ENDS or marker in _WITH_ORIENTATION:
            return None
        if marker in _FRAMES:
            return _hw_of_frame(head[at + 4 : at + 10])
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return None


def _hw_of_frame(segment: bytes) -> tuple[int, int] | None:
    if len(segment) < 6:
        return None
    precision, height, width, n_components = struct.unpack(">BHHB", segment)
    is_plain = precision == _PRECISION and n_components in (1, 3) and height and width
    return (height, width) if is_plain else None
