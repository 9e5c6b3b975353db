"""What a training run holds between its steps: network, optimiser, and a checkpoint of both."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from pickle import UnpicklingError

import numpy as np
import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from vosgui.core.words import reason
from vosgui.engine.models.load import on_device
from vosgui.engine.training.clock import Clock
from vosgui.engine.training.config import LAST, TrainingConfig
from vosgui.engine.training.losses import mean_overlap, sequence_loss
from vosgui.engine.training.optimiser import RunOptimiser, freeze_norm, rising_mean
from vosgui.engine.training.samples import Batch
from vosgui.engine.training.sequence import ClipSequence, Shown
from vosgui.errors import ModelError, TargetError
from vosgui.files.ordinary import check_ordinary
from vosgui.network.interface import VosNetwork

# What torch raises on a file that is cut short, empty, or holds something else.
_BROKEN = (OSError, EOFError, RuntimeError, LookupError, TypeError, ValueError, UnpicklingError)


class TrainingRun:
    """Everything a run holds between its steps, as its checkpoint does.

    Each process that torchrun started has one; `rank` is its number, `world` how many there are.
    """

    def __init__(self, network: VosNetwork, config: TrainingConfig, device: str) -> None:
        self.config = config
        self.rank = int(os.environ.get("RANK", "0"))
        self.world = int(os.environ.get("WORLD_SIZE", "1"))
        if device == "cuda" and self.world > 1:
            device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
        self.network = on_device(network, device)
        self.device = next(network.parameters()).device
        self.network.train()
        if config.freeze_norm or config.freeze_norm_of:
            freeze_norm(self.network, [""] if config.freeze_norm else config.freeze_norm_of)
        self.mean = self._running_mean() if config.ema else None
        self.rates = RunOptimiser(self.network, config)
        self.optimiser = self.rates.optimiser
        self.step, self.n_clips, self.best = 0, 0, -1.0
        self.clock = Clock(config)
        sequence = ClipSequence(self.network, config.truncate)
        self.sequence: nn.Module = DistributedDataParallel(sequence) if self.world > 1 else sequence

    def _running_mean(self) -> AveragedModel:
        average = get_ema_multi_avg_fn(self.config.ema)  # type: ignore[no-untyped-call]
        if self.config.ema_rises:
            average = rising_mean(self.config.ema)
        return AveragedModel(self.network, multi_avg_fn=average)

    def is_over(self) -> bool:
        """Return whether nothing of the run is left."""
        return self.clock.done(self.step) >= self.config.length()

    def n_steps(self) -> int:
        """Return the number of steps in all; of a run that goes by time, as it looks now."""
        if not self.config.minutes:
            return self.config.n_steps()
        return round(self.step / max(self.clock.done(self.step), 1e-9))

    def rate(self) -> float:
        """Return the learning rate that is due."""
        return self.config.rate(self.step, self.clock.done(self.step))

    def advance(self, batch: Batch) -> tuple[float, float]:
        """Do one step; return its loss and overlap."""
        config, done = self.config, self.clock.done(self.step)
        n_most, shown = int(torch.bincount(batch.clips).max()), self._shown(batch, done)
        instead = bool(shown.taught.any() or shown.dropped.any())
        batch, shown = batch.to(self.device), shown.to(self.device)
        self.rates.set_rate(config.rate(self.step, done))
        if config.freeze_norm_from < 1 and done >= config.freeze_norm_from * config.length():
            freeze_norm(self.network)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=config.bf16):
            logits = self.sequence(batch, shown, n_most, instead=instead).float()
        masks, known = batch.masks[:, 1:], batch.known[:, 1:]
        loss = sequence_loss(logits, masks, known, batch.clips, bce=config.bce, dice=config.dice)
        if not torch.isfinite(loss):
            raise ModelError(
                f"Training broke down at step {self.step + 1}: the loss is not finite. Go on from "
                "the last checkpoint with a lower learning rate."
            )
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        if config.clip_norm:
            nn.utils.clip_grad_norm_(self.network.parameters(), config.clip_norm)
        self.optimiser.step()
        if self.mean is not None:
            self.mean.update_parameters(self.network)
        self.step += 1
        self.n_clips += len(batch.frames) * self.world
        figures = torch.tensor([loss.item(), mean_overlap(logits.detach(), masks, known)])
        if self.world > 1:
            figures = figures.to(self.device)
            dist.all_reduce(figures)
            figures /= self.world
        return float(figures[0]), float(figures[1])

    def _shown(self, batch: Batch, done: float) -> Shown:
        """Draw what is shown of the frames passed: this process's share of a batch.

        Drawn for the whole batch, so that it does not hang on the number of processes.
        """
        stage, through = self.config.at(done)
        B, T = batch.frames.shape[:2]
        start, end = stage.teacher_forcing
        rng = np.random.default_rng((self.config.seed, self.step, 1))
        drawn = torch.from_numpy(rng.random((2, B * self.world, T)))
        own = drawn[:, self.rank * B : (self.rank + 1) * B]
        taught = (own[0] < start + (end - start) * through).float()
        dropped = (own[1] < self.config.drop_mask).float()
        n_kept = int(rng.integers(stage.kept[0], stage.kept[1] + 1))
        kept = rng.choice(np.arange(1, T), min(n_kept, T - 1), replace=False)
        return Shown(taught, dropped, frozenset(kept.tolist()))

    def result(self) -> VosNetwork:
        """Return a copy of the weights to be used: their running mean, where one is kept."""
        network = self.network if self.mean is None else self.mean.module
        assert isinstance(network, VosNetwork)
        return copy.deepcopy(network).eval()

    def save(self, folder: Path) -> None:
        """Write the checkpoint, whole or not at all."""
        held = {
            "network": self.network.state_dict(),
            "mean": self.mean.state_dict() if self.mean is not None else {},
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "n_clips": self.n_clips,
            "seconds": self.clock.seconds(),
            "best": self.best,
        }
        new = folder / (LAST + ".new")
        try:
            torch.save(held, new)
            new.replace(folder / LAST)
        except (OSError, RuntimeError) as error:
            text = f"The checkpoint could not be written to {folder}: {reason(error)}."
            raise TargetError(text) from error

    def load(self, folder: Path) -> None:
        """Go back to the checkpoint of a folder."""
        path = folder / LAST
        try:
            check_ordinary(path)
            held = torch.load(path, map_location=self.device, weights_only=True)
            self.network.load_state_dict(held["network"])
            if self.mean is not None:
                self.mean.load_state_dict(held["mean"])
            self.optimiser.load_state_dict(held["optimiser"])
            self.step, self.best = int(held["step"]), float(held["best"])
            # A checkpoint of 0.1 lacks these; its run goes by steps.
            self.n_clips = int(held.get("n_clips", self.config.n_clips(self.step)))
            self.clock = Clock(self.config, float(held.get("seconds", 0.0)))
        except _BROKEN as error:
            raise ModelError(
                f"The run cannot go on from {path}: it is damaged or of another network. Train "
                "into another folder, or put an older copy in its place."
            ) from error
