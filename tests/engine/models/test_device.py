"""Devices in words."""

from __future__ import annotations

import torch

from vosgui.engine.models.device import describe_device, use_threads


def test_threads_are_counted(two_threads: None) -> None:
    cpu = torch.device("cpu")
    assert describe_device(cpu, torch.float32) == "CPU, 2 threads, float32"
    use_threads(1)
    assert describe_device(cpu, torch.int8) == "CPU, 1 thread, int8"
