"""A training run that takes seconds, and what it leaves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import torch
from torch import Tensor

from vosgui.engine.models.load import start_network
from vosgui.engine.training.config import (
    LAST,
    RateGroup,
    Stage,
    TrainingConfig,
)
from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.samples import ClipDataset, SceneSource, SyntheticSource
from vosgui.engine.training.scenes.photograph_tensors import PhotographTensors, read_photographs
from vosgui.engine.training.train import RuntimeOptions, train

SIZES = {
    "encoder": [4, 6, 8, 10],
    "initializer": [4, 4, 6, 8],
    "key": 6,
    "hidden": 8,
    "decoder": [8, 6, 4],
    "norm": False,
    "default_height": 48,
    "n_kept": 1,
    "keep_every": 2,
}


def tiny(steps: int = 6, **changes: object) -> TrainingConfig:
    config = TrainingConfig(
        architecture="s2s-lite",
        sizes=SIZES,
        stages=[
            Stage(steps=steps // 2, batch=2, T=(2, 4), hw=(32, 48), teacher_forcing=(1.0, 0.0)),
            Stage(steps=steps - steps // 2, batch=4, T=(3, 3), hw=(48, 64)),
        ],
        lr=2e-3,
        warm_up=2,
        ema=0.9,
        drop_mask=0.3,
    )
    return msgspec.structs.replace(config, **changes)


def with_all_there_is(steps: int = 6) -> TrainingConfig:
    """Return a run with clips made by torch, several objects, kept frames, rates and norms."""
    stage = Stage(steps=steps, batch=3, T=(3, 4), hw=(32, 48), objects=2, kept=(0, 2))
    return tiny(
        stages=[stage],
        synthetic="torch",
        sizes={**SIZES, "norm": True, "trunk": "efficientnet-lite0"},
        groups=[RateGroup("encoder.base", 0.2), RateGroup("tau", 20.0, decays=False)],
        ema_rises=True,
        freeze_norm_of=["encoder.base"],
        freeze_norm_from=0.5,
    )


@cache
def pool() -> PhotographTensors:
    return read_photographs(Photographs(), 12, side=48)


def run(config: TrainingConfig, folder: Path, stop_after: int = 10**6, **around: object) -> None:
    network = start_network(config.architecture, config.sizes, config.seed)
    settings = {"workers": 0, "every_steps": 2, "validate_steps": 100, **around}
    photographs = pool() if config.synthetic == "torch" else None
    source = SceneSource(photographs.table) if photographs else SyntheticSource(Photographs())
    data = ClipDataset([source], [1.0], 0)
    options = RuntimeOptions(**settings)
    for report in train(network, config, data, folder, options, photographs):
        if report.step == stop_after:
            return


def held(folder: Path) -> dict[str, Tensor]:
    state = torch.load(folder / LAST, weights_only=True)
    return {**state["network"], **{f"mean {k}": v for k, v in state["mean"].items()}}
