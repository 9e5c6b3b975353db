"""What learns, at which rate, and what of batch normalisation stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from vosgui.engine.training.config import RateGroup, TrainingConfig

Tensors = list[Tensor] | tuple[Tensor, ...]


class RunOptimiser:
    """An optimiser whose groups of parameters learn at rates of their own.

    optimiser : torch's, which a checkpoint holds
    """

    def __init__(self, network: nn.Module, config: TrainingConfig) -> None:
        kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[config.optimiser]
        groups, self.factors = [], []
        for group, parameters in _grouped(network, config.groups):
            decay = config.weight_decay if group.decays else 0.0
            groups.append({"params": parameters, "weight_decay": decay})
            self.factors.append(group.factor)
        self.optimiser = kind(groups, config.lr, weight_decay=config.weight_decay)

    def set_rate(self, rate: float) -> None:
        """Set the rate of a step."""
        for group, factor in zip(self.optimiser.param_groups, self.factors, strict=True):
            group["lr"] = rate * factor


def _grouped(
    network: nn.Module, groups: Sequence[RateGroup]
) -> list[tuple[RateGroup, list[nn.Parameter]]]:
    """Return the parameters of each group, those of none first; a group without any is left out."""
    found: dict[RateGroup, list[nn.Parameter]] = {_OTHERS: [], **{group: [] for group in groups}}
    for name, parameter in network.named_parameters():
        own = next((group for group in groups if name.startswith(group.start)), _OTHERS)
        found[own].append(parameter)
    return [(group, parameters) for group, parameters in found.items() if parameters]


_OTHERS = RateGroup("", 1.0)


def freeze_norm(network: nn.Module, starts: Sequence[str] = ("",)) -> None:
    """Hold batch normalisation at its running statistics, in the parts whose names start so."""
    for name, module in network.named_modules():
        if isinstance(module, nn.BatchNorm2d) and name.startswith(tuple(starts)):
            module.eval()


def rising_mean(most: float) -> Callable[[Tensors, Tensors, Tensor | int], None]:
    """Return how a running mean moves that begins short: its decay is 1 - 10 / (n + 10) at most.

    most : its decay in the end. n is the steps before. Lists are of weights, float (O, ...) each.
    """

    @torch.no_grad()
    def move(mean: Tensors, now: Tensors, n: Tensor | int) -> None:
        torch._foreach_lerp_(mean, now, 1 - min(most, 1 - 10 / (int(n) + 10)))

    return move
