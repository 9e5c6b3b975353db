"""`model calibrate`: fit confidence and object presence anew, for a network with new weights."""

from __future__ import annotations

import json
from pathlib import Path

import click

from vosgui.cli.bar import bar
from vosgui.cli.options import PATH, device_option
from vosgui.errors import DatasetError, ModelError


@click.command()
@click.option("--model", default="auto", help="Its name or folder.")
@click.option(
    "--photos",
    type=PATH,
    multiple=True,
    help="Photographs for the synthetic clips; without any, textures alone.",
)
@click.option(
    "--clips",
    "n_clips",
    type=click.IntRange(min=1),
    default=60,
    help="How many synthetic clips to fit to.",
)
@click.option("--seed", type=int, default=77, help="Of the synthetic clips.")
@device_option
@click.option("--write", is_flag=True, help="Fit object presence alone, and keep it.")
def command(
    model: str, photos: tuple[Path, ...], n_clips: int, seed: int, device: str, write: bool
) -> None:
    """Fit confidence and object presence to a network, on synthetic clips, and print the weights.

    Object presence tells an object that is gone from one that only changed. Its weights are those
    of one network: after training, --write fits them anew and puts them into its config.json.
    SINGLE, WITHOUT_MATCHES and BLEND, of confidence, belong in vosgui/network/confidence.py.

    vosgui model calibrate --model models/mine --photos photographs --write
    """
    if write and model == "auto":
        raise click.UsageError("--write changes a model. Name it by --model.")
    from vosgui.engine.benchmark.calibration import (
        CLIP_HW,
        SyntheticClips,
        calibrate,
        calibrate_object_presence,
        gather,
        gather_disappearances,
    )
    from vosgui.engine.models.config import write_object_presence
    from vosgui.engine.models.installed import find_model
    from vosgui.engine.propagation.load import load_network_propagator
    from vosgui.engine.training.photographs import find_photographs

    propagator = load_network_propagator(model, device, height=CLIP_HW[0])
    hw = propagator.network.fixed_hw or CLIP_HW  # what comes out is compared at that size
    clips = SyntheticClips(find_photographs(list(photos)), n_clips, seed, hw=hw)

    if not write:
        with bar("clip", quiet=False) as progress:
            pairs = gather(propagator, clips, progress)
        if not pairs:
            raise DatasetError("No synthetic clip shows its object to the end. Take more --clips.")
        for name, weights in calibrate(pairs).items():
            click.echo(f"{name}: Weights = {weights}")
    with bar("clip", quiet=False) as progress:
        sides = gather_disappearances(propagator, clips, progress)
    if not sides[0].object_presence.numel():
        if write:
            raise ModelError(f"{propagator.name!r} keeps no frames to tell object presence by.")
        return
    found = calibrate_object_presence(sides)
    click.echo(f'"object_presence": {json.dumps(found)}')
    if write:
        folder = find_model(model)
        write_object_presence(folder, found)
        click.echo(f"Kept in {folder}.")
