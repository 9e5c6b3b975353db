"""Reading DAVIS 2016 and 2017: `ImageSets`, one folder of frames and masks per resolution."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from vosgui.core.issues import Issue, note, warning
from vosgui.errors import DatasetError
from vosgui.formats.dataset import ClipSource, Dataset
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.meta import SEMANTICS, read_semantics
from vosgui.formats.tree.splits import FRAMES, MASKS, RESOLUTIONS, folders_in, is_plain_name
from vosgui.media.images import list_images

_UNSUPERVISED = "Annotations_unsupervised"


def is_davis(root: Path) -> bool:
    """Return whether a folder is a DAVIS tree."""
    masks = any((root / MASKS / one).is_dir() for one in RESOLUTIONS)
    return masks or ((root / "ImageSets").is_dir() and (root / FRAMES).is_dir())


def list_davis(root: Path) -> Dataset:
    """Return the clips of a DAVIS tree at its first resolution: 480p before full.

    Raises DatasetError where there is no such tree.
    """
    inner = _UNSUPERVISED if not (root / MASKS).is_dir() else MASKS
    found = [one for one in RESOLUTIONS if (root / inner / one).is_dir()]
    if not found:
        raise DatasetError(
            f"{root} is not a DAVIS tree. Expected {root}/{MASKS}/480p/CLIP/00000.png and "
            f"{root}/{FRAMES}/480p/CLIP/00000.jpg."
        )
    masks, frames = root / inner / found[0], root / FRAMES / found[0]
    issues: list[Issue] = []
    if len(found) > 1:
        issues.append(note(f"Of the resolutions {', '.join(found)} the first was read."))
    semantics = root / SEMANTICS
    categories = read_semantics(semantics) if semantics.is_file() else {}
    sets = _image_sets(root)
    clips: list[ClipSource] = []
    for name in sorted({*folders_in(masks), *sets}):
        if not (masks / name).is_dir():
            where = sets[name]
            text = "It is listed but has no masks; it was left out."
            issues.append(warning(text, clip=name, file=str(where)))
            continue
        folder = frames / name if (frames / name).is_dir() else None
        given = _given(masks / name, folder)
        clips.append(
            MaskFolderClip(name, masks / name, folder, given, "either", categories.get(name))
        )
    return Dataset(tuple(clips), tuple(issues))


def image_set(path: Path) -> tuple[str, ...]:
    """Return the clips that a list names, in its order: one name a line, or one pair of files.

    DAVIS 2016 lists pairs, `/JPEGImages/480p/CLIP/00000.jpg /Annotations/480p/CLIP/00000.png `.
    Raises DatasetError where the file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"Cannot read the list {path}: {error}.") from error
    names: dict[str, None] = {}
    for line in lines:
        words = line.split()
        if not words:
            continue
        parts = words[0].split("/")
        names.setdefault(parts[3] if words[0].startswith("/") and len(parts) > 4 else words[0])
    return tuple(names)


def _image_sets(root: Path) -> dict[str, Path]:
    """Return each clip that a list names, with the file that does."""
    folder = root / "ImageSets"
    lists = sorted(folder.glob("*/*.txt")) if folder.is_dir() else []
    # The lists of the test sets name clips whose masks are not published.
    lists = [path for path in lists if not path.stem.startswith("test")]
    return {name: path for path in lists for name in image_set(path) if is_plain_name(name)}


def _given(masks: Path, frames: Path | None) -> Literal["every", "first"]:
    """Return "first" for the test sets, which have the mask of the first frame alone."""
    n_frames = len(list_images(frames)) if frames else 0
    return "first" if len(list_images(masks)) == 1 < n_frames else "every"
