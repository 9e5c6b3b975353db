"""Trees of splits, as YouTube-VOS, MOSE and LVOS have them: SPLIT/{JPEGImages,Annotations}/CLIP."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vosgui.core.annotation import Expression
from vosgui.core.issues import Issue, note, warning
from vosgui.errors import DatasetError
from vosgui.formats.dataset import ClipSource, Dataset
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.meta import ListedObject, ObjectTable

FRAMES, MASKS = "JPEGImages", "Annotations"
RESOLUTIONS = ("480p", "Full-Resolution", "1080p")  # of DAVIS
SPLITS = ("train", "valid", "val", "test")
_FIRST_ONLY = ("valid", "val", "test")  # their masks hold only the objects that start there


@dataclass(frozen=True)
class Split:
    """One split of a tree. name : "" where the tree has no splits."""

    name: str
    root: Path

    @property
    def frames(self) -> Path:
        """Return the folder of the clips' frames."""
        return self.root / FRAMES

    @property
    def masks(self) -> Path:
        """Return the folder of the clips' masks."""
        return self.root / MASKS

    def all_frames(self) -> Path | None:
        """Return where the clips lie with every frame: in XMem's place, or in AOT's."""
        name = f"{self.name}_all_frames"
        if not self.name:
            return None
        above = self.root.parent
        for folder in (above / "all_frames" / name, above / name, above.parent / name):
            if (folder / FRAMES).is_dir():
                return folder / FRAMES
        return None


def find_splits(root: Path) -> tuple[Split, ...]:
    """Return the splits of a tree, or the tree itself where it is one; none where it is neither."""
    if (root / MASKS).is_dir():
        name = root.resolve().name
        return (Split(name if name in SPLITS else "", root),)
    return tuple(Split(name, root / name) for name in SPLITS if (root / name / MASKS).is_dir())


def folders_in(folder: Path) -> tuple[str, ...]:
    """Return the folders in a folder, sorted, without hidden ones; none where there is no folder.

    Raises DatasetError where it cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            found = [e.name for e in entries if e.is_dir() and not e.name.startswith(".")]
        return tuple(sorted(found))
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise DatasetError(f"The folder {folder} cannot be read: {error.strerror}.") from error


Expressions = Mapping[str, Mapping[int, tuple[Expression, ...]]]  # by clip, by object id


def split_dataset(
    split: Split,
    table: ObjectTable | None,
    expressions: Expressions | None = None,
    *,
    given: Literal["every", "first", "auto"] = "auto",
) -> Dataset:
    """Return the clips of a split.

    table : the objects that the split's file lists, None where there is no file.
    given : whether masks say all of their frame, see MaskFolderClip; "auto" goes by the split.
    """
    issues: list[Issue] = []
    dense = split.all_frames()
    names = sorted({*folders_in(split.masks), *(table or {}), *(expressions or {})})
    clips: list[ClipSource] = []
    for name in names:
        if not is_plain_name(name):
            issues.append(warning("A clip's name is a path; it was left out.", clip=name))
            continue
        frames = _frames_of(name, dense, split)
        masks = split.masks / name
        if frames is None and not masks.is_dir():
            issues.append(warning("It is listed but has no folder; it was left out.", clip=name))
            continue
        listed = None if table is None else table.get(name, {})
        style = given if given != "auto" else _style(split, masks, frames, dense, listed)
        said = (expressions or {}).get(name, {})
        clips.append(MaskFolderClip(name, masks, frames, style, "ids", listed, said))
    if dense:
        issues.append(note("Frames were taken from the folder with every frame.", file=str(dense)))
    return Dataset(tuple(clips), tuple(issues))


def is_plain_name(name: str) -> bool:
    """Return whether a name from a file is one folder's or file's, and climbs nowhere."""
    return name not in ("", ".", "..") and not set(name) & set("/\\\0") and len(name) < 200


def joined(datasets: Sequence[Dataset]) -> Dataset:
    """Return the clips of several splits as one dataset; of two of one name the first is kept."""
    clips: dict[str, ClipSource] = {}
    issues = [issue for one in datasets for issue in one.issues]
    for clip in (clip for one in datasets for clip in one.clips):
        if clips.setdefault(clip.name, clip) is not clip:
            text = "A second split has a clip of this name; it was left out."
            issues.append(warning(text, clip=clip.name))
    return Dataset(tuple(clips.values()), tuple(issues))


def _frames_of(name: str, dense: Path | None, split: Split) -> Path | None:
    folders = [dense / name] if dense else []
    return next((f for f in (*folders, split.frames / name) if f.is_dir()), None)


def _style(
    split: Split,
    masks: Path,
    frames: Path | None,
    dense: Path | None,
    listed: Mapping[int, ListedObject] | None,
) -> Literal["every", "first"]:
    """Return "first" where a split that may be of that kind has fewer masks than are due."""
    if split.name and split.name not in _FIRST_ONLY:
        return "every"
    due = {name for entry in (listed or {}).values() for name in entry.frames or ()}
    n_due = len(due) or (_n_files(frames) if frames and not dense else 0)
    return "first" if _n_files(masks) < n_due else "every"


def _n_files(folder: Path) -> int:
    if not folder.is_dir():
        return 0
    with os.scandir(folder) as entries:
        return sum(not entry.name.startswith(".") for entry in entries)
