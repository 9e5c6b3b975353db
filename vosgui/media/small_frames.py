"""The frames of a clip made small, one after the other: what looks at a whole video reads these."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Clip
from vosgui.media.video.clip import VideoClip
from vosgui.media.video.decoder import Decoder
from vosgui.media.video.index import VideoIndex
from vosgui.media.video.pictures import PictureMaker

SmallPicture = npt.NDArray[np.uint8]


class SmallFrame(NamedTuple):
    """A frame made small.

    colour : uint8 (h, w, 3) BGR, upright. grey : uint8 (h', w'), larger and not turned, where it
        was due; None else.
    """

    t: int
    colour: SmallPicture
    grey: SmallPicture | None


def small_frames(
    clip: Clip,
    hw: tuple[int, int],
    grey_hw: tuple[int, int],
    grey_every: int,
    start: int = 0,
    n_threads: int = 0,
) -> Generator[SmallFrame, None, None]:
    """Yield the frames from `start` on, as `hw`; damaged frames are left out.

    hw, grey_hw : as the clip is shown. grey_every : which frames come in grey as well, t modulo it.
    n_threads : that decode a video, 0 for as many as the machine has.
    Raises ClipError where a file cannot be read any more.
    """
    if isinstance(clip, VideoClip):
        yield from _of_video(clip, hw, grey_hw, grey_every, start, n_threads)
        return
    with closing(clip.reopen(once=True)) as reader:  # others may be at the same time
        for t in range(start, len(clip)):
            picture = reader[t]
            grey = None
            if t % grey_every == 0:
                grey = _resized(
                    np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8), grey_hw
                )
            yield SmallFrame(t, np.ascontiguousarray(_resized(picture, hw)[..., ::-1]), grey)


def shrunk_hw(hw: tuple[int, int], factor: float) -> tuple[int, int]:
    """Return a size divided by a factor, and no side shorter than a pixel."""
    return max(1, round(hw[0] / factor)), max(1, round(hw[1] / factor))


def _resized(picture: SmallPicture, hw: tuple[int, int]) -> SmallPicture:
    if picture.shape[:2] == hw:
        return picture
    return np.asarray(cv2.resize(picture, hw[::-1], interpolation=cv2.INTER_AREA), np.uint8)


def _of_video(
    clip: VideoClip,
    hw: tuple[int, int],
    grey_hw: tuple[int, int],
    grey_every: int,
    start: int,
    n_threads: int,
) -> Generator[SmallFrame, None, None]:
    geometry = clip.index.geometry
    stored, stored_grey = geometry.as_stored(hw), geometry.as_stored(grey_hw)
    pictures = PictureMaker(geometry)
    for t, decoded in _decoded_from(clip.index, start, n_threads):
        due = stored_grey if t % grey_every == 0 else None
        small, grey = pictures.small(decoded, stored, due)
        yield SmallFrame(t, geometry.upright(small), grey)


def _decoded_from(
    index: VideoIndex, start: int, n_threads: int
) -> Generator[tuple[int, Any], None, None]:
    """Yield the whole frames from `start` on with their numbers, as they are decoded.

    What a file calls a key may need what is before it, as where pictures are renewed bit by bit:
    where frame `start` is not whole, decoding begins further back.
    """
    decoder = Decoder(index.packets, n_threads, smooths_all=False)
    keys = index.starts(start) if start else [0]
    try:
        for key in keys:
            if start:
                decoder.start_at(key)
            is_found = key == keys[-1]
            while (item := decoder.next_frame()) is not None:
                number, decoded, is_whole = item
                t = index.frame_of(number)
                if t is None or t < start or not is_whole:
                    continue
                is_found |= t == start
                if not is_found:
                    break
                yield t, decoded
            if is_found:
                return
    finally:
        decoder.close()
