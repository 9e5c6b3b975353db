"""How parts of edits, masks, cells and headers lie in a project file.

The bytes of masks and parts start with the version of their form and end with the CRC-32 of all
before it, so that damage is met when the file is read and not as a wrong mask.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

import msgspec
import numpy as np

from vosgui.core.annotation import CellPatch, Header, HeaderPatch, MaskPatch, Part
from vosgui.core.mask import PackedMask
from vosgui.core.track import CELL, Cells, empty_cells

_FORM = 1
_CRC = struct.Struct("<I")
# Deflate only what pays: the cells of a long range of frames, not those of one.
_DEFLATE_BYTES = 4096


class Damaged(Exception):  # noqa: N818
    """A blob is not what was written; the caller knows which one and tells the user."""


class _StoredMask(msgspec.Struct, array_like=True):
    t: int
    y: int
    x: int
    before: bytes
    after: bytes


class _StoredCells(msgspec.Struct, array_like=True):
    """frames: little-endian int32. before, after: CELL. Deflated where `deflated`."""

    object_id: int
    deflated: bool
    frames: bytes
    before: bytes
    after: bytes


class _StoredPart(msgspec.Struct, array_like=True):
    masks: list[_StoredMask]
    cells: list[_StoredCells]
    header: tuple[Header, Header] | None


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_StoredPart)


def seal(data: bytes) -> bytes:
    """Return data between its version byte and its checksum."""
    stored = bytes([_FORM]) + data
    return stored + _CRC.pack(zlib.crc32(stored))


def unseal(stored: bytes) -> bytes:
    """Return the data that `seal` was given; raise Damaged if it is not as it was written."""
    if not isinstance(stored, bytes) or len(stored) < 1 + _CRC.size or stored[0] != _FORM:
        raise Damaged
    view = memoryview(stored)
    if _CRC.unpack(view[-_CRC.size :])[0] != zlib.crc32(view[: -_CRC.size]):
        raise Damaged
    return bytes(view[1 : -_CRC.size])


def encode_mask(packed: PackedMask) -> bytes:
    """Return the bytes of a packed mask."""
    return seal(packed.to_bytes())


def decode_mask(stored: bytes) -> PackedMask:
    """Read what `encode_mask` wrote."""
    return PackedMask.from_bytes(unseal(stored))


def encode_part(part: Part) -> bytes:
    """Return the bytes of one part of an edit."""
    stored = _StoredPart(
        [_StoredMask(p.t, p.y, p.x, p.before.to_bytes(), p.after.to_bytes()) for p in part.masks],
        [_stored_cells(p) for p in part.cells],
        (part.header.before, part.header.after) if part.header else None,
    )
    return seal(_ENCODER.encode(stored))


def decode_part(stored: bytes) -> Part:
    """Read what `encode_part` wrote."""
    try:
        part = _DECODER.decode(unseal(stored))
    except msgspec.DecodeError as error:
        raise Damaged from error
    from_bytes = PackedMask.from_bytes
    return Part(
        tuple(
            MaskPatch(p.t, p.y, p.x, from_bytes(p.before), from_bytes(p.after)) for p in part.masks
        ),
        tuple(_cell_patch(p) for p in part.cells),
        HeaderPatch(*part.header) if part.header else None,
    )


def encode_header(header: Header) -> str:
    """Return a header as JSON."""
    return msgspec.json.encode(header).decode()


def decode_header(stored: str) -> Header:
    """Read what `encode_header` wrote."""
    try:
        return msgspec.json.decode(stored, type=Header)
    except msgspec.DecodeError as error:
        raise Damaged from error


def lane_of(n_frames: int, cells: Iterable[tuple[int, bytes]]) -> Cells:
    """Return the cells of an object in all frames, from (frame, stored cell) pairs."""
    lane = empty_cells(n_frames)
    frames, stored = zip(*cells, strict=True)
    try:
        lane[np.array(frames)] = np.frombuffer(b"".join(stored), CELL, len(frames))
    except (ValueError, IndexError, TypeError) as error:
        raise Damaged from error
    return lane


def _stored_cells(patch: CellPatch) -> _StoredCells:
    frames, before, after = patch.frames.astype("<i4").tobytes(), patch.before, patch.after
    deflated = len(frames) + before.nbytes + after.nbytes > _DEFLATE_BYTES
    keep = _deflate if deflated else bytes
    return _StoredCells(
        patch.object_id, deflated, keep(frames), keep(before.tobytes()), keep(after.tobytes())
    )


def _deflate(data: bytes) -> bytes:
    return zlib.compress(data, 1)


def _cell_patch(stored: _StoredCells) -> CellPatch:
    arrays = (stored.frames, stored.before, stored.after)
    frames, before, after = map(zlib.decompress, arrays) if stored.deflated else arrays
    return CellPatch(
        stored.object_id,
        np.frombuffer(frames, "<i4").astype(np.int32),
        np.frombuffer(before, CELL),
        np.frombuffer(after, CELL),
    )
