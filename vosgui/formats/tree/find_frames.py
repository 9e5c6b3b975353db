"""Where the frames of a clip lie, seen from a folder that a person named."""

from __future__ import annotations

from pathlib import Path

from vosgui.errors import DatasetError
from vosgui.formats.tree.layout import FRAMES_IN
from vosgui.media.images import list_images

_VIDEOS = (".mp4", ".mkv", ".mov", ".avi", ".webm", ".m4v", ".mpg", ".ts")


def find_frames(root: Path, name: str, *, only_clip: bool) -> Path:
    """Return the folder of images or the video of a clip; raise DatasetError where there is none.

    only_clip : the dataset has no other clip, so the folder or video itself may be it.
    """
    for inner in FRAMES_IN:
        folder = root / inner / name
        if folder.is_dir() and list_images(folder):
            return folder
        for suffix in _VIDEOS:
            if (root / inner / f"{name}{suffix}").is_file():
                return root / inner / f"{name}{suffix}"
    if only_clip and (root.is_file() or (root.is_dir() and list_images(root))):
        return root
    raise DatasetError(
        f"There are no frames of the clip {name} in {root}. Expected a folder {name} of images "
        f"or a video {name}.mp4 there."
    )
