"""Runs of all clips of a dataset, each from its first masks, on whatever workers there are."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.datasets.clip_keys import Unpacked, clip_keys, state_of
from vosgui.datasets.given_masks import first_masks, open_annotated
from vosgui.datasets.resuming.kept_clips import KeptClips
from vosgui.datasets.workers import Workers, each_outcome
from vosgui.engine.models.device import use_threads
from vosgui.engine.models.installed import DEFAULT_MODEL, find_model
from vosgui.engine.online.finetune import finetune
from vosgui.engine.propagation.flip import WithFlip
from vosgui.engine.propagation.load import load_propagator
from vosgui.engine.propagation.propagator import Propagator
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.propagation.to_folder import (
    ClipReport,
    ClipRun,
    PropagationRequest,
    give_masks,
    new_history,
)
from vosgui.errors import InputError, ModelError
from vosgui.formats.dataset import ClipSource
from vosgui.media.images import list_images

_LEARNING = 0.5  # of a clip's frames, in its progress, where it is learned first


@dataclass(frozen=True)
class HowToRun:
    """How every clip of a dataset is run.

    model, device : as `load_propagator` takes them. finetune_s : for how many seconds each clip is
    learned first, or None. threads : of each worker's network on a CPU; None for all it has.
    """

    model: str
    device: str
    request: PropagationRequest
    flip: bool = False
    finetune_s: float | None = None
    threads: int | None = None

    @property
    def about(self) -> str:
        """Return all that a result depends on but the clip, in words."""
        try:
            model = find_model(DEFAULT_MODEL if self.model == "auto" else self.model)
        except ModelError:  # flow, or another's propagator
            return repr(replace(self, threads=None))
        return f"{replace(self, threads=None)!r} {state_of(model)}"


class ClipDone(msgspec.Struct, frozen=True):
    """A clip of a dataset that was run: its report, what ran, and where, in words."""

    report: ClipReport
    name: str
    device: str


@dataclass(frozen=True)
class _Job:
    source: ClipSource
    key: str
    kept: KeptClips
    how: HowToRun
    model_state: str


def run_dataset(
    sources: Sequence[ClipSource],
    kept: KeptClips,
    how: HowToRun,
    workers: Workers,
    progress: Progress = NO_PROGRESS,
    unpacked: Unpacked | None = None,
) -> Generator[tuple[str, ClipDone | InputError], None, None]:
    """Run the clips of a dataset; yield the name of each, and what became of it.

    A clip that is whole in `kept` from an earlier command is not run again. One that cannot be used
    stops no other. The masks of a clip depend on it, the model and the device alone.
    progress : hears how many frames are done where the clips' frames are folders.
    """
    about = how.about
    if isinstance(how.model, str) and Path(how.model).is_dir():
        how = replace(how, model=str(Path(how.model).absolute()))  # seen from anywhere
    keys = clip_keys(sources, about, unpacked)
    jobs = [_Job(*one, kept, how, about) for one in zip(sources, keys, strict=True)]
    outcomes = each_outcome(_run_clip, jobs, workers, progress, _n_frames(sources))
    for source, outcome in zip(sources, outcomes, strict=True):
        yield source.name, outcome


def _n_frames(sources: Sequence[ClipSource]) -> int | None:
    """Return how many frames all clips have, None where that is not to be had at a look."""
    folders = [getattr(source, "frames", None) for source in sources]
    if not all(isinstance(one, Path) and one.is_dir() for one in folders):
        return None
    return sum(len(list_images(one)) for one in folders if one is not None)


def _run_clip(job: _Job, progress: Progress) -> ClipDone:
    name = job.source.name
    said = job.kept.said(name, job.key)
    if said is not None:
        done = msgspec.json.decode(said, type=ClipDone)
        progress.report(done.report.n_frames)
        return done
    with open_annotated(job.source) as (clip, labelled), job.kept.stage() as stage:
        given = first_masks(labelled)
        given = given.only(job.how.request.objects) if job.how.request.objects else given
        history = new_history(clip.info)
        give_masks(history, given)
        frames: Progress = _Frames(progress, clip.info.n_frames)
        notes, to_run = given.notes, _propagator(job)
        if job.how.finetune_s is not None:
            annotation, ids = history.annotation, job.how.request.objects
            objects = ids or frozenset(entry.id for entry in annotation.objects)
            learning, frames = frames.within(0, _LEARNING), frames.within(_LEARNING, 1)
            to_run, note = _finetuned(
                to_run, clip, annotation.snapshot(), objects, job.how.finetune_s, learning
            )
            notes = (*notes, note)
        to_run = WithFlip(to_run) if job.how.flip else to_run
        run = ClipRun(clip, history, job.how.request, to_run, keep_given=True)
        report = run.carry_out(stage, notes, frames)
        done = ClipDone(report, to_run.name, to_run.device)
        job.kept.keep(stage, name, job.key, msgspec.json.encode(done))
    progress.report(clip.info.n_frames)
    return done


class _Frames(Progress):
    """What a run reports to: its part of a clip is told in frames of the clip."""

    def __init__(self, progress: Progress, n_frames: int) -> None:
        self._progress, self._n_frames = progress, n_frames

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        self._progress.report(n_done / n_total * self._n_frames if n_total else 0, text=text)


_loaded = threading.local()  # a worker's propagator, from clip to clip


def _propagator(job: _Job) -> Propagator:
    """Return what carries the masks; it is loaded once in each worker."""
    wanted = job.how.model, job.how.device, job.how.threads, job.model_state
    if getattr(_loaded, "wanted", None) != wanted:
        if job.how.threads is not None:
            use_threads(job.how.threads)
        _loaded.propagator = load_propagator(job.how.model, job.how.device)
        _loaded.wanted = wanted
    found: Propagator = _loaded.propagator
    return found


def _finetuned(
    loaded: Propagator,
    clip: Clip,
    snapshot: Snapshot,
    objects: frozenset[int],
    seconds: float,
    progress: Progress,
) -> tuple[Propagator, str]:
    """Return the propagator fine-tuned to a clip, and how that went."""
    if not isinstance(loaded, NetworkPropagator):
        raise ModelError(f"{loaded.name!r} cannot learn. Name a network.", option="--model")
    kept, note = finetune(loaded, clip, snapshot, objects, seconds=seconds, progress=progress)
    return kept.applied_to(loaded) if kept else loaded, note
