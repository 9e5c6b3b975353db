"""Open any clip: a video file, a folder of images, or one image."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from vosgui.core.clip import Clip
from vosgui.core.generators import result_of, told_as
from vosgui.errors import ClipError
from vosgui.files.progress import Progress, no_progress
from vosgui.media.image_files import SUFFIXES
from vosgui.media.images import ImageClip, open_images
from vosgui.media.video import VideoClip, open_video

CACHE_BYTES = 256 << 20  # 43 frames of 1080p


def open_clip(
    path: Path | str, *, cache_bytes: int = CACHE_BYTES, progress: Progress | None = None
) -> Clip:
    """Open a clip at once: a video, a folder of images, or one image; see `opening`.

    `clip[t]` is frame t from 0, uint8 (H, W, 3) RGB; `len(clip)` and `clip.info` tell the rest.

    progress : called with the part done, 0 to 1; raises what it likes to cancel.
    """
    return result_of(told_as(opening(path, cache_bytes=cache_bytes), progress or no_progress))


def opening(path: Path | str, *, cache_bytes: int = CACHE_BYTES) -> Generator[float, None, Clip]:
    """Open a clip and check what can be checked without long work, yielding the part done, 0 to 1.

    cache_bytes : how much the decoded frames kept by this reader may take.
    Of a video all packets are listed, never decoded: their times give the frames. What is decoded
    at once, and so known to be whole, is a short clip from end to end, and of a longer one the
    first frames and the last group. Damage found cuts the clip before it, and `info.warnings` says
    where. Damage inside a long clip shows when `clip[t]` raises; `find_damage` looks for it.
    Raises ClipError where there is no usable clip; its one line names the file and what to do.
    """
    path = Path(path).absolute()
    if not path.exists():
        raise ClipError(f"There is no clip at {path}.")
    if path.is_dir() or path.suffix.lower() in SUFFIXES:
        return (yield from open_images(path, cache_bytes))
    if not path.is_file():
        raise ClipError(f"{path} is neither a file nor a folder. Choose a video or a folder.")
    if path.stat().st_size == 0:
        raise ClipError(f"The file {path} is empty. Copy it again from where it came.")

    return (yield from open_video(path, cache_bytes))


def find_damage(clip: Clip) -> Generator[float, None, int | None]:
    """Decode a whole clip once, in a reader of its own; yield the part done, 0 to 1.

    Returns the first frame that is damaged, or None.
    """
    if isinstance(clip, ImageClip):
        for t in range(len(clip)):
            yield t / len(clip)
            if not clip.is_whole(t):
                return t
        return None

    assert isinstance(clip, VideoClip)
    return (yield from clip.find_damage())
