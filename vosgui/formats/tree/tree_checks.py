"""What is to be checked of a tree of masks: its clips one by one, and the files about all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from vosgui.core.issues import Issue, error, note
from vosgui.core.words import counted
from vosgui.files.json_file import read_json
from vosgui.files.json_lines import line_of
from vosgui.formats.checks import Checks, ClipCheck, ReadCheck
from vosgui.formats.dataset import ListClips
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.clip_checks import MaskClipCheck
from vosgui.formats.tree.layout import FRAMES, MASKS, RESOLUTIONS, Split, find_splits, folders_in
from vosgui.formats.tree.meta import META, read_frame_lists

_ID_CHARACTERS = 10


def tree_checks(
    root: Path,
    list_clips: ListClips,
    *,
    digits: int = 5,
    has_meta: bool = False,
    is_davis: bool = False,
) -> Checks:
    """Return what is wrong with a tree as a whole, and the checks of its clips.

    list_clips : of the format. digits : of a frame's name; 0 for any. has_meta : each split has a
        `meta.json`. is_davis : 255 is void, ids have no gaps and a list says categories alone.
    """
    dataset = list_clips(root)
    metas = _metas(root) if has_meta else {}
    issues = [*dataset.issues, *_unexpected(root)]
    named = {split.masks for split in find_splits(root) if split.name}
    clips: list[ClipCheck] = []
    for source in dataset.clips:
        if not isinstance(source, MaskFolderClip) or source.prefix or source.only:
            clips.append(ReadCheck(source))
            continue
        file = metas.get(source.masks.parent, "")
        # Outside of valid and test, few masks are as likely to be those of a coarser grid.
        is_sparse = source.given == "first" and not is_davis and source.masks.parent not in named
        given: Literal["every", "first", "some"] = "some" if is_sparse else source.given
        listed = None if is_davis else source.listed
        beside = (source.name, source.masks, _beside(source))
        clips.append(MaskClipCheck(*beside, given, is_davis, digits, listed, str(file)))
    for split in find_splits(root):
        if split.masks in metas:
            issues += _meta_issues(split, metas[split.masks])
    return Checks(tuple(issues), tuple(clips))


def _beside(source: MaskFolderClip) -> Path | None:
    """Return the frames that belong to the masks: of a valid set those of its own grid."""
    own = source.masks.parent.parent / FRAMES / source.name
    return own if own.is_dir() else source.frames


def with_lines(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Return the issues about objects of `meta.json` with the lines on which these stand."""
    found = []
    for one in issues:
        if one.file.endswith(".json") and one.clip and one.line is None:
            inner = () if one.object_id is None else ("objects", str(one.object_id))
            one = replace(one, line=line_of(Path(one.file), ("videos", one.clip, *inner)))
        found.append(one)
    return tuple(found)


def _metas(root: Path) -> dict[Path, Path]:
    """Return the `meta.json` of each split, by the folder of its masks."""
    files = {split.masks: split.root / META for split in find_splits(root)}
    return {masks: file for masks, file in files.items() if file.is_file()}


def _unexpected(root: Path) -> Iterator[Issue]:
    """Yield files where only clips' folders may be."""
    by_size = [root / kind / one for kind in (FRAMES, MASKS) for one in RESOLUTIONS]
    bases = [folder for folder in by_size if folder.is_dir()]
    splits = [one for one in find_splits(root) if folders_in(one.masks)]  # else of one clip
    bases = bases or [folder for one in splits for folder in (one.frames, one.masks)]
    for path in (path for base in bases if base.is_dir() for path in sorted(base.iterdir())):
        if not path.is_dir() or path.name.startswith("."):
            text = "It is no clip's folder; readers take everything here for a clip."
            yield error(text, file=str(path), fix="Remove it.")


def _meta_issues(split: Split, file: Path) -> Iterator[Issue]:
    videos = listed_clips(file)
    there = {*folders_in(split.masks), *folders_in(split.frames)}
    for name in sorted(set(videos) - there):
        text = "It is listed, but has no folder."
        yield error(text, clip=name, file=str(file), fix="Take it out of the list.")
    for name in sorted(there - set(videos)):
        text = "It has a folder, but is not listed."
        yield error(text, clip=name, file=str(file), fix="List it, or remove the folder.")
    odd = [name for name in videos if len(name) != _ID_CHARACTERS]
    if odd:
        text = f"{counted(len(odd), 'clip')} not named by {_ID_CHARACTERS} characters."
        fix = "Only the converter of YouTube-VIS's authors minds."
        yield note(text, clip=odd[0], file=str(file), fix=fix)
    for name, objects in read_frame_lists(file).items():
        for object_id, frames in objects.items():
            where: dict[str, Any] = {"clip": name, "file": str(file), "object_id": object_id}
            if not frames:
                yield error("It lists no frames.", **where, fix="List those it is in.")
            elif sorted(set(frames)) != frames:
                yield error("Its frames are not sorted.", **where, fix="Sort them, each once.")


class _Listed(msgspec.Struct):
    videos: dict[str, msgspec.Raw]


def listed_clips(file: Path) -> tuple[str, ...]:
    """Return the names of the clips that a JSON file lists; DatasetError where it is broken."""
    return tuple(read_json(file, _Listed, "JSON").videos)
