"""Reading YouTube-VIS: `instances.json` with one track of masks per object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np
from pycocotools import mask as coco

from vosgui.core.edits import new_object
from vosgui.core.issues import Issue, gathered, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.formats.dataset import (
    AnnotationBuilder,
    ClipSource,
    Dataset,
    LabelledClip,
    stride_of,
)
from vosgui.formats.tree.layout import SPLITS, is_plain_name
from vosgui.formats.tree.numbering import numbered
from vosgui.formats.tree.overlaps import FIRST_WINS, flattened
from vosgui.formats.youtubevis.files import ClipTexts, read_vis_truth
from vosgui.media.images import list_images

_NAMES = ("instances.json", "train.json")


@dataclass(frozen=True)
class VisSource:
    """A clip of the file with its tracks, not decoded yet. categories : by id."""

    name: str
    file: Path
    frames: Path | None
    texts: ClipTexts = field(repr=False)
    categories: Mapping[int, str] = field(repr=False)

    def read(self, progress: Progress = NO_PROGRESS) -> LabelledClip:
        """Flatten the tracks into one mask per frame; raise DatasetError for a broken one."""
        issues: list[Issue] = []
        tracks = self.texts.true_tracks(areas_of_file=True)
        kept = [track for track in tracks if not track.crowd]
        if len(kept) < len(tracks):
            text = "A track of a crowd (iscrowd) was left out."
            issues.append(warning(text, clip=self.name, count=len(tracks) - len(kept)))
        ids, _ = numbered(dict.fromkeys(range(len(kept))), self.name)
        hw, names = self.texts.clip.hw, _stems(self.texts.clip.file_names)
        numbers = [int(name) for name in names if name.isdecimal()]
        dense = len(numbers) == len(names) < (len(list_images(self.frames)) if self.frames else 0)
        builder = AnnotationBuilder(hw, len(names), stride_of(numbers) if dense else 1)
        for t, name in enumerate(names):
            layers: list[tuple[int, Pixels]] = []
            for n, track in enumerate(kept):
                rle = track.masks[t]
                if rle is not None:
                    layers.append((ids[n], np.asarray(coco.decode(rle), bool)))
            mask, n_shared = flattened(hw, layers)
            if n_shared:
                where = {"clip": self.name, "frame": name}
                issues.append(warning(FIRST_WINS, **where, count=n_shared))
            builder.add(t, mask)
            progress.report(t + 1)
        objects = [
            new_object(ids[n], category=self.categories.get(track.category_id, ""))
            for n, track in enumerate(kept)
        ]
        annotation = builder.build(objects)
        return LabelledClip(self.name, self.frames, names, annotation, gathered(issues))


def is_youtubevis(path: Path) -> bool:
    """Return whether a path is such a file, or the tree of one."""
    return bool(instance_files(path))


def instance_files(path: Path) -> list[Path]:
    """Return the files of a tree, or the one that is given."""
    files = [path] if path.is_file() and path.suffix == ".json" else _files(path)
    return [file for file in files if _has_videos(file)]


def list_youtubevis(path: Path) -> Dataset:
    """Return the clips of all splits that have annotations; DatasetError for a broken file."""
    files = [path] if path.is_file() else _files(path)
    issues: list[Issue] = []
    clips: list[ClipSource] = []
    taken: set[str] = set()
    for file in files or [path / _NAMES[0]]:
        texts, categories = read_vis_truth(file)
        for one in texts:
            clip = one.clip
            name = PurePosixPath(clip.name).name
            if not is_plain_name(name) or name in taken:
                text = f"Its name {clip.name!r} is taken or a path; it became clip-{clip.id}."
                issues.append(warning(text, clip=clip.name, file=str(file)))
                name = f"clip-{clip.id}"
            taken.add(name)
            folder = _frames(file, clip.file_names)
            clips.append(VisSource(name, file, folder, one, categories))
    return Dataset(tuple(clips), tuple(issues))


def _files(root: Path) -> list[Path]:
    folders = [root, *(root / split for split in SPLITS)]
    found = [folder / name for folder in folders for name in _NAMES]
    return [path for path in found if path.is_file() and _has_videos(path)]


def _has_videos(path: Path) -> bool:
    """Return whether a JSON file speaks of tracks; without decoding hundreds of megabytes."""
    with path.open("rb") as file:
        text = file.read()
    return b'"videos"' in text and b'"file_names"' in text


def _frames(file: Path, file_names: tuple[str, ...]) -> Path | None:
    if not file_names or ".." in PurePosixPath(file_names[0]).parts:
        return None
    for base in (file.parent / "JPEGImages", file.parent, file.parent / "train" / "JPEGImages"):
        if (base / file_names[0]).is_file():
            return (base / file_names[0]).parent
    return None


def _stems(file_names: tuple[str, ...]) -> tuple[str, ...]:
    stems = tuple(PurePosixPath(name).stem for name in file_names)
    return stems if len(set(stems)) == len(stems) else tuple(f"{t:05d}" for t in range(len(stems)))
