"""`evaluate`: J and F of folders of masks against the truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vosgui.core.protocol import PROTOCOLS, Protocol
from vosgui.core.scores import ScoreReport
from vosgui.errors import NothingToDoError

if TYPE_CHECKING:
    from vosgui.engine.evaluate import ClipJob, ClipScores, Rules

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


def report_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of every command that ends in a report of J and F."""
    for option in (
        click.option("--quiet", is_flag=True, help="Print the overall score only."),
        click.option("--workers", type=click.IntRange(min=1), help="Processes; one per core."),
        click.option("--plot", type=FILE, help="Draw J and F over the clips' length as PNG."),
        click.option("--csv", type=FILE, help="Write J and F of every object and frame."),
        click.option("--json", type=FILE, help="Write the report as JSON."),
    ):
        function = option(function)
    return function


@click.command()
@click.argument("truth", metavar="GT_DIR", type=FOLDER)
@click.argument("pred", metavar="PRED_DIR", type=FOLDER)
@click.option(
    "--protocol",
    type=click.Choice(list(PROTOCOLS)),
    default="davis",
    show_default=True,
    help="Frames that count. davis: all but the clip's first and last. youtube-vos: those that "
    "meta.json lists for an object, but its first. all: every frame from an object's first on.",
)
@click.option(
    "--first", type=click.Choice(["clip", "object", "keep"]), help="Leave out this first frame."
)
@click.option("--last", type=click.Choice(["drop", "keep"]), help="Leave out the last frame.")
@click.option(
    "--void",
    type=click.Choice(["ignore", "background"]),
    default="ignore",
    show_default=True,
    help="What 255 in the truth is. davis2017-evaluation (semi-supervised) takes background.",
)
@click.option("--binary", is_flag=True, help="Any value but 0 is the one object (DAVIS 2016).")
@click.option("--meta", type=FILE, help="meta.json with categories; GT_DIR and above by default.")
@report_options
def command(
    truth: Path,
    pred: Path,
    protocol: str,
    first: str | None,
    last: str | None,
    void: Any,
    binary: bool,
    meta: Path | None,
    workers: int | None,
    **outputs: Any,
) -> None:
    """Score the masks of PRED_DIR against those of GT_DIR.

    Both hold CLIP/FRAME.png, or FRAME.png of a single clip. Scores are printed in percent.
    """
    from vosgui.engine.evaluate import Rules, evaluate, plan
    from vosgui.formats.mask_folders import find_clips
    from vosgui.formats.object_table import find_object_table, read_object_table

    chosen = _protocol(protocol, first, last)
    meta = meta or find_object_table(truth)
    table = read_object_table(meta) if meta else None
    listed = protocol == "youtube-vos" and table is not None
    rules = Rules(chosen, void, binary, listed)
    jobs = plan(find_clips(truth), find_clips(pred), rules, table)
    results = list(run_clips(evaluate, jobs, workers, outputs["quiet"]))
    settings = {"truth": str(truth), "predictions": str(pred), **_choices(rules, meta)}
    report = _report(settings, jobs, results)
    finish(report, **outputs)


def run_clips(
    function: Callable[[Any, int], Any], jobs: list[Any], workers: int | None, quiet: bool
) -> Any:
    """Return an iterator over the results of the jobs, with a bar of progress."""
    from tqdm import tqdm

    from vosgui.engine.each_clip import n_cores

    results = function(jobs, workers or n_cores())
    return tqdm(results, total=len(jobs), unit="clip", disable=quiet or None, leave=False)


def finish(
    report: ScoreReport, json: Path | None, csv: Path | None, plot: Path | None, quiet: bool
) -> None:
    """Write the files that were asked for and print the report."""
    from vosgui.cli.score_table import notes_lines, overall_lines, table

    if not report.series:
        raise NothingToDoError(
            " ".join(["Nothing was scored.", *notes_lines(report.notes)]).strip()
        )
    if json is not None or csv is not None:
        from vosgui.formats.score_files import report_as_dict, write_csv, write_json

        if json is not None:
            write_json(json, report_as_dict(report))
        if csv is not None:
            write_csv(csv, report)
    if plot is not None:
        from vosgui.core.scores import over_length
        from vosgui.formats.score_plot import write_plot

        write_plot(plot, over_length(report.series), _plot_title(report))
    print("\n".join(overall_lines(report)) if quiet else table(report))


def _protocol(name: str, first: Any, last: Any) -> Protocol:
    default = PROTOCOLS[name]
    return Protocol(name, first or default.first, last or default.last)


def _choices(rules: Rules, meta: Path | None) -> dict[str, str]:
    frames = ", in the frames that meta.json lists" if rules.listed_frames else ""
    void = "left out" if rules.void == "ignore" else "background"
    choices = {"protocol": rules.protocol.describe() + frames, "void": f"255 of the truth: {void}"}
    if rules.binary:
        choices["binary"] = "every value but 0 is object 1"
    if meta is not None:
        choices["categories"] = str(meta)
    return choices


def _report(
    settings: dict[str, str], jobs: list[ClipJob], results: list[ClipScores]
) -> ScoreReport:
    from vosgui.formats.categories import youtube_vos_seen

    seen = frozenset(youtube_vos_seen())
    series = []
    for job, result in zip(jobs, results, strict=True):
        for one in result.series:
            entry = (job.objects or {}).get(int(one.object_id))
            if entry is not None and entry.category:
                one = one.of_category(entry.category, entry.category in seen)
            if one.J:
                series.append(one)
    notes = [note for result in results for note in result.notes]
    return ScoreReport(settings, tuple(series), tuple(notes))


def _plot_title(report: ScoreReport) -> str:
    n_clips = len(report.clips)
    what = f"{n_clips} clips" if n_clips > 1 else next(iter(report.clips))
    n = len(report.series)
    return f"Mean J and F in percent: {what}, {n} object{'s' if n > 1 else ''}"
