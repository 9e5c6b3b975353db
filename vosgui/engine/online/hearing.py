"""A stop that is heard in the middle of a step of training: forward and backward, by the layer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

_EVERY_S = 0.05


def hear_within_steps(network: nn.Module, report: Callable[[], None]) -> None:
    """Have each layer report whenever it has computed, forward or backward, now and then.

    What `report` raises ends the step: the network is of no use afterwards. For the rest of the
    network's life; a copy reports as well.
    """
    last = time.monotonic()

    def hear(*_: object) -> None:
        nonlocal last
        if time.monotonic() - last > _EVERY_S:
            last = time.monotonic()
            report()

    def on_forward(_layer: nn.Module, _inputs: Any, output: Any) -> None:
        hear()
        if isinstance(output, Tensor) and output.requires_grad:
            output.register_hook(hear)  # type: ignore[no-untyped-call]

    for layer in network.modules():
        if not any(layer.children()):
            layer.register_forward_hook(on_forward)
