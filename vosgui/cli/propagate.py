"""`propagate`: masks of the first frame in, a mask of every frame out."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vosgui.cli.options import PATH, Above0, device_option, model_option, workers_given
from vosgui.cli.propagate_datasets import propagate_dataset
from vosgui.cli.propagate_runs import Runs, open_given
from vosgui.datasets.workers import Workers
from vosgui.files.atomic import check_kept

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Direction

Bounds = tuple[int | None, int | None]
Ids = frozenset[int] | None


def _bounds(_ctx: click.Context, _option: click.Parameter, value: str | None) -> Bounds:
    match = re.fullmatch(r"(\d*):(\d*)", value or ":")
    if match is None:
        raise click.BadParameter(f"{value!r} is not A:B with frame numbers from 0, such as 10:50.")
    first, stop = (int(word) if word else None for word in match.groups())
    return first, stop


def _ids(_ctx: click.Context, _option: click.Parameter, value: str | None) -> Ids:
    if value is None:
        return None
    if not re.fullmatch(r"(\s*\d+\s*,)*\s*\d+\s*", value):
        raise click.BadParameter(f"{value!r} is not a list of object ids, such as 1,2.")
    return frozenset(int(word) for word in value.split(","))


@click.command()
@click.argument("clip", type=PATH, required=False)
@click.option("--masks", type=PATH, help="A mask PNG, or a folder of them named like the frames.")
@click.option("--frame", type=int, help="The frame of a single mask PNG, from 0.  [default: 0]")
@click.option(
    "--dataset",
    type=PATH,
    help="Instead of CLIP: a dataset (DAVIS, YouTube-VOS, MOSE, CVAT and the like), one split of "
    "it or a zip. Only the first mask of each object is used.",
)
@click.option("--out", type=PATH, required=True, help="Folder for the masks, one PNG per frame.")
@model_option
@device_option
@click.option("--range", "bounds", callback=_bounds, metavar="A:B", help="Frames A to B-1 only.")
@click.option("--objects", callback=_ids, metavar="IDS", help="These objects only, as 1,2.")
@click.option("--backward", is_flag=True, help="From the last given mask towards frame 0.")
@click.option("--both", is_flag=True, help="From the first given mask both ways.")
@click.option(
    "--bidirectional", is_flag=True, help="From all given masks, between two from both at once."
)
@click.option("--flip", is_flag=True, help="Look at flipped frames too, at twice the time.")
@click.option(
    "--finetune",
    type=Above0(),
    metavar="SECONDS",
    help="Let the network learn from the given masks first, so long for each clip, as 30.",
)
@click.option("--fill", is_flag=True, hidden=True)  # the names of before
@click.option("--adapt", is_flag=True, hidden=True)
@click.option("--adapt-seconds", type=Above0(), default=30.0, hidden=True)
@workers_given(1, "1, which has all cores")
@click.option("--project", type=PATH, help="Keep masks and run in this project file as well.")
@click.option(
    "--overwrite",
    is_flag=True,
    help="Write into a folder that is not empty, and over masks given in the project.",
)
@click.option("--quiet", is_flag=True, help="Show no progress, print no summary.")
def command(
    clip: Path | None,
    masks: Path | None,
    frame: int | None,
    dataset: Path | None,
    out: Path,
    model: str,
    device: str,
    bounds: Bounds,
    objects: Ids,
    backward: bool,
    both: bool,
    bidirectional: bool,
    flip: bool,
    finetune: float | None,
    fill: bool,
    adapt: bool,
    adapt_seconds: float,
    workers: Workers,
    project: Path | None,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Carry given masks through a clip.

    CLIP is a video or a folder of frames. OUT gets one palette PNG per frame, named like it, and
    run.json. An object that is given in several frames starts anew from each of them; one that is
    first given later joins there. Given masks are never changed.

    With --bidirectional, the mask between two given ones is carried there from both, and blended.
    With --finetune, a copy of the network learns the objects' looks first. Where that carries
    masks clearly better, the copy carries them; it is kept with the project, and used again for as
    long as the given masks are the same. With --flip the network runs beside itself on frames with
    left and right swapped, which often holds what it would lose, at twice the time of a run.

    The clips of a dataset can be shared by several processes, or by the machines of a Dask cluster.
    Each appears when it is whole; stopped, the same command goes on with those that are missing.

    vosgui propagate clip.mp4 --masks first.png --out masks
    vosgui propagate --dataset DAVIS --out davis-masks --flip
    """
    ways: dict[Direction, bool] = {
        "backward": backward,
        "both": both,
        "bidirectional": bidirectional or fill,
    }
    chosen: list[Direction] = [way for way, is_chosen in ways.items() if is_chosen]
    for is_wrong, text in (
        ((clip is None) == (dataset is None), "Give either CLIP or --dataset ROOT."),
        (len(chosen) > 1, "Give one of --backward, --both and --bidirectional."),
        (
            dataset is not None and (masks, frame, project) != (None, None, None),
            "--masks, --frame and --project go with CLIP; --dataset has masks of its own.",
        ),
        (
            clip is not None and workers != 1,
            "--workers and --scheduler go with --dataset: they share its clips.",
        ),
        (
            clip is not None and masks is None and project is None,
            "Give --masks PATH: what is to be carried through the clip.",
        ),
        (
            frame is not None and masks is None,
            "--frame says which frame the PNG of --masks belongs to.",
        ),
    ):
        if is_wrong:
            raise click.UsageError(text)
    from vosgui.engine.online.dataset_runs import HowToRun
    from vosgui.engine.propagation.load import load_propagator
    from vosgui.engine.propagation.to_folder import PropagationRequest, open_target

    request = PropagationRequest(*bounds, objects, chosen[0] if chosen else "forward")
    seconds = adapt_seconds if adapt and finetune is None else finetune
    if dataset is not None:
        how = HowToRun(model, device, request, flip, seconds)
        propagate_dataset(dataset, out, how, workers, overwrite=overwrite, quiet=quiet)
        return
    assert clip is not None
    with ExitStack() as stack:
        # What was given is read before the model, so that a mistake shows at once.
        given = open_given(stack, clip, masks, frame, objects, project, overwrite=overwrite)
        for kind, path in (("frames", clip), ("masks", masks)):
            if path is not None and path.is_dir() and path.resolve() == out.resolve():
                check_kept(out, path, f"the {kind} that are given")
        stack.enter_context(open_target(out, overwrite=overwrite))
        runs = Runs(load_propagator(model, device), request, quiet, flip, seconds)
        runs.run(stack, given, out)
        runs.finish(out)
