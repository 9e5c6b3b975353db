"""vosgui calibrate: fit the constants of confidence anew, for a developer with new weights."""

from __future__ import annotations

import json
from pathlib import Path

import click
from tqdm import tqdm

from vosgui.errors import DatasetError


@click.command(name="calibrate")
@click.option("--model", default="auto", show_default=True, help="A model's name or folder.")
@click.option(
    "--photos",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Photographs for the synthetic clips; without any, textures alone.",
)
@click.option("--clips", "n_clips", type=click.IntRange(min=1), default=60, show_default=True)
@click.option("--seed", type=int, default=77, show_default=True)
@click.option("--device", default="auto", show_default=True)
def command(model: str, photos: tuple[Path, ...], n_clips: int, seed: int, device: str) -> None:
    """Print what confidence and presence go by, fitted on synthetic clips.

    SINGLE, WITHOUT_MATCHES and BLEND belong in vosgui/engine/confidence.py, presence in the model's
    config.json.
    """
    from vosgui.engine.calibrate import (
        CLIP_HW,
        calibrate,
        calibrate_presence,
        gather,
        gather_vanishing,
    )
    from vosgui.engine.network_propagator import load_network_propagator
    from vosgui.engine.photographs import find_photographs

    propagator = load_network_propagator(model, device, height=CLIP_HW[0])
    photographs = find_photographs(list(photos))
    hw = propagator.network.fixed_hw or CLIP_HW  # what comes out is compared at that size
    clips = gather(propagator, photographs, n_clips, seed, hw=hw)
    pairs = [pair for found in tqdm(clips, total=n_clips, unit="clip") for pair in found]
    if not pairs:
        raise DatasetError("No synthetic clip shows its object to the end. Take more --clips.")
    for name, weights in calibrate(pairs).items():
        click.echo(f"{name}: Weights = {weights}")
    vanishing = gather_vanishing(propagator, photographs, n_clips, seed, hw=hw)
    sides = [side for found in tqdm(vanishing, total=n_clips, unit="clip") for side in found]
    if sides[0].presence.numel():  # else the network keeps no frames
        click.echo(f'"presence": {json.dumps(calibrate_presence(sides))}')
