"""Reading COCO instances: which files hold them, and which of their images are of one clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from vosgui.core.issues import Issue, error, note
from vosgui.errors import ClipError, DatasetError
from vosgui.files.json_file import has_keys
from vosgui.files.loose_json import key_of
from vosgui.files.ordinary import is_ordinary, open_file
from vosgui.formats.coco.clip import CocoClip
from vosgui.formats.coco.content import Annotation, Content, Image, read_content
from vosgui.formats.coco.writer import WRITTEN_BY
from vosgui.formats.dataset import BrokenClip, Dataset, without_broken
from vosgui.formats.shapes import checked_hw
from vosgui.formats.tree.by_size import told_by_size
from vosgui.formats.tree.frames_beside import FramesBeside
from vosgui.formats.tree.layout import SPLITS
from vosgui.formats.tree.names import (
    as_path,
    clip_stem,
    clips_of_flat,
    distinct_names,
    image_stem,
    said_of_flat,
)
from vosgui.media.image_files import image_layout
from vosgui.media.images import natural_key


@dataclass
class _Group:
    """The images of one clip, and the folders that name it."""

    path: tuple[str, ...]
    images: list[Image] = field(default_factory=list)


def is_coco(path: Path) -> bool:
    """Return whether a path is a file of COCO instances, or the tree of one."""
    return any(_is_instances(file) for file in _files(path))


def list_coco(path: Path) -> Dataset:
    """Return the clips of the files; raise DatasetError for a broken one."""
    files, issues = _chosen(path)
    found: list[tuple[tuple[str, ...], CocoClip | BrokenClip]] = []
    whole, broken = without_broken(files, _clips)
    for _, (of_file, said) in whole:
        found += of_file
        issues += said
    found += [((one.name,), one) for one in broken]
    if not found:
        raise DatasetError(f"There is no file of COCO instances with images in {path}.")
    names = distinct_names([path for path, _ in found], "clip")
    clips = [replace(clip, name=name) for name, (_, clip) in zip(names, found, strict=True)]
    return Dataset(tuple(clips), tuple(issues))


def coco_files(path: Path) -> list[Path]:
    """Return the files of COCO instances that a path holds."""
    return _chosen(path)[0]


def _chosen(path: Path) -> tuple[list[Path], list[Issue]]:
    """Return the files to read, and notes of those that lie beside them."""
    if path.is_file():
        return _files(path), []
    found = [file for file in _files(path) if _is_instances(file)]
    chosen = [file for file in found if file.name.startswith("instances")] or found
    beside = [file for file in _files(path) if file not in chosen]
    other = "It is no file of COCO instances; it was left."
    same = f"It was left: {chosen[0].name} is a file of instances by its name." if chosen else ""
    issues = [note(same if file in found else other, file=str(file)) for file in beside]
    return chosen, issues if chosen else []


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path] if path.suffix.lower() == ".json" else []
    folders = ("", "annotations", *SPLITS)
    return [file for folder in folders for file in sorted((path / folder).glob("*.json"))]


def _is_instances(file: Path) -> bool:
    if has_keys(file, "images", "annotations", "categories"):
        return not any(has_keys(file, key) for key in ("segments_info", "caption"))
    # One that breaks off early lacks what comes last: reading it says so.
    return has_keys(file, "images", "file_name") and _breaks_off(file)


def _breaks_off(file: Path) -> bool:
    with open_file(file) as content:
        content.seek(max(0, file.stat().st_size - 64))
        return not content.read().rstrip(b" \r\n\t\0").endswith(b"}")


def _clips(file: Path) -> tuple[list[tuple[tuple[str, ...], CocoClip]], list[Issue]]:
    """Return the clips of a file, each with the folders that name it; and what was left out."""
    content, issues = read_content(file)
    by_image: dict[int | str | None, list[Annotation]] = {}
    for image in content.images:
        if key_of(image.id) in by_image:
            text = f"{file}: two images have the id {image.id}. Number them anew."
            raise DatasetError(text, file=str(file))
        by_image[key_of(image.id)] = []
    n_left_out = len(issues)
    for n, one in enumerate(content.annotations):
        if key_of(one.image_id) in by_image:
            by_image[key_of(one.image_id)].append(one)
            continue
        text = f"Annotation {n if one.id is None else one.id} is of image {one.image_id}: not there"
        issues.append(error(f"{text}; it was left out.", file=str(file)))
    if len(issues) > n_left_out and not any(by_image.values()):
        raise DatasetError(f"{file}: {issues[-1].text}", file=str(file))
    categories = {key_of(category.id): category.name for category in content.categories}
    is_own = content.info is not None and content.info.description == WRITTEN_BY
    frames_beside = FramesBeside(file)
    clips = []
    for group in _groups(content, file, issues):
        group.images.sort(key=_order)
        first = group.images[0]
        frames = frames_beside.folder(first.file_name, group.path[-1])
        for image in group.images:
            _give_size(image, file, frames)
        found = tuple(tuple(by_image[key_of(image.id)]) for image in group.images)
        for one in (one for of_image in found for one in of_image):
            one.category_id = key_of(one.category_id)
        whole = group.path if group.path == (file.stem,) else (file.stem, *group.path)
        about = (group.path[-1], file, frames, tuple(group.images), found, categories)
        clips += _by_size(whole, CocoClip(*about, says_empty=is_own), issues)
    return clips, issues


def _by_size(
    parts: tuple[str, ...], clip: CocoClip, issues: list[Issue]
) -> list[tuple[tuple[str, ...], CocoClip]]:
    """Return the clips of images that may differ in size, with the names that lead to each."""
    if any(image.video_id is not None for image in clip.images):
        return [(parts, clip)]
    stems = [image_stem(image.file_name) for image in clip.images]
    sizes = [(image.height, image.width) for image in clip.images]
    tied = any(one.track is not None for found in clip.annotations for one in found)
    members = [*zip(clip.images, clip.annotations, strict=True)]
    clips = []
    for one in told_by_size(members, stems, sizes, parts, clip.file, issues, are_tied=tied):
        images, frames = tuple(image for image, _ in one.images), clip.frames
        if one.is_apart:
            alone = frames / as_path(images[0].file_name).name if frames and one.is_alone else None
            frames = alone if alone is not None and is_ordinary(alone) else None
        found = tuple(of_image for _, of_image in one.images)
        own = replace(clip, frames=frames, images=images, annotations=found)
        clips.append((one.path, own))
    return clips


def _groups(content: Content, file: Path, issues: list[Issue]) -> Sequence[_Group]:
    """Return the images of each clip: of one video, else of one folder, else of one prefix."""
    videos = {key_of(video.id): video.name for video in content.videos}
    groups: dict[Any, _Group] = {}
    flat = [image for image in content.images if image.video_id is None]
    by_folder: dict[tuple[str, ...], list[Image]] = {}
    for image in flat:
        by_folder.setdefault(as_path(image.file_name).parent.parts, []).append(image)
    prefixes: dict[int, str] = {}
    for images in by_folder.values():
        told = clips_of_flat([image.file_name for image in images])
        issues += said_of_flat(told, str(file))
        prefixes |= {id(image): one for image, one in zip(images, told, strict=True)}
    for image in content.images:
        folders = tuple(part for part in as_path(image.file_name).parent.parts if part != "/")
        path = folders or (file.stem,)
        if image.video_id is not None:
            key = key_of(image.video_id)
            said = videos.get(key, "")
            path = (*folders[:-1], clip_stem(said, folders)) if said else path
            groups.setdefault(("video", key), _Group(path)).images.append(image)
        else:
            prefix = prefixes[id(image)]
            path = (*path, prefix) if prefix else path
            groups.setdefault((folders, prefix), _Group(path)).images.append(image)
    return tuple(groups.values())


def _give_size(image: Image, file: Path, frames: Path | None) -> None:
    """Give an image the size of its file where the annotations do not say it."""
    where = f"{file}: image {image.id}"
    if image.height == 0 == image.width and frames is not None:
        try:
            image.height, image.width = image_layout(frames / as_path(image.file_name).name)[0]
        except ClipError as problem:
            raise DatasetError(f"{where} has no width and height: {problem}") from problem
    checked_hw(image.height, image.width, where)


def _order(image: Image) -> tuple[int, Any]:
    index = image.frame_id if image.frame_id is not None else image.frame_index
    return (index if index is not None else 0), natural_key(image.file_name)
