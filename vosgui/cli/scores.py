"""vosgui scores: the table of a model's card, worked out again on annotated clips."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vosgui.errors import DatasetError, TargetError

if TYPE_CHECKING:
    from vosgui.engine.model_scores import AnnotatedClip, RunScores
    from vosgui.engine.propagator import Propagator

_BEGIN, _END = "<!-- scores: written by `make scores` -->", "<!-- end of scores -->"
_TREE, _CROWD = "davis-train-448", ("clips", "schoolgirls")
_PATH = click.Path(path_type=Path)


@click.command(name="scores")
@click.option("--data", type=_PATH, required=True, help="Folder that holds davis-train-448.")
@click.option("--model", default="s2s-lite", show_default=True)
@click.option("--device", default="auto", show_default=True)
@click.option("--clips", "names", help="These clips only, as bear,tennis.")
@click.option("--frames", type=click.IntRange(min=6), help="The first frames of each clip only.")
@click.option("--no-given", is_flag=True, help="Leave the table by number of given frames out.")
@click.option("--write", is_flag=True, help="Write the table into the model's card.")
def command(
    data: Path,
    model: str,
    device: str,
    names: str | None,
    frames: int | None,
    no_given: bool,
    write: bool,
) -> None:
    """Score a model beside flow and a mere copy of the first mask."""
    root = data / _TREE
    if not (root / "JPEGImages").is_dir():
        raise DatasetError(f"There is nothing to score on: {root} is not here. Name it by --data.")
    chosen = names.split(",") if names else sorted(p.name for p in (root / "JPEGImages").iterdir())
    from vosgui.engine.propagator import load_propagator

    propagator = load_propagator(model, device)
    lines = [*_about(propagator, chosen, frames), ""]
    lines += _first_mask(root, chosen, frames, propagator)
    if not no_given:
        lines += ["", *_by_given(root, chosen, frames, propagator)]
    lines += ["", *_crowd(data / _CROWD[0], frames, propagator)]
    click.echo("\n".join(lines))
    if write:
        _write_card(model, lines)


def _about(propagator: Propagator, names: list[str], frames: int | None) -> Iterator[str]:
    part = f"the first {frames} frames of " if frames else ""
    which = ", ".join(names) if len(names) < 12 else f"{len(names)} clips"
    yield (
        f"On {part}{which} of {_TREE} (DAVIS 2016's training clips at 448x256, never trained on), "
        f"{propagator.device}."
    )


def _first_mask(
    root: Path, names: list[str], frames: int | None, propagator: Propagator
) -> Iterator[str]:
    """Score the first mask carried forward, by the model, by flow, and by a copy."""
    from vosgui.engine.flow import FlowPropagator
    from vosgui.engine.model_scores import CopyPropagator, score_confidence, score_run

    every = (propagator, FlowPropagator(), CopyPropagator())
    ways = {way.name: way for way in every}
    runs: dict[str, list[RunScores]] = {name: [] for name in ways}
    for annotated in _open(root, names, frames):
        for name, way in ways.items():
            runs[name].append(score_run(annotated, way, [0]))
            _tell(annotated, name, runs[name][-1])
    yield "| first mask only, forward | J | F | frames/s | lowest J of a clip |"
    yield "| --- | --- | --- | --- | --- |"
    for name, found in runs.items():
        J, F = (_mean([one.counted[k] for one in found]) for k in (0, 1))
        rate = sum(one.J.shape[1] - 1 for one in found) / sum(one.seconds for one in found)
        lowest = min(one.counted[0] for one in found)
        yield f"| {name} | {J:.1%} | {F:.1%} | {rate:.1f} | {lowest:.1%} |"
    told = score_confidence(runs[propagator.name])
    yield ""
    yield (
        f"Confidence: correlation with J {told.correlation:.2f}; of {told.n_bad} masks with "
        f"J < 50 %, {told.caught:.0%} are among the least confident 20 % ({told.most:.0%} at best)."
    )


def _by_given(
    root: Path, names: list[str], frames: int | None, propagator: Propagator
) -> Iterator[str]:
    """Score fills by the number of given frames; mean J over all frames, the given ones too."""
    from vosgui.engine.model_scores import score_confidence, score_given

    runs: dict[str, list[RunScores]] = {}
    for annotated in _open(root, names, frames):
        for n, found in score_given(annotated, propagator):
            runs.setdefault(n, []).append(found)
            _tell(annotated, f"{n} given", found)
    yield f"| frames given, fill | {' | '.join(runs)} |"
    yield "| --- " * (len(runs) + 1) + "|"
    means = (f"{_mean([float(one.J.mean()) for one in found]):.1%}" for found in runs.values())
    yield f"| J over all frames | {' | '.join(means)} |"
    told = score_confidence(runs["3"])
    yield ""
    yield (
        f"Confidence with 3 given: correlation with J {told.correlation:.2f}; of {told.n_bad} "
        f"masks with J < 50 %, {told.caught:.0%} are among the least confident 20 %."
    )


def _crowd(root: Path, frames: int | None, propagator: Propagator) -> Iterator[str]:
    """Score seven objects at once, and what they cost beside one."""
    from vosgui.engine.model_scores import score_run

    name = _CROWD[1]
    if not (root / "JPEGImages" / name).is_dir():
        yield f"{name} is not here: seven objects at once were not scored."
        return
    for annotated in _open(root, [name], frames):
        all_of_them = score_run(annotated, propagator, [0])
        one = score_run(annotated, propagator, [0], objects=annotated.objects[:1])
        J, F = all_of_them.counted
        yield (
            f"{name}, {len(annotated.objects)} objects: J {J:.1%}, F {F:.1%}; "
            f"{all_of_them.seconds / one.seconds:.1f} times the time of one object."
        )


def _open(root: Path, names: list[str], frames: int | None) -> Iterator[AnnotatedClip]:
    from vosgui.engine.model_scores import read_annotated

    for name in names:
        annotated = read_annotated(root, name, frames)
        with annotated.clip:
            yield annotated


def _tell(annotated: AnnotatedClip, what: str, scores: RunScores) -> None:
    J = scores.counted[0]
    rate = scores.frames_per_second
    click.echo(f"{annotated.clip.info.name}: {what}: J {J:.1%}, {rate:.1f} frames/s", err=True)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _write_card(model: str, lines: list[str]) -> None:
    """Put the table into the card, in place of the one there."""
    from vosgui.engine.checkpoint import CARD, find_model
    from vosgui.formats.atomic import atomic_file

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
