"""What online learning does to a copy of a network: steps, a bound on them, and a check."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from vosgui.core.clip import Frame
from vosgui.engine.dataset import Batch, Sample, collate
from vosgui.engine.losses import sequence_loss
from vosgui.engine.network_propagator import NetworkPropagator
from vosgui.engine.snippets import GivenFrame, draw_snippet
from vosgui.network.layers import ConvLSTM

SHARES = (1.0, 0.5)  # of the way learned that are tried: half of it errs less
_CHECKS = 6  # snippets that are kept for the check
_CHECK_T = 4


class AdaptBounds(msgspec.Struct, frozen=True):
    """How long and how far to learn.

    seconds : time for all of it, checks included; None: no limit. steps : optimiser's at most.
    reach : how far a tensor of weights may go, as a share of its own norm. height : pixels that
    frames are scaled to at most. A run bounded by steps alone is the same each time.
    """

    seconds: float | None = 30.0
    steps: int = 200
    lr: float = 1e-4
    batch: int = 4
    T: int = 3
    reach: float = 0.03
    height: int = 256
    seed: int = 0


@dataclass(frozen=True)
class Cycle:
    """A given frame and frames of the clip further and further from it, at the size to train at."""

    given: GivenFrame
    frames: Sequence[Frame]


@dataclass(frozen=True)
class Check:
    """Mean soft overlaps, in [0, 1]: on snippets, and with the given mask after a walk and back."""

    snippets: float
    cycles: float

    @property
    def mean(self) -> float:
        """Return the mean of both."""
        return (self.snippets + self.cycles) / 2

    def no_worse_than(self, other: Check) -> bool:
        """Tell whether neither of the two is lower."""
        return self.snippets >= other.snippets and self.cycles >= other.cycles

    def __str__(self) -> str:
        return f"{self.snippets:.3f} and {self.cycles:.3f}"


class Lesson:
    """A copy of a network that learns, where it began, and what it is checked with."""

    def __init__(
        self,
        propagator: NetworkPropagator,
        given: Sequence[GivenFrame],
        cycles: Sequence[Cycle],
        bounds: AdaptBounds,
    ) -> None:
        self._given, self._cycles, self._bounds = given, cycles, bounds
        # Backward convolutions in channels_last corrupt memory (torch 2.13 on a CPU).
        self._network = copy.deepcopy(propagator.network).to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
        self._network.eval()
        self._device, self._dtype = propagator.where
        fixed = _names_of(self._network, ConvLSTM)
        self._learning = {
            name: parameter.requires_grad_(name not in fixed)
            for name, parameter in self._network.named_parameters()
            if name not in fixed
        }
        self._began = {name: p.detach().clone() for name, p in self._learning.items()}
        self._optimiser = torch.optim.AdamW(self._learning.values(), lr=bounds.lr, weight_decay=0)
        self._checks = [self._draw(1, number, _CHECK_T, 1) for number in range(_CHECKS)]

    def learn(self, step: int) -> None:
        """Take one step, then bring weights back that went too far."""
        batch = self._draw(0, step, self._bounds.T, self._bounds.batch)
        self._optimiser.zero_grad()
        with torch.enable_grad():
            logits = self._carry(batch)
            known = batch.known[:, 1:]
            sequence_loss(logits, batch.masks[:, 1:], known, bce=2.0, dice=1.0).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._learning.values(), 1.0)
        self._optimiser.step()
        with torch.no_grad():
            for name, parameter in self._learning.items():
                _hold(parameter, self._began[name], self._bounds.reach)

    def best_way(self, before: Check) -> tuple[float, Check]:
        """Return the share of the way learned that does best, and how well; 0 if none is better."""
        learned = {name: p.detach().clone() for name, p in self._learning.items()}
        best, way = before, 0.0
        for share in SHARES:
            self._go(learned, share)
            found = self.check()
            if found.no_worse_than(before) and found.mean > best.mean:
                best, way = found, share
        self._go(learned, 1.0)
        return way, best if way else found

    def tensors(self, way: float) -> dict[str, Tensor]:
        """Return the weights after a share of the way learned."""
        return {
            name: torch.lerp(self._began[name], p.detach(), way).half().cpu().contiguous()
            for name, p in self._learning.items()
        }

    @torch.no_grad()
    def check(self) -> Check:
        """Return how well the network does on what is not learned from."""
        snippets = [_overlap(self._carry(one), one.masks[:, 1:]) for one in self._checks]
        cycles = [self._walk_and_return(one) for one in self._cycles]
        return Check(float(np.mean(snippets)), float(np.mean(cycles)) if cycles else 1.0)

    def _walk_and_return(self, cycle: Cycle) -> float:
        """Carry the given mask through the frames and back; return its overlap with itself."""
        given = cycle.given
        mask = given.mask.astype(np.uint8)
        for order in (
            [given.frame, *cycle.frames],
            [*cycle.frames[::-1], given.frame],
        ):
            masks = np.stack([mask] * len(order))
            batch = self._on_device(collate([Sample(np.stack(order), masks, _all(order))]))
            shown = self._carry(batch)[0, -1, 0]
            mask = (shown > 0).cpu().numpy().astype(np.uint8)
        truth = torch.from_numpy(given.mask).to(shown)
        return _overlap(shown[None, None, None], truth[None, None, None])

    def _carry(self, batch: Batch) -> Tensor:
        """Return logits (B, T - 1, 1, h, w) of the frames after the first, whose mask is given."""
        network, found = self._network, []
        with torch.autocast(self._device.type, self._dtype, enabled=self._dtype != torch.float32):
            state = network.initialise(network.encode(_image(batch, 0)), batch.masks[:, 0])
            for t in range(1, batch.frames.shape[1]):
                logits, state = network(network.encode(_image(batch, t)), state)
                found.append(logits.float())
        return torch.stack(found, 1)

    def _go(self, learned: dict[str, Tensor], share: float) -> None:
        with torch.no_grad():
            for name, parameter in self._learning.items():
                parameter.copy_(torch.lerp(self._began[name], learned[name], share))

    def _draw(self, kind: int, number: int, T: int, n: int) -> Batch:
        rng = np.random.default_rng((self._bounds.seed, kind, number))
        return self._on_device(collate([draw_snippet(rng, self._given, T) for _ in range(n)]))

    def _on_device(self, batch: Batch) -> Batch:
        return Batch(*(part.to(self._device) for part in batch))


def _all(frames: Sequence[object]) -> npt.NDArray[np.bool_]:
    return np.ones(len(frames), np.bool_)


def _overlap(logits: Tensor, truth: Tensor) -> float:
    """Return the mean soft overlap of (B, T, 1, h, w), in [0, 1]."""
    shown = torch.sigmoid(logits)
    common = torch.minimum(shown, truth).sum((2, 3, 4))
    either = torch.maximum(shown, truth).sum((2, 3, 4))
    return float(((common + 1) / (either + 1)).mean())


def _image(batch: Batch, t: int) -> Tensor:
    return batch.frames[:, t].contiguous()


def _names_of(network: nn.Module, kind: type[nn.Module]) -> set[str]:
    """Return the names of the parameters inside modules of a kind."""
    return {
        f"{prefix}.{name}"
        for prefix, module in network.named_modules()
        if isinstance(module, kind)
        for name, _ in module.named_parameters()
    }


def _hold(parameter: Tensor, began: Tensor, reach: float) -> None:
    """Shorten the way of a tensor from where it began to a share of its norm there."""
    way = parameter - began
    most = reach * began.norm()
    length = way.norm()
    if length > most:
        parameter.copy_(began + way * (most / length))
