"""Open any clip: a video file, a folder of images, or one image."""

from __future__ import annotations

from pathlib import Path

from vosgui.core.clip import Clip
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import ClipError
from vosgui.media.animation import is_animated_png, open_animation
from vosgui.media.image_files import SUFFIXES
from vosgui.media.images import open_images
from vosgui.media.video.clip import open_video

# Of files that are taken for videos where a folder is searched.
VIDEO_SUFFIXES = (
    *(".mp4", ".mkv", ".mov", ".avi", ".webm", ".m4v", ".mpg", ".mpeg", ".ts", ".wmv", ".gif"),
    *(".mts", ".m2ts", ".3gp", ".vob", ".flv", ".ogv", ".mxf", ".dv", ".apng"),
)
CACHE_BYTES = 256 << 20  # 43 frames of 1080p


def open_clip(
    path: Path | str,
    *,
    cache_bytes: int = CACHE_BYTES,
    once: bool = False,
    deinterlace: bool = False,
    progress: Progress = NO_PROGRESS,
) -> Clip:
    """Open a clip, a video, a folder of images or one image, and check what needs no long work.

    `clip[t]` is frame t from 0, uint8 (H, W, 3) RGB; `len(clip)` and `clip.info` tell the rest.

    cache_bytes : how much the decoded frames kept by this reader may take.
    once : a frame that was handed out is not kept; see `Clip.reopen`.
    deinterlace : of a video whose frames are made of two fields, whole ones are made.
    Of a video all packets are listed, never decoded: their times give the frames. What is decoded
    at once, and so known to be whole, is a short clip from end to end, and of a longer one the
    first frames and the last group. Damage found cuts the clip before it, and `info.warnings` says
    where. Damage inside a long clip shows when `clip[t]` raises.
    Raises ClipError where there is no usable clip; its one line names the file and what to do.
    """
    path = Path(path).absolute()
    if not path.exists():
        raise ClipError(
            f"There is no clip at {path}. Put it back, or name the place where it lies."
        )
    is_image = path.is_file() and path.suffix.lower() in SUFFIXES
    if path.is_dir() or (is_image and not is_animated_png(path)):
        animation = open_animation(path, cache_bytes, progress, once=once) if is_image else None
        return animation or open_images(path, cache_bytes, progress, once=once)
    if not path.is_file():
        raise ClipError(f"{path} is neither a file nor a folder. Choose a video or a folder.")
    if path.stat().st_size == 0:
        raise ClipError(f"The file {path} is empty. Copy it again from where it came.")
    return open_video(path, cache_bytes, progress, once=once, deinterlace=deinterlace)
