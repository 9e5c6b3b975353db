"""`model calibrate`: measure anew what goes with a network's weights and is not learned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from vosgui.cli.bar import bar
from vosgui.cli.options import PATH, device_option
from vosgui.errors import DatasetError
from vosgui.files.atomic import check_place


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
@click.option("--write", is_flag=True, help="Put them into its config.json.")
def command(
    model: str, photos: tuple[Path, ...], n_clips: int, seed: int, device: str, write: bool
) -> None:
    """Measure on synthetic clips what a network's config.json holds beside its sizes; print it.

    Confidence: how good a mask is likely to be. Object presence: what tells an object that is gone
    from one that only changed. Ranges: how far the maps of its layers reach, which its 8-bit form
    goes by. All three are one network's own: after training, --write puts them into config.json.

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
        tell_of_presence,
    )
    from vosgui.engine.models.config import CONFIG, write_calibration
    from vosgui.engine.models.installed import find_model
    from vosgui.engine.propagation.load import load_network_propagator
    from vosgui.engine.training.int8_ranges import synthetic_ranges
    from vosgui.engine.training.photographs import find_photographs

    if write:
        check_place(find_model(model) / CONFIG)
    propagator = load_network_propagator(model, device, height=CLIP_HW[0])
    hw = propagator.network.fixed_hw or CLIP_HW  # what comes out is compared at that size
    clips = SyntheticClips(find_photographs(list(photos)), n_clips, seed, hw=hw)

    with bar("clip", quiet=False) as progress:
        pairs = gather(propagator, clips, progress)
    if not pairs:
        raise DatasetError("No synthetic clip shows its object to the end. Take more --clips.")
    with bar("clip", quiet=False) as progress:
        sides = gather_disappearances(propagator, clips, progress)
    found: dict[str, Mapping[str, Any]] = {
        "confidence": calibrate(pairs, sides),
        "object_presence": calibrate_object_presence(sides) if tell_of_presence(pairs) else {},
    }
    found["ranges"] = synthetic_ranges(propagator.network, clips.photographs, min(n_clips, 16))
    for name, weights in found.items():
        click.echo(f'"{name}": {json.dumps(weights)},')
    if write:
        folder = find_model(model)
        write_calibration(folder, **found)
        click.echo(f"Kept in {folder}.")
