"""Reading YouTube-VIS and OVIS: files with one track of masks per object, and their frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import ClipError, DatasetError
from vosgui.files.json_file import has_keys
from vosgui.formats.coco.rle import drawn_of, is_missing
from vosgui.formats.dataset import ClipSource, Dataset, stride_of, without_broken
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip, checked_hw, renumbering
from vosgui.formats.tree.find_frames import frames_of_files
from vosgui.formats.tree.frames_beside import FramesBeside, split_of
from vosgui.formats.tree.layout import SPLITS
from vosgui.formats.tree.names import as_path, distinct_names, flat_clip
from vosgui.formats.youtubevis.files import ClipTexts, StoredTrack, VisClip, read_vis_truth
from vosgui.media.image_files import image_layout
from vosgui.media.images import list_images


@dataclass(frozen=True)
class VisSource(ShapesClip):
    """A clip of the file with its tracks, not decoded yet. categories : by id."""

    name: str
    file: Path
    frames: Path | None
    texts: ClipTexts = field(repr=False)
    categories: Mapping[int | str, str] = field(repr=False)

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Decode the tracks; raise DatasetError where all of them are broken."""
        issues: list[Issue] = []
        tracks = self.texts.stored_tracks(issues)
        kept = [track for track in tracks if not track.crowd] or tracks
        if len(kept) < len(tracks):
            text = "A track of a crowd (iscrowd) was left out."
            issues.append(warning(text, clip=self.name, count=len(tracks) - len(kept)))
        files = self.texts.clip.file_names
        names, folder, odd = frames_of_files(files, self.frames, self.file, self.name)
        issues += odd
        numbers = [int(name) for name in names if name.isdecimal()]
        n_images = len(list_images(folder)) if folder else 0
        stride = stride_of(numbers) if len(numbers) == len(names) < n_images else 1
        said = [track.who for track in kept]
        are_told = None not in said and len({*said}) == len(said)
        objects = {n: self._object(track, are_told) for n, track in enumerate(kept)}
        shapes = [(t, list(self._shapes(kept, t))) for t in range(len(names))]
        hw = self.texts.clip.hw
        numbers_now = ((track.number, n) for n, track in enumerate(kept, start=1))
        changes = [(old, new) for old, new in numbers_now if old not in (None, new)]
        if changes and not are_told:
            text = f"Annotations were numbered: {renumbering(changes)}."
            issues.append(note(text, clip=self.name))
        return Outline(folder, names, hw, objects, shapes, stride, issues=issues)

    def _object(self, track: StoredTrack, is_told: bool) -> FileObject:
        category = self.categories.get(track.category_id, "")
        if not is_told:
            return FileObject(category=category)
        number = track.who if isinstance(track.who, int) else None
        return FileObject(number, category, called=str(track.who))

    def _shapes(self, tracks: Sequence[StoredTrack], t: int) -> Iterator[Shape]:
        for n, track in enumerate(tracks):
            if not is_missing(track.masks[t]):
                yield Shape(n, partial(self._pixels, track, t))

    def _pixels(self, track: StoredTrack, t: int) -> Pixels | None:
        return drawn_of(track.masks[t], self.texts.clip.hw, track.at, self.file)


def is_youtubevis(path: Path) -> bool:
    """Return whether a path is such a file, or the tree of one."""
    return bool(instance_files(path))


def instance_files(path: Path) -> list[Path]:
    """Return the files of a tree, or the one that is given, that list clips and their tracks.

    Where some have tracks, those of valid and test sets that have none are not among them.
    """
    found = _files(path)
    return [file for file in found if has_keys(file, "annotations", "segmentations")] or found


def list_youtubevis(path: Path) -> Dataset:
    """Return the clips of all splits that have annotations; DatasetError for a broken file."""
    files = [path] if path.is_file() else instance_files(path)
    if not files:
        raise DatasetError(f"There is no file of YouTube-VIS or OVIS in {path}.")
    text = "It has no tracks; it was left."
    beside = [file for file in _files(path) if file not in files]
    issues: list[Issue] = [note(text, file=str(file)) for file in beside]
    found: list[tuple[VisClip, VisSource]] = []
    paths: list[tuple[str, ...]] = []
    whole, broken = without_broken(files, lambda file: read_vis_truth(file, issues))
    for file, (texts, categories) in whole:
        frames_beside = FramesBeside(file)
        for one in texts:
            first = one.clip.file_names[0] if one.clip.file_names else ""
            inner = _folders(one.clip)
            folder = frames_beside.folder(first, inner[-1]) if first else None
            one = replace(one, clip=_sized(one.clip, file, folder))
            split = split_of(file.stem) or (file.parent.name if file.parent != path else "")
            paths.append((file.stem, split, *inner) if split else (file.stem, *inner))
            found.append((one.clip, VisSource(inner[-1], file, folder, one, categories)))
    clips: list[ClipSource] = []
    for name, (clip, source) in zip(distinct_names(paths, "clip"), found, strict=True):
        if name != source.name:
            text = f"Its name {clip.name!r} is another's too, or no folder's; it became {name}."
            issues.append(warning(text, clip=clip.name, file=str(source.file)))
        clips.append(VisSource(name, source.file, source.frames, source.texts, source.categories))
    return Dataset((*clips, *broken), tuple(issues))


def _sized(clip: VisClip, file: Path, frames: Path | None) -> VisClip:
    """Return a clip with the size of its first frame where the file does not say one."""
    where = f"{file}: clip {clip.name}"
    if clip.hw == (0, 0) and frames is not None and clip.file_names:
        try:
            hw = image_layout(frames / as_path(clip.file_names[0]).name)[0]
        except ClipError as problem:
            raise DatasetError(f"{where} has no width and height: {problem}") from problem
        clip = replace(clip, hw=hw)
    checked_hw(*clip.hw, where)
    return clip


def _folders(clip: VisClip) -> tuple[str, ...]:
    """Return the folders that name a clip; without one, what its files' names begin with."""
    first = as_path(clip.file_names[0]) if clip.file_names else as_path("")
    folders = tuple(part for part in first.parent.parts if part not in ("/", "."))
    return folders or (flat_clip(clip.file_names) or clip.name,)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        found = [path] if path.suffix.lower() == ".json" else []
    else:
        folders = ("", "annotations", *SPLITS)
        found = [file for inner in folders for file in sorted((path / inner).glob("*.json"))]
    return [file for file in found if has_keys(file, "videos", "file_names")]
