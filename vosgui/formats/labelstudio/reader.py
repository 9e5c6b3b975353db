"""Reading Label Studio's JSON export: tasks about images are frames, one about a video is a clip.

Images that lie in one folder are a clip, in the order of their names. A box in a video is taken as
it was drawn, in its keyframes; between them Label Studio moves it itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from vosgui.core.issues import Issue, note, warning
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError
from vosgui.files.loose_json import key_of, whole
from vosgui.formats.dataset import ClipSource, Dataset, without_broken
from vosgui.formats.drawn.frames import DrawnClip, DrawnFrame, Figure
from vosgui.formats.drawn.media import file_beside, first_few, frames_of
from vosgui.formats.labelstudio.regions import Region, pixels_of_region, region_pixels, regions_of
from vosgui.formats.labelstudio.tasks import Medium, Task, is_export, tasks_of
from vosgui.formats.shapes import Outline, ShapesClip
from vosgui.formats.tree.by_size import SizeGroup, told_by_size
from vosgui.formats.tree.names import distinct_names, image_stem, told_by_name
from vosgui.media.images import natural_key

_Image = tuple[Medium, Task, int]  # with its task and its place among that one's images


@dataclass(frozen=True)
class ImagesClip(ShapesClip):
    """The images of one folder, in order, each with its task and its place among its images."""

    name: str
    file: Path
    images: tuple[_Image, ...] = field(repr=False)
    strangers: frozenset[str] = field(default=frozenset(), repr=False)
    is_apart: bool = False

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Put what was drawn later on top, as Label Studio does."""
        issues: list[Issue] = []
        names = [image_stem(medium.name) for medium, *_ in self.images]
        are_plain = len(set(names)) == len(names)
        if not are_plain:  # what an upload put before them tells them apart
            names = [image_stem(medium.said) for medium, *_ in self.images]
        frames = []
        regions: dict[int, list[Region]] = {}
        for name, (medium, task, item) in zip(names, self.images, strict=True):
            if id(task) not in regions:
                regions[id(task)] = regions_of(task.results or ())
            own = _own(regions[id(task)], task, item)
            hw = next((one.hw for one in own if one.hw), None)
            figures = None if task.results is None else tuple(_figures(own, task))
            also = (image_stem(medium.said),) if are_plain else ()
            frames.append(DrawnFrame(name, self.file, figures, hw, also))
            issues += _of_several(self.name, name, task)
        first = self.images[0][0]
        tries = (first.said, first.name) if are_plain else (first.said,)
        folder = _images(self.file, self.name, tries)
        drawn = DrawnClip(self.name, frames, folder, says_empty=True, issues=issues)
        drawn.strangers, drawn.is_apart = self.strangers, self.is_apart
        return drawn.outline()


@dataclass(frozen=True)
class VideoClip(ShapesClip):
    """A video and the boxes that move through it."""

    name: str
    file: Path
    medium: Medium
    task: Task = field(repr=False)

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Return boxes in the frames in which a person set them."""
        regions = [one for one in regions_of(self.task.results or ()) if one.is_sequence]
        issues = _of_several(self.name, "", self.task)
        counts = [whole(one.value.get("framesCount")) or 0 for one in regions]
        tracks = [_Track(one, self.task) for one in regions]
        n_frames = max((*counts, *(1 + max(one.keyframes, default=0) for one in tracks)), default=1)
        times = sorted({t for one in tracks for t in one.times(n_frames)})
        hw = next((one.hw for one in regions if one.hw), None)
        frames = []
        for t in times:
            found = (one.figure(t) for one in tracks)
            figures = tuple(one for one in found if one is not None)
            frames.append(DrawnFrame(f"{t:05d}", self.file, figures, hw))
        if tracks:
            text = (
                "Label Studio has boxes in videos: they were taken as rectangles, in the keyframes "
                "that a person set; between those nothing is known."
            )
            issues.append(note(text, clip=self.name))
        beside = file_beside(self.file, self.medium.said) or file_beside(
            self.file, self.medium.name
        )
        folder = beside or frames_of(self.file, self.name)
        about = (self.name, frames, folder, n_frames)
        return DrawnClip(*about, says_all=False, issues=issues).outline()


class _Track:
    """A box through a video. keyframes : by frame, from 0, what was set there."""

    def __init__(self, region: Region, task: Task) -> None:
        self._region, self._place = region, (*task.place, region.place)
        sequence = region.value["sequence"]
        found = [one for one in sequence if isinstance(one, Mapping) and whole(one.get("frame"))]
        found.sort(key=lambda one: whole(one["frame"]) or 0)
        self.keyframes = {t: one for one in found if (t := (whole(one["frame"]) or 0) - 1) >= 0}

    def times(self, n_frames: int) -> Iterator[int]:
        """Yield the keyframes, and the frame after one that the object was switched off with."""
        for t in self.keyframes:
            yield t
            if self._is_off(t + 1) and t + 1 < n_frames:
                yield t + 1

    def figure(self, t: int) -> Figure | None:
        """Return the box in a frame, or that it is not there; None where nothing is known."""
        one = self.keyframes.get(t)
        if one is None and not self._is_off(t):
            return None
        region = self._region
        draw = None if one is None else partial(region_pixels, one, region.rotation)
        who = key_of(region.who)
        is_sure = who is None
        return Figure(region.label, draw, region.id if is_sure else who, is_sure, self._place)

    def _is_off(self, t: int) -> bool:
        """Return whether a frame that is no keyframe comes after one that ends its life."""
        before = [k for k in self.keyframes if k < t]
        is_on = self.keyframes[max(before)].get("enabled", True) if before else True
        return t not in self.keyframes and not is_on


def _figures(regions: Sequence[Region], task: Task) -> Iterator[Figure]:
    for one in regions:
        draw = partial(pixels_of_region, one)
        place = (*task.place, one.place)
        yield Figure(one.label, draw, key_of(one.who), place=place)


def _of_several(clip: str, frame: str, task: Task) -> list[Issue]:
    if not task.n_others:
        return []
    text = "Several people annotated it: the ground truth was taken, or else what was changed last."
    return [warning(text, clip=clip, frame=frame)]


def _images(file: Path, name: str, tries: Sequence[str]) -> Path | None:
    """Return the folder of a clip's images: where its first lies, or one that is called like it."""
    for said in tries:
        found = file_beside(file, said)
        if found is not None:
            return found.parent
    found = frames_of(file, name)
    return found if found is not None and found.is_dir() else None


