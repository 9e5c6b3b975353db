"""Folders of masks as people keep them: which hold masks, which hold frames, and of which clip.

Beside the published layouts (layout.py) there are CLIP/images with CLIP/masks, as workspaces of
Cutie and XMem++ have them, images/CLIP with masks/CLIP, and clips in groups, such as DAY/CAMERA.
A folder that is called after what it holds is never a clip's or an object's, unless it says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vosgui.media.images import folder_content, list_images

# In the order in which they are looked for.
MASK_FOLDERS = (
    *("annotations", "masks", "mask", "labels", "label", "annotation", "segmentations"),
    *(
        "segmentation",
        "seg",
        "groundtruth",
        "ground_truth",
        "gt",
        "palette_masks",
        "instance_masks",
    ),
)
FRAME_FOLDERS = (
    *("jpegimages", "images", "image", "imgs", "img", "frames", "frame", "rgb", "rgbs", "color"),
    *("colour", "pngimages", "rgb_images", "video_frames", "img1"),
)
CLIP_FILE = "clip.txt"  # in a folder of masks: it is a clip's, whatever it is called
_DEPTH = 4  # folders below the root that are looked through


@dataclass(frozen=True)
class MaskFolder:
    """A folder that holds masks. parts : the folders below the root that name its clip."""

    masks: Path
    frames: Path | None
    parts: tuple[str, ...]


def is_mask_role(name: str) -> bool:
    """Return whether a folder is called after the masks in it."""
    return name.casefold() in MASK_FOLDERS


def is_frame_role(name: str) -> bool:
    """Return whether a folder is called after the frames in it."""
    return name.casefold() in FRAME_FOLDERS


def says_clip(folder: Path) -> bool:
    """Return whether a folder says that it is a clip's, as ours do that are called like a role."""
    return (folder / CLIP_FILE).is_file()


def role_folder(folder: Path, roles: tuple[str, ...]) -> Path | None:
    """Return the folder in another that is called after what it holds; None where there is none."""
    there = {name.casefold(): name for name in folder_content(folder).folders}
    found = (folder / there[role] for role in roles if role in there)
    return next((one for one in found if not says_clip(one)), None)


def frames_beside(masks: Path, *inner: str) -> Path | None:
    """Return the folder of frames beside one of masks, or what lies in it; None where none is."""
    beside = role_folder(masks.parent, FRAME_FOLDERS)
    folder = None if beside is None else beside.joinpath(*inner)
    return folder if folder is not None and list_images(folder) else None


def mask_folders(root: Path, frames: Path | None = None) -> Iterator[MaskFolder]:
    """Yield all folders of masks below a root, sorted.

    frames : where the clips' frames lie, in folders of the same names; by default beside the masks.
    """
    for one in _below(root, folder_content(root).folders, (), _DEPTH):
        if frames is not None and list_images(frames.joinpath(*one.parts)):
            one = MaskFolder(one.masks, frames.joinpath(*one.parts), one.parts)
        yield one


def _below(
    folder: Path, folders: tuple[str, ...], parts: tuple[str, ...], depth: int
) -> Iterator[MaskFolder]:
    """Yield the folders of masks in those of a folder. folders : their names."""
    for name in folders if depth else ():
        inner = folder / name
        is_role = is_mask_role(name) and not says_clip(inner)
        if is_frame_role(name) and not says_clip(inner):
            continue
        content = folder_content(inner)
        own = parts if is_role else (*parts, name)
        if content.has_masks:
            yield MaskFolder(inner, frames_beside(inner) if is_role else None, own)
        for one in _below(inner, content.folders, own, depth - 1):
            of_clip = one.parts[len(parts) :]
            beside = frames_beside(inner, *of_clip) if is_role and of_clip else None
            yield MaskFolder(one.masks, one.frames or beside, one.parts)
