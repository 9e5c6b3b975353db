"""Where a network runs, and in which number type."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from functools import cache

import torch

from vosgui.core.words import counted
from vosgui.errors import ModelError
from vosgui.network.int8 import is_exact

DEVICES = ("auto", "cpu", "cuda", "mps")
_DTYPE = "VOSGUI_DTYPE"  # environment variable that names the type
# Where integer convolutions are right, they are also fast: other processors' overflow (x86 without
# VNNI), or may compute them one by one.
_X86 = ("x86_64", "AMD64")


def choose_device(name: str = "auto") -> tuple[torch.device, torch.dtype]:
    """Return the device and the type in which networks compute on it.

    "auto" is CUDA, then Apple's MPS, then the CPU. The type is `usual_dtype`, or what the
    environment variable VOSGUI_DTYPE names.
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
    return device, _told_dtype(device) or usual_dtype(device)


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
    there = {_name(dtype): dtype for dtype in _types(device)}
    if name not in there:
        raise ModelError(f"{_DTYPE} is {name!r}; on {device} it may be {', '.join(there)}.")
    return there[name]


def usual_dtype(device: torch.device) -> torch.dtype:
    """Return the type in which networks compute on a device unless another one is named.

    A table, not a race of clocks: on one machine it is always the same, so the same input gives the
    same bytes, however busy the machine is. On CPUs int8 where their integer convolutions are right
    (a frame of one object takes 49 ms of a core with AVX-512 VNNI where bfloat16 takes 68 and
    float32 108; where tiles multiply both, AMX, 97 and 139 of a busy one: the trunk's depthwise
    convolutions have no use for tiles), bfloat16 where it is in hardware, else float32. On GPUs
    float32: a frame's time there is that of launching its many kernels.
    """
    return next(_types(device))


def _types(device: torch.device) -> Iterator[torch.dtype]:
    """Yield the types that networks can be told to compute in on a device, the usual one first."""
    if device.type == "cpu":
        yield from _types_of_cpu()
        return
    yield torch.float32
    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        yield torch.bfloat16
    if device.type in ("cuda", "mps"):
        yield torch.float16


def _types_of_cpu() -> Iterator[torch.dtype]:
    in_hardware = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    if platform.machine() in _X86 and is_exact():
        yield torch.int8
    if in_hardware:
        yield torch.bfloat16
    yield torch.float32
    if not in_hardware:
        yield torch.bfloat16


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
