"""The one reader of trees of masks: which clips a tree has, whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from vosgui.core.annotation import Expression
from vosgui.core.issues import Issue, note, warning
from vosgui.errors import ClipError, DatasetError
from vosgui.files.archive import sole_folders
from vosgui.formats.dataset import Dataset
from vosgui.formats.tree.by_size import told_by_size
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.find_frames import clip_frames
from vosgui.formats.tree.folders import MaskFolder, mask_folders
from vosgui.formats.tree.layout import (
    FRAMES,
    MASKS,
    SPLITS,
    Split,
    clip_name,
    find_splits,
    folders_in,
    is_plain_name,
    mask_files,
    only_split,
    splits_of,
)
from vosgui.formats.tree.meta import ListedObject, ObjectTable
from vosgui.formats.tree.names import clips_of_masks, distinct_names, said_of_flat
from vosgui.media.image_files import image_size
from vosgui.media.images import folder_content, list_images
from vosgui.media.mask_files import differ_by_rounding

Expressions = Mapping[str, Mapping[int, tuple[Expression, ...]]]  # by clip, by object id
_NO_MASKS = "It has no masks; it was left out."
_BESIDE = "It lies beside the clip that was read; it was left out."
_FEW, _LOOKED_AT = 8, 16  # clips whose masks may be photographs', and masks of each
Given = Literal["every", "first"]  # see MaskFolderClip


@dataclass(frozen=True)
class Tree(Dataset):
    """The clips of a tree of masks."""

    clips: tuple[MaskFolderClip, ...]


def is_tree(root: Path) -> bool:
    """Return whether a folder is a tree of splits, or of frames and masks, as MOSE has it."""
    splits = find_splits(root)
    return bool(splits) and (splits[0].name != "" or splits[0].frames.is_dir())


def is_mask_folder(root: Path) -> bool:
    """Return whether a folder holds mask images, or one folder of them per clip."""
    splits = splits_of(root)
    if any(folder_content(one.masks).has_masks or any(mask_folders(one.masks)) for one in splits):
        return True
    named = (
        (one.masks, name) for one in splits if not one.is_plain for name in folders_in(one.masks)
    )
    return any(folder_content(masks / name).has_masks for masks, name in named)


def check_folder(root: Path) -> None:
    """Raise DatasetError where the root of a tree is no folder."""
    if root.is_file():
        raise DatasetError(f"{root} is a file. Name a folder, the root of the dataset.")
    if not root.is_dir():
        raise DatasetError(f"There is no folder {root}.")


def find_clips(root: Path) -> Tree:
    """Return the clips of a tree that have masks, each with the frames of its own split.

    root : the tree, one of its splits, or a folder of masks within. Raises DatasetError where it
    has no masks, or several splits.
    """
    check_folder(root)
    split = only_split(inner_tree(root))
    tree = clips_of(split, every_frame=False)
    clips = tuple(clip for clip in tree.clips if clip.frame_names)
    for clip in () if _are_counted(tree) else clips:
        clip.check_names(clip_frames(clip.frames, (), clip.prefix).names)
    empty = (clip.name for clip in tree.clips if not clip.frame_names)
    issues = (*tree.issues, *(note(_NO_MASKS, clip=name) for name in empty))
    if not clips:
        raise DatasetError(
            f"There are no masks in {split.masks}. Expected {split.masks}/CLIP/FRAME.png, or "
            "FRAME.png of a single clip."
        )
    return Tree(clips, issues)


def inner_tree(root: Path) -> Path:
    """Return the tree that a folder is, or that the one folder in it is; else the folder itself."""
    return next((one for one in sole_folders(root) if find_splits(one)), root)


def find_clip(root: Path, name: str) -> MaskFolderClip | None:
    """Return the clip of a tree that has this name, None where there is none."""
    clips = find_clips(root).clips if root.is_dir() else ()
    return next((clip for clip in clips if clip.name == name), None)


def list_tree(
    root: Path,
    objects: Callable[[Split], ObjectTable | None] = lambda _: None,
    expressions: Callable[[Split], Expressions] = lambda _: {},
) -> Tree:
    """Return the clips of all splits of a tree; two of one name are called after their splits.

    objects, expressions : those that the files of a split list.
    Raises DatasetError where there is no clip.
    """
    found: list[tuple[str, MaskFolderClip]] = []
    issues: list[Issue] = []
    for split in splits_of(root):
        tree = clips_of(split, objects(split), expressions(split))
        issues += tree.issues
        found += [(split.name, clip) for clip in tree.clips]
    if not found:
        raise DatasetError(
            f"There are no clips in {root}. Expected {root}/{MASKS}/CLIP/FRAME.png with frames in "
            f"{root}/{FRAMES}/CLIP, or both in {', '.join(f'{root}/{name}' for name in SPLITS)}."
        )
    clips: list[MaskFolderClip] = []
    places = [(split, clip.name) for split, clip in found]
    names = distinct_names(places, "clip", in_any_case=False)  # a folder's name is its own
    for name, (split_name, clip) in zip(names, found, strict=True):
        if name != clip.name:
            text = f"Several splits have a clip {clip.name}: that of {split_name} is called {name}."
            issues.append(note(text, clip=name))
            clip = replace(clip, name=name)
        clips.append(clip)
    return Tree(tuple(clips), tuple(issues))


def clips_of(
    split: Split,
    objects: ObjectTable | None = None,
    expressions: Expressions | None = None,
    *,
    every_frame: bool = True,
) -> Tree:
    """Return the clips of a split.

    objects : what the split's file lists, None where there is no file.
    every_frame : take the frames of all times where they lie beside those of the split's own grid.
    """
    issues: list[Issue] = []
    if len(split.resolutions) > 1:
        found = ", ".join(split.resolutions)
        issues.append(note(f"Of the resolutions {found} the first was read.", file=str(split.root)))
    if split.has_found_frames:
        issues.append(note("Frames were taken from the folder beside.", file=str(split.frames)))
    names = folders_in(split.masks)
    own = mask_files(split.masks)
    deep = list(mask_folders(split.masks, split.frames)) if own or split.is_plain else []
    if own and (not deep or (split.is_plain and len(own) > 1)):
        frames = split.frames if list_images(split.frames) else None
        issues += [warning(_BESIDE, file=str(one.masks)) for one in deep]
        clip = MaskFolderClip(clip_name(split.root), split.masks, frames)
        return _told_apart(Tree((clip,), tuple(issues)), split)
    if split.is_plain:
        issues += [warning(_BESIDE, file=str(path)) for path in own]
        return _told_apart(Tree(_deep_clips(deep, split), tuple(issues)), split)
    if not any(folder_content(split.masks / name).has_masks for name in names):
        deep = list(mask_folders(split.masks, split.frames))
        if deep:
            return _told_apart(Tree(_deep_clips(deep, split), tuple(issues)), split)
    dense = split.every_frame if every_frame else None
    clips = []
    for name in sorted({*names, *(objects or {}), *(expressions or {})}):
        if not is_plain_name(name):
            issues.append(warning("A clip's name is a path; it was left out.", clip=name))
            continue
        masks, said = split.masks / name, (expressions or {}).get(name, {})
        folders = [split.frames / name] if dense is None else [dense / name, split.frames / name]
        frames = next((folder for folder in folders if folder.is_dir()), None)
        if frames is None and not masks.is_dir():
            issues.append(warning("It is listed but has no folder; it was left out.", clip=name))
            continue
        listed = None if objects is None else objects.get(name, {})
        given = _given(split, masks, None if dense else frames, listed or {})
        clips.append(MaskFolderClip(name, masks, frames, given, listed, said))
    blank = sorted({*folders_in(split.frames)} - {clip.name for clip in clips})
    issues += [note(_NO_MASKS, clip=name) for name in blank]
    if dense:
        issues.append(note("Frames were taken from the folder with every frame.", file=str(dense)))
    return _told_apart(Tree(tuple(clips), tuple(issues)), split)


def _told_apart(tree: Tree, split: Split) -> Tree:
    """Return a tree in which what lies in one folder are clips of their own, where it tells so."""
    told = _by_name(tree, split)
    return _by_size(told, split) if len(told.clips) <= _FEW else told


def _by_size(tree: Tree, split: Split) -> Tree:
    """Return a tree in which masks of photographs, which differ in size, are clips of their own."""
    paths: list[tuple[str, ...]] = []
    clips: list[MaskFolderClip] = []
    issues = list(tree.issues)
    for clip in tree.clips:
        stems, path = clip.frame_names, (clip.name,)
        masks = [clip.path(stem) for stem in stems]
        if clip.listed is None and _differ(masks) and not _are_alike(clip.frame_files):
            sizes = [_size(mask) for mask in masks]
            groups = told_by_size(stems, stems, sizes, path, clip.masks, issues)
            if len(groups) > 1:
                clips += [replace(clip, only=one.images[0]) for one in groups]
                paths += [one.path for one in groups]
                continue
        clips.append(clip)
        paths.append(path)
    if len(clips) == len(tree.clips):
        return tree
    names = distinct_names(paths, clip_name(split.root), in_any_case=False)
    pairs = zip(clips, names, strict=True)
    return Tree(tuple(replace(clip, name=name) for clip, name in pairs), tuple(issues))


def _differ(masks: Sequence[Path]) -> bool:
    """Return whether masks have several sizes, more than a pixel or two apart."""
    first, *others = _some_sizes(masks) or [(0, 0)]
    return not all(differ_by_rounding(first, one) for one in others)


def _are_alike(frames: Sequence[Path]) -> bool:
    """Return whether frames have one size: those of a video, whatever sizes its masks have."""
    return len({*_some_sizes(frames)}) == 1


def _some_sizes(files: Sequence[Path]) -> list[tuple[int, int]]:
    some = dict.fromkeys((*files[:: max(1, len(files) // _LOOKED_AT)], *files[-1:]))
    return [size for size in map(_size, some) if size is not None]


def _size(mask: Path) -> tuple[int, int] | None:
    try:
        return image_size(mask)
    except ClipError:  # who reads it says so
        return None


def _by_name(tree: Tree, split: Split) -> Tree:
    """Return a tree in which masks of several clips in one folder are clips of their own.

    Names tell them, as in vid1_00000 and vid2_00000. The first clip's tell whether to look.
    """
    if _are_counted(tree):
        return tree
    paths: list[tuple[str, ...]] = []
    clips: list[MaskFolderClip] = []
    issues = list(tree.issues)
    for clip in tree.clips:
        told = clips_of_masks(clip.frame_names) if clip.listed is None else ()
        issues += said_of_flat(told, str(clip.masks))
        for prefix in told or ("",):
            own = split.frames / prefix  # JPEGImages/vid1 of Annotations/vid1_00000.png
            is_own = bool(prefix) and clip.masks == split.masks and bool(list_images(own))
            frames = own if is_own else clip.frames
            clips.append(replace(clip, prefix=prefix, frames=frames) if prefix else clip)
            above = () if clip.masks == split.masks else (clip.name,)
            paths.append((*above, prefix) if prefix else (clip.name,))
    if len(clips) == len(tree.clips):
        return tree
    names = distinct_names(paths, clip_name(split.root), in_any_case=False)
    pairs = zip(clips, names, strict=True)
    return Tree(tuple(replace(clip, name=name) for clip, name in pairs), tuple(issues))


def _are_counted(tree: Tree) -> bool:
    """Return whether masks are named by numbers alone, as the first clip tells."""
    return all(name.isdecimal() for clip in tree.clips[:1] for name in clip.frame_names[:1])


def _deep_clips(folders: Sequence[MaskFolder], split: Split) -> tuple[MaskFolderClip, ...]:
    """Return the clips of folders of masks, wherever below the split's they lie."""
    names = distinct_names([one.parts for one in folders], clip_name(split.root), in_any_case=False)
    pairs = zip(names, folders, strict=True)
    return tuple(MaskFolderClip(name, one.masks, one.frames) for name, one in pairs)


def _given(
    split: Split, masks: Path, frames: Path | None, listed: Mapping[int, ListedObject]
) -> Given:
    """Return "first" where a split that may be of that kind has fewer masks than are due.

    frames : those that a mask is due for, None where that is not known.
    """
    if not SPLITS.get(split.name, True):
        return "every"
    n_masks, n_frames = len(mask_files(masks)), len(list_images(frames)) if frames else 0
    if split.resolutions:  # DAVIS's test sets have the first frame's mask, with all objects
        return "first" if n_masks == 1 < n_frames else "every"
    due = {name for entry in listed.values() for name in entry.frames or ()}
    return "first" if n_masks < (len(due) or n_frames) else "every"
