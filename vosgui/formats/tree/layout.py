"""How trees of masks are laid out: the one table of their splits, resolutions and folders.

ROOT[/SPLIT]/{Annotations,JPEGImages}[/RESOLUTION]/CLIP/FRAME as published, also where these folders
are called masks and images and the like; or ROOT/CLIP/FRAME.png, or FRAME.png of a single clip, and
what folders.py has. Whatever reads a tree asks here where its clips lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vosgui.errors import DatasetError
from vosgui.formats.tree.folders import (
    FRAME_FOLDERS,
    MASK_FOLDERS,
    is_frame_role,
    is_mask_role,
    mask_folders,
    role_folder,
    says_clip,
    unnamed_frames,
    unnamed_masks,
)
from vosgui.media.images import folder_content, is_jpeg, list_images

FRAMES, MASKS = "JPEGImages", "Annotations"
# The folder of all masks, and that of their frames beside it.
FRAMES_OF = {
    MASKS: FRAMES,
    "Annotations_unsupervised": FRAMES,  # DAVIS 2019
    "Annotations_6fps": "JPEGImages_24fps",  # SA-V
}
RESOLUTIONS = ("480p", "Full-Resolution", "1080p")  # of DAVIS; the first that there is is read
# The splits, and whether they may have masks of objects' first frames alone.
SPLITS = {"train": False, "valid": True, "val": True, "test": True, "test-dev": True}
# Where clips' folders of frames may lie, seen from a folder that a person or a file names.
FRAMES_IN = (
    *("", FRAMES, *(f"{FRAMES}/{one}" for one in RESOLUTIONS), "JPEGImages_24fps", "images"),
    *(*SPLITS, *(f"{split}/{FRAMES}" for split in SPLITS), "train2017", "val2017"),
)


@dataclass(frozen=True)
class Split:
    """One split of a tree, or all of a tree that has none.

    name : "" where it has none. root : its folder.
    masks, frames : the folders of its clips' folders; `frames` need not be there.
    resolutions : all that there are; `masks` and `frames` are of the first.
    """

    name: str
    root: Path
    masks: Path
    frames: Path
    resolutions: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Return whether clips lie in the root itself, as no published tree has them."""
        return self.masks == self.root

    @property
    def has_found_frames(self) -> bool:
        """Return whether its folder of frames is called neither as published nor after frames."""
        top = (self.frames.parent if self.resolutions else self.frames).name
        is_named = top in FRAMES_OF.values() or is_frame_role(top, MASK_FOLDERS)
        return not (self.is_plain or is_named) and self.frames.is_dir()

    @property
    def every_frame(self) -> Path | None:
        """Return where the clips lie with every frame: in XMem's place, or in AOT's."""
        name, above = f"{self.name}_all_frames", self.root.parent
        for folder in (above / "all_frames" / name, above / name, above.parent / name):
            if self.name and (folder / FRAMES).is_dir():
                return folder / FRAMES
        return None


def find_splits(root: Path) -> tuple[Split, ...]:
    """Return the splits of a published tree, or the one that it is; none where it is neither."""
    name = root.resolve().name
    one = _split(name if name in SPLITS else "", root)
    if one is not None:
        return (one,)
    found = (_split(name, root / name) for name in SPLITS)
    return tuple(split for split in found if split is not None)


def only_split(root: Path) -> Split:
    """Return the one split of a tree, of a folder of masks the folder itself.

    Raises DatasetError where there are several, for a person to name one.
    """
    splits = find_splits(root)
    if len(splits) > 1:
        names = " and ".join(split.name for split in splits)
        raise DatasetError(f"{root} has the splits {names}. Give one of them: {splits[0].root}.")
    return splits[0] if splits else _plain(root)


def splits_of(root: Path) -> tuple[Split, ...]:
    """Return the splits of a tree, of a folder of masks the folder itself."""
    return find_splits(root) or (_plain(root),)


def folders_about(path: Path) -> tuple[Path, ...]:
    """Return where files about a tree's clips may lie, given its root or a folder of its masks."""
    inside, splits = path.resolve(), find_splits(path)
    above = [one.parent for one in (inside, *inside.parents[:2]) if one.name in FRAMES_OF]
    return (splits[0].root if len(splits) == 1 else path, inside.parent, *above)


def _split(name: str, root: Path) -> Split | None:
    for masks, frames in FRAMES_OF.items():
        if (root / masks).is_dir() and not says_clip(root / masks):
            found = tuple(one for one in RESOLUTIONS if _is_resolution(root / masks / one))
            inner = found[0] if found else ""
            beside = root / frames
            if not beside.is_dir():
                found_as = role_folder(root, FRAME_FOLDERS) or unnamed_frames(root / masks / inner)
                beside = found_as or beside
            return Split(name, root, root / masks / inner, beside / inner, found)
    own = role_folder(root, MASK_FOLDERS) or unnamed_masks(root)  # as people call them
    if own is None or not (folder_content(own).has_masks or any(mask_folders(own))):
        return None
    frames_of = role_folder(root, FRAME_FOLDERS) or unnamed_frames(own)
    return Split(name, root, own, frames_of or root / FRAMES)


def _is_resolution(folder: Path) -> bool:
    """Return whether a folder is of masks of one size, and no clip that is called so."""
    content = folder_content(folder)
    is_of_objects = folder.parent.name not in (MASKS, "Annotations_unsupervised") or all(
        name.isdecimal() for name in content.folders
    )
    return folder.is_dir() and not (content.has_masks or (content.folders and is_of_objects))


def is_reserved(name: str) -> bool:
    """Return whether readers of folders of masks take a folder of this name for no clip's."""
    names = {*FRAMES_OF, *FRAMES_OF.values()}
    return is_mask_role(name) or is_frame_role(name, MASK_FOLDERS) or name in names


def _plain(root: Path) -> Split:
    """Return a folder of masks; its frames lie beside it, or beside what it is a part of."""
    inside = root.resolve()
    for above in (inside, *inside.parents[:2]):
        if above.name in FRAMES_OF or is_mask_role(above.name):
            frames = above.parent / FRAMES_OF.get(above.name, FRAMES)
            if not frames.is_dir():
                frames = role_folder(above.parent, FRAME_FOLDERS) or unnamed_frames(above) or frames
            return Split("", root, root, frames / inside.relative_to(above))
    return Split("", root, root, root.parent / FRAMES)


def clip_name(folder: Path) -> str:
    """Return what the one clip in a folder is called: after it, or what it lies in."""
    inside = folder.resolve()
    return (inside.parent if is_mask_role(inside.name) else inside).name or "clip"


def mask_files(folder: Path) -> list[Path]:
    """Return the images of a folder that can be masks, in natural order; none where it is none."""
    return [path for path in list_images(folder) if not is_jpeg(path)]


def folders_in(folder: Path) -> tuple[str, ...]:
    """Return the folders in a folder, sorted, without hidden ones; none where there is no folder.

    Raises ClipError where it cannot be read.
    """
    return folder_content(folder).folders


def is_plain_name(name: str) -> bool:
    """Return whether a name from a file is one folder's or file's, and climbs nowhere."""
    return name not in ("", ".", "..") and not set(name) & set("/\\\0") and len(name) < 200
