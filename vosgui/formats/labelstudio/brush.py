"""Label Studio's brush masks: runs of bytes of an RGBA image, packed bit by bit.

The text begins with 32 bits for the number of values, 5 for the bits of a value less one, and four
times 4 for the bits of a length less one. Then come blocks: a bit that says whether it is a run,
2 bits that choose one of the four sizes, a length less one of that size, and one value for all of a
run, or one for each otherwise. So thi.ng/rle-pack packs, which Label Studio uses.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vosgui.core.mask import Pixels

_CHANNELS, _ALPHA = 4, 3


class _Bits:
    """The bits of a text, from the first of each byte on."""

    def __init__(self, text: bytes) -> None:
        self._text, self._at = text, 0

    def _span(self, n_bits: int) -> tuple[bytes, int]:
        """Return the bytes that hold the next bits, and where in the first these begin."""
        start, self._at = self._at, self._at + n_bits
        if self._at > 8 * len(self._text):
            raise ValueError("its brush mask breaks off")
        return self._text[start // 8 : (self._at + 7) // 8], start % 8

    def number(self, n_bits: int) -> int:
        span, first = self._span(n_bits)
        unused = 8 * len(span) - first - n_bits
        return (int.from_bytes(span, "big") >> unused) & ((1 << n_bits) - 1)

    def are_set(self, n: int, n_bits: int) -> npt.NDArray[np.bool_]:
        """Return whether each of the next n values of so many bits is more than 0, bool (n,)."""
        span, first = self._span(n * n_bits)
        bits = np.unpackbits(np.frombuffer(span, np.uint8))[first : first + n * n_bits]
        return np.asarray(bits.reshape(n, n_bits).any(axis=1))


def brush_pixels(text: bytes, hw: tuple[int, int]) -> Pixels:
    """Return what a brush mask covers however thinly, bool (H, W).

    Raises ValueError where it is broken or of another size.
    """
    bits = _Bits(text)
    n_values = bits.number(32)
    if n_values != hw[0] * hw[1] * _CHANNELS:
        raise ValueError(f"its brush mask has {n_values} values, not 4 for each of {hw[1]}x{hw[0]}")
    n_bits = bits.number(5) + 1
    lengths = [bits.number(4) + 1 for _ in range(4)]
    pixels = np.zeros(hw[0] * hw[1], bool)
    at = 0
    while at < n_values:
        is_run = bits.number(1)
        end = at + 1 + bits.number(lengths[bits.number(2)])
        if end > n_values:
            raise ValueError("its brush mask runs over its end")
        # The alpha of pixel p is value 4 p + 3: those of at..end are of at // 4 .. end // 4.
        first, last = at // _CHANNELS, end // _CHANNELS
        if is_run:
            pixels[first:last] = bits.number(n_bits) > 0
        else:
            values = bits.are_set(end - at, n_bits)
            pixels[first:last] = values[(_ALPHA - at) % _CHANNELS :: _CHANNELS]
        at = end
    return pixels.reshape(hw)
