"""`convert`: a dataset in one format written in another, without a project."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from vosgui.cli.dataset_options import (
    SOURCE,
    chosen_writer,
    issues_as_dicts,
    list_dataset,
    print_issues,
    read_format_option,
    write_options,
)
from vosgui.core.words import counted
from vosgui.datasets.convert import (
    ConvertProgress,
    ConvertReport,
    FramesElsewhere,
    Unpacked,
    convert,
)
from vosgui.datasets.partial_tree import partial_folder
from vosgui.datasets.workers import n_cores
from vosgui.errors import InputError
from vosgui.files.archive import as_packed, unpacked
from vosgui.files.json_file import write_json
from vosgui.formats.dataset import Dataset
from vosgui.formats.registry import writable

if TYPE_CHECKING:
    from tqdm import tqdm


@click.command(epilog=f"Formats: {', '.join(row.name for row in writable())}.")
@click.argument("src", metavar="SRC", type=SOURCE)
@click.option("--to", "to", required=True, metavar="FORMAT", help="The format to write; see below.")
@click.option("--out", type=SOURCE, required=True, help="A new or empty folder.")
@read_format_option
@click.option("--frames-from", type=SOURCE, help="Where the clips' frames are, if not in SRC.")
@click.option("--skip-broken", is_flag=True, help="Leave out clips that cannot be read.")
@write_options
def command(
    src: Path,
    to: str,
    out: Path,
    format_name: str,
    frames_from: Path | None,
    skip_broken: bool,
    json: Path | None,
    quiet: bool,
    workers: int | None,
    **choices: Any,
) -> None:
    """Write the dataset SRC (a folder, a file or a zip) in another format.

    Clips are spread over all cores. A run that was stopped goes on where it was; the folder
    appears when it is whole. The same input gives the same bytes.
    """

    writer = chosen_writer(to, **choices)
    with unpacked(src) as folder:
        title, dataset = list_dataset(folder, format_name)
        if frames_from is not None:
            dataset = _with_frames(dataset, frames_from)
        packed = Unpacked(folder, src) if folder != src else None
        how: Any = {"skip_broken": skip_broken, "unpacked": packed}
        with closing(convert(dataset, writer, out, workers or n_cores(), **how)) as steps:
            report = run_convert(steps, out, quiet)
        report = replace(report, issues=tuple(as_packed(report.issues, folder, src)))
    write_report(report, f"{src} ({title})", json)
    print_report(report, quiet)


def run_convert(
    steps: Iterator[ConvertProgress | ConvertReport], target: Path, quiet: bool
) -> ConvertReport:
    """Write a dataset with a bar of progress and return the report."""
    from tqdm import tqdm

    n_whole = 0
    try:
        with tqdm(unit="clip", disable=quiet or None, leave=False) as bar:
            for step in steps:
                if isinstance(step, ConvertReport):
                    return step
                n_whole = step.n_clips
                _show(bar, step)
    except (InputError, KeyboardInterrupt):
        if n_whole:
            kept = f"{counted(n_whole, 'clip')} done and kept in {partial_folder(target)}"
            print(f"{kept}; the same command goes on from there.", file=sys.stderr)
        raise
    raise AssertionError("a conversion ends with its report")


def _show(bar: tqdm[NoReturn], step: ConvertProgress) -> None:
    """Count frames where it is known how many there will be, else clips."""
    if step.n_frames_total is None:
        bar.total, n = step.n_clips_total, step.n_clips
        bar.set_postfix(frames=step.n_frames, refresh=False)
    else:
        bar.unit, bar.total, n = "frame", step.n_frames_total, step.n_frames
        bar.set_postfix(clips=f"{step.n_clips}/{step.n_clips_total}", refresh=False)
    bar.update(n - bar.n)


def write_report(report: ConvertReport, source: str, json: Path | None) -> None:
    """Write the report where that was asked for."""
    if json is not None:
        content = {"source": source, "target": str(report.target), "clips": report.n_clips}
        write_json(json, {**content, "issues": issues_as_dicts(report.issues)}, indent=2)


def print_report(report: ConvertReport, quiet: bool) -> None:
    """Print the report, or its last line."""
    if not quiet:
        print_issues(report.issues)
    n = (
        counted(report.n_clips, "clip"),
        counted(report.n_frames, "frame"),
        counted(report.n_objects, "object"),
    )
    print(f"{', '.join(n)} in {report.target}")


def _with_frames(dataset: Dataset, root: Path) -> Dataset:

    only = len(dataset.clips) == 1
    return replace(dataset, clips=tuple(FramesElsewhere(c, root, only) for c in dataset.clips))
