"""Export of a project's clips in any format of the table: said, checked and done."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from vosgui.core.annotation import Annotation
from vosgui.core.clip import ClipInfo
from vosgui.core.issues import Issue, Severity, error, note
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.review import review
from vosgui.core.words import free_name
from vosgui.datasets.clip_keys import clip_keys
from vosgui.datasets.convert import ConvertReport, convert
from vosgui.datasets.resuming.earlier_export import (
    EarlierExport,
    Identity,
    note_export,
    read_earlier,
    sizes_of,
)
from vosgui.datasets.target_tree import Existing, check_target, take_out
from vosgui.datasets.validate import ValidateReport, validate
from vosgui.datasets.workers import Workers
from vosgui.errors import InputError, NothingToDoError
from vosgui.files.atomic import check_kept, followed
from vosgui.formats.categories import lists
from vosgui.formats.dataset import Dataset, LabelledClip, loaded
from vosgui.formats.format import Format
from vosgui.formats.plan import ClipPlan, ExportFrames, chosen_frames
from vosgui.formats.registry import write_format
from vosgui.formats.tree.layout import FRAMES, MASKS
from vosgui.formats.writer import WriteOptions, Writer
from vosgui.media.open_clip import open_clip
from vosgui.project.project import IDENTITY, Project


@dataclass(frozen=True)
class ExportItem:
    """One clip to export. Nothing else may change `annotation` while an export begins.

    path : where the clip lies now, which need not be where it lay when `info` was noted.
    """

    name: str
    annotation: Annotation
    info: ClipInfo
    path: Path

    def labelled(self, name: str) -> LabelledClip:
        """Return the clip under a name."""
        return LabelledClip(name, self.path, self.info.frame_names, self.annotation)


def project_items(project: Project, clips: Sequence[str] | None = None) -> list[ExportItem]:
    """Return clips of a project, by name, to be exported: all by default.

    Raises InputError for a name that it has not, ClipError where a clip is not what was annotated.
    """
    records = {record.name: record for record in project.clips}
    names = list(records) if clips is None else clips
    unknown = [name for name in names if name not in records]
    if unknown or not names:
        raise InputError(
            f"{project.path} has no clip {', '.join(unknown) or 'without a name'}. "
            f"It has: {', '.join(records)}."
        )
    items = []
    for name in dict.fromkeys(names):
        path = project.clips.locate(records[name])
        with open_clip(path) as clip:
            records[name].check(clip.info)
            annotation = project.history(records[name].id).annotation
            items.append(ExportItem(name, annotation, clip.info, path))
    return items


@dataclass(frozen=True)
class ExportOrder:
    """What to write, how and where.

    form : name of a format. out : folder of the dataset, or of its one split where the format's
        exports are a split: then clips can join what is there, as `existing` says.
    options : of them those count that say nothing of frames.
    of : the project; where `existing` says "refuse", an earlier export of it is gone on with.
    """

    form: str
    out: Path
    frames: ExportFrames = "grid"
    existing: Existing = "refuse"
    options: WriteOptions = field(default_factory=WriteOptions)
    workers: Workers = 1
    of: Identity = field(default_factory=Identity)

    @property
    def row(self) -> Format:
        """Return the format."""
        return write_format(self.form)

    @property
    def target(self) -> Path:
        """Return the folder that is written."""
        return followed(self.out / self.row.split)

    @property
    def writer(self) -> Writer:
        """Return the format's writer, told that `check_export` has said what it says."""
        frames, in_split = self.row.exported_frames(self.frames), not self.row.split
        return self.row.writer(
            replace(self.options, frames=frames, reviewed=True, in_split=in_split)
        )


