"""`model average`: make a model of the mean of others' weights."""

from __future__ import annotations

from pathlib import Path

import click

from vosgui.cli.options import PATH
from vosgui.errors import ModelError


@click.command()
@click.argument("out", type=PATH)
@click.argument("shares", metavar="MODEL=SHARE...", nargs=-1, required=True)
def command(out: Path, shares: tuple[str, ...]) -> None:
    """Write to folder OUT the mean of models that were trained on from the same weights.

    Each MODEL is a name or folder, each SHARE its part. What a model already knew is mostly kept,
    and what it learned is mostly gained.

    vosgui model average models/mine s2s-lite=0.75 runs/mine/best=0.25
    """
    from vosgui.engine.training.average import save_average

    if _names_model(str(out)):
        raise click.UsageError(f"Name the folder to write first: {str(out)!r} is MODEL=SHARE.")
    parsed = dict(_share(text) for text in shares)
    if len(parsed) < len(shares):
        raise click.UsageError("A model is named twice.")
    save_average(out, parsed)
    print(f"Written: {out}")


def _names_model(text: str) -> bool:
    from vosgui.engine.models.installed import find_model

    try:
        find_model(_share(text)[0])
    except (click.UsageError, ModelError):
        return False
    return True


def _share(text: str) -> tuple[str, float]:
    name, _, share = text.rpartition("=")
    try:
        value = float(share)
    except ValueError:
        value = 0.0
    if not name or not 0 < value < float("inf"):
        raise click.UsageError(f"{text!r} is not MODEL=SHARE with a share above 0.")
    return name, value
