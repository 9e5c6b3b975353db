"""What the commands that score have in common: options, progress, files and print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from vosgui.cli.score_table import notes_lines, overall_lines, table
from vosgui.core.metrics.report import ScoreReport, over_length
from vosgui.core.words import counted
from vosgui.datasets.score_files import report_as_dict, write_csv, write_json
from vosgui.datasets.score_plot import write_plot
from vosgui.datasets.workers import n_cores
from vosgui.errors import NothingToDoError, TargetError

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
MASKS = click.Path(path_type=Path)  # a folder of masks or a project


def report_file(name: str, text: str) -> Callable[..., Any]:
    """Return an option for a file to write, refused at once where there is no folder for it."""

    def checked(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
        if path is not None and not path.resolve().parent.is_dir():
            raise TargetError(f"Cannot write {path}: there is no folder {path.parent}.")
        return path

    return click.option(name, type=FILE, help=text, callback=checked)


def void_option(where: str, hint: str = "") -> Callable[..., Any]:
    """Return the option that says what becomes of 255 in the masks of `where`."""
    return click.option(
        "--void",
        type=click.Choice(["ignore", "background"]),
        default="ignore",
        show_default=True,
        help=f"What 255 in {where} is: left out of the scores, or background.{hint}",
    )


def report_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of every command that ends in a report of J and F."""
    for option in (
        click.option("--quiet", is_flag=True, help="Print the overall score only."),
        click.option("--workers", type=click.IntRange(min=1), help="Processes; one per core."),
        report_file("--plot", "Draw J and F over the clips' length as PNG."),
        report_file("--csv", "Write J and F of every object and frame."),
        report_file("--json", "Write the report as JSON."),
    ):
        function = option(function)
    return function


def void_in_words(void: str, where: str) -> str:
    """Return the line of a report that says what became of 255."""
    return f"255 of {where}: {'left out' if void == 'ignore' else void}"


def run_jobs(
    function: Callable[[Any, int], Any],
    jobs: list[Any],
    workers: int | None,
    quiet: bool,
    unit: str = "clip",
) -> Any:
    """Return an iterator over the results of the jobs, with a bar of progress."""
    from tqdm import tqdm

    results = function(jobs, workers or n_cores())
    return tqdm(results, total=len(jobs), unit=unit, disable=quiet or None, leave=False)


def finish(
    report: ScoreReport, json: Path | None, csv: Path | None, plot: Path | None, quiet: bool
) -> None:
    """Write the files that were asked for and print the report."""

    if not report.series:
        raise NothingToDoError(
            " ".join(["Nothing was scored.", *notes_lines(report.notes)]).strip()
        )
    if json is not None or csv is not None:
        if json is not None:
            write_json(json, report_as_dict(report))
        if csv is not None:
            write_csv(csv, report)
    if plot is not None:
        write_plot(plot, over_length(report.series), _plot_title(report))
    print("\n".join(overall_lines(report)) if quiet else table(report))


def _plot_title(report: ScoreReport) -> str:
    n_clips = len(report.clips)
    what = counted(n_clips, "clip") if n_clips > 1 else next(iter(report.clips))
    return f"Mean J and F in percent: {what}, {counted(len(report.series), 'object')}"
