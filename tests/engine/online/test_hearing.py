"""A stop is heard within a step: while layers compute, and while gradients go back through them."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from vosgui.engine.online import hearing
from vosgui.engine.online.hearing import hear_within_steps


class Stop(Exception):  # noqa: N818 - not an error
    """What a person has asked for."""


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> nn.Sequential:
    monkeypatch.setattr(hearing, "_EVERY_S", -1.0)
    return nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.ReLU(), nn.Linear(4, 1)))


@pytest.mark.parametrize("n_heard", [1, 2, 3, 4, 5, 6])
def test_a_stop_is_heard_at_each_layer(network: nn.Sequential, n_heard: int) -> None:
    heard = 0

    def report() -> None:
        nonlocal heard
        heard += 1
        if heard == n_heard:
            raise Stop

    hear_within_steps(network, report)
    with pytest.raises(Stop):
        network(torch.ones(2, 3)).sum().backward()
    assert heard == n_heard


def test_gradients_are_what_they_were(network: nn.Sequential) -> None:
    def gradients() -> list[torch.Tensor]:
        network.zero_grad()
        network(torch.ones(2, 3)).sum().backward()
        return [one.grad.clone() for one in network.parameters() if one.grad is not None]

    before = gradients()
    reports: list[int] = []
    hear_within_steps(network, lambda: reports.append(1))
    for one, other in zip(gradients(), before, strict=True):
        assert torch.equal(one, other)
    assert len(reports) == 6


def test_reports_are_no_more_than_some_a_second(
    network: nn.Sequential, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "_EVERY_S", 1e9)
    reports: list[int] = []
    hear_within_steps(network, lambda: reports.append(1))
    network(torch.ones(2, 3)).sum().backward()
    assert reports == []