def check_export(
    items: Sequence[ExportItem], order: ExportOrder
) -> Iterator[tuple[str, list[Issue]]]:
    """Yield the name of each clip with what a person should know before it is exported.

    What the format has no place for is not asked after.
    """
    row, writer = order.row, order.writer
    published = frozenset(lists().youtube_vos.seen + lists().youtube_vos.unseen)
    categories = None if row.no_category is None else published
    for item in items:
        annotation = item.annotation
        asked = annotation.grid() if order.frames == "grid" else range(annotation.n_frames)
        plan, refused = _planned(writer, item.labelled(item.name))
        found = review(
            annotation,
            asked,
            item.info.frame_names,
            item.name if row.wants_ten_digits else None,
            categories,
            row.no_category or "",
            written=plan.frames if plan else None,
            ids=plan.ids if plan else {},
        )
        known = any(issue.severity == Severity.ERROR for issue in found)
        yield item.name, found if known else [*refused, *found]


def _planned(writer: Writer, clip: LabelledClip) -> tuple[ClipPlan | None, list[Issue]]:
    try:
        return writer.plan(clip), []
    except InputError as problem:
        return None, [error(str(problem), option=problem.option)]


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

    files : paths below it. objects : those that get something, by clip. left_out : clips that get
    nothing.
    """

    target: Path
    files: tuple[str, ...]
    objects: tuple[WrittenObject, ...]
    left_out: tuple[str, ...]

    @property
    def folders(self) -> Mapping[str, int]:
        """Return the number of files in each folder that has some; "" is the target itself."""
        return Counter(file.rpartition("/")[0] for file in self.files)


def preview(items: Sequence[ExportItem], order: ExportOrder) -> Preview:
    """Return what an export will write; nothing is read but the annotations."""
    writer, plans, left_out = order.writer, [], []
    for name, item in _named(items):
        try:
            plans.append(writer.plan(item.labelled(name)))
        except NothingToDoError:
            left_out.append(item.name)
    files = [file for plan in plans for file in plan.files()]
    files += [writer.path(name) for name in writer.about_all if plans]
    objects = [
        WrittenObject(plan.clip.name, entry.id, entry.name, entry.category, words[entry.id])
        for plan, words in zip(plans, writer.in_words(plans), strict=True)
        for entry in plan.clip.annotation.objects
        if entry.id in words
    ]
    return Preview(order.target, tuple(files), tuple(objects), tuple(left_out))


def folder_name(name: str, taken: set[str]) -> str:
    """Return a clip's name as a folder that every system takes, told apart from those taken."""
    safe = re.sub(r'[\x00-\x1f<>:"/\\|?*\s]+', "_", name).strip("._") or "clip"
    lower = {other.lower() for other in taken}
    return free_name(safe, lambda one: one.lower() in lower)


def _named(items: Sequence[ExportItem]) -> list[tuple[str, ExportItem]]:
    """Return clips with the names of their folders."""
    names: list[str] = []
    for item in items:
        names.append(folder_name(item.name, set(names)))
    return list(zip(names, items, strict=True))


def export_format(
    items: Sequence[ExportItem], order: ExportOrder, progress: Progress = NO_PROGRESS
) -> ConvertReport:
    """Write clips as the order says; raise what `convert` raises.

    Where an earlier export of the same project lies, only what has changed is written. A target
    that holds the clips' own frames is refused.

    progress : hears how many frames are written. Stopped, it keeps the clips that are whole.
    """
    issues = [
        note(f"Written as {name}, a name that every system takes.", clip=item.name)
        for name, item in _named(items)
        if name != item.name
    ]
    choice = order.row.exported_frames(order.frames)
    n_frames = sum(len(chosen_frames(item.annotation, choice)) for item in items)
    clips = tuple(loaded(item.labelled(name)) for name, item in _named(items))
    for clip in clips:
        own = clip.labelled.frames, f"the frames of the clip {clip.name}"
        check_kept(order.target, *own)
        check_kept(order.target / FRAMES / clip.name, *own)  # which links may lead elsewhere
    dataset = Dataset(clips, tuple(issues), n_frames)
    goes_on = order.existing == "refuse"  # else it was said what is to become of what is there
    earlier = read_earlier(order.target, order.of.project, order.form)
    if earlier is None or not goes_on:
        report = _converted(dataset, order, progress)
        gone: list[str] = []
    elif order.row.split:
        report, gone = _into_earlier(dataset, order, earlier, progress)
    else:
        report, gone = _over_earlier(dataset, order, earlier, progress), list(earlier.clips)
    _note(order, earlier, report, gone)
    return report


