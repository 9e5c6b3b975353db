"""Export of a project's clips in any format of the table, by its name."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vosgui.engine.convert import ConvertProgress, ConvertReport, convert
from vosgui.engine.export import (
    ExportItem,
    ExportOptions,
    ExportProgress,
    ExportReport,
    export_youtube_vos,
    folder_name,
)
from vosgui.formats.dataset_tree import Existing
from vosgui.formats.formats_table import write_format
from vosgui.formats.labelled_clip import Dataset, LabelledClip, LoadedClip, loaded
from vosgui.formats.writer import FrameChoice, WriteOptions
from vosgui.formats.youtubevos import Style

# Written frame by frame, and able to join a tree that is there; the others make a new folder.
TREES: Mapping[str, Style] = {"youtube-vos": "train", "youtube-vos-valid": "valid"}
FILMS = ("overlay", "gif", "contact-sheet")


@dataclass(frozen=True)
class ExportOrder:
    """What to write, how and where.

    form : name of a row of WRITE_FORMATS. out : folder of the dataset; the trees of YouTube-VOS
        are `out`/train and `out`/valid.
    existing : for these trees only. objects, reference, vis_year : see WriteOptions.
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
        return self.tree.target if self.form in TREES else self.out

    @property
    def tree(self) -> ExportOptions:
        """Return the order as one of a tree; the check of any format goes by its frames."""
        return ExportOptions(self.out, self.frames, TREES.get(self.form, "train"), self.existing)

    @property
    def options(self) -> WriteOptions:
        """Return what the format's writer is told."""
        frames = writer_frames(self.form, self.frames)
        return WriteOptions(frames, self.objects, self.reference, self.vis_year)


def writer_frames(form: str, frames: FrameChoice) -> FrameChoice:
    """Return which frames a writer is told to write.

    A film of all frames shows those without a mask too; files of masks have none for them.
    """
    return "annotated" if frames == "all" and form not in FILMS else frames


def dataset_of(items: Sequence[ExportItem]) -> Dataset:
    """Return clips of a project as a dataset, under names that every system takes."""
    clips: list[LoadedClip] = []
    for item in items:
        name = folder_name(item.name, {clip.name for clip in clips})
        names = item.info.frame_names
        clips.append(loaded(LabelledClip(name, item.info.path, names, item.annotation)))
    return Dataset(tuple(clips))


def export_format(
    items: Sequence[ExportItem], order: ExportOrder
) -> Generator[ExportProgress | ExportReport | ConvertProgress | ConvertReport, None, None]:
    """Write clips as the order says; the report comes last.

    Raises what `export_youtube_vos` and `convert` raise.
    """
    if order.form in TREES:
        yield from export_youtube_vos(items, order.tree)
    else:
        writer = write_format(order.form).writer(order.options)
        yield from convert(dataset_of(items), writer, order.out, order.n_workers)
