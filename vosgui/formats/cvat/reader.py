"""Reading CVAT XML 1.1: which files hold it, and which images and tracks are of one clip."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from vosgui.core.issues import Issue, warning
from vosgui.errors import DatasetError
from vosgui.files.ordinary import head_of
from vosgui.formats.cvat.clip import CvatImagesClip, CvatTracksClip
from vosgui.formats.cvat.elements import CvatFile, CvatImage, CvatTask, CvatTrack, read_cvat
from vosgui.formats.cvat.frames import CvatFrames
from vosgui.formats.dataset import BrokenClip, Dataset
from vosgui.formats.tree.by_size import told_by_size
from vosgui.formats.tree.find_frames import apart_frames
from vosgui.formats.tree.layout import folders_in
from vosgui.formats.tree.names import (
    as_path,
    clip_stem,
    distinct_names,
    image_stem,
    told_by_name,
)

_NAME = "annotations.xml"
_HEAD = 4096  # bytes in which the root begins


@dataclass
class _Group:
    """The images or tracks of one clip, and the folders that name it, the task's name first.

    is_apart : its images lie among others of another size.
    """

    path: tuple[str, ...]
    task: CvatTask
    images: list[CvatImage] = field(default_factory=list)
    is_apart: bool = False
    tracks: list[CvatTrack] = field(default_factory=list)


_Clip = CvatImagesClip | CvatTracksClip | BrokenClip


def is_cvat(path: Path) -> bool:
    """Return whether a path is an XML file of CVAT, or a folder with one or several."""
    return any(_is_one(file) for file in _files(path))


def list_cvat(path: Path) -> Dataset:
    """Return the clips: one per task, and per folder of its images.

    Raises DatasetError where a file is missing, broken, or holds a DTD or entities.
    """
    files = [file for file in _files(path) if _is_one(file)] or _files(path)[:1]
    found: list[tuple[tuple[str, ...], _Clip]] = []
    issues: list[Issue] = []
    for one in files or [path / _NAME]:
        above = (_called(one),) if len(files) > 1 else ()
        try:
            file = read_cvat(one)
        except DatasetError as problem:
            if not above:
                raise
            found.append((above, BrokenClip(_called(one), problem)))
            continue
        finder = CvatFrames(one)
        for group in (one for whole in _groups(file) for one in _told_apart(file, whole, issues)):
            found.append(((*above, *group.path), _clip(file, group, finder)))
    if not found:
        raise DatasetError(f"There is no image and no track in {files[0]}.", file=str(files[0]))
    names = distinct_names([path for path, _ in found], "clip")
    clips = [replace(clip, name=name) for name, (_, clip) in zip(names, found, strict=True)]
    clips, shared = _without_shared_frames(clips)
    return Dataset(tuple(clips), (*issues, *shared))


def _files(path: Path) -> list[Path]:
    """Return the files that may be of CVAT: the one, or those in a folder or one folder deeper."""
    if path.is_file() or (path.suffix.lower() == ".xml" and not path.is_dir()):
        return [path]
    if (path / _NAME).is_file():
        return [path / _NAME]
    inner = [path / name / _NAME for name in folders_in(path)]
    return sorted(path.glob("*.xml")) or [file for file in inner if file.is_file()]


def _is_one(file: Path) -> bool:
    head = head_of(file, _HEAD)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "replace").encode()
    return b"<annotations" in head


def _groups(file: CvatFile) -> list[_Group]:
    """Return the images and tracks of each clip, by their tasks and folders.

    Subsets tell clips apart where images of one name are in several: frames of one clip may be
    spread over them.
    """
    tasks = {task.id: task for task in file.tasks}
    only = file.tasks[0] if len(file.tasks) == 1 else CvatTask()
    n_named = Counter((one.task, one.name) for one in file.images)
    by_subset = max(n_named.values(), default=0) > 1
    groups: dict[tuple[str, tuple[str, ...]], _Group] = {}
    members: list[CvatImage | CvatTrack] = [*file.images, *file.tracks]
    for one in members:
        task = tasks.get(one.task, replace(only, subset=one.subset or only.subset))
        parts = as_path(one.name).parent.parts if isinstance(one, CvatImage) else ()
        folders = tuple(part for part in parts if part not in ("/", "."))
        folders = (one.subset, *folders) if by_subset and one.subset else folders
        key = one.task or task.id, folders
        if key not in groups:
            name = "" if file.is_whole else clip_stem(task.name) or clip_stem(task.source)
            named = (name, *folders) if name else folders
            groups[key] = _Group(named or (_called(file.path),), task)
        if isinstance(one, CvatImage):
            groups[key].images.append(one)
        else:
            groups[key].tracks.append(one)
    return list(groups.values())


def _told_apart(file: CvatFile, group: _Group, issues: list[Issue]) -> list[_Group]:
    """Return the clips of a group of images, which their names may tell; issues : say so."""
    if group.tracks:
        return [group]
    whole, images = [(group.path, group.images)], group.images
    if not file.is_whole:
        whole = told_by_name(images, [one.name for one in images], group.path, file.path, issues)
    groups = []
    for path, own in whole:
        stems, sizes = [image_stem(one.name) for one in own], [one.hw for one in own]
        tied = any(one.identity is not None for image in own for one in image.shapes)
        found = told_by_size(own, stems, sizes, path, file.path, issues, are_tied=tied)
        about = ((one.path, group.task, [*one.images], one.is_apart) for one in found)
        groups += [_Group(*one) for one in about]
    return groups


def _called(file: Path) -> str:
    """Return what a file is called: by its own name, or its folder's where all have the same."""
    return file.resolve().parent.name if file.name == _NAME else file.stem


