"""Folders of masks as people keep them: which hold masks, which hold frames, and of which clip.

Beside the published layouts (layout.py) there are CLIP/images with CLIP/masks, as workspaces of
Cutie and XMem++ have them, images/CLIP with masks/CLIP, and clips in groups, such as DAY/CAMERA.
A folder that is called after what it holds is never a clip's or an object's, unless it says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from vosgui.media.images import folder_content, is_jpeg, list_images
from vosgui.media.palette import mask_says_clip

# In the order in which they are looked for.
MASK_FOLDERS = (
    *("annotations", "masks", "mask", "labels", "label", "annotation", "segmentations"),
    *("anno", "annos", "annot", "annots", "ann"),
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
# What else is said of masks or frames in such names.
_OF_MASKS = {
    *(
        "object",
        "objects",
        "obj",
        "instance",
        "instances",
        "level",
        "id",
        "ids",
        "index",
        "indexed",
    ),
    *("palette", "semantic", "binary", "png", "pngs", "full", "resolution", "manual", "pixel"),
    *("ground", "truth", "video", "image", "images", "frame", "frames", "rgb", "color", "colour"),
}
_OF_FRAMES = {"jpeg", "jpg", "png", "full", "resolution", "all", "camera", "cam"}
# Called so, a folder holds frames where masks lie beside it; else it may be a clip.
_BESIDE_MASKS = {
    *("raw", "input", "inputs", "left", "right", "original", "originals", "origin", "orig"),
    *("source", "src", "video", "videos", "jpegs", "jpgs", "photos", "pictures"),
}
# What is made of frames and masks, and is no frame.
_MADE = {
    *("overlay", "overlays", "preview", "previews", "visualization", "visualisation", "vis", "viz"),
    *(
        "visualizations",
        "blend",
        "blended",
        "result",
        "results",
        "output",
        "outputs",
        "depth",
        "flow",
    ),
}
CLIP_FILE = "clip.txt"  # in a folder of masks, as we said before that it is a clip's
_DEPTH = 4  # folders below the root that are looked through


@dataclass(frozen=True)
class MaskFolder:
    """A folder that holds masks. parts : the folders below the root that name its clip."""

    masks: Path
    frames: Path | None
    parts: tuple[str, ...]


def is_mask_role(name: str) -> bool:
    """Return whether a folder is called after masks: gt, labels, GT_object_level_masks."""
    words = _words(name)
    is_told = not words.isdisjoint(MASK_FOLDERS) and words <= _OF_MASKS.union(MASK_FOLDERS)
    return is_told or name.casefold().replace("-", "_") in MASK_FOLDERS


def is_frame_role(name: str, beside: Collection[str] = ()) -> bool:
    """Return whether a folder is called after frames: images, JPEGImages_24fps, raw_images.

    beside : the folders where it lies. Some names, such as raw, are of frames beside masks alone.
    """
    words = _words(name)
    is_told = words <= _OF_FRAMES.union(_BESIDE_MASKS, FRAME_FOLDERS)
    if name.casefold() in FRAME_FOLDERS or (is_told and not words.isdisjoint(FRAME_FOLDERS)):
        return True
    is_weak = is_told and not words.isdisjoint(_BESIDE_MASKS)
    return is_weak and any(map(is_mask_role, beside))


@cache
def _words(name: str) -> frozenset[str]:
    """Return the words of a folder's name, without sizes and rates such as 480p and 24fps."""
    parts = re.split(r"[\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("JPEG_", "JPEG"))
    words = (re.sub(r"[0-9]+(p|fps)$", "", part.casefold()) for part in parts)
    return frozenset(words) - {""}


def says_clip(folder: Path) -> bool:
    """Return whether a folder says that it is a clip's, as ours do that are called like a role."""
    if (folder / CLIP_FILE).is_file():
        return True
    try:
        with os.scandir(folder) as entries:
            masks = (one.path for one in entries if one.name.casefold().endswith(".png"))
            return mask_says_clip(Path(next(masks, "")))  # all of ours say it
    except OSError:
        return False


def role_folder(folder: Path, roles: tuple[str, ...]) -> Path | None:
    """Return the folder in another that is called after what it holds; None where there is none."""
    names = folder_content(folder).folders
    there = {name.casefold(): name for name in names}
    exact = [there[role] for role in roles if role in there]
    is_role = is_mask_role if roles is MASK_FOLDERS else partial(is_frame_role, beside=names)
    found = (folder / name for name in (*exact, *filter(is_role, names)))
    return next((one for one in found if not says_clip(one)), None)


def unnamed_masks(root: Path) -> Path | None:
    """Return the one folder beside one of frames whose clips are called as these; None for none.

    Its clips would be taken for objects of one clip else.
    """
    frames = role_folder(root, FRAME_FOLDERS)
    clips = {*folder_content(frames).folders} if frames is not None else set()
    found = [
        root / name
        for name in folder_content(root).folders
        if clips
        and not is_frame_role(name)
        and _words(name).isdisjoint(_MADE)
        and clips.issuperset(inner := folder_content(root / name).folders)
        and any(folder_content(root / name / one).has_masks for one in inner)
    ]
    return found[0] if len(found) == 1 else None


def unnamed_frames(masks: Path) -> Path | None:
    """Return the one folder beside one of masks that has JPEGs of the names of its first clip's.

    None where there is none, or several.
    """
    content = folder_content(masks)
    inner = () if content.has_masks else content.folders[:1]
    stems = {path.stem for path in list_images(masks.joinpath(*inner))}
    found = [
        folder
        for name in folder_content(masks.parent).folders
        if (folder := masks.parent / name).name != masks.name
        and _words(name).isdisjoint(_MADE)
        and any(
            is_jpeg(path) and path.stem in stems for path in list_images(folder.joinpath(*inner))
        )
    ]
    return found[0] if len(found) == 1 else None


def frames_beside(masks: Path, *inner: str) -> Path | None:
    """Return the folder of frames beside one of masks, or what lies in it; None where none is."""
    beside = role_folder(masks.parent, FRAME_FOLDERS) or unnamed_frames(masks)
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
        if is_frame_role(name, folders) and not says_clip(inner):
            continue
        content = folder_content(inner)
        own = parts if is_role else (*parts, name)
        if content.has_masks:
            yield MaskFolder(inner, frames_beside(inner) if is_role else None, own)
        for one in _below(inner, content.folders, own, depth - 1):
            of_clip = one.parts[len(parts) :]
            beside = frames_beside(inner, *of_clip) if is_role and of_clip else None
            yield MaskFolder(one.masks, one.frames or beside, one.parts)
