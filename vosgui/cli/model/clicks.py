"""`model clicks`: score the head that makes masks of clicks, with a robot that clicks errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from vosgui.cli.bar import bar
from vosgui.cli.options import PATH, comma_names, device_option
from vosgui.core.words import counted
from vosgui.errors import DatasetError

if TYPE_CHECKING:
    from vosgui.engine.benchmark.click_scores import Clicked

_SHOWN = (1, 2, 3, 5, 10)
_REACHED = (0.85, 0.90)


@click.command()
@click.option("--data", type=PATH, required=True, help="Tree of JPEGImages and Annotations.")
@click.option("--model", default="clicks", help="A head for clicks, by its name or folder.")
@device_option
@click.option(
    "--clips", callback=comma_names, metavar="NAME,...", help="These clips only, as bear,tennis."
)
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=1,
    help="One in so many of the frames that are clicked, to take less time.",
)
def command(data: Path, model: str, device: str, clips: Sequence[str] | None, every: int) -> None:
    """Click objects until their masks are right, and say how many clicks that takes.

    A robot clicks the middle of the largest error, ten times, in every 15th frame of each clip
    from the sixth on.

    vosgui model clicks --data ../data/davis-train-448 --clips bear,tennis
    """
    from vosgui.engine.benchmark.click_scores import ClickJob, score_clicks
    from vosgui.engine.clicks.load import load_segmenter

    segmenter = load_segmenter(model, device)
    with bar("object", quiet=False) as progress:
        scores = score_clicks(segmenter, ClickJob(data, clips, every), progress)
    if not scores:
        raise DatasetError(f"{data} has no object to click in the frames that are clicked.")
    click.echo("\n".join(_lines(scores)))


def _lines(scores: Sequence[Clicked]) -> Iterator[str]:
    """Tell of J by the number of clicks, of clicks by J, and of the time a click takes."""
    from vosgui.engine.benchmark.click_scores import clicks_to_reach

    J = np.stack([one.J for one in scores])
    n_clips = len({one.clip for one in scores})
    yield f"{counted(len(scores), 'object')} in frames of {counted(n_clips, 'clip')}."
    yield f"| clicks | {' | '.join(map(str, _SHOWN))} |"
    yield f"| --- |{' --- |' * len(_SHOWN)}"
    yield f"| mean J | {' | '.join(f'{J[:, n - 1].mean():.1%}' for n in _SHOWN)} |"
    for wanted in _REACHED:
        n, missed = clicks_to_reach(scores, wanted)
        yield f"J {wanted:.0%} after {n:.1f} clicks on average, not within ten in {missed:.0%}."
    for name, seconds in (
        ("The first click", [one.seconds[0] for one in scores]),
        ("Each further one", [s for one in scores for s in one.seconds[1:] if s > 0]),
    ):
        median, most = np.percentile(seconds, (50, 95)) * 1000 if seconds else (0.0, 0.0)
        yield f"{name}: {median:.0f} ms (median), {most:.0f} ms (p95)."
