"""The run of `propagate CLIP`: the clip with what is given of it, and what came of it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vosgui.cli.bar import bar
from vosgui.core.annotation import Annotation, Snapshot
from vosgui.core.clip import Clip
from vosgui.core.mask import ids_in
from vosgui.core.words import counted
from vosgui.datasets.given_masks import GivenMasks, read_masks
from vosgui.errors import MaskError, ModelError
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project

if TYPE_CHECKING:
    from vosgui.engine.propagation.propagator import Propagator
    from vosgui.engine.propagation.to_folder import ClipReport, PropagationRequest


@dataclass(frozen=True)
class GivenClip:
    """A clip that is open, and the masks given of it.

    file : of the project that is to keep them. project : that, where it was there already.
    """

    clip: Clip
    given: GivenMasks
    file: Path | None = None
    project: Project | None = None


def open_given(
    stack: ExitStack,
    path: Path,
    masks: Path | None,
    frame: int | None,
    objects: frozenset[int] | None,
    project_file: Path | None,
    *,
    overwrite: bool,
) -> GivenClip:
    """Open a clip, and the project that is named where there is one, and read the masks.

    Raises MaskError for masks that would take the place of others that the project has as given,
    unless these are to be overwritten.
    """
    clip = stack.enter_context(open_clip(path))
    given = GivenMasks({}) if masks is None else read_masks(masks, clip.info, frame)
    if masks is not None and objects is not None:
        given = given.only(objects)
    project = None
    if project_file is not None and project_file.exists():
        project = stack.enter_context(Project.open(project_file))
        record = project.clips.find(clip.info)
        if record is not None and not overwrite:
            _check_given(project.history(record.id).annotation, given, masks)
    return GivenClip(clip, given, project_file, project)


def _check_given(annotation: Annotation, given: GivenMasks, masks: Path | None) -> None:
    for t, mask in given.masks.items():
        there = annotation.mask(t)
        for i in annotation.given(t):
            own = there == i
            differs = (
                own & (mask > 0) & (mask != i) if i not in ids_in(mask) else own != (mask == i)
            )
            if differs.any():
                raise MaskError(
                    f"Frame {t} of object {i} is given in the project already, and {masks} differs "
                    "from it. Leave the masks out to carry on those of the project, or have them "
                    "replaced.",
                    option="--overwrite",
                )


@dataclass
class Runs:
    """The run of a clip, and what came of it.

    loaded : what runs, or learns first. flip : whether it looks at flipped frames too.
    finetune_s : for how many seconds it learns each clip first, or None.
    """

    loaded: Propagator
    request: PropagationRequest
    quiet: bool
    flip: bool = False
    finetune_s: float | None = None
    reports: dict[str, ClipReport] = field(default_factory=dict)

    def run(self, stack: ExitStack, given: GivenClip, folder: Path) -> None:
        """Give the masks of the clip, and carry out its run.

        What keeps it from being begun is said before anything of it is in the project, and before
        a new one is made.
        """
        from vosgui.engine.propagation.to_folder import ClipRun, check_run, give_masks, new_history

        clip, notes, name = given.clip, given.given.notes, given.clip.info.name
        for line in (*clip.info.warnings, *notes):
            tell(line)
        self._check_learns()
        check_run(clip, given.given, self.request, self.loaded, given.project)
        place = None
        if given.file is not None:
            project = given.project or stack.enter_context(Project.create(given.file))
            place = project, project.clips.add(clip.info).id
        history = place[0].history(place[1]) if place else new_history(clip.info)
        give_masks(history, given.given)
        propagator = self.loaded
        if self.finetune_s is not None:
            snapshot = history.annotation.snapshot()
            propagator, note = self._finetuned(clip, snapshot, place, self.finetune_s)
            notes = (*notes, note)
        to_run = self._to_run(propagator)
        run = ClipRun(clip, history, self.request, to_run)
        with bar("frame", quiet=self.quiet, name=name) as progress:
            self.reports[name] = run.carry_out(folder, notes, progress)

    def finish(self, out: Path) -> None:
        """Write run.json, and tell what was done."""
        from vosgui.engine.propagation.to_folder import RunReport, write_report

        (report,) = self.reports.values()
        name, device = self._to_run(self.loaded).name, self.loaded.device
        write_report(out, RunReport(name, device, report.frames_per_second, self.reports))
        if not self.quiet:
            rate = report.frames_per_second
            masks = counted(report.n_frames, "mask")
            print(f"{masks} in {out} ({name}; {device}; {rate:.1f} frames/s)")

    def _to_run(self, propagator: Propagator) -> Propagator:
        from vosgui.engine.propagation.flip import WithFlip

        return WithFlip(propagator) if self.flip else propagator

    def _check_learns(self) -> None:
        """Raise ModelError where it is to learn, and cannot."""
        from vosgui.engine.propagation.recurrent import NetworkPropagator

        if self.finetune_s is not None and not isinstance(self.loaded, NetworkPropagator):
            name = self.loaded.name
            raise ModelError(f"{name!r} cannot learn. Leave --finetune, or take a network.")

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
        assert isinstance(loaded, NetworkPropagator)
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
            tell(text)
        return kept.applied_to(loaded) if kept else loaded, text


def tell(line: str) -> None:
    """Print a line about what is done on stderr."""
    click.echo(f"vosgui: {line}", err=True)
