"""`evaluate-vis`: AP and AR of tracks, as YouTube-VIS counts them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import numpy as np

from vosgui.cli.report_options import FILE, report_file, run_jobs
from vosgui.core.metrics.average_precision import summary_numbers
from vosgui.datasets.evaluate_vis import VisJob, evaluate_vis, precisions
from vosgui.datasets.score_files import write_json
from vosgui.formats.youtubevis.files import read_vis_texts


@click.command()
@click.argument("truth", metavar="GT.json", type=FILE)
@click.argument("results", metavar="RESULTS.json", type=FILE)
@click.option(
    "--areas",
    type=click.Choice(["file", "masks"]),
    default="file",
    show_default=True,
    help="Where a true track's size comes from: the file's areas, as YouTube-VIS has it, or its "
    "masks. It decides what is small, medium and large.",
)
@report_file("--json", "Write the numbers as JSON.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; one per core by default.")
@click.option("--quiet", is_flag=True, help="Print the twelve numbers only.")
def command(
    truth: Path, results: Path, areas: str, json: Path | None, workers: int | None, quiet: bool
) -> None:
    """Score the tracks of RESULTS.json against instances.json of YouTube-VIS, in percent."""

    texts, categories = read_vis_texts(truth, results)
    jobs = [VisJob(one, areas_of_file=areas == "file") for one in texts]
    clips = list(run_jobs(evaluate_vis, jobs, workers, quiet))
    scores = precisions(clips, categories)
    numbers = summary_numbers(list(scores.values()))
    shown = {
        name: {"AP": one.AP, "AR": one.AR} for name, one in scores.items() if np.isfinite(one.AP)
    }
    settings = {"truth": str(truth), "results": str(results), "areas": f"of the {areas}"}
    if json is not None:
        write_json(json, {"settings": settings, "overall": numbers, "categories": shown})
    _print(settings, numbers, {} if quiet else shown)


def _print(settings: dict[str, str], numbers: dict[str, Any], categories: dict[str, Any]) -> None:
    if categories:
        for name, value in settings.items():
            print(f"{name:<8} {value}")
        width = max(map(len, categories))
        print(f"\n{'':<{width}}{'AP':>8}{'AR':>8}")
        for name, one in categories.items():
            print(f"{name:<{width}}{100 * one['AP']:>8.1f}{100 * one['AR']:>8.1f}")
        print()
    for name, value in numbers.items():
        # The evaluator prints -1 where nothing true is of a size; that is no number.
        print(f"{name:<6}{'-' if value is None else f'{100 * value:.1f}':>8}")
