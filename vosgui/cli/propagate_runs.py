"""The runs of `propagate`: clips with what is given of them, and what came of each."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vosgui.cli.bar import bar
from vosgui.core.clip import Clip
from vosgui.core.history import History
from vosgui.datasets.given_masks import GivenMasks, first_masks, read_masks
from vosgui.errors import DatasetError, InputError, ModelError, TargetError
from vosgui.files.atomic import make_folder
from vosgui.formats.dataset import placed_on
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
    """A clip that is open, the history of its annotation, and what was said on reading masks.

    place : the project and the clip's id in it, if there is one.
    """

    clip: Clip
    history: History
    notes: tuple[str, ...]
    place: tuple[Project, int] | None = None


def open_given(
    stack: ExitStack,
    path: Path,
    masks: Path | None,
    frame: int | None,
    objects: frozenset[int] | None,
    project_file: Path | None,
) -> GivenClip:
    """Open a clip, and the project where one is named, and take the masks as given."""
    from vosgui.engine.propagation.to_folder import give_masks, new_history

    clip = stack.enter_context(open_clip(path))
    given = GivenMasks({}) if masks is None else read_masks(masks, clip.info, frame)
    if masks is not None and objects is not None:
        given = given.only(objects)
    place = None
    if project_file is not None:
        make = Project.open if project_file.exists() else Project.create
        project = stack.enter_context(make(project_file))
        place = project, project.clips.add(clip.info).id
    history = place[0].history(place[1]) if place else new_history(clip.info)
    give_masks(history, given)
    return GivenClip(clip, history, given.notes, place)


def find_given(root: Path) -> tuple[MaskFolderClip, ...]:
    """Return the clips of a tree that have masks; DatasetError where none of them has frames."""
    tree = find_clips(root)
    for issue in tree.issues:
        _tell(issue.words)
    if not any(clip.frames for clip in tree.clips):
        raise DatasetError(
            f"{root} has masks, but no frames of them: there is no folder {FRAMES} beside them. "
            f"It needs {FRAMES}/CLIP and {MASKS}/CLIP."
        )
    return tree.clips


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

    def run(self, name: str, given: GivenClip, folder: Path) -> None:
        """Carry out the run of one clip."""
        from vosgui.engine.propagation.to_folder import ClipRun

        notes = given.notes
        for line in (*given.clip.info.warnings, *notes):
            _tell(line)
        propagator = self.loaded
        if self.finetune_s is not None:
            propagator, note = self._finetuned(given, self.finetune_s)
            notes = (*notes, note)
        run = ClipRun(given.clip, given.history, self.request, self._to_run(propagator))
        with bar("frame", quiet=self.quiet, name=name) as progress:
            self.reports[name] = run.carry_out(folder, notes, progress)

    def run_of_dataset(self, source: MaskFolderClip, folder: Path) -> None:
        """Carry out the run of one clip of a tree; a clip that cannot be used stops no other."""
        from vosgui.engine.propagation.to_folder import give_masks, new_history

        try:
            labelled = source.read(strict=True)
            if labelled.frames is None:
                raise DatasetError("There are no frames of the clip beside its masks.")
            with open_clip(labelled.frames) as clip:
                given = first_masks(placed_on(labelled, clip.info))
                chosen = given.only(self.request.objects) if self.request.objects else given
                history = new_history(clip.info)
                give_masks(history, chosen)
                make_folder(folder)
                self.run(source.name, GivenClip(clip, history, given.notes), folder)
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
            raise DatasetError(
                f"{len(self.failed)} of {n_clips} clips could not be done: "
                f"{', '.join(self.failed)}. The others are in {out}."
            )

    def _to_run(self, propagator: Propagator) -> Propagator:
        from vosgui.engine.propagation.flip import WithFlip

        return WithFlip(propagator) if self.flip else propagator

    def _finetuned(self, given: GivenClip, seconds: float) -> tuple[Propagator, str]:
        """Return the propagator fine-tuned to the clip, now or before, and how that went.

        Where what was learned is dropped, it is the one that was loaded.
        """
        from vosgui.engine.online.finetune import finetune
        from vosgui.engine.online.finetuned import given_digest, keep_finetuned, read_finetuned
        from vosgui.engine.propagation.recurrent import NetworkPropagator

        loaded, place = self.loaded, given.place
        if not isinstance(loaded, NetworkPropagator):
            raise ModelError(f"{loaded.name!r} cannot learn. Leave --finetune, or take a network.")
        snapshot = given.history.annotation.snapshot()
        objects = self.request.objects or frozenset(snapshot.tracks)
        now = loaded.digest(), given_digest(snapshot, objects)
        kept = read_finetuned(*place) if place else None
        if kept and (kept.model, kept.given) == now:
            text = f"Fine-tuned before, from the same masks: {kept.note}."
        else:
            with bar("", quiet=self.quiet) as told:
                kept, text = finetune(
                    loaded, given.clip, snapshot, objects, seconds=seconds, progress=told
                )
            if place:
                keep_finetuned(*place, kept)
        if not self.quiet:
            _tell(text)
        return kept.applied_to(loaded) if kept else loaded, text


def _tell(line: str) -> None:
    click.echo(f"vosgui: {line}", err=True)
