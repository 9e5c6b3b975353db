"""`propagate`: masks of the first frame in, a mask of every frame out."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click
from tqdm import tqdm

from vosgui.cli.bar import bar
from vosgui.cli.options import Above0
from vosgui.core.clip import Clip
from vosgui.core.history import History
from vosgui.datasets.given_masks import GivenMasks, first_masks, read_masks
from vosgui.errors import DatasetError, InputError, ModelError, TargetError
from vosgui.files.folders import make_folder
from vosgui.formats.dataset import placed_on
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.find_clips import find_clips
from vosgui.formats.tree.layout import FRAMES, MASKS
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Direction
    from vosgui.engine.propagation.propagator import Propagator
    from vosgui.engine.propagation.to_folder import ClipReport, PropagationRequest

_DEVICES = ("auto", "cpu", "cuda", "mps")
_PATH = click.Path(path_type=Path)
Bounds = tuple[int | None, int | None]


def _bounds(_ctx: click.Context, _option: click.Parameter, value: str | None) -> Bounds:
    if value is None:
        return None, None
    first, colon, stop = value.partition(":")
    words = [word for word in (first, stop) if word]
    if not colon or not all(word.isdecimal() for word in words):
        raise click.BadParameter(f"{value!r} is not A:B with frame numbers from 0, such as 10:50.")
    return int(first) if first else None, int(stop) if stop else None


def _objects(
    _ctx: click.Context, _option: click.Parameter, value: str | None
) -> frozenset[int] | None:
    if value is None:
        return None
    words = [word.strip() for word in value.split(",")]
    if not all(word.isdecimal() for word in words):
        raise click.BadParameter(f"{value!r} is not a list of object ids, such as 1,2.")
    return frozenset(int(word) for word in words)


@click.command()
@click.argument("clip", type=_PATH, required=False)
@click.option("--masks", type=_PATH, help="A mask PNG, or a folder of them named like the frames.")
@click.option("--frame", type=int, help="The frame of a single mask PNG, from 0.  [default: 0]")
@click.option(
    "--dataset",
    type=_PATH,
    help="Instead of CLIP: a tree (DAVIS, YouTube-VOS, MOSE and the like) or one split of it. "
    "Only the first mask of each object is used.",
)
@click.option("--out", type=_PATH, required=True, help="Folder for the masks, one PNG per frame.")
@click.option("--model", default="auto", show_default=True, help="A model's name, or flow.")
@click.option("--device", type=click.Choice(_DEVICES), default="auto", show_default=True)
@click.option("--range", "bounds", callback=_bounds, metavar="A:B", help="Frames A to B-1 only.")
@click.option("--objects", callback=_objects, metavar="IDS", help="These objects only, as 1,2.")
@click.option("--backward", is_flag=True, help="From the last given mask towards frame 0.")
@click.option("--both", is_flag=True, help="From the first given mask both ways.")
@click.option("--fill", is_flag=True, help="From all given masks, between two from both at once.")
@click.option("--flip", is_flag=True, help="Look at flipped frames too, at twice the time.")
@click.option(
    "--finetune",
    type=Above0(),
    metavar="SECONDS",
    help="Let the network learn from the given masks first, so long for each clip, as 30.",
)
@click.option("--adapt", is_flag=True, hidden=True)  # the names of before
@click.option("--adapt-seconds", type=Above0(), default=30.0, hidden=True)
@click.option("--project", type=_PATH, help="Keep masks and run in this project file as well.")
@click.option("--overwrite", is_flag=True, help="Write into a folder that is not empty.")
@click.option("--quiet", is_flag=True, help="No progress bar, no summary.")
def command(
    clip: Path | None,
    masks: Path | None,
    frame: int | None,
    dataset: Path | None,
    out: Path,
    model: str,
    device: str,
    bounds: Bounds,
    objects: frozenset[int] | None,
    backward: bool,
    both: bool,
    fill: bool,
    flip: bool,
    finetune: float | None,
    adapt: bool,
    adapt_seconds: float,
    project: Path | None,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Carry given masks through a clip.

    CLIP is a video or a folder of frames. OUT gets one palette PNG per frame, named like it, and
    run.json. An object that is given in several frames starts anew from each of them; one that is
    first given later joins there. Given masks are never changed.

    With --fill, the mask between two given ones is carried there from both, and blended.
    With --finetune, a copy of the network learns the objects' looks first. Where that carries
    masks clearly better, the copy runs beside the network; it is kept with the project, and used
    again for as long as the given masks are the same. With --flip the network runs beside itself
    on frames with left and right swapped, which often holds what it would lose; not where
    --finetune kept something. Both take twice the time of a run.
    """
    ways: dict[Direction, bool] = {"backward": backward, "both": both, "bidirectional": fill}
    _check_words(clip, masks, frame, dataset, project, n_ways=sum(ways.values()))
    from vosgui.engine.propagation.flip_augmentation import with_flip
    from vosgui.engine.propagation.load import load_propagator
    from vosgui.engine.propagation.to_folder import PropagationRequest, open_target

    direction: Direction = next((way for way, chosen in ways.items() if chosen), "forward")
    request = PropagationRequest(bounds[0], bounds[1], objects, direction)
    sources = _clips_of(dataset) if dataset else ()
    with ExitStack() as stack:
        # What was given is read before the model, so that a mistake shows at once.
        single = _read_clip(stack, clip, masks, frame, objects, project) if clip else None
        stack.enter_context(open_target(out, overwrite=overwrite))
        loaded = load_propagator(model, device)
        propagator = with_flip(loaded) if flip else loaded
        seconds = adapt_seconds if adapt and finetune is None else finetune
        batch = _Batch(loaded, propagator, request, out, quiet, seconds)
        if single is not None:
            batch.run(single.clip.info.name, single, out)
        for source in sources:
            batch.run_of_dataset(source)
    batch.finish()


