"""Label Studio's brush masks, packed anew by hand after the description of thi.ng/rle-pack."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

LENGTHS = (3, 4, 8, 16)  # bits of a block's length, as Label Studio writes


def packed(blocks: Iterable[tuple[bool, list[int]]], n_bits: int = 8) -> list[int]:
    """Return blocks of values as bytes. A block is a run of one value, or values one by one."""
    blocks = list(blocks)
    text = f"{sum(len(values) for _, values in blocks):032b}{n_bits - 1:05b}"
    text += "".join(f"{n - 1:04b}" for n in LENGTHS)
    for is_run, values in blocks:
        size = next(k for k, n in enumerate(LENGTHS) if len(values) <= 1 << n)
        text += f"{int(is_run)}{size:02b}{len(values) - 1:0{LENGTHS[size]}b}"
        text += "".join(f"{value:0{n_bits}b}" for value in (values[:1] if is_run else values))
    text += "0" * (-len(text) % 8)
    return [int(text[at : at + 8], 2) for at in range(0, len(text), 8)]


def in_blocks(values: list[int], size: int) -> list[tuple[bool, list[int]]]:
    """Return values cut into blocks of at most a size: runs where they can be."""
    parts = [values[at : at + size] for at in range(0, len(values), size)]
    return [(len(set(part)) == 1, part) for part in parts]


def brush(pixels: np.ndarray, size: int = 100) -> list[int]:
    """Return the bytes of a brush mask, given alpha or bool (H, W)."""
    alpha = pixels.astype(int) * (255 if pixels.dtype == bool else 1)
    return packed(in_blocks(np.repeat(alpha.ravel(), 4).tolist(), size))
