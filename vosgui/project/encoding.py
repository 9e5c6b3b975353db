"""How parts of edits, masks, tracks and headers lie in a project file.

The bytes of masks and parts start with the version of their form and end with the CRC-32 of all
before it, so that damage is met when the file is read and not as a wrong mask.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import msgspec
import numpy as np

from vosgui.core.annotation import Header, HeaderPatch, MaskPatch, Part, TrackPatch
from vosgui.core.mask import MAX_OBJECT_ID, Box, PackedMask
from vosgui.core.track import TRACK_DTYPE, Source, Track, empty_track

_FORM = 1
_FIELDS: Mapping[str, Any] = TRACK_DTYPE.fields or {}
_BOOLS = [_FIELDS[name][1] for name in ("verified", "reinitialised")]  # places of bytes
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


def decode_part(stored: bytes, hw: tuple[int, int], n_frames: int) -> Part:
    """Read what `encode_part` wrote of a clip of this size; raise Damaged for any other."""
    try:
        part = _DECODER.decode(unseal(stored))
        masks = tuple(_mask_patch(p, hw, n_frames) for p in part.masks)
        tracks = tuple(_track_patch(p, n_frames) for p in part.tracks)
    except (msgspec.DecodeError, zlib.error, ValueError) as error:
        raise Damaged from error
    for header in part.header or ():
        check_header(header)
    return Part(masks, tracks, HeaderPatch(*part.header) if part.header else None)


def decode_mask(stored: bytes, hw: tuple[int, int]) -> PackedMask:
    """Read a sealed mask of this size; raise Damaged where it is none."""
    mask = _mask_of(unseal(stored))
    if mask.hw != hw:
        raise Damaged
    return mask


def _mask_of(stored: bytes) -> PackedMask:
    """Return a packed mask whose box lies inside it; what it holds is seen when it is unpacked."""
    try:
        mask = PackedMask.from_bytes(stored)
    except struct.error as error:
        raise Damaged from error
    if not mask.box.inside(Box(0, 0, *mask.hw)):
        raise Damaged
    return mask


def _mask_patch(stored: _StoredMask, hw: tuple[int, int], n_frames: int) -> MaskPatch:
    before, after = _mask_of(stored.before), _mask_of(stored.after)
    place = Box(stored.y, stored.x, *after.hw)
    is_right = before.hw == after.hw and place.inside(Box(0, 0, *hw))
    if not is_right or not 0 <= stored.t < n_frames or min(stored.y, stored.x) < 0:
        raise Damaged
    return MaskPatch(stored.t, stored.y, stored.x, before, after)


def check_header(header: Header) -> None:
    """Raise Damaged where a header tells of objects that there cannot be."""
    ids = [entry.id for entry in header.objects]
    spans = [span for entry in header.objects for span in entry.locked_frames]
    channels = [value for entry in header.objects for value in entry.colour]
    is_right = all(1 <= one <= MAX_OBJECT_ID for one in ids) and len(set(ids)) == len(ids)
    is_right = is_right and all(0 <= first < stop for first, stop in spans)
    if not is_right or header.stride < 1 or not all(0 <= one <= 255 for one in channels):
        raise Damaged


def encode_header(header: Header) -> str:
    """Return a header as JSON."""
    return msgspec.json.encode(header).decode()


def decode_header(stored: str) -> Header:
    """Read what `encode_header` wrote."""
    try:
        header = msgspec.json.decode(stored, type=Header)
    except msgspec.DecodeError as error:
        raise Damaged from error
    check_header(header)
    return header


def track_of(n_frames: int, records: Iterable[tuple[int, bytes]]) -> Track:
    """Return an object's track, TRACK_DTYPE (n_frames,), from pairs of a frame and its record."""
    track = empty_track(n_frames)
    frames, stored = zip(*records, strict=True)
    try:
        if set(map(len, stored)) != {TRACK_DTYPE.itemsize}:
            raise Damaged
        track[np.array(frames)] = np.frombuffer(b"".join(stored), TRACK_DTYPE, len(frames))
    except (ValueError, IndexError, TypeError) as error:
        raise Damaged from error
    _check_track(track, n_frames)
    return track


def _check_track(track: Track, n_frames: int) -> None:
    """Raise Damaged where records hold what there cannot be. track : TRACK_DTYPE (n,)."""
    bools = track.view(np.uint8).reshape(len(track), -1)[:, _BOOLS]
    if (
        (track["source"] > max(Source)).any()
        or (bools > 1).any()
        or (track["origin"] < -1).any()
        or (track["origin"] >= n_frames).any()
        or (track["revision"] < 0).any()
    ):
        raise Damaged


def _stored_track(patch: TrackPatch) -> _StoredTrack:
    frames, before, after = patch.frames.astype("<i4").tobytes(), patch.before, patch.after
    deflated = len(frames) + before.nbytes + after.nbytes > _DEFLATE_BYTES
    keep = partial(zlib.compress, level=1) if deflated else bytes
    return _StoredTrack(
        patch.object_id, deflated, keep(frames), keep(before.tobytes()), keep(after.tobytes())
    )


def _track_patch(stored: _StoredTrack, n_frames: int) -> TrackPatch:
    arrays = (stored.frames, stored.before, stored.after)
    frames, before, after = map(zlib.decompress, arrays) if stored.deflated else arrays
    patch = TrackPatch(
        stored.object_id,
        np.frombuffer(frames, "<i4").astype(np.int32),
        np.frombuffer(before, TRACK_DTYPE),
        np.frombuffer(after, TRACK_DTYPE),
    )
    is_right = len(patch.frames) == len(patch.before) == len(patch.after)
    if not is_right or not 1 <= stored.object_id <= MAX_OBJECT_ID:
        raise Damaged
    if ((patch.frames < 0) | (patch.frames >= n_frames)).any():
        raise Damaged
    for track in (patch.before, patch.after):
        _check_track(track, n_frames)
    return patch
