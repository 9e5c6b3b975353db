"""Devices in words, and the number types that go with them."""

from __future__ import annotations

import pytest
import torch

from vosgui.engine.models import device as devices
from vosgui.engine.models.device import choose_device, describe_device, use_threads, usual_dtype
from vosgui.errors import ModelError


def test_threads_are_counted(two_threads: None) -> None:
    cpu = torch.device("cpu")
    assert describe_device(cpu, torch.float32) == "CPU, 2 threads, float32"
    use_threads(1)
    assert describe_device(cpu, torch.int8) == "CPU, 1 thread, int8"


def test_a_type_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOSGUI_DTYPE", "bfloat16")
    assert choose_device("cpu") == (torch.device("cpu"), torch.bfloat16)
    monkeypatch.setenv("VOSGUI_DTYPE", "float99")
    with pytest.raises(ModelError, match="'float99'") as said:
        choose_device("cpu")
    assert "bfloat16" in str(said.value) and "float32" in str(said.value)
    monkeypatch.setenv("VOSGUI_DTYPE", "float16")  # slow on CPUs, and overflows
    with pytest.raises(ModelError, match="'float16'"):
        choose_device("cpu")


@pytest.mark.parametrize(
    ("has_tiles", "has_bfloat16", "has_int8", "machine", "expected"),
    [
        (True, True, True, "x86_64", torch.int8),
        (True, True, False, "x86_64", torch.bfloat16),
        (False, True, True, "x86_64", torch.int8),
        (False, True, False, "x86_64", torch.bfloat16),
        (False, False, True, "x86_64", torch.int8),
        (False, False, True, "AMD64", torch.int8),
        (False, False, True, "aarch64", torch.float32),
        (False, False, False, "x86_64", torch.float32),
    ],
)
def test_what_a_processor_has_decides_the_type(
    monkeypatch: pytest.MonkeyPatch,
    has_tiles: bool,
    has_bfloat16: bool,
    has_int8: bool,
    machine: str,
    expected: torch.dtype,
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: has_tiles)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: has_bfloat16)
    monkeypatch.setattr(devices, "is_exact", lambda: has_int8)
    monkeypatch.setattr(devices.platform, "machine", lambda: machine)
    assert usual_dtype(torch.device("cpu")) == expected
    monkeypatch.setenv("VOSGUI_DTYPE", "bfloat16")  # it can be named wherever it is
    assert choose_device("cpu")[1] == torch.bfloat16


def test_a_gpu_computes_in_float32_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: True)
    assert choose_device() == (torch.device("cuda"), torch.float32)
    monkeypatch.setenv("VOSGUI_DTYPE", "bfloat16")
    assert choose_device() == (torch.device("cuda"), torch.bfloat16)


def test_the_same_machine_always_has_the_same_type() -> None:
    assert len({choose_device("cpu") for _ in range(5)}) == 1
    with pytest.raises(ModelError, match="There is no device 'tpu'"):
        choose_device("tpu")
