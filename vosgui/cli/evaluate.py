"""`evaluate`: J and F of folders of masks against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vosgui.cli.report_options import FILE, MASKS, finish, report_options, run_jobs
from vosgui.core.protocol import PROTOCOLS, Protocol
from vosgui.core.scores import ScoreReport

if TYPE_CHECKING:
    from vosgui.engine.evaluate import ClipJob, ClipScores, Rules


@click.command()
@click.argument("truth", metavar="GT_DIR", type=MASKS)
@click.argument("pred", metavar="PRED_DIR", type=MASKS)
@click.option(
    "--protocol",
    type=click.Choice(list(PROTOCOLS)),
    default="davis",
    show_default=True,
    help="Frames that count. davis: all but the clip's first and last. youtube-vos: those that "
    "meta.json lists for an object, but its first. all: every frame from an object's first on.",
)
@click.option(
    "--first",
    type=click.Choice(["clip", "object", "keep"]),
    help="The first frame that is left out.",
)
@click.option(
    "--last", type=click.Choice(["drop", "keep"]), help="What becomes of the clip's last frame."
)
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

    Both hold CLIP/FRAME.png, or FRAME.png of a single clip; either may be a project
    file. Scores are printed in percent.
    """
    from vosgui.engine.evaluate import Rules, evaluate, plan
    from vosgui.formats.mask_sources import find_masks
    from vosgui.formats.object_table import find_object_table, read_object_table

    chosen = _protocol(protocol, first, last)
    meta = meta or find_object_table(truth)
    table = read_object_table(meta) if meta else None
    listed = protocol == "youtube-vos" and table is not None
    rules = Rules(chosen, void, binary, listed)
    jobs = plan(find_masks(truth), find_masks(pred), rules, table)
    results = list(run_jobs(evaluate, jobs, workers, outputs["quiet"]))
    settings = {"truth": str(truth), "predictions": str(pred), **_choices(rules, meta)}
    report = _report(settings, jobs, results)
    finish(report, **outputs)


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
