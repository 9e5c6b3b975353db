"""What an export will write, said before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from vosgui.core.annotation import Annotation, ObjectInfo
from vosgui.core.review import visible_frames
from vosgui.datasets.export import ExportItem, ExportOrder, folder_name
from vosgui.formats.coco.track_entries import NO_CATEGORY, category_ids
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import write_format
from vosgui.formats.writer import chosen_frames
from vosgui.formats.youtubevos.plan import plan_clip, plan_frames


@dataclass(frozen=True)
class WrittenObject:
    """An object as it will be written.

    object_id : in the project. written : its id in the files, or the folders it gets, in words.
    """

    clip: str
    object_id: int
    name: str
    category: str
    written: str


@dataclass(frozen=True)
class Preview:
    """What will lie under `target`.

    folders : path below the target, "" for itself, to the number of files in it.
    objects : those that get something, by clip. left_out : clips that get nothing.
    """

    target: Path
    folders: Mapping[str, int]
    objects: tuple[WrittenObject, ...]
    left_out: tuple[str, ...]

    @property
    def n_files(self) -> int:
        """Return how many files will be written."""
        return sum(self.folders.values())


@dataclass
class _Sketch:
    """The preview of one format as it grows, clip by clip."""

    order: ExportOrder
    folders: Counter[str] = field(default_factory=Counter)
    objects: list[WrittenObject] = field(default_factory=list)
    n_tracks: int = 0

    def put(self, folder: str, n_files: int = 1) -> None:
        self.folders[folder] += n_files

    def list(self, clip: _Clip, ids: Mapping[int, str]) -> None:
        for entry in clip.annotation.objects:
            if entry.id in ids:
                words = (entry.name, entry.category, ids[entry.id])
                self.objects.append(WrittenObject(clip.name, entry.id, *words))


@dataclass(frozen=True)
class _Clip:
    """A clip under the name that it will have; `frames` are those that the writer takes."""

    name: str
    item: ExportItem
    frames: tuple[int, ...]

    @property
    def annotation(self) -> Annotation:
        return self.item.annotation

    @property
    def visible(self) -> Mapping[int, list[int]]:
        """Return the frames in which an object is visible, of those that are and are listed."""
        listed = {entry.id for entry in self.annotation.objects}
        found = visible_frames(self.annotation, self.frames)
        return {i: frames for i, frames in found.items() if i in listed}


def preview(items: Sequence[ExportItem], order: ExportOrder) -> Preview:
    """Return what an export will write; nothing is read but the annotations."""
    sketch, left_out = _Sketch(order), []
    taken: set[str] = set()
    add, finish = _FORMATS[order.form]
    choice = write_format(order.form).exported_frames(order.frames)
    for item in items:
        name = folder_name(item.name, taken)
        taken.add(name)
        labelled = LabelledClip(name, None, item.info.frame_names, item.annotation)
        clip = _Clip(name, item, chosen_frames(labelled, choice))
        if not add(sketch, clip):
            left_out.append(item.name)
    if len(left_out) < len(items):
        for folder in finish:
            sketch.put(folder)
    objects = _with_category_ids(sketch.objects, order)
    return Preview(order.target, dict(sketch.folders), objects, tuple(left_out))


def _with_category_ids(
    objects: Sequence[WrittenObject], order: ExportOrder
) -> tuple[WrittenObject, ...]:
    """Return the objects with the numbers of their categories, in formats that write numbers.

    Those of a benchmark's own file are not known here.
    """
    if order.form not in ("youtube-vis", "youtube-vis-results", "coco") or order.reference:
        return tuple(objects)
    names = [one.category or NO_CATEGORY for one in objects]
    ids, _ = category_ids(names, None if order.form == "coco" else order.vis_year)
    return tuple(
        replace(one, written=f"{one.written}, category {ids[name]}")
        for one, name in zip(objects, names, strict=True)
    )


# Each adds what its writer's `write_clip` makes; False where that leaves the clip out.


def _tree(sketch: _Sketch, clip: _Clip) -> bool:
    plan = plan_clip(clip.annotation, clip.item.info, clip.name, sketch.order.frames)
    if plan is None:
        return False
    valid = write_format(sketch.order.form).split == "valid"
    sketch.put(f"JPEGImages/{clip.name}", len(plan.frames))
    masks = len(set(plan.starts.values())) if valid else len(plan.frames)
    sketch.put(f"Annotations/{clip.name}", masks)
    sketch.list(clip, {old: str(new) for old, new in plan.ids.items()})
    return True


def _refer(sketch: _Sketch, clip: _Clip) -> bool:
    plan = plan_frames(clip.annotation, clip.item.info, clip.name, clip.frames)
    if plan is None:
        return False
    for folder in ("JPEGImages", "Annotations"):
        sketch.put(f"train/{folder}/{clip.name}", len(plan.frames))
    n_said = {entry.id: len(entry.expressions) for entry in clip.annotation.objects}
    sketch.list(clip, {i: f"{new}, {n_said[i]} expressions" for i, new in plan.ids.items()})
    return True


def _refer_submission(sketch: _Sketch, clip: _Clip) -> bool:
    number, folders = 0, {}
    for entry in clip.annotation.objects:
        mine = [str(number + n) for n in range(len(entry.expressions))]
        number += len(mine)
        for one in mine:
            sketch.put(f"Annotations/{clip.name}/{one}", len(clip.frames))
        if mine:
            folders[entry.id] = f"expression {', '.join(mine)}"
    sketch.list(clip, folders)
    return True


def _davis(sketch: _Sketch, clip: _Clip) -> bool:
    firsts = {i: frames[0] for i, frames in sorted(clip.visible.items())}
    if not firsts:
        return False
    for folder in ("JPEGImages", "Annotations"):
        sketch.put(f"{folder}/480p/{clip.name}", len(clip.frames))
    one = sketch.order.form == "davis-2016"
    ordered = sorted(firsts, key=firsts.__getitem__)
    sketch.list(clip, {i: "255" if one else str(n) for n, i in enumerate(ordered, 1)})
    return True


def _frames_in(
    folder: str, ids: Callable[[_Sketch, _Clip], Mapping[int, str]]
) -> Callable[[_Sketch, _Clip], bool]:
    """Return the rule of a format with one file per frame in `folder`/CLIP; "-" for none."""

    def add(sketch: _Sketch, clip: _Clip) -> bool:
        if folder != "-" and clip.frames:
            sketch.put(f"{folder}/{clip.name}".lstrip("/"), len(clip.frames))
        sketch.list(clip, ids(sketch, clip))
        return True

    return add


def _as_they_are(_sketch: _Sketch, clip: _Clip) -> Mapping[int, str]:
    return {entry.id: str(entry.id) for entry in clip.annotation.objects}


def _tracks(sketch: _Sketch, clip: _Clip) -> Mapping[int, str]:
    """Number tracks over all clips: of YouTube-VIS those that are visible, of COCO all."""
    every = sketch.order.form == "coco"
    ids = [e.id for e in clip.annotation.objects if every or e.id in clip.visible]
    first = sketch.n_tracks + 1
    sketch.n_tracks += len(ids)
    return {i: f"track {n}" for n, i in enumerate(ids, first)}


def _film(sketch: _Sketch, clip: _Clip) -> bool:
    if not clip.frames:
        return False
    sketch.put("")
    sketch.list(clip, {e.id: "in its colour" for e in _shown(sketch, clip)})
    return True


def _cutouts(sketch: _Sketch, clip: _Clip) -> bool:
    folders = {}
    for entry in _shown(sketch, clip):
        if entry.id in clip.visible:
            folders[entry.id] = f"{entry.id:03d}"
            sketch.put(f"{clip.name}/{entry.id:03d}", len(clip.visible[entry.id]))
    sketch.list(clip, folders)
    return bool(folders)


def _shown(sketch: _Sketch, clip: _Clip) -> list[ObjectInfo]:
    chosen = sketch.order.objects
    return [entry for entry in clip.annotation.objects if not chosen or entry.id in chosen]


# format: what one clip gets, and the folder of each file about all clips
_FORMATS: Mapping[str, tuple[Callable[[_Sketch, _Clip], bool], tuple[str, ...]]] = {
    "youtube-vos": (_tree, ("",)),
    "youtube-vos-valid": (_tree, ("",)),
    "youtube-vos-submission": (_frames_in("Annotations", _as_they_are), ("",)),
    "youtube-vis": (_frames_in("train/JPEGImages", _tracks), ("train",)),
    "youtube-vis-results": (_frames_in("-", _tracks), ("", "")),
    "refer-youtube-vos": (_refer, ("train", "meta_expressions/train")),
    "refer-youtube-vos-submission": (_refer_submission, ("",)),
    "davis": (_davis, ("", "ImageSets/2017")),
    "davis-2016": (_davis, ("ImageSets/2016", "ImageSets/480p")),
    "coco": (_frames_in("images", _tracks), ("annotations",)),
    "cvat": (_frames_in("images", _as_they_are), ("",)),
    "masks": (_frames_in("", _as_they_are), ()),
    "overlay": (_film, ()),
    "gif": (_film, ()),
    "contact-sheet": (_film, ()),
    "cutouts": (_cutouts, ()),
}