@dataclass(frozen=True)
class _Single:
    """A clip that is open, the history of its annotation, and what was said on reading masks.

    place : the project and the clip's id in it, if there is one.
    """

    clip: Clip
    history: History
    notes: tuple[str, ...]
    place: tuple[Project, int] | None = None


@dataclass
class _Batch:
    """Runs of one or more clips with one propagator, and what came of them.

    loaded : what learns. propagator : what runs where nothing was learned.
    finetune_s : for how many seconds it learns each clip first, or None.
    """

    loaded: Propagator
    propagator: Propagator
    request: PropagationRequest
    out: Path
    quiet: bool
    finetune_s: float | None = None
    reports: dict[str, ClipReport] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def run(self, name: str, single: _Single, folder: Path) -> None:
        """Carry out the run of one clip."""
        from vosgui.engine.propagation.to_folder import ClipRun

        for line in (*single.clip.info.warnings, *single.notes):
            _tell(line)
        propagator, notes = self.propagator, single.notes
        if self.finetune_s is not None:
            tuned, note = _finetuned(self.loaded, single, self.request, self.finetune_s, self.quiet)
            propagator, notes = tuned or propagator, (*notes, note)
        run = ClipRun(single.clip, single.history, self.request, propagator)
        shown = tqdm(total=run.progress.total, desc=name, unit="frame", disable=self.quiet)
        with shown, closing(run.carry_out(folder)) as steps:
            for progress in steps:
                shown.update(progress.n_done - shown.n)
        self.reports[name] = run.report(notes)

    def run_of_dataset(self, source: MaskFolderClip) -> None:
        """Carry out the run of one clip of a tree; a clip that cannot be used stops no other."""
        from vosgui.engine.propagation.to_folder import give_masks, new_history

        name = source.name
        try:
            labelled = source.read(strict=True)
            if labelled.frames is None:
                raise DatasetError("There are no frames of the clip beside its masks.")
            with open_clip(labelled.frames) as clip:
                given = first_masks(placed_on(labelled, clip.info))
                chosen = given.only(self.request.objects) if self.request.objects else given
                history = new_history(clip.info)
                give_masks(history, chosen)
                folder = self.out / name
                make_folder(folder)
                self.run(name, _Single(clip, history, given.notes), folder)
        except TargetError:
            raise
        except InputError as error:
            _tell(f"{name}: {error.command_line}")
            self.failed[name] = str(error)

    def finish(self) -> None:
        """Write run.json, tell what was done, and raise DatasetError where a clip failed."""
        from vosgui.engine.propagation.to_folder import RunReport, write_report

        reports = self.reports.values()
        seconds = sum(report.seconds for report in reports)
        carried = sum(report.seconds * report.frames_per_second for report in reports)
        rate = round(carried / seconds, 3) if seconds else 0.0
        name, device = self.propagator.name, self.propagator.device
        write_report(self.out, RunReport(name, device, rate, self.reports, self.failed))
        if not self.quiet:
            n_masks = sum(report.n_frames for report in reports)
            click.echo(f"{n_masks} masks in {self.out} ({name}; {device}; {rate:.1f} it/s)")
        if self.failed:
            n_clips = len(self.failed) + len(self.reports)
            raise DatasetError(
                f"{len(self.failed)} of {n_clips} clips could not be done: "
                f"{', '.join(self.failed)}. The others are in {self.out}."
            )