def _clip(file: CvatFile, group: _Group, finder: CvatFrames) -> _Clip:
    name = group.path[-1]
    if group.tracks:
        if not group.task.id and len(file.tasks) > 1:
            text = f"{file.path} has {len(file.tasks)} tasks, and its tracks do not say of which."
            problem = DatasetError(f"{text} Export the tasks one by one.", file=str(file.path))
            group.tracks[0] = replace(group.tracks[0], problem=problem)
        frames = finder.of_video(name, group.task)
        return CvatTracksClip(name, file.path, frames, group.task, tuple(group.tracks))
    frames = finder.of_images(name, [one.name for one in group.images], group.images[0].subset)
    if group.is_apart:
        stems = [[image_stem(one.name)] for one in group.images]
        frames = apart_frames(frames, stems).folder
    about = (name, file.path, frames, file.is_whole)
    return CvatImagesClip(*about, group.task, tuple(group.images))


def _without_shared_frames(clips: Sequence[_Clip]) -> tuple[list[_Clip], list[Issue]]:
    """Return clips without the frames that several would have, unless their names tell whose.

    Of videos of one project and subset, CVAT even writes the frames of one over those of another.
    """
    owners: dict[Path, list[CvatImagesClip | CvatTracksClip]] = {}
    for clip in clips:
        if not isinstance(clip, BrokenClip) and clip.frames is not None:
            owners.setdefault(clip.frames, []).append(clip)
    shared = {folder for folder, of in owners.items() if len(of) > 1 and not _are_told(of)}
    issues = []
    for folder in sorted(shared):
        names = " or of ".join(clip.name for clip in owners[folder])
        text = f"The frames in {folder} may be of {names}: none were taken."
        fix = "Say where each clip's are."
        issues.append(warning(text, fix=fix, option="--frames-from"))
    kept = [
        clip
        if isinstance(clip, BrokenClip) or clip.frames not in shared
        else replace(clip, frames=None)
        for clip in clips
    ]
    return kept, issues


def _are_told(clips: Sequence[CvatImagesClip | CvatTracksClip]) -> bool:
    """Return whether no two clips have a frame of one name."""
    stems = [
        {image_stem(image.name) for image in clip.images}
        for clip in clips
        if isinstance(clip, CvatImagesClip)
    ]
    return len(stems) == len(clips) and sum(map(len, stems)) == len(set().union(*stems))
