"""Writing pictures as a film: H.264 in MP4, or an animated GIF."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from vosgui.core.clip import Frame
from vosgui.files.atomic import atomic_file, atomic_path
from vosgui.media import libav as av

_CRF = "18"  # visually lossless for x264
# On one thread x264 writes the same bytes each time, on more not always. Its macroblock tree rates
# the last block by memory that nothing was written to: one film in fifteen came out another.
SAME_BYTES = {"threads": "1", "x264-params": "mbtree=0"}
_GIF_WIDTH = 480


def write_mp4(path: Path, pictures: Iterable[Frame], rate: float) -> None:
    """Write pictures of one size, uint8 (H, W, 3) RGB, as H.264, whole or not at all.

    rate : pictures per second.

    Width and height are padded to even numbers by repeating the last column or row: half the
    players show nothing but 4:2:0, which has one colour for two pixels each way.
    Raises TargetError where it cannot be written.
    """
    about = {"format": "mp4", "options": {"fflags": "+bitexact"}}
    with atomic_path(path) as temporary:
        try:
            with av.open(str(temporary), "w", **about) as container:
                stream = None
                for picture in pictures:
                    even = _even(picture)
                    if stream is None:
                        fps = Fraction(rate).limit_denominator(1001)
                        options = {"crf": _CRF, **SAME_BYTES}
                        stream = container.add_stream("libx264", rate=fps, options=options)
                        stream.height, stream.width = even.shape[:2]
                        stream.pix_fmt = "yuv420p"
                    frame = av.VideoFrame.from_ndarray(even, format="rgb24")
                    container.mux(stream.encode(frame))
                if stream is not None:
                    container.mux(stream.encode())
        except av.FFmpegError as error:
            raise OSError(error.errno, error.strerror or str(error)) from error


def write_gif(path: Path, pictures: Iterable[Frame], rate: float) -> None:
    """Write pictures, uint8 (H, W, 3) RGB, as a GIF that repeats, at most 480 pixels wide.

    rate : pictures per second.

    Raises TargetError where it cannot be written.
    """
    small = [_few_colours(picture) for picture in pictures]
    if not small:
        return
    duration_ms = max(20, round(1000 / rate / 10) * 10)  # GIF counts hundredths; less is ignored
    with atomic_file(path) as file:
        rest = {"append_images": small[1:], "duration": duration_ms, "loop": 0}
        small[0].save(file, format="GIF", save_all=True, **rest)


def _few_colours(picture: Frame) -> Image.Image:
    # Median cut, which Pillow takes otherwise, is twenty times slower.
    image = Image.fromarray(_narrow(picture))
    return image.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def _even(picture: Frame) -> Frame:
    height, width = picture.shape[:2]
    padded = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return np.ascontiguousarray(padded)


def _narrow(picture: Frame) -> Frame:
    height, width = picture.shape[:2]
    if width <= _GIF_WIDTH:
        return picture
    size = (_GIF_WIDTH, max(1, round(height * _GIF_WIDTH / width)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
