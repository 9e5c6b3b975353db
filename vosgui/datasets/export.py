"""Export of a project's clips in any format of the table, by its name."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vosgui.core.annotation import Annotation
from vosgui.core.clip import ClipInfo
from vosgui.core.issues import Issue, note
from vosgui.core.review import review
from vosgui.datasets.convert import ConvertProgress, ConvertReport, Joining, convert
from vosgui.datasets.target_tree import Existing
from vosgui.errors import InputError
from vosgui.formats.categories import youtube_vos_seen, youtube_vos_unseen
from vosgui.formats.dataset import Dataset, LabelledClip, LoadedClip, loaded
from vosgui.formats.registry import write_format
from vosgui.formats.writer import FrameChoice, WriteOptions, Writer, chosen_frames
from vosgui.formats.youtubevos import plan
from vosgui.formats.youtubevos.plan import FRAMES_FOLDER, MASKS_FOLDER
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project


@dataclass(frozen=True)
class ExportItem:
    """One clip to export. Nothing else may change `annotation` while an export begins.

    path : where the clip lies now, which need not be where it lay when `info` was noted.
    """

    name: str
    annotation: Annotation
    info: ClipInfo
    path: Path


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


def check_export(
    items: Sequence[ExportItem], frames: plan.FrameChoice, form: str = "youtube-vos"
) -> Iterator[tuple[str, list[Issue]]]:
    """Yield the name of each clip with what a person should know before it is exported.

    form : the format it is for; what that has no place for is not asked after.
    """
    row = write_format(form)
    published = frozenset(youtube_vos_seen() + youtube_vos_unseen())
    categories = published if row.has_categories else None
    for item in items:
        chosen = plan.chosen_frames(item.annotation, frames)
        names = item.info.frame_names
        name = item.name if row.wants_ten_digits else None
        yield item.name, review(item.annotation, chosen, names, name, categories, row.no_category)


def folder_name(name: str, taken: set[str]) -> str:
    """Return a clip's name as a folder that every system takes, told apart from those taken."""
    safe = re.sub(r'[\x00-\x1f<>:"/\\|?*\s]+', "_", name).strip("._") or "clip"
    candidate, n = safe, 2
    while candidate.lower() in {other.lower() for other in taken}:
        candidate, n = f"{safe}-{n}", n + 1
    return candidate


@dataclass(frozen=True)
class ExportOrder:
    """What to write, how and where; `check_export` has said by then what it says.

    form : name of a format. out : folder of the dataset, or of its one split where the format's
        exports are a split: then clips can join what is there, as `existing` says.
    objects, reference, vis_year : see WriteOptions.
    """

    form: str
    out: Path
    frames: Literal["grid", "all"] = "grid"
    existing: Existing = Existing.REFUSE
    objects: frozenset[int] = frozenset()
    reference: Path | None = None
    vis_year: Literal[2019, 2021] | None = None
    n_workers: int = 1

    @property
    def target(self) -> Path:
        """Return the folder that is written."""
        split = write_format(self.form).split
        target = self.out / split
        return target.resolve() if split and target.is_symlink() else target

    @property
    def writer(self) -> Writer:
        """Return the format's writer."""
        row = write_format(self.form)
        frames = row.exported_frames(self.frames)
        chosen = (frames, self.objects, self.reference, self.vis_year)
        return row.writer(WriteOptions(*chosen, reviewed=True, in_split=not row.split))

    @property
    def joining(self) -> Joining:
        """Return how the clips join what is there."""
        folders = (FRAMES_FOLDER, MASKS_FOLDER) if write_format(self.form).split else ()
        return Joining(folders, self.existing)


def dataset_of(items: Sequence[ExportItem], frames: FrameChoice) -> Dataset:
    """Return clips of a project as a dataset, under names that every system takes."""
    clips: list[LoadedClip] = []
    issues: list[Issue] = []
    n_frames = 0
    for item in items:
        name = folder_name(item.name, {clip.name for clip in clips})
        if name != item.name:
            text = f"Written as {name}, a name that every system takes."
            issues.append(note(text, clip=item.name))
        labelled = LabelledClip(name, item.path, item.info.frame_names, item.annotation)
        n_frames += len(chosen_frames(labelled, frames))
        clips.append(loaded(labelled))
    return Dataset(tuple(clips), tuple(issues), n_frames)


def export_format(
    items: Sequence[ExportItem], order: ExportOrder
) -> Generator[ConvertProgress | ConvertReport, None, None]:
    """Write clips as the order says; the report comes last. Raises what `convert` raises."""
    dataset = dataset_of(items, write_format(order.form).exported_frames(order.frames))
    yield from convert(dataset, order.writer, order.target, order.n_workers, joining=order.joining)
