"""`convert`: a dataset in one format written in another, without a project."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click
from tqdm import tqdm

from vosgui.cli.dataset_options import (
    Output,
    list_dataset,
    read_format_option,
    report_options,
    write_options,
)
from vosgui.cli.options import PATH
from vosgui.core.words import counted
from vosgui.datasets.convert import (
    ConvertProgress,
    ConvertReport,
    FramesElsewhere,
    Unpacked,
    convert,
)
from vosgui.datasets.partial_tree import partial_folder
from vosgui.errors import InputError
from vosgui.files.archive import as_packed, unpacked
from vosgui.formats.registry import writable, write_format
from vosgui.formats.writer import WriteOptions


@click.command()
@click.argument("src", metavar="SRC", type=PATH)
@click.option(
    "--to",
    metavar="FORMAT",
    required=True,
    help=f"The format to write: {', '.join(row.name for row in writable())}.",
)
@click.option("--out", type=PATH, required=True, help="A new or empty folder.")
@read_format_option
@click.option("--frames-from", type=PATH, help="Where the clips' frames are, if not in SRC.")
@click.option("--skip-broken", is_flag=True, help="Leave out clips that cannot be read.")
@click.option(
    "--frames",
    type=click.Choice(["annotated", "grid", "all"]),
    default="annotated",
    show_default=True,
    help="Which frames: those with an annotation, those of them on the grid, or all.",
)
@write_options
@report_options
def command(
    src: Path,
    to: str,
    out: Path,
    format_name: str,
    frames_from: Path | None,
    skip_broken: bool,
    options: WriteOptions,
    output: Output,
) -> None:
    """Write the dataset SRC (a folder, a file or a zip) in another format.

    Clips are spread over all cores. A run that was stopped goes on where it was; the folder
    appears when it is whole. The same input gives the same bytes.

    \b
    vosgui convert DAVIS --to youtube-vos --out davis-as-youtube-vos
    """
    writer = write_format(to).writer(options)
    with unpacked(src) as folder:
        title, dataset = list_dataset(folder, format_name)
        if frames_from is not None:
            only = len(dataset.clips) == 1
            elsewhere = tuple(FramesElsewhere(one, frames_from, only) for one in dataset.clips)
            dataset = replace(dataset, clips=elsewhere)
        packed = Unpacked(folder, src) if folder != src else None
        steps = convert(
            dataset, writer, out, output.workers, skip_broken=skip_broken, unpacked=packed
        )
        report = run_convert(steps, out, output.quiet)
        issues = as_packed(report.issues, folder, src)
    about = {"source": f"{src} ({title})", "target": str(out), "clips": report.n_clips}
    output.write(about, issues)
    print(in_words(report))


def run_convert(
    steps: Generator[ConvertProgress | ConvertReport, None, None], target: Path, quiet: bool
) -> ConvertReport:
    """Write a dataset with a bar of progress and return the report."""
    n_whole = 0
    try:
        with tqdm(unit="clip", disable=quiet or None, leave=False) as bar, closing(steps):
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


def in_words(report: ConvertReport) -> str:
    """Return the line that says what was written."""
    n = (
        counted(report.n_clips, "clip"),
        counted(report.n_frames, "frame"),
        counted(report.n_objects, "object"),
    )
    return f"{', '.join(n)} in {report.target}"
