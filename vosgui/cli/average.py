"""`average`: make a model of the mean of others' weights."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("average")
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("shares", metavar="MODEL=SHARE...", nargs=-1, required=True)
def command(out: Path, shares: tuple[str, ...]) -> None:
    """Write to folder OUT the mean of models trained on from the same weights.

    Each MODEL is a name or folder, each SHARE its part: s2s-lite=0.75 runs/mine/best=0.25. What a
    model already knew is mostly kept, and what it learned is mostly gained.
    """
    from vosgui.engine.average import save_average

    parsed = dict(_share(text) for text in shares)
    if len(parsed) < len(shares):
        raise click.UsageError("A model is named twice.")
    save_average(out, parsed)
    print(f"Written: {out}")


def _share(text: str) -> tuple[str, float]:
    name, _, share = text.rpartition("=")
    try:
        value = float(share)
    except ValueError:
        value = 0.0
    if not name or not 0 < value < float("inf"):
        raise click.UsageError(f"{text!r} is not MODEL=SHARE with a share above 0.")
    return name, value
