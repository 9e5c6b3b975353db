"""Short videos of every kind that cameras and programs write, each frame with its number."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import av

from tests.media.video_factory import numbered_frame
from vosgui.media.video_writer import SAME_BYTES

N_FRAMES = 40
_HW = (96, 208)
_SAID_INTERLACED = "interlaced"


@dataclass(frozen=True)
class Kind:
    """A kind of video. said : what opening it has to say, "" for nothing."""

    codec: str
    suffix: str
    options: dict[str, str] = field(default_factory=dict)
    pix_fmt: str = "yuv420p"
    muxer: str | None = None
    fields: bool = False
    hw: tuple[int, int] = _HW
    stamps: tuple[int, ...] = ()
    colours: tuple[int, int, int] | None = None  # transfer curve, matrix, primaries: ITU-T H.273
    said: str = ""


def _x264(params: str = "") -> dict[str, str]:
    return {**SAME_BYTES, "x264-params": f"mbtree=0:keyint=12:bframes=3:b-pyramid=normal:{params}"}


def _x265(params: str = "") -> dict[str, str]:
    return {"x265-params": f"log-level=none:pools=1:keyint=12:bframes=3:{params}"}


_VP9 = {"deadline": "good", "cpu-used": "8", "lag-in-frames": "16", "auto-alt-ref": "1"}
_STEPS = random.Random(5).choices([20, 33, 40, 100, 500], k=N_FRAMES - 1)
_UNEVEN = tuple(accumulate(_STEPS, initial=0))
_PQ, _HLG = (16, 9, 9), (18, 9, 9)

EVERY_KIND = {
    "h264 open GOP": Kind("libx264", ".mp4", _x264("open-gop=1")),
    "h264 open GOP in MPEG-TS": Kind("libx264", ".m2ts", _x264("open-gop=1"), muxer="mpegts"),
    "h264 renewed bit by bit": Kind("libx264", ".mp4", _x264("intra-refresh=1:bframes=0")),
    "h264 in AVI": Kind("libx264", ".avi", _x264()),
    "h264 in FLV": Kind("libx264", ".flv", _x264(), muxer="flv"),
    "h264 uneven in MP4": Kind("libx264", ".mp4", _x264("open-gop=1"), stamps=_UNEVEN),
    "h264 uneven in MPEG-TS": Kind("libx264", ".ts", _x264(), stamps=_UNEVEN, muxer="mpegts"),
    "h264 interlaced": Kind(
        "libx264", ".mts", _x264("tff=1"), muxer="mpegts", fields=True, said=_SAID_INTERLACED
    ),
    "h264 grey": Kind("libx264", ".mkv", _x264(), "gray"),
    "h264 4:4:4": Kind("libx264", ".mkv", _x264(), "yuv444p"),
    "hevc open GOP": Kind("libx265", ".mov", _x265("open-gop=1")),
    "hevc 10 bit": Kind("libx265", ".mp4", _x265(), "yuv420p10le"),
    "hevc PQ": Kind("libx265", ".mp4", _x265(), "yuv420p10le", colours=_PQ, said="PQ"),
    "hevc HLG": Kind(
        "libx265", ".ts", _x265(), "yuv420p10le", muxer="mpegts", colours=_HLG, said="HLG"
    ),
    "vp8": Kind("libvpx", ".webm", _VP9),
    "vp9": Kind("libvpx-vp9", ".webm", _VP9),
    "vp9 in MP4": Kind("libvpx-vp9", ".mp4", _VP9),
    "vp9 of odd size": Kind("libvpx-vp9", ".webm", _VP9, hw=(97, 209)),
    "vp9 with alpha": Kind("libvpx-vp9", ".webm", {**_VP9, "auto-alt-ref": "0"}, "yuva420p"),
    "mpeg2 interlaced": Kind("mpeg2video", ".vob", muxer="vob", fields=True, said="interlaced"),
    "mpeg2 in MXF": Kind("mpeg2video", ".mxf", muxer="mxf"),
    "dv": Kind("dvvideo", ".dv", {}, "yuv411p", "dv", hw=(480, 720), said=_SAID_INTERLACED),
    "prores": Kind("prores_ks", ".mov", {}, "yuv422p10le"),
    "ffv1 of 16 bits": Kind("ffv1", ".mkv", {}, "gray16le"),
    "png with alpha": Kind("png", ".mov", {}, "rgba"),
    "gif": Kind("gif", ".gif", {}, "gray", "gif"),
    "apng": Kind("apng", ".apng", {}, "rgb24", "apng"),
}


def write_kind(path: Path, kind: Kind, n_frames: int = N_FRAMES) -> Path:
    """Write a video of numbered frames."""
    with av.open(str(path), "w", format=kind.muxer) as container:
        rate = Fraction(30000, 1001) if kind.codec == "dvvideo" else 25
        stream: Any = container.add_stream(kind.codec, rate=rate, options=kind.options)
        stream.height, stream.width = kind.hw
        stream.pix_fmt = kind.pix_fmt
        stream.bit_rate = 1_500_000
        context = stream.codec_context
        context.gop_size, context.thread_count = 12, 1
        if kind.fields and kind.codec == "mpeg2video":
            flags = av.codec.context.Flags
            context.flags |= flags.interlaced_dct | flags.interlaced_me
        if kind.codec == "mpeg2video":
            context.max_b_frames = 2
        if kind.stamps:
            context.time_base = Fraction(1, 1000)
        if kind.colours:
            context.color_trc, context.colorspace, context.color_primaries = kind.colours
        for i in range(n_frames):
            picture = numbered_frame(i, kind.hw)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            if kind.stamps:
                frame.pts, frame.time_base = kind.stamps[i], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
