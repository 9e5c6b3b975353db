"""The frames of a clip made small, one after the other: what looks at a whole video reads these."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Clip
from vosgui.media.video.clip import VideoClip
from vosgui.media.video.decoder import Decoder
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
) -> Iterator[SmallFrame]:
    """Yield the frames from `start` on, as `hw`; damaged frames are left out.

    hw, grey_hw : as the clip is shown. grey_every : which frames come in grey as well, t modulo it.
    Raises ClipError where a file cannot be read any more.
    """
    if isinstance(clip, VideoClip):
        yield from _of_video(clip, hw, grey_hw, grey_every, start)
        return
    for t in range(start, len(clip)):
        picture = clip[t]
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
    clip: VideoClip, hw: tuple[int, int], grey_hw: tuple[int, int], grey_every: int, start: int
) -> Iterator[SmallFrame]:
    index = clip.index
    geometry = index.geometry
    stored, stored_grey = geometry.as_stored(hw), geometry.as_stored(grey_hw)
    decoder, pictures = Decoder(index.packets), PictureMaker(geometry)
    try:
        if start:
            decoder.start_at(index.starts(start)[0])
        while (item := decoder.next_frame()) is not None:
            number, decoded, is_whole = item
            t = index.frame_of(number)
            if t is None or t < start or not is_whole:
                continue
            due = stored_grey if t % grey_every == 0 else None
            small, grey = pictures.small(decoded, stored, due)
            colour = geometry.upright(small)
            yield SmallFrame(t, colour, grey)
    finally:
        decoder.close()
