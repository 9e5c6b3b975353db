"""Whether the images of a clip's frames can be read, those that have no mask as well."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from vosgui.core.issues import Issue, error
from vosgui.errors import ClipError
from vosgui.media.image_files import SUFFIXES, whole_image_size
from vosgui.media.images import list_images


def whole_hw(image: Path) -> tuple[int, int] | str:
    """Return height and width of a frame's image, or what keeps it from being read."""
    try:
        return whole_image_size(image)
    except ClipError as broken:
        return f"The frame cannot be read: {broken}"


def broken_frames(clip: str, frames: Path | None, names: Collection[str]) -> Iterator[Issue]:
    """Yield the images of a clip that cannot be read.

    frames : its folder of images, one image, or a video, of which nothing is said. names : of its
        frames; of a folder that is of several clips those images alone are looked at.
    """
    if frames is None:
        return
    if frames.suffix.lower() in SUFFIXES:
        images = [frames]
    else:
        images = list_images(frames)
        own = {*names}
        images = [path for path in images if path.stem in own] or images
    for path in images:
        if isinstance(said := whole_hw(path), str):
            yield error(said, clip=clip, file=str(path), frame=path.stem)
