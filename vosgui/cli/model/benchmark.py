"""`model benchmark`: the table of a model's card, worked out again on annotated clips."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

import click

from vosgui.cli.options import PATH, Above0, comma_names, device_option
from vosgui.core.words import counted
from vosgui.datasets.workers import each_job, n_cores
from vosgui.errors import DatasetError, TargetError
from vosgui.files.atomic import atomic_file, check_place
from vosgui.files.text_file import read_text
from vosgui.formats.tree.find_clips import find_clip, find_clips

if TYPE_CHECKING:
    from vosgui.engine.benchmark.model_card import ClipScores, ConfidenceScores, ScoreJob
    from vosgui.engine.propagation.propagator import Propagator
    from vosgui.engine.propagation.scored_run import RunScores

    Scores = Mapping[str, ClipScores]  # by clip

_BEGIN, _END = "<!-- scores: written by `make scores` -->", "<!-- end of scores -->"
_TREE, _CROWD = "davis-train-448", ("clips", "schoolgirls")


@click.command()
@click.option("--data", type=PATH, required=True, help="Folder that holds davis-train-448.")
@click.option("--model", default="s2s-lite", help="Its name or folder.")
@device_option
@click.option(
    "--clips",
    "names",
    callback=comma_names,
    metavar="NAME,...",
    help="These clips only, as bear,tennis.",
)
@click.option("--frames", type=click.IntRange(min=6), help="The first frames of each clip only.")
@click.option("--no-given", is_flag=True, help="Leave the table by number of given frames out.")
@click.option(
    "--alone",
    is_flag=True,
    help="The model as it is, once: without flip, flow, a copy and seven objects. A quarter of the "
    "time.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    help="Clips at a time, each on its share of the cores; frames/s then tell of one of them.",
)
@click.option(
    "--finetune",
    type=Above0(),
    metavar="SECONDS",
    help="Also fine-tune to each clip for so long, from its first mask, and score again. With "
    "workers each has its share of the cores for it.",
)
@click.option(
    "--finetune-steps",
    type=click.IntRange(min=1),
    help="The same, for so many steps: the same result each time, on however busy a machine.",
)
@click.option("--adapt-seconds", type=Above0(), hidden=True)  # the names of before
@click.option("--adapt-steps", type=click.IntRange(min=1), hidden=True)
@click.option("--write", is_flag=True, help="Write the table into the model's card.")
def command(
    data: Path,
    model: str,
    device: str,
    names: Sequence[str] | None,
    frames: int | None,
    no_given: bool,
    alone: bool,
    workers: int,
    finetune: float | None,
    finetune_steps: int | None,
    adapt_seconds: float | None,
    adapt_steps: int | None,
    write: bool,
) -> None:
    """Score a model beside flow and a mere copy of the first mask, as a table for its card.

    vosgui model benchmark --data ../data --clips bear,tennis --frames 20 --no-given
    """
    root = data / _TREE
    if not root.is_dir():
        raise DatasetError(f"There is nothing to score on: {root} is not here. Name it by --data.")
    there = [clip.name for clip in find_clips(root).clips]
    chosen = there if names is None else list(names)
    if not chosen or not set(chosen) <= set(there):
        unknown = ", ".join(n for n in chosen if n not in there) or "no clip"
        raise DatasetError(f"--clips names {unknown}; {root} has {', '.join(there) or 'none'}.")
    from vosgui.engine.benchmark.model_card import ScoreJob
    from vosgui.engine.online.finetune import MOST_STEPS
    from vosgui.engine.propagation.load import load_propagator

    if write:
        check_place(_card_of(model))
    threads = max(1, n_cores() // workers) if workers > 1 else None
    propagator = load_propagator(model, device)
    seconds, steps = finetune or adapt_seconds, finetune_steps or adapt_steps
    limits = (seconds or math.inf, steps or MOST_STEPS) if seconds or steps else None
    if alone and limits:
        raise click.UsageError("--alone leaves out what --finetune is compared with: give one.")
    about = (model, device, frames)
    jobs = [
        ScoreJob(root, name, *about, threads, not no_given, alone, finetune=limits)
        for name in chosen
    ]
    scores = dict(zip(chosen, _scored(jobs, workers), strict=True))
    lines = [_about(propagator, chosen, frames, workers), "", *_first_mask(scores)]
    if not no_given:
        lines += ["", *_by_given(scores)]
    if limits:
        told = [f"{n:g} {unit}" for n, unit in ((seconds, "s"), (steps, "steps")) if n]
        lines += ["", *_finetuned(scores, " or ".join(told))]
    if not alone:
        lines += ["", *_crowd(ScoreJob(data / _CROWD[0], _CROWD[1], *about))]
    click.echo("\n".join(lines))
    if write:
        _write_card(model, lines)


def _scored(jobs: list[ScoreJob], workers: int) -> list[ClipScores]:
    """Score every clip, telling of each as it is done."""
    from vosgui.engine.benchmark.model_card import score_clip

    found = []
    with closing(each_job(score_clip, jobs, workers)) as done:
        for job, scores in zip(jobs, done, strict=True):
            found.append(scores)
            for name, run in {**scores.first_mask, **scores.by_given}.items():
                told = f"J {run.counted[0]:.1%}, {run.frames_per_second:.1f} frames/s"
                click.echo(f"{job.clip}: {name}: {told}", err=True)
            if scores.note:
                click.echo(f"{job.clip}: {scores.note}", err=True)
    return found


def _about(propagator: Propagator, names: list[str], frames: int | None, workers: int) -> str:
    part = f"the first {counted(frames, 'frame')} of " if frames else ""
    which = ", ".join(names) if len(names) < 12 else f"{len(names)} clips"
    shared = f", shared by {workers} clips at a time" if workers > 1 else ""
    return (
        f"On {part}{which} of {_TREE} (DAVIS 2016's training clips at 448x256), "
        f"{propagator.device}{shared}."
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"


def _percents(name: str, values: Iterable[float], *others: str) -> list[str]:
    """Return a row: its name, values in [0, 1] as percent, and other cells."""
    return [name, *(f"{value:.1%}" for value in values), *others]


def _first_mask(scores: Scores) -> Iterator[str]:
    """Tell of the first mask carried forward, by the model and by the baselines."""
    from vosgui.engine.benchmark.model_card import N_OWN, score_confidence

    runs = _by_name([one.first_mask for one in scores.values()])
    rows = []
    for name, found in runs.items():
        J, F = ([run.counted[k] for run in found] for k in (0, 1))
        rate = sum(run.J.shape[1] - 1 for run in found) / sum(run.seconds for run in found)
        rows.append([*_percents(name, (fmean(J), fmean(F)), f"{rate:.1f}"), f"{min(J):.1%}"])
    head = ("first mask only, forward", "J", "F", "frames/s", "lowest J of a clip")
    yield from _table(head, rows)
    for name in list(runs)[:N_OWN]:
        told = score_confidence(runs[name])
        at_best = f" ({told.most:.0%} at best)" if told.n_bad else ""
        yield from ("", f"{_confidence(name, told)}{at_best}.")


def _by_given(scores: Scores) -> Iterator[str]:
    """Tell of bidirectional runs by the number of given frames; mean J over all frames."""
    from vosgui.engine.benchmark.model_card import score_confidence

    runs = _by_name([one.by_given for one in scores.values()])
    by_clip = [[float(run.J.mean()) for run in found] for found in runs.values()]
    yield from _table(
        ["frames given, bidirectional", *runs],
        [
            _percents("J over all frames", map(fmean, by_clip)),
            _percents("lowest J of a clip", map(min, by_clip)),
        ],
    )
    told = score_confidence(runs["3"])
    yield from ("", f"{_confidence('a bidirectional run with 3 given', told)}.")


def _by_name(runs: Sequence[Mapping[str, RunScores]]) -> dict[str, list[RunScores]]:
    """Return the runs of all clips by what they are called."""
    return {name: [one[name] for one in runs] for name in runs[0]}


def _confidence(what: str, told: ConfidenceScores) -> str:
    correlation = f"Confidence of {what}: correlation with J {told.correlation:.2f}"
    if not told.n_bad:
        return f"{correlation}; no mask has J < 50 %"
    return (
        f"{correlation}; of {told.n_bad} masks with J < 50 %, {told.caught:.0%} are among the "
        f"least confident 20 %"
    )


def _finetuned(scores: Scores, limits: str) -> Iterator[str]:
    """Tell of each clip before and after the model was fine-tuned to it from its first mask."""
    from vosgui.engine.benchmark.model_card import N_OWN

    rows, gains, found = [], {}, []
    for clip, one in scores.items():
        own = [*one.first_mask.values()][:N_OWN]
        J = [run.counted[0] for run in (own[0], *(one.finetuned or own))]
        found.append(J)
        gains[clip] = 100 * (J[1] - J[0])
        rows.append(_percents(clip, J, f"{gains[clip]:+.1f}" if one.finetuned else "dropped"))
    mean = [fmean(column) for column in zip(*found, strict=True)]
    rows.append(_percents("mean", mean, f"{100 * (mean[1] - mean[0]):+.1f}"))
    yield from _table((f"fine-tuned for {limits}", "J before", "after", "with flip", "gain"), rows)
    worst = min(gains, key=lambda clip: gains[clip])
    n_kept = sum(bool(one.finetuned) for one in scores.values())
    yield from (
        "",
        f"Worst {worst}, {gains[worst]:+.1f}; kept in {n_kept} of {counted(len(found), 'clip')}.",
    )


def _crowd(job: ScoreJob) -> Iterator[str]:
    """Score seven objects at once, and what they cost beside one."""
    from vosgui.engine.benchmark.model_card import TURNS, score_crowd

    if find_clip(job.root, job.clip) is None:
        yield f"{job.clip} is not here: seven objects at once were not scored."
        return
    runs = score_crowd(job)
    J, F = runs["all"].counted
    yield (
        f"{job.clip}, {counted(len(runs['all'].J), 'object')}: J {J:.1%}, F {F:.1%}; "
        f"{runs['all'].seconds / runs['one'].seconds:.1f} times the time of one object "
        f"(the fastest of {TURNS} runs of each)."
    )


def _card_of(model: str) -> Path:
    from vosgui.engine.models.config import CARD
    from vosgui.engine.models.installed import find_model

    return find_model(model) / CARD


def _write_card(model: str, lines: list[str]) -> None:
    """Put the table into the card, in place of the one there."""
    path = _card_of(model)
    table = "\n".join([_BEGIN, "", *lines, "", _END])
    try:
        card = read_text(path)
    except DatasetError as error:
        raise TargetError(str(error)) from error
    before, begin, rest = card.partition(_BEGIN)
    after = rest.partition(_END)[2] if begin else "\n"
    start = before if begin else f"{before.rstrip()}\n\n## Scores\n\n"
    with atomic_file(path) as file:
        file.write(f"{start}{table}{after}".encode())
