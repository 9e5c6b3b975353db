"""Devices in words, and types that are named instead of measured."""

from __future__ import annotations

import pytest
import torch

from vosgui.engine.models.device import choose_device, describe_device, fastest_dtype, use_threads
from vosgui.errors import ModelError


def test_threads_are_counted(two_threads: None) -> None:
    cpu = torch.device("cpu")
    assert describe_device(cpu, torch.float32) == "CPU, 2 threads, float32"
    use_threads(1)
    assert describe_device(cpu, torch.int8) == "CPU, 1 thread, int8"


def test_a_type_that_is_named_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    fastest_dtype.cache_clear()
    monkeypatch.setenv("VOSGUI_DTYPE", "bfloat16")
    assert choose_device("cpu") == (torch.device("cpu"), torch.bfloat16)
    assert fastest_dtype.cache_info().misses == 0
    monkeypatch.setenv("VOSGUI_DTYPE", "float99")
    with pytest.raises(ModelError, match="'float99'; on cpu it may be float32, bfloat16"):
        choose_device("cpu")
