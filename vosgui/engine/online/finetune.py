"""Online fine-tuning: a copy of a network learns one clip from what is given in it.

As in the paper's section 4.3, Initializer, Encoder and Decoder learn from variations of the given
frames, and the ConvLSTM stays as it is. What was learned is dropped unless it carries a mask
through real frames clearly better: synthetic motion tells nothing of that.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
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
from vosgui.engine.online.hearing import hear_within_steps
from vosgui.engine.online.synthetic_sequences import draw_sequence, given_frame
from vosgui.engine.propagation.propagator import Propagator
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.propagation.soft_aggregation import aggregate_mask, soft_aggregate
from vosgui.engine.training.config import Stage, TrainingConfig
from vosgui.engine.training.run import TrainingRun
from vosgui.engine.training.samples import collate
from vosgui.errors import NothingToDoError
from vosgui.network.layers import ConvLSTM

MOST_STEPS = 200
_T = 3  # frames of a sequence, the given one first
_HEIGHT = 256  # pixels that frames are scaled to at most to learn
_LR, _EMA = 1.5e-4, 0.9  # the running mean of the weights is what was learned
# Of the way learned, what is kept: the weights' mean errs less than those learned, and as little as
# both networks side by side, in half of the time (Wortsman et al. 2022).
_SHARE = 0.25
_LEAST_GAIN = 0.01  # of J in the check; less tells nothing
_CHECKING = "Checking what is carried"  # before and after: a stop is heard at each frame
_CHECK_STEPS = 8  # to where the check turns back
_CHECK_SPACING = 4  # frames from step to step: harder than a run, so that loss shows soon


def finetune(
    propagator: NetworkPropagator,
    clip: Clip,
    snapshot: Snapshot,
    objects: frozenset[int],
    *,
    seconds: float = 30.0,
    steps: int = MOST_STEPS,
    progress: Progress = NO_PROGRESS,
) -> tuple[FineTuned | None, str]:
    """Learn a clip from the frames in which these objects are given.

    seconds : for all of it, checks included; one step is taken at least. steps : at most; bounded
    by steps alone it is the same each time.
    Return what was learned, or None where it is dropped, and how that went in one line. The
    propagator is not changed. Raises NothingToDoError where none of the objects is given with a
    mask, or there is no other frame to carry it to.
    """
    places = given_places(snapshot, objects)
    if not places:
        raise NothingToDoError("There is no given mask to learn from. Paint the object first.")
    if len(clip) == 1:
        raise NothingToDoError("There is no other frame to carry the object to.")
    begun = time.perf_counter()
    progress.report(0, 1, _CHECKING)
    check = _find_check(clip, snapshot, places)
    before = check.score(propagator, progress.within(0, 0.1))
    left_s = seconds - 2 * (time.perf_counter() - begun)  # another check will follow
    tensors, n_steps = _learn(
        propagator, clip, snapshot, places, left_s, steps, progress.within(0.1, 0.8)
    )
    progress.report(0.8, 1, _CHECKING)
    model, given = propagator.digest(), given_digest(snapshot, objects)
    learned = FineTuned(model, given, tensors, "").applied_to(propagator)
    after = check.score(learned, progress.within(0.8, 1))
    way = "there and back" if check.end is None else "to another given mask"
    effort = f"{counted(n_steps, 'step')} in {time.perf_counter() - begun:.0f} s"
    note = f"{effort}; J {before:.1%} to {after:.1%} {way}"
    is_better = after >= before + _LEAST_GAIN
    text = f"Fine-tuned: {note}." if is_better else f"Dropped: not clearly better ({note})."
    progress.report(1, 1, text)
    return FineTuned(model, given, tensors, note) if is_better else None, text


def _learn(
    propagator: NetworkPropagator,
    clip: Clip,
    snapshot: Snapshot,
    places: Sequence[tuple[int, int]],
    seconds: float,
    steps: int,
    progress: Progress,
) -> tuple[dict[str, Tensor], int]:
    """Return the weights on the way to what was learned, as float16, and the steps taken."""
    hw = propagator.input.training_hw(snapshot.hw, _HEIGHT)
    network = copy.deepcopy(propagator.network)
    for module in network.modules():
        if isinstance(module, ConvLSTM):
            module.requires_grad_(False)
    config = TrainingConfig(
        architecture="",
        stages=[Stage(steps=steps, batch=1, T=(_T, _T), hw=hw)],
        lr=_LR,
        lr_end=1.0,
        weight_decay=0.0,
        ema=_EMA,
        freeze_norm=True,
    )
    run = TrainingRun(network, config, str(propagator.where[0]))
    begun, share = time.perf_counter(), 0.0
    said = "The first step"
    hear_within_steps(network, lambda: progress.report(share, 1, said))
    while share < 1:
        rng = np.random.default_rng(run.step)
        i, t = places[int(rng.integers(len(places)))]
        given = given_frame(clip[t], snapshot.mask(t) == i, hw)
        run.advance(collate([draw_sequence(rng, given, _T)]))
        spent_s = time.perf_counter() - begun
        share = min(1.0, max(run.step / steps, spent_s / max(seconds, 1e-9)))
        left_s = spent_s * (1 - share) / share
        said = f"Step {run.step}, about {left_s:.0f} s left"
        progress.report(share, 1, said)
    learned = dict(run.result().named_parameters())
    tensors = {
        name: torch.lerp(own.detach(), learned[name].detach(), _SHARE).half().cpu().contiguous()
        for name, own in propagator.network.named_parameters()
        if learned[name].requires_grad
    }
    return tensors, run.step


class _Check(NamedTuple):
    """Masks that are carried through real frames to others that are given, or there and back.

    frames : uint8 (H, W, 3) each. begin, end : uint8 (H, W), the ids given in the first and in the
    last of them; where none is given in the last, None.
    """

    frames: list[Frame]
    begin: Mask
    end: Mask | None
    ids: list[int]

    def score(self, propagator: Propagator, progress: Progress) -> float:
        """Return the mean J of the objects, in [0, 1]. progress : is asked at each frame."""
        features: list[object] = []
        for n, frame in enumerate(self.frames):
            progress.report(n, 3 * len(self.frames), _CHECKING)
            features.append(propagator.encode(frame))
        end = self.end
        found = _carry(propagator, features, self.begin, self.ids, progress)
        if end is None:
            found, end = _carry(propagator, features[::-1], found, self.ids, progress), self.begin
        return float(np.mean([region_similarity(found == i, end == i) for i in self.ids]))


def _carry(
    propagator: Propagator, features: list[object], mask: Mask, ids: list[int], progress: Progress
) -> Mask:
    """Return the mask of the last frame, uint8 (H, W), carried there from that of the first."""
    states = propagator.start(features[0], np.stack([mask == i for i in ids]))
    for one in features[1:]:
        progress.report(0.5, 1, _CHECKING)
        step = propagator.step(one, states)
        states = propagator.commit(step.states, soft_aggregate(step.logits))
    return aggregate_mask(step.logits, ids, mask.shape)


def _find_check(clip: Clip, snapshot: Snapshot, places: Sequence[tuple[int, int]]) -> _Check:
    """Go from the first given frame to the last one that has an object of it, or there and back."""
    first = min(t for _, t in places)
    ids = [i for i, t in places if t == first]
    last = max(t for i, t in places if i in ids)
    if last > first:
        ids, end, n = [i for i in ids if (i, last) in places], snapshot.mask(last), 2 * _CHECK_STEPS
    else:
        reach, end, n = _CHECK_STEPS * _CHECK_SPACING, None, _CHECK_STEPS
        forward = 2 * first < len(clip)
        last = min(first + reach, len(clip) - 1) if forward else max(first - reach, 0)
    places_on_way = np.linspace(first, last, min(n, abs(last - first)) + 1).round().astype(int)
    return _Check([clip[int(t)] for t in places_on_way], snapshot.mask(first), end, ids)
