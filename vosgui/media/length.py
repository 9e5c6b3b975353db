"""How long a clip is, by its header alone: what a look costs, before anything is read."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from vosgui.media import libav as av
from vosgui.media.image_files import SUFFIXES
from vosgui.media.images import list_images
from vosgui.media.video.packets import open_file, video_stream

_IMAGE_RATE = 30.0


class Length(NamedTuple):
    """What a header says; it may be wrong by some frames, and is 0 where it says nothing."""

    n_frames: int
    seconds: float


def header_length(path: Path) -> Length:
    """Return the length of a video, of a folder of images, or of an image.

    Raises ClipError for what is none.
    """
    if path.is_dir() or path.suffix.lower() in SUFFIXES:
        n_images = len(list_images(path)) if path.is_dir() else 1
        return Length(n_images, n_images / _IMAGE_RATE)
    with open_file(path) as container:
        stream = video_stream(path, container)
        rate = float(stream.average_rate or stream.guessed_rate or 0)
        if stream.duration is not None and stream.time_base is not None:
            seconds = float(stream.duration * stream.time_base)
        else:
            seconds = (container.duration or 0) / av.time_base
        return Length(stream.frames or round(seconds * rate), seconds)
