"""`model benchmark`: the table of a model's card, worked out again on annotated clips."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

import click

from vosgui.cli.options import PATH, Above0, comma_names, device_option
from vosgui.core.progress import Progress
from vosgui.datasets.workers import each_job, n_cores
from vosgui.errors import DatasetError, TargetError
from vosgui.files.atomic import atomic_file
from vosgui.formats.tree.find_clips import find_clip, find_clips

if TYPE_CHECKING:
    from vosgui.engine.benchmark.finetune_gain import FinetuneScores
    from vosgui.engine.benchmark.model_card import ConfidenceScores, RunScores, ScoreJob
    from vosgui.engine.propagation.propagator import Propagator

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
    workers: int,
    finetune: float | None,
    finetune_steps: int | None,
    adapt_seconds: float | None,
    adapt_steps: int | None,
    write: bool,
) -> None:
    """Score a model beside flow and a mere copy of the first mask, as a table for its card.

    \b
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
    from vosgui.engine.benchmark import model_card as model_scores
    from vosgui.engine.propagation.load import load_propagator

    threads = max(1, n_cores() // workers) if workers > 1 else None
    propagator = load_propagator(model, device)
    jobs = [model_scores.ScoreJob(root, name, model, device, frames, threads) for name in chosen]
    lines = [_about(propagator, chosen, frames, workers), ""]
    lines += _first_mask(jobs, workers)
    if not no_given:
        lines += ["", *_by_given(jobs, workers)]
    seconds, steps = finetune or adapt_seconds, finetune_steps or adapt_steps
    if seconds or steps:
        lines += ["", *_finetuned(jobs, workers, seconds, steps)]
    crowd = model_scores.ScoreJob(data / _CROWD[0], _CROWD[1], model, device, frames)
    lines += ["", *_crowd(crowd)]
    click.echo("\n".join(lines))
    if write:
        _write_card(model, lines)


def _about(propagator: Propagator, names: list[str], frames: int | None, workers: int) -> str:
    part = f"the first {frames} frames of " if frames else ""
    which = ", ".join(names) if len(names) < 12 else f"{len(names)} clips"
    shared = f", shared by {workers} clips at a time" if workers > 1 else ""
    return (
        f"On {part}{which} of {_TREE} (DAVIS 2016's training clips at 448x256), "
        f"{propagator.device}{shared}."
    )


def _first_mask(jobs: list[ScoreJob], workers: int) -> Iterator[str]:
    """Score the first mask carried forward, by the model and by the baselines."""
    from vosgui.engine.benchmark.model_card import N_OWN, score_confidence, score_first_mask

    runs = _run(score_first_mask, jobs, workers)
    yield "| first mask only, forward | J | F | frames/s | lowest J of a clip |"
    yield "| --- | --- | --- | --- | --- |"
    for name, found in runs.items():
        J, F = (fmean([one.counted[k] for one in found]) for k in (0, 1))
        rate = sum(one.J.shape[1] - 1 for one in found) / sum(one.seconds for one in found)
        lowest = min(one.counted[0] for one in found)
        yield f"| {name} | {J:.1%} | {F:.1%} | {rate:.1f} | {lowest:.1%} |"
    for name in list(runs)[:N_OWN]:
        told = score_confidence(runs[name])
        yield from ("", f"{_confidence(name, told)} ({told.most:.0%} at best).")


def _by_given(jobs: list[ScoreJob], workers: int) -> Iterator[str]:
    """Score bidirectional runs by the number of given frames; mean J over all frames."""
    from vosgui.engine.benchmark.model_card import score_by_given, score_confidence

    runs = _run(score_by_given, jobs, workers)
    yield f"| frames given, bidirectional | {' | '.join(runs)} |"
    yield "| --- " * (len(runs) + 1) + "|"
    by_clip = [[float(one.J.mean()) for one in found] for found in runs.values()]
    yield f"| J over all frames | {' | '.join(f'{fmean(J):.1%}' for J in by_clip)} |"
    yield f"| lowest J of a clip | {' | '.join(f'{min(J):.1%}' for J in by_clip)} |"
    yield from (
        "",
        f"{_confidence('a bidirectional run with 3 given', score_confidence(runs['3']))}.",
    )


def _confidence(what: str, told: ConfidenceScores) -> str:
    return (
        f"Confidence of {what}: correlation with J {told.correlation:.2f}; of {told.n_bad} masks "
        f"with J < 50 %, {told.caught:.0%} are among the least confident 20 %"
    )


def _finetuned(
    jobs: list[ScoreJob], workers: int, seconds: float | None, steps: int | None
) -> Iterator[str]:
    """Score each clip before and after the model was fine-tuned to it from its first mask."""
    from vosgui.engine.benchmark.finetune_gain import score_finetuned
    from vosgui.engine.online.finetune import MOST_STEPS

    limits = [f"{n:g} {unit}" for n, unit in ((seconds, "s"), (steps, "steps")) if n]
    yield f"| fine-tuned for {' or '.join(limits)} | J before | after | with flip | gain |"
    yield "| --- | --- | --- | --- | --- |"
    score = partial(score_finetuned, seconds=seconds or math.inf, steps=steps or MOST_STEPS)
    found: dict[str, FinetuneScores] = {}
    with closing(each_job(score, jobs, workers)) as done:
        for job, one in zip(jobs, done, strict=True):
            click.echo(f"{job.clip}: J {one.before:.1%} to {one.after:.1%}. {one.text}", err=True)
            gain = f"{100 * one.gain:+.1f}" if one.is_kept else "dropped"
            shown = f"{one.before:.1%} | {one.after:.1%} | {one.with_flip:.1%} | {gain}"
            yield f"| {job.clip} | {shown} |"
            found[job.clip] = one
    scores = found.values()
    before, after = fmean(one.before for one in scores), fmean(one.after for one in scores)
    shown = f"{before:.1%} | {after:.1%} | {fmean(one.with_flip for one in scores):.1%}"
    yield f"| mean | {shown} | {100 * (after - before):+.1f} |"
    worst = min(found, key=lambda clip: found[clip].gain)
    n_kept = sum(one.is_kept for one in scores)
    yield ""
    yield f"Worst {worst}, {100 * found[worst].gain:+.1f}; kept in {n_kept} of {len(found)} clips."


def _crowd(job: ScoreJob) -> Iterator[str]:
    """Score seven objects at once, and what they cost beside one."""
    from vosgui.engine.benchmark.model_card import TURNS, score_crowd

    if find_clip(job.root, job.clip) is None:
        yield f"{job.clip} is not here: seven objects at once were not scored."
        return
    runs = score_crowd(job)
    J, F = runs["all"].counted
    yield (
        f"{job.clip}, {len(runs['all'].J)} objects: J {J:.1%}, F {F:.1%}; "
        f"{runs['all'].seconds / runs['one'].seconds:.1f} times the time of one object "
        f"(the fastest of {TURNS} runs of each)."
    )


def _run(
    score: Callable[[ScoreJob, Progress], dict[str, RunScores]], jobs: list[ScoreJob], workers: int
) -> dict[str, list[RunScores]]:
    """Score every clip, telling of each as it is done; return the runs by what they are called."""

    runs: dict[str, list[RunScores]] = {}
    with closing(each_job(score, jobs, workers)) as done:
        for job, found in zip(jobs, done, strict=True):
            for name, scores in found.items():
                runs.setdefault(name, []).append(scores)
                told = f"J {scores.counted[0]:.1%}, {scores.frames_per_second:.1f} frames/s"
                click.echo(f"{job.clip}: {name}: {told}", err=True)
    return runs


def _write_card(model: str, lines: list[str]) -> None:
    """Put the table into the card, in place of the one there."""
    from vosgui.engine.models.config import CARD
    from vosgui.engine.models.installed import find_model

    path = find_model(model) / CARD
    table = "\n".join([_BEGIN, "", *lines, "", _END])
    try:
        card = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TargetError(f"The card {path} cannot be read: {error.strerror}.") from error
    before, begin, rest = card.partition(_BEGIN)
    after = rest.partition(_END)[2] if begin else "\n"
    start = before if begin else f"{before.rstrip()}\n\n## Scores\n\n"
    with atomic_file(path) as file:
        file.write(f"{start}{table}{after}".encode())
