"""`evaluate-rvos`: J and F over expressions, as Refer-YouTube-VOS counts them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vosgui.cli.report_options import (
    FILE,
    FOLDER,
    finish,
    report_options,
    run_jobs,
    void_in_words,
    void_option,
)
from vosgui.core.metrics.report import ScoreReport
from vosgui.datasets.evaluate_rvos import evaluate_rvos, plan
from vosgui.errors import DatasetError
from vosgui.formats.youtubevos.refer_expressions import find_expressions, read_expressions


@click.command()
@click.argument("truth", metavar="GT_DIR", type=FOLDER)
@click.argument("pred", metavar="PRED_DIR", type=FOLDER)
@click.option(
    "--expressions",
    metavar="FILE",
    type=FILE,
    help="meta_expressions.json with the expressions to score; by default that beside the split "
    "of GT_DIR.",
)
@void_option("a truth of object ids")
@report_options
def command(
    truth: Path,
    pred: Path,
    expressions: Path | None,
    void: Any,
    workers: int | None,
    **outputs: Any,
) -> None:
    """Score the masks of PRED_DIR, CLIP/EXPRESSION/FRAME.png, against GT_DIR.

    GT_DIR holds CLIP/FRAME.png of object ids, of which each expression's obj_id names one, or
    CLIP/EXPRESSION/FRAME.png. Every listed frame counts, the first and the last too; an object that
    is not there and not found scores 1. The overall score is the mean over expressions.
    """

    if not truth.is_dir():
        raise DatasetError(f"There is no folder {truth}.")
    expressions = expressions or find_expressions(truth)
    if expressions is None:
        raise click.UsageError(f"No meta_expressions.json belongs to {truth}: give --expressions.")
    jobs = plan(read_expressions(expressions), truth, pred, void)
    results = list(run_jobs(evaluate_rvos, jobs, workers, outputs["quiet"]))
    settings = {
        "truth": str(truth),
        "predictions": str(pred),
        "expressions": str(expressions),
        "protocol": "every listed frame is scored, mean over expressions",
        "void": void_in_words(void, "the truth"),
    }
    series = tuple(one for result in results for one in result.series)
    notes = tuple(note for result in results for note in result.notes)
    finish(ScoreReport(settings, series, notes), **outputs)