def is_labelstudio(path: Path) -> bool:
    """Return whether a path is a JSON export of Label Studio, or a folder with one."""
    return any(is_export(file) for file in first_few(_json_files(path)))


def list_labelstudio(path: Path) -> Dataset:
    """Return the clips: one per video, one per folder of images.

    Raises DatasetError where a file is broken, or nothing is annotated.
    """
    found: list[tuple[SizeGroup[_Image], Path]] = []
    issues: list[Issue] = []
    whole, broken = without_broken([*filter(is_export, _json_files(path))], tasks_of)
    for file, tasks in whole:
        groups: dict[tuple[str, ...], list[_Image]] = {}
        for task in tasks:
            for item, medium in enumerate(task.media):
                if medium.is_video:
                    parts = (*medium.folders, PurePosixPath(medium.name).stem)
                    found.append((SizeGroup(parts, ((medium, task, item),)), file))
                else:
                    groups.setdefault(medium.folders, []).append((medium, task, item))
        for folders, images in groups.items():
            names, path_of = [medium.name for medium, *_ in images], folders or (file.stem,)
            for parts, of_clip in told_by_name(images, names, path_of, file, issues):
                of_clip.sort(key=lambda one: natural_key(one[0].name))
                found += [(one, file) for one in _by_size(of_clip, parts, file, issues)]
    if not any(task.results is not None for own, _ in found for _, task, _ in own.images):
        raise DatasetError(
            f"{path} has no task about images or videos with an annotation. Label Studio's "
            "predictions are not read: accept them there first."
        )
    names = distinct_names([own.path for own, _ in found], path.stem)
    clips: list[ClipSource] = []
    for name, (own, file) in zip(names, found, strict=True):
        (medium, task, _), *_ = own.images
        if medium.is_video:
            clips.append(VideoClip(name, file, medium, task))
            continue
        others = (one for other, _ in found if other is not own for one, *_ in other.images)
        strangers = frozenset(image_stem(one.name) for one in others if not one.is_video)
        clips.append(ImagesClip(name, file, own.images, strangers, own.is_apart))
    return Dataset((*clips, *broken), tuple(issues))


def _by_size(
    images: Sequence[_Image], path: tuple[str, ...], file: Path, issues: list[Issue]
) -> list[SizeGroup[_Image]]:
    """Return the images of each clip, which may differ in size."""
    regions = {id(task): regions_of(task.results or ()) for _, task, _ in images}
    own = [_own(regions[id(task)], task, item) for _, task, item in images]
    sizes = [next((one.hw for one in of_image if one.hw), None) for of_image in own]
    tied = any(one.who is not None for of_image in own for one in of_image)
    stems = [image_stem(medium.name) for medium, *_ in images]
    return told_by_size(images, stems, sizes, path, file, issues, are_tied=tied)


def _own(regions: Sequence[Region], task: Task, item: int) -> list[Region]:
    """Return the regions of one of a task's images."""
    return [one for one in regions if one.item == item or len(task.media) == 1]


def _json_files(path: Path) -> list[Path]:
    files = [path] if path.is_file() else sorted(path.glob("*.json"))
    return [file for file in files if file.suffix == ".json"]
