"""One image file of many pictures as a clip: an animated WebP, a stack of TIFF pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from statistics import median

from PIL import Image

from vosgui.core.array_cache import ArrayCache
from vosgui.core.clip import ClipInfo, Frame
from vosgui.core.progress import Progress
from vosgui.errors import ClipError
from vosgui.media.cached_clip import CachedClip
from vosgui.media.fingerprint import file_fingerprint
from vosgui.media.image_files import opened_image, rgb_of
from vosgui.media.images import NOMINAL_RATE
from vosgui.media.palette import BROKEN_IMAGE

# Of a JPEG, what is more than one picture is a preview or a map of depths. Of a PNG Pillow does not
# go to every picture; FFmpeg does.
_FORMATS = {"WEBP", "TIFF"}


def is_animated_png(path: Path) -> bool:
    """Return whether a PNG holds several pictures; raise ClipError for a broken image file."""
    with opened_image(path) as image:
        return image.format == "PNG" and getattr(image, "n_frames", 1) > 1


def open_animation(
    path: Path, cache_bytes: int, progress: Progress, *, once: bool = False
) -> AnimationClip | None:
    """Open an image file of several pictures of one size; None where there is one.

    Raises ClipError for a file that cannot be read.
    """
    with opened_image(path) as image:
        n_frames = getattr(image, "n_frames", 1) if image.format in _FORMATS else 1
        if n_frames < 2:
            return None
        sizes, durations = zip(*_pictures(path, image, n_frames, progress), strict=True)
        if len(set(sizes)) > 1:
            return None  # a picture, and a small one of it, say
        hw = rgb_of(path, image).shape[:2]
    if not all(durations):
        durations = (1 / NOMINAL_RATE,) * n_frames
    width = max(5, len(str(n_frames - 1)))
    info = ClipInfo(
        path=path,
        name=path.stem,
        hw=(hw[0], hw[1]),
        frame_names=tuple(f"{t:0{width}d}" for t in range(n_frames)),
        times_s=tuple(accumulate(durations[:-1], initial=0.0)),
        rate=1 / median(durations),
        fingerprint=file_fingerprint(path),
    )
    return AnimationClip(info, cache_bytes, once=once)


def _pictures(
    path: Path, image: Image.Image, n_frames: int, progress: Progress
) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield size and duration, in seconds, of each picture; the image stands at it."""
    for t in range(n_frames):
        _seek(path, image, t)
        yield image.size, image.info.get("duration", 0) / 1000
        progress.report(t + 1, n_frames)


def _seek(path: Path, image: Image.Image, t: int) -> None:
    try:
        image.seek(t)
        image.load()
    except BROKEN_IMAGE as error:
        raise ClipError(
            f"Picture {t} of {path} is damaged. Copy the file again from where it came."
        ) from error


class AnimationClip(CachedClip):
    """A reader of an image file of many pictures.

    Pillow goes to any picture by itself: back to the first, where the format wants that.
    """

    def __init__(self, info: ClipInfo, cache_bytes: int, *, once: bool = False) -> None:
        self.info = info
        self._once = once
        self._cache = ArrayCache(cache_bytes)
        self._open = ExitStack()
        self._image: Image.Image | None = None

    def __getitem__(self, t: int) -> Frame:
        self.check_index(t)
        frame = self._cache.get(t)
        if frame is None:
            if self._image is None:
                self._image = self._open.enter_context(opened_image(self.info.path))
            _seek(self.info.path, self._image, t)
            frame = rgb_of(self.info.path, self._image)
            frame.flags.writeable = False
            if not self._once:
                self._cache.put(t, frame)
        return frame

    def source_file(self, t: int) -> Path | None:
        """Return None: the frames have no files of their own."""
        self.check_index(t)
        return None

    def reopen(self, *, once: bool = False) -> AnimationClip:
        """Return another reader of the same clip."""
        return AnimationClip(self.info, self._cache.max_bytes, once=once)

    def close(self) -> None:
        """Let go of the file and of the frames that are kept."""
        self._closed = True
        self._cache.clear()
        self._image = None
        self._open.close()
