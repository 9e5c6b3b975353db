"""One clip from given masks to a folder of mask files: what a command line or a batch runs."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from vosgui import __version__
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Snapshot
from vosgui.core.clip import Clip, ClipInfo
from vosgui.core.edits import FrameResult
from vosgui.core.history import History
from vosgui.core.journal import MemoryJournal
from vosgui.core.mask import Mask
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import some_of
from vosgui.datasets.given_masks import GivenMasks
from vosgui.engine.propagation.plan import Direction, Run, n_results, plan_run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.propagator import Propagator
from vosgui.errors import InputError, NothingToDoError, TargetError
from vosgui.files.atomic import atomic_file, make_folder
from vosgui.files.json_file import write_json
from vosgui.files.writes_behind import WritesBehind
from vosgui.media.palette import write_mask
from vosgui.project.project import Project

REPORT = "run.json"
_RUN_LABEL = "Propagate"


class ClipReport(msgspec.Struct, frozen=True):
    """How the run of one clip went.

    model : what carried its masks, by name: also where it was fine-tuned to this clip.
    range : first frame and the one after the last. confidence : by object id and frame name,
    of propagated masks only.
    """

    model: str
    n_frames: int
    range: tuple[int, int]
    objects: list[int]
    seconds: float
    frames_per_second: float
    confidence: dict[int, dict[str, float]]
    notes: list[str] = []


class RunReport(msgspec.Struct, frozen=True):
    """What run.json holds: the program, the model, and each clip by name.

    failed : clips that could not be done, with the reason.
    """

    model: str
    device: str
    frames_per_second: float
    clips: dict[str, ClipReport]
    failed: dict[str, str] = {}
    version: str = __version__


@dataclass(frozen=True)
class PropagationRequest:
    """What is asked of a run: frames first..stop-1 (all: None), objects (all: None), direction."""

    first: int | None = None
    stop: int | None = None
    objects: frozenset[int] | None = None
    direction: Direction = "forward"


def give_masks(history: History, given: GivenMasks) -> None:
    """Take masks as given: objects that are new, then the masks, each an edit of its own."""
    annotation = history.annotation
    known = {entry.id for entry in annotation.objects}
    for object_id in sorted(given.objects - known):
        entry = edits.new_object(object_id)
        history.do(f"Add {entry.name}", edits.set_object(annotation, entry))
    for t, mask in sorted(given.masks.items()):
        part = edits.give_mask(annotation, t, mask, GivenMasks({t: mask}).objects)
        history.do(f"Take mask of frame {t}", part)


def new_history(info: ClipInfo) -> History:
    """Return a history without a file, of a clip about which nothing is known.

    Nobody undoes what is done there: no edit is kept, and masks only as they are written.
    """
    return History(Annotation(info.hw, info.n_frames, unpacked_bytes=0), MemoryJournal(max_bytes=0))


def check_run(
    clip: Clip,
    given: GivenMasks,
    request: PropagationRequest,
    propagator: Propagator,
    project: Project | None,
) -> None:
    """Raise what `give_masks` and `ClipRun` would, and change nothing in the project."""
    record = None if project is None else project.clips.find(clip.info)
    history = new_history(clip.info)
    if project is not None and record is not None:
        copy = project.history(record.id).annotation.copy()
        history = History(copy, MemoryJournal(max_bytes=0))
    give_masks(history, given)
    ClipRun(clip, history, request, propagator)


class ClipRun:
    """The run of one clip: iterate over it for its results as they come; `len` is how many.

    The run goes on as far as it is iterated, once; `masks` and `save` take it to its end. All that
    it carries is one edit of the history, also where it ends early.
    range : the frames that are yielded and written; a run may also go through others, to get there.
    model, device : what carries the masks, in words. annotation : the clip's, as far as it is known
    by now: objects, masks, and how each came about.
    keep_given : where there is no frame to carry a given mask to, the run has no results, and its
    masks are those that were given.
    Raises NothingToDoError at once where there is nothing to carry on.
    """

    def __init__(
        self,
        clip: Clip,
        history: History,
        request: PropagationRequest,
        propagator: Propagator,
        *,
        keep_given: bool = False,
    ) -> None:
        self.clip, self.annotation = clip, history.annotation
        info, stop = clip.info, request.stop
        self.range = range(info.n_frames)[slice(request.first, stop)]
        is_below = min(request.first or 0, stop or 0) < 0
        if is_below or not self.range:
            what = "begins or ends below 0" if is_below else "holds no frame"
            raise NothingToDoError(
                f"The range {request.first or 0}:{'' if stop is None else stop} {what}: "
                f"the clip has frames 0 to {info.n_frames - 1}."
            )
        self.model, self.device = propagator.name, propagator.device
        known = frozenset(one.id for one in self.annotation.objects)
        ids = known if request.objects is None else request.objects
        if (unknown := sorted(ids - known)) and not keep_given:  # a clip of many may lack some
            there = some_of(sorted(known)) if known else "none"
            raise NothingToDoError(f"There is no object {some_of(unknown)}; there are {there}.")
        # Masks given outside of the range are carried into it; what lies between is not kept.
        snapshot = self.annotation.snapshot()
        self._run = run_over(snapshot, ids, self.range, request.direction)
        self._n_carried, self._n_yielded, self._n_done = 0, 0, 0
        self._progress = NO_PROGRESS
        try:
            self._check_reach()
            passes = plan_run(snapshot, self._run)
            self._n_carried = n_results(passes)
            self._n_yielded = sum(one.n_results_in(self.range) for one in passes)
        except NothingToDoError:
            if not keep_given or not any(snapshot.has_mask(t, i) for t in self.range for i in ids):
                raise
        self._results = self._carry(history, propagator)

    def __len__(self) -> int:
        return self._n_yielded

    def _check_reach(self) -> None:
        """Raise NothingToDoError where the run goes away from its range."""
        start, direction, frames = self._run.start, self._run.direction, self.range
        text = f"The masks given are of frame {start}"
        where = f"the range {frames.start}:{frames.stop}"
        if direction == "forward" and start >= frames.stop:
            raise NothingToDoError(f"{text} or later, after {where}: carry them backward.")
        if direction == "backward" and start < frames.start:
            raise NothingToDoError(f"{text} or earlier, before {where}: carry them forward.")

    def __iter__(self) -> Iterator[FrameResult]:
        """Carry the masks on, frame by frame.

        Each result has `t`, the frame's index from 0; `mask`, uint8 (H, W) of object ids, 0 is
        background, read-only, with all objects of the frame; and `confidence`, by object id the J
        to expect, in [0, 1], 0 where no pixel is left. Given masks are not among the results.
        Raises ClipError where a frame cannot be decoded.
        """
        return self._results

    def _carry(
        self, history: History, propagator: Propagator
    ) -> Generator[FrameResult, None, None]:
        if not self._n_carried:
            return
        annotation, edit = self.annotation, history.open(_RUN_LABEL)
        annotation.unpacked.max_bytes = 0  # it goes through the clip: no mask is shown again
        reader = self.clip.reopen(once=True)
        results = propagate(reader, annotation.snapshot(), self._run, propagator)
        try:
            for result in results:
                self._n_done += 1
                if result.t not in self.range:
                    self._progress.report(self._n_done, self._n_carried)
                    continue
                edit.extend(edits.predict(annotation, result, self._run.objects))
                yield replace(result, mask=annotation.mask(result.t))
        finally:
            results.close()
            reader.close()
            edit.close()

    def masks(self) -> npt.NDArray[np.uint8]:
        """Run to the end and return the masks of all frames of the run, given ones too.

        uint8 (T, H, W) of object ids, 0 is background: T times as large as a frame's mask.
        """
        deque(self, maxlen=0)
        return np.stack([self.annotation.mask(t) for t in self.range])

    def save(self, folder: str | Path) -> None:
        """Run to the end and write a palette PNG of each frame of the run, named like the frame.

        Raises TargetError where the folder is not empty or cannot be written.
        """
        with open_target(Path(folder), overwrite=False):
            deque(self, maxlen=0)
            for t in self.range:
                self._write(Path(folder), t, self.annotation.mask(t))

    def carry_out(
        self, out: Path, notes: Sequence[str] = (), progress: Progress = NO_PROGRESS
    ) -> ClipReport:
        """Write OUT/<frame>.png of each frame of the range as it is known, and say how it went.

        notes : what else the report is to say. progress : hears frames; where it raises, the run
        ends, and what was carried until then stays.
        """
        names, written = self.clip.info.frame_names, set()
        confidence: dict[int, dict[str, float]] = {i: {} for i in sorted(self._run.objects)}
        begun, self._progress = time.perf_counter(), progress
        with closing(self._results), WritesBehind() as files:
            for result in self:
                files.submit(self._write, out, result.t, self.annotation.mask(result.t))
                written.add(result.t)
                for object_id, level in result.confidence.items():
                    confidence[object_id][names[result.t]] = round(level, 4)
                progress.report(self._n_done, self._n_carried)
        seconds = time.perf_counter() - begun
        for t in self.range:
            # Given ones, and what others have removed meanwhile.
            if t not in written or not (out / f"{names[t]}.png").exists():
                self._write(out, t, self.annotation.mask(t))
        return ClipReport(
            model=self.model,
            n_frames=len(self.range),
            range=(self.range.start, self.range.stop),
            objects=list(confidence),
            seconds=round(seconds, 3),
            frames_per_second=round(self._n_done / seconds, 3),
            confidence=confidence,
            notes=[*self.clip.info.warnings, *notes],
        )

    def _write(self, out: Path, t: int, mask: Mask) -> None:
        write_mask(out / f"{self.clip.info.frame_names[t]}.png", mask)


def run_over(snapshot: Snapshot, ids: frozenset[int], frames: range, direction: Direction) -> Run:
    """Return the run that carries objects through frames from what is given of them.

    Raises NothingToDoError where nothing is.
    """
    return Run(*_reach(snapshot, ids, frames, direction), ids, direction, "reinitialise")


def _reach(
    snapshot: Snapshot, ids: frozenset[int], frames: range, direction: Direction
) -> tuple[int, int, int]:
    """Return where a run starts, its first frame and the one after its last.

    It starts from the first given frame with a mask of these objects (the last one, going
    backward); a bidirectional run takes each object's nearest one on either side of the range.
    """
    shown = [snapshot.given_masks(i) for i in ids & snapshot.tracks.keys()]
    every = [t for found in shown for t in found]
    if not every:
        raise NothingToDoError("There is no given mask to carry on. Give the mask of a frame.")
    if direction == "bidirectional":
        before = [max((t for t in one if t < frames.start), default=frames.start) for one in shown]
        after = [
            min((t for t in one if t >= frames.stop), default=frames.stop - 1) for one in shown
        ]
        first, last = min(before), max(after)
        return first, first, last + 1
    start = max(every) if direction == "backward" else min(every)
    return start, min(start, frames.start), max(start + 1, frames.stop)


# -- the folder ------------------------------------------------------------------------------


@contextmanager
def open_target(out: Path, *, overwrite: bool) -> Iterator[None]:
    """Make the folder for the masks; TargetError where it holds something or cannot be written.

    Where bad input ends the run before a mask is written, the folder goes again.
    overwrite : use it as it is; the report of an older run goes at once, as it is no longer true.
    """
    is_new = not out.exists()
    make_folder(out)
    if any(out.iterdir()) and not overwrite:
        text = f"The folder {out} is not empty. Choose another one, or have its masks replaced."
        raise TargetError(text, option="--overwrite")
    with atomic_file(out / REPORT) as file:  # tells now, not after an hour, whether one may write
        file.write(b"{}")
    (out / REPORT).unlink()
    try:
        yield
    except InputError:
        if is_new and not any(out.iterdir()):
            out.rmdir()
        raise


def write_report(out: Path, report: RunReport) -> None:
    """Write run.json: the last file of a run, so where it is there, all is there."""
    write_json(out / REPORT, report, indent=2)
