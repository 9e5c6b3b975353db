"""`propagate --dataset`: all clips of a dataset, by however many workers."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from vosgui.cli.bar import bar
from vosgui.cli.propagate_runs import tell
from vosgui.core.words import counted
from vosgui.datasets.clip_keys import Unpacked
from vosgui.datasets.cluster import Cluster
from vosgui.datasets.resuming.kept_clips import is_unfinished, kept_clips
from vosgui.datasets.workers import Workers, n_cores
from vosgui.errors import DatasetError, InputError
from vosgui.files.archive import unpacked
from vosgui.files.atomic import check_kept
from vosgui.formats.dataset import ClipSource
from vosgui.formats.locate import locate
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.find_clips import find_clips
from vosgui.formats.tree.layout import FRAMES, MASKS

if TYPE_CHECKING:
    from vosgui.engine.online.dataset_runs import ClipDone, HowToRun


def propagate_dataset(
    root: Path,
    out: Path,
    how: HowToRun,
    workers: Workers,
    *,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Run all clips of a dataset that have masks, and write OUT/CLIP of each, and run.json."""
    from vosgui.engine.online.dataset_runs import run_dataset
    from vosgui.engine.propagation.to_folder import open_target

    if isinstance(workers, Cluster):
        workers = replace(workers, wants_gpu=how.device != "cpu")
    elif workers > 1:
        how = replace(how, threads=max(1, n_cores() // workers))
    goes_on = is_unfinished(out) and not overwrite
    with ExitStack() as stack:
        folder = stack.enter_context(unpacked(root))
        packed = Unpacked(folder, root) if folder != root else None
        sources = find_given(folder)
        for source in sources:
            for kind in ("frames", "masks"):
                path: Path | None = getattr(source, kind, None)
                check_kept(out / source.name, path, f"{kind} of the clip {source.name}")
        stack.enter_context(open_target(out, overwrite=overwrite or goes_on))
        kept = stack.enter_context(kept_clips(out, anew=not goes_on))
        done = _Done(quiet, _in_words(workers))
        try:
            with bar("frame", quiet=quiet) as progress:
                outcomes = run_dataset(sources, kept, how, workers, progress, packed)
                with closing(outcomes):
                    for name, outcome in outcomes:
                        done.take(name, outcome)
        except (InputError, KeyboardInterrupt):
            if done.clips:
                n = counted(len(done.clips), "clip")
                tell(f"{n} done and kept in {out}; the same command goes on from there.")
            raise
        done.finish(out)


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
        tell(issue.words)
    return dataset.clips


def _in_words(workers: Workers) -> str:
    if isinstance(workers, Cluster):
        return " for each worker"
    return f" for each of {workers} workers" if workers > 1 else ""


@dataclass
class _Done:
    """What became of the clips. by : in words, to whom the frames per second belong."""

    quiet: bool
    by: str
    clips: dict[str, ClipDone] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, outcome: ClipDone | InputError) -> None:
        """Note what became of a clip, and tell what there is to say of it."""
        if isinstance(outcome, InputError):
            tell(f"{name}: {outcome.command_line}")
            self.failed[name] = str(outcome)
            return
        self.clips[name] = outcome
        for line in outcome.report.notes:
            tell(line)

    def finish(self, out: Path) -> None:
        """Write run.json, tell what was done, and raise DatasetError where a clip failed."""
        from vosgui.engine.propagation.to_folder import RunReport, write_report

        reports = {name: one.report for name, one in self.clips.items()}
        names = ", ".join(dict.fromkeys(one.name for one in self.clips.values()))
        devices = ", ".join(dict.fromkeys(one.device for one in self.clips.values()))
        seconds = sum(report.seconds for report in reports.values())
        carried = sum(one.seconds * one.frames_per_second for one in reports.values())
        rate = round(carried / seconds, 3) if seconds else 0.0
        write_report(out, RunReport(names, devices, rate, reports, self.failed))
        if not self.quiet:
            n_masks = sum(report.n_frames for report in reports.values())
            how = f"{names}; {devices}; {rate:.1f} frames/s{self.by}"
            print(f"{counted(n_masks, 'mask')} in {out} ({how})")
        if self.failed:
            n_clips = len(self.failed) + len(self.clips)
            others = f" The others are in {out}." if self.clips else ""
            raise DatasetError(
                f"{len(self.failed)} of {counted(n_clips, 'clip')} could not be done: "
                f"{', '.join(self.failed)}.{others}"
            )
