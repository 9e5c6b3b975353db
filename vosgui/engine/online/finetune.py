"""What online learning does to a copy of a network: steps, a bound on them, and a check."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
import numpy as np
import torch
from torch import Tensor, nn

from vosgui.engine.online.cycle_paths import Trail, draw_step
from vosgui.engine.online.synthetic_sequences import GivenFrame, draw_snippets
from vosgui.engine.propagation.cpu_streams import Lines
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.training.losses import sequence_loss
from vosgui.engine.training.samples import Batch, Sample, collate
from vosgui.network.interface import Features, VosNetwork
from vosgui.network.layers import ConvLSTM

# Of the way learned, what is kept: it has most of the gain, and all of it goes too far at times
# (car-turn: 12 points lost where half gained 3). The mean of weights: Wortsman et al. 2022.
_SHARE = 0.5
_CHECKS = 4  # snippets that are kept for the check
_CHECK_T = 5  # frames of them: more than are learned from at once
_SLACK = 0.02  # by so much snippets may do worse where real frames do better
_LEAST_GAIN = 0.01  # less tells nothing of a run, which would take twice the time for it
_TURNS = (0.25, 0.5, 1.0)  # of a trail whose end is not given: where it is turned back
_TRAIL_COST = 2.25  # of a frame of a trail, there and back, beside one of a snippet
_STEP, _CHECK = 0, 1  # what a sample is drawn for

X = TypeVar("X")
Y = TypeVar("Y")


class AdaptBounds(msgspec.Struct, frozen=True):
    """How long and how far to learn.

    seconds : time to learn, checks included; None: no limit. steps : optimiser's at most.
    keep : of the running mean of the weights, at each step: the mean is what was learned. reach :
    how far a tensor of weights may go, as a share of its own norm. height : pixels that frames are
    scaled to at most. A run bounded by steps alone is the same each time.
    """

    seconds: float | None = 30.0
    steps: int = 200
    lr: float = 1.5e-4
    batch: int = 2
    T: int = 2
    keep: float = 0.9
    reach: float = 0.05
    height: int = 256
    seed: int = 0

    @property
    def most_s(self) -> float:
        """Return the seconds it may take; infinite where steps alone are bounded."""
        return float("inf") if self.seconds is None else self.seconds


@dataclass(frozen=True)
class Check:
    """Soft overlaps, in [0, 1]: with given masks at the ends of trails, and, the mean, on snippets.

    trails : none for a clip of a single frame.
    """

    trails: tuple[float, ...]
    snippets: float

    def better_than(self, other: Check) -> bool:
        """Tell whether ways through real frames do better, and snippets hardly worse.

        Most of them do, and they do clearly on average: where most gained a little and one lost
        much, a run lost much too (flamingo, 24 points).
        """
        if not self.trails:
            return self.snippets > other.snippets + _LEAST_GAIN
        gains = np.subtract(self.trails, other.trails)
        better = np.median(gains) > 0 and np.mean(gains) > _LEAST_GAIN
        return bool(better and self.snippets >= other.snippets - _SLACK)

    def __str__(self) -> str:
        return f"{100 * (np.mean(self.trails) if self.trails else self.snippets):.1f} %"


class Lesson:
    """A copy of a network that learns, where it began, and what it is checked with."""

    def __init__(
        self,
        propagator: NetworkPropagator,
        given: Sequence[GivenFrame],
        real: Sequence[Sample],
        trails: Sequence[Trail],
        bounds: AdaptBounds,
    ) -> None:
        self._given, self._real, self._trails, self._bounds = given, real, trails, bounds
        self._network = copy.deepcopy(propagator.network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._network.eval()
        self._device, self._dtype = propagator.where
        self._checks_in_int8 = propagator.in_int8
        self._lines = Lines(self._device)
        self._learning = dict(_parameters_to_adapt(self._network))
        self._began = {name: p.detach().clone() for name, p in self._learning.items()}
        self._mean = {name: p.clone() for name, p in self._began.items()}
        self._optimiser = torch.optim.AdamW(self._learning.values(), lr=bounds.lr, weight_decay=0)
        self._checks = [self._on_device([snippet]) for snippet in self._snippets()]

    def learn(self, step: int) -> None:
        """Take one step, bring weights back that went too far, and note their mean."""
        rng, T = np.random.default_rng((self._bounds.seed, _STEP, step)), self._bounds.T
        samples = draw_step(rng, self._given, self._real, T, self._bounds.batch)
        parts = [[sample] for sample in samples] if self._lines.n > 1 else [samples]
        found = self._each(self._gradients, [self._on_device(part) for part in parts])
        for parameter, *gradients in zip(self._learning.values(), *found, strict=True):
            parameter.grad = torch.stack(gradients).mean(0)
        nn.utils.clip_grad_norm_(self._learning.values(), 1.0)
        self._optimiser.step()
        with torch.no_grad():
            for name, parameter in self._learning.items():
                _hold(parameter, self._began[name], self._bounds.reach)
                self._mean[name].lerp_(parameter, 1 - self._bounds.keep)

    def _gradients(self, batch: Batch) -> tuple[Tensor, ...]:
        with torch.enable_grad():
            logits, known = self._carry(batch, self._network), batch.known[:, 1:]
            loss = sequence_loss(logits, batch.masks[:, 1:], known, bce=2.0, dice=1.0)
        parameters = list(self._learning.values())
        if not loss.requires_grad:  # an object so small that it was decoded nowhere
            return tuple(torch.zeros_like(one) for one in parameters)
        return torch.autograd.grad(loss, parameters, materialize_grads=True)

    def shorten_check(self, most_s: float) -> None:
        """Leave so much of the check as takes at most so long, on this machine as busy as it is."""
        network, each = self._to_check(), []
        for _ in range(2):  # the first time takes longer
            begun = time.perf_counter()
            self._each(lambda one: self._carry(one, network), self._checks[:2])
            each.append((time.perf_counter() - begun) / 2)
        n_frames = sum(len(trail.frames) for trail in self._trails)
        check_s = min(each) * (len(self._checks) + _TRAIL_COST * n_frames / _CHECK_T)
        share = most_s / check_s
        if share < 1:
            self._checks = self._checks[: max(1, int(share * len(self._checks)))]
            self._trails = [
                trail.shortened(max(2, int(share * len(trail.frames)))) for trail in self._trails
            ]

    def finish(self) -> None:
        """Go back to where a share of the way learned ends; no step can follow."""
        with torch.no_grad():
            for name, parameter in self._learning.items():
                parameter.copy_(torch.lerp(self._began[name], self._mean[name], _SHARE))

    def tensors(self) -> dict[str, Tensor]:
        """Return the weights as they are now."""
        return {
            name: one.detach().half().cpu().contiguous() for name, one in self._learning.items()
        }

    def check(self) -> Generator[None, None, Check]:
        """Find how well the network does on what is not learned from, part by part."""
        network, trails = self._to_check(), []
        snippets = self._each(lambda one: _compare(self._carry(one, network), one), self._checks)
        yield
        for trail in self._trails:
            trails += self._follow(trail, network)
            yield
        return Check(tuple(trails), float(np.mean(snippets)))

    def _snippets(self) -> Iterator[Sample]:
        for number in range(_CHECKS):
            rng = np.random.default_rng((self._bounds.seed, _CHECK, number))
            yield draw_snippets(rng, self._given, _CHECK_T, 1)[0]

    def _to_check(self) -> VosNetwork:
        """Return the network as it is now in the form that a run will use: twice as long ways."""
        network: VosNetwork = self._network
        return network.in_int8() if self._checks_in_int8 else network

    def _follow(self, trail: Trail, network: VosNetwork) -> list[float]:
        """Carry masks along a trail and back; return their overlaps with those given at its ends.

        Where the far end is not given, what came there is carried back, and so is what came to
        places on the way.
        """
        frames = np.stack([trail.begin.frame, *trail.frames])
        images = torch.from_numpy(frames).permute(0, 3, 1, 2).to(self._device)
        features = self._each(lambda one: network.encode(one[None].float() / 255), list(images))
        begin = torch.from_numpy(trail.begin.mask).to(self._device)[None, None].float()
        if trail.end is None:
            (there,) = self._each(lambda mask: _carry_along(network, features, mask), [begin])
            places = sorted({max(1, round(share * len(there))) for share in _TURNS})
            turned = [(there[n - 1] > 0).float() for n in places]
            ways = self._each(
                lambda way: _carry_along(network, features[way[0] :: -1], way[1])[-1],
                list(zip(places, turned, strict=True)),
            )
            return [_overlap(way, begin) for way in ways]
        end = torch.from_numpy(trail.end).to(self._device)[None, None].float()
        there, back = self._each(
            lambda way: _carry_along(network, *way), [(features, begin), (features[::-1], end)]
        )
        return [_overlap(there[-1], end), _overlap(back[-1], begin)]

    def _each(self, do: Callable[[X], Y], items: Sequence[X]) -> list[Y]:
        """Do something with each item, two at once on a CPU; gradients are for `do` to ask for."""

        def one(item: X) -> Y:
            with torch.no_grad(), self._running():
                return do(item)

        return self._lines.each(one, items)

    def _carry(self, batch: Batch, network: VosNetwork) -> Tensor:
        """Return logits (B, T - 1, 1, h, w) of the frames after the first, which all share."""
        begin, found = network.encode(batch.frames[:1, 0].contiguous()), []
        state = network.initialise(begin, batch.masks[:1, 0]).select([0] * len(batch.frames))
        for t in range(1, batch.frames.shape[1]):
            logits, state = network(network.encode(_image(batch, t)), state)
            found.append(logits.float())
        return torch.stack(found, 1)

    def _running(self) -> torch.autocast:
        enabled = self._dtype != torch.float32
        return torch.autocast(self._device.type, self._dtype, enabled=enabled)

    def _on_device(self, samples: Sequence[Sample]) -> Batch:
        return Batch(*(part.to(self._device) for part in collate(samples)))


def _carry_along(network: VosNetwork, features: Sequence[Features], mask: Tensor) -> list[Tensor]:
    """Return logits (1, 1, h, w) of all frames but the first, whose mask is given."""
    state, found = network.initialise(features[0], mask), []
    for one in features[1:]:
        logits, state = network(one, state)
        found.append(logits.float())
    return found


def _compare(logits: Tensor, snippet: Batch) -> float:
    return _overlap(logits, snippet.masks[:, 1:])


def _overlap(logits: Tensor, truth: Tensor) -> float:
    """Return the mean soft overlap of (..., 1, h, w), in [0, 1]."""
    shown = torch.sigmoid(logits)
    common = torch.minimum(shown, truth).sum((-3, -2, -1))
    either = torch.maximum(shown, truth).sum((-3, -2, -1))
    return float(((common + 1) / (either + 1)).mean())


def _image(batch: Batch, t: int) -> Tensor:
    return batch.frames[:, t].contiguous()


def _parameters_to_adapt(network: VosNetwork) -> Iterator[tuple[str, nn.Parameter]]:
    """Yield what may learn, by name: neither the ConvLSTM nor what is the same in every clip."""
    fixed = tuple(name for name, module in network.named_modules() if isinstance(module, ConvLSTM))
    fixed = tuple(f"{name}." for name in (*fixed, *network.general))
    for name, parameter in network.named_parameters():
        learns = not name.startswith(fixed)
        parameter.requires_grad_(learns)
        if learns:
            yield name, parameter


def _hold(parameter: Tensor, began: Tensor, reach: float) -> None:
    """Shorten the way of a tensor from where it began to a share of its norm there."""
    way = parameter - began
    most = reach * began.norm()
    length = way.norm()
    if length > most:
        parameter.copy_(began + way * (most / length))
