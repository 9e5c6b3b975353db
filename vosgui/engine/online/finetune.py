"""Online fine-tuning: a copy of a network learns one clip from what is given in it.

As in the paper's section 4.3, Initializer, Encoder and Decoder learn from variations of the given
frames, and the ConvLSTM stays as it is. What was learned is dropped unless it carries a mask
through real frames clearly better: synthetic motion tells nothing of that.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip, Frame
from vosgui.core.mask import Mask
from vosgui.core.metrics.region_contour import region_similarity
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import counted
from vosgui.engine.online.finetuned import FineTuned, given_digest, given_places
from vosgui.engine.online.synthetic_sequences import GivenFrame, draw_sequence, given_frame
from vosgui.engine.propagation.propagator import Propagator
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.propagation.soft_aggregation import aggregate_mask, soft_aggregate
from vosgui.engine.training.config import Stage, TrainingConfig
from vosgui.engine.training.run import TrainingRun
from vosgui.engine.training.samples import collate
from vosgui.errors import NothingToDoError
from vosgui.network.layers import ConvLSTM

_T = 3  # frames of a sequence, the given one first
_EMA = 0.9  # of the running mean of the weights, which is what was learned
# Of the way learned, what is kept: all of it goes too far at times (Wortsman et al. 2022).
_SHARE = 0.5
_LEAST_GAIN = 0.01  # of J in the check; less tells nothing, and a run would take twice the time
_CHECK_STEPS = 8  # from the given frame to where the check turns back, or ends
_CHECK_SPACING = 4  # frames at most from step to step: harder than a run, so that loss shows soon


@dataclass(frozen=True)
class FinetuneOptions:
    """How long and how to learn.

    seconds : for all of it, checks included; it takes one step at least. steps : at most; bounded
    by steps alone, it is the same each time. lr : learning rate. height : pixels that frames are
    scaled to at most.
    """

    seconds: float = 30.0
    steps: int = 200
    lr: float = 1.5e-4
    height: int = 256
    seed: int = 0


class Outcome(NamedTuple):
    """What came of it: what is kept, or None; and in one line how well it does, or why not."""

    kept: FineTuned | None
    note: str


def finetune(
    propagator: NetworkPropagator,
    clip: Clip,
    snapshot: Snapshot,
    objects: frozenset[int],
    options: FinetuneOptions | None = None,
    progress: Progress = NO_PROGRESS,
) -> Outcome:
    """Learn a clip from the frames in which these objects are given.

    The propagator is not changed. Raises NothingToDoError where none of them is given with a mask,
    or there is no other frame to carry it to.
    """
    options = options or FinetuneOptions()
    places = given_places(snapshot, objects)
    if not places:
        raise NothingToDoError("There is no given mask to learn from. Paint the object first.")
    if len(clip) == 1:
        raise NothingToDoError("There is no other frame to carry the object to.")
    begun = time.perf_counter()
    progress.report(0, 1, "Checking the network")
    check = _find_check(clip, snapshot, places)
    before = check.score(propagator)
    # The check that follows is of two networks.
    left_s = options.seconds - 3 * (time.perf_counter() - begun)
    hw = propagator.input.training_hw(snapshot.hw, options.height)
    given = [given_frame(clip[t], snapshot.mask(t) == i, hw) for i, t in places]
    tensors, n_steps = _learn(propagator, given, hw, options, left_s, progress.within(0.1, 0.8))
    progress.report(0.8, 1, "Checking what was learned")
    model, digest = propagator.digest(), given_digest(snapshot, objects)
    after = check.score(FineTuned(model, digest, tensors, "").beside(propagator))
    note = (
        f"{counted(n_steps, 'step')} in {time.perf_counter() - begun:.0f} s; a mask carried "
        f"{check.way} has J {before:.1%} without, {after:.1%} with what was learned"
    )
    if after < before + _LEAST_GAIN:
        return Outcome(None, f"Dropped: not clearly better ({note}).")
    return Outcome(FineTuned(model, digest, tensors, note), f"Fine-tuned: {note}.")


def _learn(
    propagator: NetworkPropagator,
    given: Sequence[GivenFrame],
    hw: tuple[int, int],
    options: FinetuneOptions,
    seconds: float,
    progress: Progress,
) -> tuple[dict[str, Tensor], int]:
    """Return the weights half of the way to what was learned, as float16, and the steps taken."""
    config = TrainingConfig(
        architecture="",
        stages=[Stage(steps=options.steps, batch=1, T=(_T, _T), hw=hw)],
        lr=options.lr,
        lr_end=1.0,
        weight_decay=0.0,
        ema=_EMA,
        freeze_norm=True,
    )
    network = copy.deepcopy(propagator.network)
    for module in network.modules():
        if isinstance(module, ConvLSTM):
            module.requires_grad_(False)
    device, _ = propagator.where
    run = TrainingRun(network, config, str(device))
    begun, spent_s = time.perf_counter(), 0.0
    while run.step == 0 or (run.step < options.steps and spent_s < seconds):
        rng = np.random.default_rng((options.seed, run.step))
        one = given[int(rng.integers(len(given)))]
        run.advance(collate([draw_sequence(rng, one, _T)]))
        spent_s = time.perf_counter() - begun
        share = max(run.step / options.steps, spent_s / seconds if seconds > 0 else 1.0)
        left_s = spent_s * (1 - share) / share
        progress.report(share, 1, f"Step {run.step}, about {left_s:.0f} s left")
    learned = dict(run.result().named_parameters())
    tensors = {
        name: torch.lerp(began.detach(), learned[name].detach(), _SHARE).half().cpu().contiguous()
        for name, began in propagator.network.named_parameters()
        if learned[name].requires_grad
    }
    return tensors, run.step


@dataclass(frozen=True)
class _Check:
    """A mask that is carried through real frames to another given one, or there and back.

    frames : uint8 (H, W, 3) each. begin, end : uint8 (H, W), the ids given in the first and the
    last of them; where the last is not given, None.
    """

    frames: list[Frame]
    begin: Mask
    end: Mask | None
    ids: list[int]

    @property
    def way(self) -> str:
        return "there and back" if self.end is None else "to another given one"

    def score(self, propagator: Propagator) -> float:
        """Return the mean J of the objects, in [0, 1]."""
        features = [propagator.encode(frame) for frame in self.frames]
        found, truth = self._carry(propagator, features, self.begin), self.end
        if truth is None:
            found, truth = self._carry(propagator, features[::-1], found), self.begin
        return float(np.mean([region_similarity(found == i, truth == i) for i in self.ids]))

    def _carry(self, propagator: Propagator, features: list[object], mask: Mask) -> Mask:
        """Return the mask of the last frame, carried there from the first one's."""
        states = propagator.start(features[0], np.stack([mask == i for i in self.ids]))
        for one in features[1:]:
            step = propagator.step(one, states)
            states = propagator.commit(step.states, soft_aggregate(step.logits))
        return aggregate_mask(step.logits, self.ids, mask.shape)


def _find_check(clip: Clip, snapshot: Snapshot, places: Sequence[tuple[int, int]]) -> _Check:
    """Go from the first given frame to the last one that has an object of it, or there and back."""
    first = min(t for _, t in places)
    ids = [i for i, t in places if t == first]
    stop = max(t for i, t in places if i in ids)
    end, n_steps = None, _CHECK_STEPS
    if stop > first:
        ids = [i for i in ids if (i, stop) in places]
        end, n_steps = snapshot.mask(stop), 2 * _CHECK_STEPS
    elif 2 * first < len(clip):
        stop = min(first + _CHECK_STEPS * _CHECK_SPACING, len(clip) - 1)
    else:
        stop = max(first - _CHECK_STEPS * _CHECK_SPACING, 0)
    n_steps = min(n_steps, abs(stop - first))
    frames = [clip[int(t)] for t in np.linspace(first, stop, n_steps + 1).round()]
    return _Check(frames, snapshot.mask(first), end, ids)
