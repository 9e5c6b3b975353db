"""Videos of several shots, whose frames carry their number in their pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from tests.media.video_factory import numbered_frame
from vosgui.media.video_writer import SAME_BYTES

RATE = 25
HW = (176, 320)


@dataclass(frozen=True)
class Shot:
    """A shot: a picture that is moved, and another that moves over it.

    light : 1 as it is, 0.05 is night. blur : sigma in pixels. shake : pixels to and fro.
    moves : else it is a photograph, without numbers. step_ms : from a frame to the next.
    """

    n_frames: int
    seed: int = 0
    light: float = 1.0
    blur: float = 0.0
    shake: int = 0
    moves: bool = True
    step_ms: int = 1000 // RATE


def shot_frame(shot: Shot, t: int, number: int) -> np.ndarray:
    rng = np.random.default_rng(shot.seed)
    coarse = rng.integers(0, 256, (6, 9, 3), dtype=np.uint8)
    ground = cv2.resize(coarse, (HW[1] + 80, HW[0] + 80), interpolation=cv2.INTER_NEAREST)
    x = 40 + (shot.shake if t % 2 else -shot.shake)
    frame = ground[40 : 40 + HW[0], x : x + HW[1]].copy()
    if shot.moves:
        left = 20 + abs(3 * t % 400 - 200)  # to and fro
        frame[80:110, left : left + 40] = 255 - frame[80:110, left : left + 40]
        frame[:16] = numbered_frame(number, HW)[:16]
    if shot.blur:
        frame = cv2.GaussianBlur(frame, (0, 0), shot.blur)
    return (frame * shot.light).astype(np.uint8)


def write_shots(path: Path, shots: Sequence[Shot]) -> Path:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(
            "libx264", rate=RATE, options={**SAME_BYTES, "crf": "12"}
        )
        stream.height, stream.width = HW
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1
        if is_uneven := any(shot.step_ms != 1000 // RATE for shot in shots):
            stream.codec_context.time_base = Fraction(1, 1000)
        number = stamp = 0
        for shot in shots:
            for t in range(shot.n_frames):
                picture = shot_frame(shot, t, number)
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                if is_uneven:
                    frame.pts, frame.time_base = stamp, Fraction(1, 1000)
                    stamp += shot.step_ms
                for packet in stream.encode(frame):
                    container.mux(packet)
                number += 1
        for packet in stream.encode():
            container.mux(packet)
    return path
