"""How parts of edits, masks, tracks and headers lie in a project file.

The bytes of masks and parts start with the version of their form and end with the CRC-32 of all
before it, so that damage is met when the file is read and not as a wrong mask.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from functools import partial

import msgspec
import numpy as np

from vosgui.core.annotation import Header, HeaderPatch, MaskPatch, Part, TrackPatch
from vosgui.core.mask import PackedMask
from vosgui.core.track import TRACK_DTYPE, Track, empty_track

_FORM = 1
_CRC = struct.Struct("<I")
# Deflate only what pays: the track of a long range of frames, not those of one.
_DEFLATE_BYTES = 4096


class Damaged(Exception):  # noqa: N818
    """A blob is not what was written; the caller knows which one and tells the user."""


class _StoredMask(msgspec.Struct, array_like=True):
    t: int
    y: int
    x: int
    before: bytes
    after: bytes


class _StoredTrack(msgspec.Struct, array_like=True):
    """frames: little-endian int32. before, after: TRACK_DTYPE. Deflated where `deflated`."""

    object_id: int
    deflated: bool
    frames: bytes
    before: bytes
    after: bytes


class _StoredPart(msgspec.Struct, array_like=True):
    masks: list[_StoredMask]
    tracks: list[_StoredTrack]
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


def encode_part(part: Part) -> bytes:
    """Return the bytes of one part of an edit."""
    stored = _StoredPart(
        [_StoredMask(p.t, p.y, p.x, p.before.to_bytes(), p.after.to_bytes()) for p in part.masks],
        [_stored_track(p) for p in part.tracks],
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
        tuple(_track_patch(p) for p in part.tracks),
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


def track_of(n_frames: int, records: Iterable[tuple[int, bytes]]) -> Track:
    """Return an object's track, TRACK_DTYPE (n_frames,), from pairs of a frame and its record."""
    track = empty_track(n_frames)
    frames, stored = zip(*records, strict=True)
    try:
        track[np.array(frames)] = np.frombuffer(b"".join(stored), TRACK_DTYPE, len(frames))
    except (ValueError, IndexError, TypeError) as error:
        raise Damaged from error
    return track


def _stored_track(patch: TrackPatch) -> _StoredTrack:
    frames, before, after = patch.frames.astype("<i4").tobytes(), patch.before, patch.after
    deflated = len(frames) + before.nbytes + after.nbytes > _DEFLATE_BYTES
    keep = partial(zlib.compress, level=1) if deflated else bytes
    return _StoredTrack(
        patch.object_id, deflated, keep(frames), keep(before.tobytes()), keep(after.tobytes())
    )


def _track_patch(stored: _StoredTrack) -> TrackPatch:
    arrays = (stored.frames, stored.before, stored.after)
    frames, before, after = map(zlib.decompress, arrays) if stored.deflated else arrays
    return TrackPatch(
        stored.object_id,
        np.frombuffer(frames, "<i4").astype(np.int32),
        np.frombuffer(before, TRACK_DTYPE),
        np.frombuffer(after, TRACK_DTYPE),
    )
