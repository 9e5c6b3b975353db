"""`evaluate`: J and F of folders of masks against the truth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from vosgui.cli.report_options import (
    FILE,
    MASKS,
    finish,
    report_options,
    run_jobs,
    void_in_words,
    void_option,
)
from vosgui.core.metrics.protocol import PROTOCOLS, Protocol
from vosgui.core.metrics.report import ScoreReport, Series
from vosgui.datasets.evaluate import ClipJob, ClipScores, Rules, evaluate, plan
from vosgui.datasets.mask_sources import MaskSource, find_masks, listed_objects
from vosgui.formats.categories import youtube_vos_seen
from vosgui.formats.tree.meta import (
    SEMANTICS,
    ObjectTable,
    find_object_table,
    read_object_table,
    read_semantics,
)


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
@void_option("the truth", " davis2017-evaluation (semi-supervised) takes background.")
@click.option("--binary", is_flag=True, help="Any value but 0 is the one object (DAVIS 2016).")
@click.option(
    "--meta",
    type=FILE,
    help="meta.json (YouTube-VOS) or davis_semantics.json with the objects' categories; that of "
    "GT_DIR or the folders above by default. A project has its own.",
)
@click.option(
    "--given",
    is_flag=True,
    help="Of a project as the truth: only masks that a person gave, no propagated ones.",
)
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
    given: bool,
    workers: int | None,
    **outputs: Any,
) -> None:
    """Score the masks of PRED_DIR against those of GT_DIR.

    Both hold CLIP/FRAME.png, or FRAME.png of a single clip; either may be a project
    file. Scores are printed in percent.
    """

    clips = find_masks(truth)
    table, listed_by = _listed_objects(truth, clips, meta, given)
    of_project = table is not None and listed_by == truth
    listed = [one for objects in (table or {}).values() for one in objects.values()]
    lists_frames = any(one.frames is not None for one in listed)
    listed_frames = lists_frames and (of_project or protocol == "youtube-vos")
    rules = Rules(_protocol(protocol, first, last), void, binary, listed_frames)
    jobs = plan(clips, find_masks(pred), rules, table)
    results = list(run_jobs(evaluate, jobs, workers, outputs["quiet"]))
    series = _with_categories(jobs, results, listed_by)
    settings = {"truth": str(truth), "predictions": str(pred), **_choices(rules, listed_by)}
    if of_project:
        which = "masks that a person gave" if given else "all masks, propagated ones too"
        settings["truth"] += f" ({which})"
    if any(one.seen is not None for one in series):
        settings["seen"] = "categories among the 65 that YouTube-VOS trains on"
    notes = tuple(note for result in results for note in result.notes)
    finish(ScoreReport(settings, tuple(one for one in series if one.J), notes), **outputs)


def _listed_objects(
    truth: Path, clips: Mapping[str, MaskSource], meta: Path | None, given: bool
) -> tuple[ObjectTable | None, Path | None]:
    """Return what is said of the truth's objects, and the file that says it."""

    in_project = listed_objects(clips, given)
    if in_project is not None:
        if meta is not None:
            raise click.UsageError(f"{truth} is a project, with its own categories: leave --meta.")
        return in_project, truth
    if given:
        raise click.UsageError(f"--given is for a project as the truth; {truth} is a folder.")
    meta = meta or find_object_table(truth)
    if meta is None:
        return None, None
    return read_semantics(meta) if meta.name == SEMANTICS else read_object_table(meta), meta


def _protocol(name: str, first: Any, last: Any) -> Protocol:
    default = PROTOCOLS[name]
    return Protocol(name, first or default.first, last or default.last)


def _choices(rules: Rules, listed_by: Path | None) -> dict[str, str]:
    frames = f", in the frames that {listed_by} lists" if rules.listed_frames else ""
    choices = {
        "protocol": rules.protocol.describe() + frames,
        "void": void_in_words(rules.void, "the truth"),
    }
    if rules.binary:
        choices["binary"] = "every value but 0 is object 1"
    if listed_by is not None:
        choices["categories"] = str(listed_by)
    return choices


def _with_categories(
    jobs: list[ClipJob], results: list[ClipScores], listed_by: Path | None
) -> list[Series]:
    """Return all series; seen and unseen are the challenge's kinds, which DAVIS does not know."""

    trained_on = frozenset(youtube_vos_seen())
    has_kinds = listed_by is not None and listed_by.name != SEMANTICS
    series = []
    for job, result in zip(jobs, results, strict=True):
        for one in result.series:
            entry = (job.objects or {}).get(int(one.object_id))
            if entry is not None and entry.category:
                seen = entry.category in trained_on if has_kinds else None
                one = one.of_category(entry.category, seen)
            series.append(one)
    return series
