"""The runs of `propagate`: clips with what is given of them, and what came of each."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vosgui.cli.bar import bar
from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.datasets.given_masks import GivenMasks, first_masks, open_annotated, read_masks
from vosgui.errors import DatasetError, InputError, ModelError, TargetError
from vosgui.files.atomic import make_folder
from vosgui.formats.dataset import ClipSource
from vosgui.formats.locate import locate
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.find_clips import find_clips
from vosgui.formats.tree.layout import FRAMES, MASKS
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project

if TYPE_CHECKING:
    from vosgui.engine.propagation.propagator import Propagator
    from vosgui.engine.propagation.to_folder import ClipReport, PropagationRequest


@dataclass(frozen=True)
class GivenClip:
    """A clip that is open, and the masks given of it.

    place : the project and the clip's id in it, if there is one.
    """

    clip: Clip
    given: GivenMasks
    place: tuple[Project, int] | None = None


def open_given(
    stack: ExitStack,
    path: Path,
    masks: Path | None,
    frame: int | None,
    objects: frozenset[int] | None,
    project_file: Path | None,
) -> GivenClip:
    """Open a clip, and the project where one is named, and read the masks."""
    clip = stack.enter_context(open_clip(path))
    given = GivenMasks({}) if masks is None else read_masks(masks, clip.info, frame)
    if masks is not None and objects is not None:
        given = given.only(objects)
    place = None
    if project_file is not None:
        make = Project.open if project_file.exists() else Project.create
        project = stack.enter_context(make(project_file))
        place = project, project.clips.add(clip.info).id
    return GivenClip(clip, given, place)


def find_given(root: Path) -> tuple[ClipSource, ...]:
    """Return the clips of a dataset that have masks; of a tree those of its one split.

    Raises DatasetError where there are none, and where none of them has frames.
    """
    row, place = locate(root, "auto")
    dataset = row.list_clips(place)
    if any(isinstance(clip, MaskFolderClip) for clip in dataset.clips):
        tree = find_clips(place)
        if not any(clip.frames for clip in tree.clips):
            raise DatasetError(
                f"{root} has masks, but no frames of them: there is no folder {FRAMES} beside "
                f"them. It needs {FRAMES}/CLIP and {MASKS}/CLIP."
            )
        dataset = tree
    for issue in dataset.issues:
        _tell(issue.words)
    return dataset.clips


@dataclass
class Runs:
    """Runs of one or more clips with one propagator, and what came of them.

    loaded : what runs, or learns first. flip : whether it looks at flipped frames too.
    finetune_s : for how many seconds it learns each clip first, or None.
    """

    loaded: Propagator
    request: PropagationRequest
    quiet: bool
    flip: bool = False
    finetune_s: float | None = None
    reports: dict[str, ClipReport] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def run(self, name: str, given: GivenClip, folder: Path, *, keep_given: bool = False) -> None:
        """Give the masks of one clip, and carry out its run. keep_given : see `ClipRun`."""
        from vosgui.engine.propagation.to_folder import ClipRun, give_masks, new_history

        clip, place, notes = given.clip, given.place, given.given.notes
        for line in (*clip.info.warnings, *notes):
            _tell(line)
        history = place[0].history(place[1]) if place else new_history(clip.info)
        give_masks(history, given.given)
        propagator = self.loaded
        if self.finetune_s is not None:
            snapshot = history.annotation.snapshot()
            propagator, note = self._finetuned(clip, snapshot, place, self.finetune_s)
            notes = (*notes, note)
        to_run = self._to_run(propagator)
        run = ClipRun(clip, history, self.request, to_run, keep_given=keep_given)
        with bar("frame", quiet=self.quiet, name=name) as progress:
            self.reports[name] = run.carry_out(folder, notes, progress)

    def run_of_dataset(self, source: ClipSource, folder: Path) -> None:
        """Carry out the run of one clip of a dataset; one that cannot be used stops no other."""
        try:
            with open_annotated(source) as (clip, labelled):
                given = first_masks(labelled)
                chosen = given.only(self.request.objects) if self.request.objects else given
                make_folder(folder)
                self.run(source.name, GivenClip(clip, chosen), folder, keep_given=True)
        except TargetError:
            raise
        except InputError as error:
            _tell(f"{source.name}: {error.command_line}")
            self.failed[source.name] = str(error)

    def finish(self, out: Path) -> None:
        """Write run.json, tell what was done, and raise DatasetError where a clip failed."""
        from vosgui.engine.propagation.to_folder import RunReport, write_report

        reports = self.reports.values()
        seconds = sum(report.seconds for report in reports)
        carried = sum(report.seconds * report.frames_per_second for report in reports)
        rate = round(carried / seconds, 3) if seconds else 0.0
        name, device = self._to_run(self.loaded).name, self.loaded.device
        write_report(out, RunReport(name, device, rate, self.reports, self.failed))
        if not self.quiet:
            n_masks = sum(report.n_frames for report in reports)
            print(f"{n_masks} masks in {out} ({name}; {device}; {rate:.1f} frames/s)")
        if self.failed:
            n_clips = len(self.failed) + len(self.reports)
            others = f" The others are in {out}." if self.reports else ""
            raise DatasetError(
                f"{len(self.failed)} of {n_clips} clips could not be done: "
                f"{', '.join(self.failed)}.{others}"
            )

    def _to_run(self, propagator: Propagator) -> Propagator:
        from vosgui.engine.propagation.flip import WithFlip

        return WithFlip(propagator) if self.flip else propagator

    def _finetuned(
        self, clip: Clip, snapshot: Snapshot, place: tuple[Project, int] | None, seconds: float
    ) -> tuple[Propagator, str]:
        """Return the propagator fine-tuned to the clip, now or before, and how that went.

        Where what was learned is dropped, it is the one that was loaded.
        """
        from vosgui.engine.online.finetune import finetune
        from vosgui.engine.online.finetuned import given_digest, keep_finetuned, read_finetuned
        from vosgui.engine.propagation.recurrent import NetworkPropagator

        loaded = self.loaded
        if not isinstance(loaded, NetworkPropagator):
            raise ModelError(f"{loaded.name!r} cannot learn. Leave --finetune, or take a network.")
        objects = self.request.objects or frozenset(snapshot.tracks)
        now = loaded.digest(), given_digest(snapshot, objects)
        kept = read_finetuned(*place) if place else None
        if kept and (kept.model, kept.given) == now:
            text = f"Fine-tuned before, from the same masks: {kept.note}."
        else:
            with bar("", quiet=self.quiet) as told:
                kept, text = finetune(
                    loaded, clip, snapshot, objects, seconds=seconds, progress=told
                )
            if place:
                keep_finetuned(*place, kept)
        if not self.quiet:
            _tell(text)
        return kept.applied_to(loaded) if kept else loaded, text


def _tell(line: str) -> None:
    click.echo(f"vosgui: {line}", err=True)
