"""Reading YouTube-VIS: `instances.json` with one track of masks per object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from vosgui.core.issues import Issue, warning
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.formats.coco.rle import pixels_of
from vosgui.formats.dataset import ClipSource, Dataset, stride_of
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip
from vosgui.formats.tree.find_frames import frames_beside, names_of_files
from vosgui.formats.tree.layout import SPLITS, is_plain_name
from vosgui.formats.youtubevis.files import ClipTexts, read_vis_truth
from vosgui.formats.youtubevis.tracks import Track
from vosgui.media.images import list_images

_NAMES = ("instances.json", "train.json")


@dataclass(frozen=True)
class VisSource(ShapesClip):
    """A clip of the file with its tracks, not decoded yet. categories : by id."""

    name: str
    file: Path
    frames: Path | None
    texts: ClipTexts = field(repr=False)
    categories: Mapping[int, str] = field(repr=False)

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Decode the tracks; raise DatasetError for a broken one."""
        tracks = self.texts.true_tracks(areas_of_file=True)
        kept = [track for track in tracks if not track.crowd]
        issues = []
        if len(kept) < len(tracks):
            text = "A track of a crowd (iscrowd) was left out."
            issues.append(warning(text, clip=self.name, count=len(tracks) - len(kept)))
        names = names_of_files(self.texts.clip.file_names)
        numbers = [int(name) for name in names if name.isdecimal()]
        n_images = len(list_images(self.frames)) if self.frames else 0
        stride = stride_of(numbers) if len(numbers) == len(names) < n_images else 1
        objects = {
            n: FileObject(category=self.categories.get(track.category_id, ""))
            for n, track in enumerate(kept)
        }
        shapes = [(t, list(_shapes(kept, t))) for t in range(len(names))]
        hw = self.texts.clip.hw
        return Outline(self.frames, names, hw, objects, shapes, stride, issues=issues)


def _shapes(tracks: Sequence[Track], t: int) -> Iterator[Shape]:
    for n, track in enumerate(tracks):
        rle = track.masks[t]
        if rle is not None:
            yield Shape(n, partial(pixels_of, rle))


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
            folder = frames_beside(file, clip.file_names[0]) if clip.file_names else None
            clips.append(VisSource(name, file, folder, one, categories))
    return Dataset(tuple(clips), tuple(issues))


def _files(root: Path) -> list[Path]:
    folders = [root, *(root / split for split in SPLITS)]
    found = [folder / name for folder in folders for name in _NAMES]
    return [path for path in found if path.is_file() and _has_videos(path)]


def _has_videos(path: Path) -> bool:
    """Return whether a JSON file speaks of tracks; without decoding hundreds of megabytes."""
    text = path.read_bytes()
    return b'"videos"' in text and b'"file_names"' in text
