"""Training as a generator: one report per step, resumable to the exact step.

Several processes (torchrun) each take their share of every batch; gradients are averaged by
DistributedDataParallel, so the result is that of one process with the whole batch; but batch
normalisation that is not frozen goes by the share of its process.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import torch
import torch.distributed as dist
from torch.utils.data import DataLoader

from vosgui.core.words import counted
from vosgui.engine.models.config import ModelConfig
from vosgui.engine.models.save import save_model
from vosgui.engine.training.config import LAST, TrainingConfig, open_run_folder
from vosgui.engine.training.int8_ranges import synthetic_ranges
from vosgui.engine.training.log import StepReport, TrainingLog
from vosgui.engine.training.run import TrainingRun
from vosgui.engine.training.samples import ClipDataset, Loaded, collate_or_error
from vosgui.engine.training.scenes.photograph_tensors import PhotographTensors
from vosgui.engine.training.scenes.render import make_loaded
from vosgui.engine.training.tree_source import TreeClip
from vosgui.engine.training.validation import validate
from vosgui.errors import InputError, ModelError
from vosgui.network.interface import VosNetwork

BEST = "best"


@dataclass(frozen=True)
class RuntimeOptions:
    """What a run is told that does not change its result.

    validation : clips to score, none for no validation
    every_steps, validate_steps : between checkpoints, and between validations
    """

    device: str = "cpu"
    workers: int = 1
    every_steps: int = 50
    validate_steps: int = 500
    validation: list[TreeClip] = field(default_factory=list)


def train(
    network: VosNetwork,
    config: TrainingConfig,
    data: ClipDataset,
    folder: Path,
    options: RuntimeOptions,
    photographs: PhotographTensors | None = None,
) -> Iterator[StepReport]:
    """Train, and yield after each step; goes on from the checkpoint in `folder` where there is one.

    photographs : what planned clips are made of, where the data has some
    Leaves in `folder`: last.pt, log.csv, plot.png, train.json, and `best`, a model folder. Of the
    processes of a `process_group` only the first writes. Raise ModelError where the checkpoint
    belongs to another run, TargetError where nothing can be written.
    """
    run = TrainingRun(network, config, options.device)
    if photographs is not None:
        photographs = photographs.to(run.device)
    first = run.rank == 0
    check_stages(config, network.stride, run.world)
    open_run_folder(folder, config, write=first)
    if (folder / LAST).is_file():
        run.load(folder)
    log = TrainingLog(folder, run.step) if first else None
    began = time.monotonic()
    for loaded in _loader(run, data, options.workers):
        if isinstance(loaded, InputError):
            raise loaded
        rate = run.rate()
        loss, overlap = run.advance(make_loaded(loaded, photographs))
        seconds, began = time.monotonic() - began, time.monotonic()
        is_last = run.is_over()
        validates = first and (is_last or run.step % options.validate_steps == 0)
        J, F = _score(run, folder, options.validation) if validates else (None, None)
        report = StepReport(run.step, run.n_steps(), loss, overlap, rate, seconds, J, F)
        if log is not None:
            log.add(report)
            if is_last or run.step % options.every_steps == 0 or J is not None:
                run.save(folder)
                log.plot()
        yield report
        if is_last:
            break


def _loader(run: TrainingRun, data: ClipDataset, workers: int) -> Iterable[Loaded | InputError]:
    """Return what loads the batches that are left; none where the run is over."""
    if run.is_over():
        return ()
    done = partial(run.clock.done, run.step) if run.config.minutes else None
    return DataLoader(
        data,
        batch_sampler=run.config.batches(
            run.step, run.rank, run.world, done=done, first=run.n_clips
        ),
        collate_fn=collate_or_error,
        num_workers=workers,
        prefetch_factor=4 if workers else None,
    )


def _score(
    run: TrainingRun, folder: Path, clips: list[TreeClip]
) -> tuple[float | None, float | None]:
    """Validate the weights to be used, and keep them where they are the best so far."""
    network = run.result()
    J = F = None
    if clips:
        J, F = validate(network, clips, run.device)
        if run.best >= J:
            return J, F
        run.best = J
    scores = {} if J is None or F is None else {"J": round(J, 4), "F": round(F, 4)}
    config = ModelConfig(
        architecture=run.config.architecture,
        title=f"Trained here, {counted(run.step, 'step')}",
        trained_on=run.config.describe_data(),
        scores=scores,
        ranges=synthetic_ranges(network),
    )
    steps = counted(run.step, "step")
    card = f"# A model trained here\n\n{steps}; train.json one folder up says how.\n"
    save_model(folder / BEST, network, config, card)
    return J, F


def check_stages(config: TrainingConfig, stride: int, world: int) -> None:
    """Raise ModelError where a network of this stride, or so many processes, cannot take a run."""
    for stage in config.stages:
        if any(side % stride for side in stage.hw):
            raise ModelError(
                f"{config.architecture} trains on sides that are multiples of {stride}; "
                f"{stage.hw[0]}x{stage.hw[1]} are not."
            )
        if config.minutes and world > 1:
            text = "Several processes end at the same step: say how many steps, and no minutes."
            raise ModelError(text, option="--steps")
        if stage.batch % world:
            raise ModelError(
                f"A batch of {stage.batch} clips cannot be shared evenly by {world} processes. "
                f"Let each stage's be a multiple of {world}."
            )


@contextlib.contextmanager
def process_group(device: str) -> Iterator[None]:
    """Join the processes that torchrun started; alone, do nothing. All of training is inside."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    if device.startswith("cuda"):
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    dist.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    try:
        yield
        dist.barrier()  # torchrun ends the first, which still writes, if another leaves and fails
    finally:
        dist.destroy_process_group()  # what held the group is gone: it would outlive it otherwise
