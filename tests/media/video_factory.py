"""Small videos whose frames carry their number in their pixels."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from vosgui.core.clip import Clip
from vosgui.media.video_writer import SAME_BYTES

N_FRAMES = 90
HW = (176, 320)
N_BITS = 12
_BLOCK = 16
# name: codec, suffix, muxer, options. With the same bytes each time damage hits the same place.
KINDS: dict[str, tuple[str, str, str | None, dict[str, str]]] = {
    "h264-mp4": ("libx264", ".mp4", None, SAME_BYTES),
    "h264-mkv": ("libx264", ".mkv", None, SAME_BYTES),
    "h264-ts": ("libx264", ".ts", "mpegts", SAME_BYTES),
    "h264-open-gop": (
        "libx264",
        ".mp4",
        None,
        {**SAME_BYTES, "x264-params": f"{SAME_BYTES['x264-params']}:open-gop=1"},
    ),
    "h264-raw": ("libx264", ".h264", "h264", SAME_BYTES),
    "mpeg4-avi": ("mpeg4", ".avi", None, {}),
    "hevc-mp4": ("libx265", ".mp4", None, {"x265-params": "log-level=none"}),
    "vp9-webm": ("libvpx-vp9", ".webm", None, {"deadline": "realtime", "cpu-used": "8"}),
    "mjpeg-avi": ("mjpeg", ".avi", None, {}),
}


@cache
def _texture(hw: tuple[int, int]) -> np.ndarray:
    rng = np.random.default_rng(7)
    noise = cv2.GaussianBlur(rng.integers(0, 256, (*hw, 3), dtype=np.uint8), (0, 0), 4)
    return cv2.normalize(noise, None, 0, 255, cv2.NORM_MINMAX)


def numbered_frame(number: int, hw: tuple[int, int] = HW) -> np.ndarray:
    """Return a textured picture that moves, with `number` as black and white blocks on top."""
    frame = np.roll(_texture(hw), 3 * number, axis=1)
    for bit in range(N_BITS):
        frame[:_BLOCK, bit * _BLOCK : (bit + 1) * _BLOCK] = 255 * (number >> bit & 1)
    return frame


def number_of(frame: np.ndarray) -> int:
    """Return the number that a frame carries."""
    row = frame[4 : _BLOCK - 4].mean(axis=(0, 2))
    blocks = row[: N_BITS * _BLOCK].reshape(N_BITS, _BLOCK)[:, 4:-4].mean(axis=1)
    return sum(1 << bit for bit in range(N_BITS) if blocks[bit] > 127)


def encoder_is_here(codec: str) -> bool:
    try:
        av.codec.Codec(codec, "w")
    except av.codec.codec.UnknownCodecError:
        return False
    return True


def write_video(
    path: Path,
    kind: str,
    n_frames: int = 90,
    *,
    gop: int = 24,
    hw: tuple[int, int] = HW,
    stamps: Sequence[int] | None = None,
    pixel_aspect: Fraction | None = None,
    first: int = 0,
) -> Path:
    """Write a video of numbered frames with B-frames; `stamps` are in thousandths of a second."""
    codec, _, muxer, options = KINDS[kind]
    with av.open(str(path), "w", format=muxer) as container:
        stream: Any = container.add_stream(codec, rate=25, options=options)
        stream.height, stream.width = hw
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.bit_rate = 1_000_000
        stream.codec_context.gop_size = gop
        stream.codec_context.thread_count = 1  # the same bytes each time
        if codec != "mjpeg":
            stream.codec_context.max_b_frames = 2
        if pixel_aspect:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if stamps:
            stream.codec_context.time_base = Fraction(1, 1000)
        for i in range(n_frames):
            picture = numbered_frame(first + i, hw)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            if stamps:
                frame.pts, frame.time_base = stamps[i], Fraction(1, 1000)
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def remux(
    source: Path,
    target: Path,
    *,
    skip: int = 0,
    start: int = 0,
    rotation: float = 0,
    matrix: Sequence[int] | None = None,
) -> Path:
    """Copy the packets from packet `skip` on, so that the time stamp `start` becomes 0."""
    with av.open(str(source)) as reader, av.open(str(target), "w") as writer:
        stream = reader.streams.video[0]
        copy: Any = writer.add_stream_from_template(stream)
        if rotation:
            copy.set_display_rotation(rotation)
        if matrix:
            copy.set_display_matrix(matrix)
        packets = [packet for packet in reader.demux(stream) if packet.size]
        for packet in packets[skip:]:
            packet.pts -= start
            packet.dts -= start
            packet.stream = copy
            writer.mux(packet)
    return target


def overwrite(path: Path, at: float, n_bytes: int = 3000) -> Path:
    """Fill a piece of a file, `at` this part of its length, with noise."""
    data = bytearray(path.read_bytes())
    place = int(len(data) * at)
    data[place : place + n_bytes] = random.Random(3).randbytes(len(data[place : place + n_bytes]))
    path.write_bytes(data)
    return path


def copy(path: Path, folder: Path) -> Path:
    """Return a copy of a file in another folder."""
    target = folder / path.name
    target.write_bytes(path.read_bytes())
    return target


def numbers(clip: Clip) -> list[int]:
    """Return the numbers drawn into all frames of a clip."""
    return [number_of(clip[t]) for t in range(len(clip))]