def check_written(order: ExportOrder, progress: Progress = NO_PROGRESS) -> ValidateReport | None:
    """Check what was written as its readers would; None where the format is not read here."""
    if order.row.reader is None:
        return None
    return validate(order.target, order.form, order.workers, progress)


def identity_of(project: Project, *, is_all: bool) -> Identity:
    """Return by what exports of a project are known again, wherever it lies."""
    known: str = project.setting(None, IDENTITY, "", str)
    return Identity(known or str(project.path), is_all)  # projects of before have none


def _converted(
    dataset: Dataset, order: ExportOrder, progress: Progress, existing: Existing | None = None
) -> ConvertReport:
    joins = (FRAMES, MASKS) if order.row.split else ()
    how = (order.writer, order.target, order.workers, progress)
    return convert(dataset, *how, joins=joins, existing=existing or order.existing)


def _into_earlier(
    dataset: Dataset, order: ExportOrder, earlier: EarlierExport, progress: Progress
) -> tuple[ConvertReport, list[str]]:
    """Write the clips of a split that have changed; return also those that went from it."""
    target, folders = order.target, (FRAMES, MASKS)
    keys = clip_keys(dataset.clips, f"{order.writer!r}")
    pairs = list(zip(dataset.clips, keys, strict=True))
    changed = [clip for clip, key in pairs if not earlier.has(clip.name, key, target)]
    others = [clip.name for clip in changed if clip.name not in earlier.clips]
    check_target(target, folders, others, "merge")
    names = {clip.name for clip in dataset.clips}
    gone = sorted(earlier.clips.keys() - names) if order.of.is_all else []
    issues = [
        note("Its folder was removed: it is no clip of the project any more.", clip=name)
        for name in gone
    ]
    if changed:
        n_frames = None if len(changed) < len(pairs) else dataset.n_frames
        part = Dataset(tuple(changed), dataset.issues, n_frames)
        report = _converted(part, order, progress, "overwrite")
    else:
        report = ConvertReport(target, 0, 0, 0, dataset.issues)
    if gone:
        take_out(target, folders, gone)
    n_as_before = len(pairs) - len(changed)
    return replace(report, issues=(*report.issues, *issues), n_as_before=n_as_before), gone


def _over_earlier(
    dataset: Dataset, order: ExportOrder, earlier: EarlierExport, progress: Progress
) -> ConvertReport:
    """Write a dataset in the place of an earlier one, unless it would be the same."""
    names = [clip.name for clip in dataset.clips]
    if not order.of.is_all:
        earlier.check_covers(names, order.target)
    keys = dict(zip(names, clip_keys(dataset.clips, f"{order.writer!r}"), strict=True))
    if earlier.is_whole(keys, order.target):
        about = tuple(earlier.about)
        return ConvertReport(
            order.target, 0, 0, 0, dataset.issues, earlier.clips, about, len(names)
        )
    how = (order.writer, order.target, order.workers, progress)
    return convert(dataset, *how, replaces=earlier.files)


def _note(
    order: ExportOrder, earlier: EarlierExport | None, report: ConvertReport, gone: Sequence[str]
) -> None:
    if order.of.project:
        about = sizes_of(report.target, report.about)
        before = earlier or EarlierExport(order.of.project, order.form, {}, {})
        after = before.with_clips(report.clips, gone)
        after = msgspec.structs.replace(after, about={**after.about, **about})
        note_export(report.target, after)
