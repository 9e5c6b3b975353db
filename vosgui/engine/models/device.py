"""Where a network runs, and in which number type: measured, not guessed."""

from __future__ import annotations

import os
import timeit
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial

import torch
from torch import Tensor

from vosgui.core.words import counted
from vosgui.errors import ModelError
from vosgui.network.int8 import Grid, Int8Conv, Quantised, is_exact

DEVICES = ("auto", "cpu", "cuda", "mps")
_DTYPE = "VOSGUI_DTYPE"  # environment variable that names the type
# A half type must be this much faster. Hardware has it (then it is 2 to 8 times as fast) or
# emulates it (then it is slower): nothing near 1.5 is real, so a busy machine decides the same.
_WORTHWHILE = 1.5


def choose_device(name: str = "auto") -> tuple[torch.device, torch.dtype]:
    """Return the device and the type in which it computes convolutions fastest.

    "auto" is CUDA, then Apple's MPS, then the CPU. The environment variable VOSGUI_DTYPE names
    another type; then nothing is measured, and results are the same on however busy a machine.
    Raises ModelError for a device or a type that is not there.
    """
    if name == "auto":
        name = next(kind for kind in ("cuda", "mps", "cpu") if is_available(kind))
    kind = name.split(":")[0]
    if kind not in DEVICES:
        raise ModelError(f"There is no device {name!r}; there are {', '.join(DEVICES)}.")
    if not is_available(kind):
        raise ModelError(f"Device {name!r} is not available on this machine; choose auto or cpu.")
    device = torch.device(name)
    return device, _told_dtype(device) or fastest_dtype(device)


def is_available(kind: str) -> bool:
    """Return whether PyTorch can use this kind of device here."""
    if kind == "cuda":
        return torch.cuda.is_available()
    return kind == "cpu" or (kind == "mps" and torch.backends.mps.is_available())


@cache
def n_threads() -> int:
    """Return how many threads networks on the CPU compute with, in this process.

    Read once: while a part of a network runs in a stream of its own (see
    propagation/cpu_streams.py), torch tells new threads of that stream's share alone.
    """
    return torch.get_num_threads()


def use_threads(n: int) -> None:
    """Let networks on the CPU compute with n threads, in this process."""
    torch.set_num_threads(n)
    n_threads.cache_clear()
    n_threads()


def describe_device(device: torch.device, dtype: torch.dtype) -> str:
    """Return the device in words: "CPU, 2 threads, float32"."""
    threads = counted(n_threads(), "thread")
    what = {"cpu": f"CPU, {threads}", "mps": "Apple GPU"}.get(device.type)
    if device.type == "cuda":
        what = torch.cuda.get_device_name(device)
    return f"{what or device.type}, {_name(dtype)}"


def _told_dtype(device: torch.device) -> torch.dtype | None:
    """Return the type that the environment names, None where it names none."""
    name = os.environ.get(_DTYPE)
    if not name:
        return None
    there = {_name(dtype): dtype for dtype in (torch.float32, *_others(device))}
    if name not in there:
        raise ModelError(f"{_DTYPE} is {name!r}; on {device} it may be {', '.join(there)}.")
    return there[name]


@lru_cache(maxsize=8)
def fastest_dtype(device: torch.device) -> torch.dtype:
    """Return float32, or what is clearly faster on this device: a half type, else int8.

    Measured once per process, in about 0.1 s. float16 only where there is no bfloat16: it overflows
    at 65,504. int8 on CPUs alone.
    """
    single = _seconds(device, torch.float32)
    for dtype in _others(device):
        try:
            gain = single / _seconds(device, dtype)
        except RuntimeError:  # the type is not implemented for convolutions here
            continue
        if gain >= _WORTHWHILE:
            return dtype
    return torch.float32


def _others(device: torch.device) -> Iterator[torch.dtype]:
    """Yield the types that may be faster than float32 on a device, the better ones first."""
    has_bfloat16 = device.type != "mps"
    if device.type == "cuda":
        has_bfloat16 = torch.cuda.is_bf16_supported(including_emulation=False)
    yield torch.bfloat16 if has_bfloat16 else torch.float16
    if device.type == "cpu" and is_exact():
        yield torch.int8


@torch.inference_mode()
def _seconds(device: torch.device, dtype: torch.dtype) -> float:
    """Return the shortest time of a convolution like a decoder's."""
    layer = torch.nn.Conv2d(64, 64, 3, padding=1)
    batch = 1 if device.type == "cpu" else 16
    maps = torch.ones(batch, 64, 96, 160).contiguous(memory_format=torch.channels_last)
    if dtype == torch.int8:
        levels = Quantised(maps.to(torch.uint8), Grid(1.0))
        convolve: Callable[[], Tensor] = partial(Int8Conv(layer.weight, None, Grid(1.0)), levels)
    else:
        convolve = partial(layer.to(device, dtype), maps.to(device, dtype))

    def once() -> None:
        convolve()
        if device.type != "cpu":
            torch.accelerator.synchronize(device)

    return min(timeit.repeat(once, number=1, repeat=6))


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