def _read_clip(
    stack: ExitStack,
    path: Path,
    masks: Path | None,
    frame: int | None,
    objects: frozenset[int] | None,
    project: Path | None,
) -> _Single:
    """Open a clip, its history (in a project, if one is named), and take the masks as given."""
    from vosgui.engine.propagation.to_folder import give_masks, new_history

    clip = stack.enter_context(open_clip(path))
    given = GivenMasks({}) if masks is None else read_masks(masks, clip.info, frame)
    if masks is not None and objects is not None:
        given = given.only(objects)
    place = _place_in(stack, project, clip) if project else None
    history = place[0].history(place[1]) if place else new_history(clip.info)
    give_masks(history, given)
    return _Single(clip, history, given.notes, place)


def _place_in(stack: ExitStack, path: Path, clip: Clip) -> tuple[Project, int]:

    project = Project.open(path) if path.exists() else Project.create(path)
    stack.callback(project.close)
    return project, project.clips.add(clip.info).id


def _finetuned(
    propagator: Propagator,
    single: _Single,
    request: PropagationRequest,
    seconds: float,
    quiet: bool,
) -> tuple[Propagator | None, str]:
    """Return the propagator fine-tuned to the clip, now or before, and how that went.

    None where what was learned is not used.
    """
    from vosgui.engine.online.finetune import FinetuneOptions, finetune
    from vosgui.engine.online.finetuned import keep_finetuned, read_finetuned
    from vosgui.engine.propagation.recurrent import NetworkPropagator

    if not isinstance(propagator, NetworkPropagator):
        raise ModelError(f"{propagator.name!r} cannot learn. Leave --finetune, or take a network.")
    snapshot = single.history.annotation.snapshot()
    objects = request.objects or frozenset(snapshot.tracks)
    kept = read_finetuned(*single.place) if single.place else None
    if kept and kept.fits(propagator, snapshot, objects):
        note, text = kept.note, f"Fine-tuned before, from the same masks: {kept.note}."
    else:
        options = FinetuneOptions(seconds=seconds)
        with bar("", quiet=quiet) as progress:
            kept, text = finetune(propagator, single.clip, snapshot, objects, options, progress)
        if single.place:
            keep_finetuned(*single.place, kept)
        note = text
    if not quiet:
        _tell(text)
    return kept.beside(propagator) if kept else None, note


def _clips_of(root: Path) -> tuple[MaskFolderClip, ...]:
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


def _check_words(
    clip: Path | None,
    masks: Path | None,
    frame: int | None,
    dataset: Path | None,
    project: Path | None,
    *,
    n_ways: int,
) -> None:
    if (clip is None) == (dataset is None):
        raise click.UsageError("Give either CLIP or --dataset ROOT.")
    if n_ways > 1:
        raise click.UsageError("Give one of --backward, --both and --fill.")
    if dataset is not None and (masks, frame, project) != (None, None, None):
        raise click.UsageError(
            "--masks, --frame and --project go with CLIP; --dataset has masks of its own."
        )
    if clip is not None and masks is None and project is None:
        raise click.UsageError("Give --masks PATH: what is to be carried through the clip.")
    if frame is not None and masks is None:
        raise click.UsageError("--frame says which frame the PNG of --masks belongs to.")


def _tell(line: str) -> None:
    click.echo(f"vosgui: {line}", err=True)
