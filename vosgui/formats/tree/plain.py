"""Reading plain folders of masks: palette, grey, binary or RGB-coded, with or without frames."""

from __future__ import annotations

from pathlib import Path

from vosgui.errors import DatasetError
from vosgui.formats.dataset import ClipSource, Dataset
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.splits import FRAMES, MASKS, folders_in
from vosgui.media.images import is_jpeg, list_images


def is_plain(root: Path) -> bool:
    """Return whether a folder holds mask images, or one folder of them per clip."""
    inner = _inner(root)
    if not inner.is_dir():
        return False
    return bool(_pngs(inner)) or any(_pngs(inner / name) for name in folders_in(inner))


def list_plain(root: Path) -> Dataset:
    """Return the clips of FRAME.png or CLIP/FRAME.png; raise DatasetError where there is no mask.

    Frames are looked for in a `JPEGImages` beside an `Annotations`, of the same inner folders.
    """
    inner = _inner(root)
    frames = root / FRAMES if inner != root else root.parent / FRAMES
    if not inner.is_dir():
        raise DatasetError(f"There is no folder {root}.")
    if _pngs(inner):
        folder = frames if frames.is_dir() and list_images(frames) else None
        return Dataset((_clip(root.resolve().name, inner, folder),))
    clips: list[ClipSource] = []
    for name in folders_in(inner):
        if _pngs(inner / name):
            folder = frames / name
            clips.append(_clip(name, inner / name, folder if folder.is_dir() else None))
    if not clips:
        raise DatasetError(
            f"There are no masks in {inner}. Expected {inner}/CLIP/FRAME.png, or FRAME.png of a "
            "single clip."
        )
    return Dataset(tuple(clips))


def _clip(name: str, masks: Path, frames: Path | None) -> MaskFolderClip:
    return MaskFolderClip(name, masks, frames, "every", "either")


def _inner(root: Path) -> Path:
    return root / MASKS if (root / MASKS).is_dir() else root


def _pngs(folder: Path) -> bool:
    return any(not is_jpeg(path) for path in list_images(folder))
