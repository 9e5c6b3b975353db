"""Label Studio's bit-packed masks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests.formats.labelstudio.packing import brush, in_blocks, packed
from vosgui.formats.labelstudio.brush import brush_pixels

# Red, green and blue as alpha, alpha 255 and 0: what thi.ng/rle-pack makes of two pixels, by hand:
# 8 values, words of 8 bits, lengths of 3, 4, 8 and 16 bits, a run of four times 255, one of zeros.
TWO = [0, 0, 0, 8, 57, 27, 252, 14, 255, 136, 128, 0]


def test_a_text_worked_out_by_hand() -> None:
    header = f"{8:032b}001110010001101111111"
    runs = "10001111111111" + "10001100000000"
    text = header + runs
    text += "0" * (-len(text) % 8)
    by_hand = bytes(int(text[at : at + 8], 2) for at in range(0, len(text), 8))
    assert brush_pixels(by_hand, (1, 2)).tolist() == [[True, False]]
    assert brush_pixels(bytes(brush(np.array([[True, False]]), 4)), (1, 2)).tolist() == [
        [True, False]
    ]


@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9))),
    st.integers(1, 300),
    st.booleans(),
)
@settings(deadline=None)
def test_what_is_packed_is_unpacked(alpha: np.ndarray, size: int, only_runs: bool) -> None:
    values = np.repeat(alpha.ravel().astype(int), 4)
    values[np.arange(values.size) % 4 != 3] = 7  # red, green and blue do not count
    blocks = in_blocks(values.tolist(), 1 if only_runs else size)
    found = brush_pixels(bytes(packed(blocks)), alpha.shape)
    np.testing.assert_array_equal(found, alpha > 0)


@given(arrays.arrays(bool, (3, 5)), st.integers(1, 16))
@settings(deadline=None)
def test_values_may_have_any_number_of_bits(mask: np.ndarray, n_bits: int) -> None:
    values = (np.repeat(mask.ravel(), 4) * ((1 << n_bits) - 1)).tolist()
    text = bytes(packed(in_blocks(values, 7), n_bits))
    np.testing.assert_array_equal(brush_pixels(text, (3, 5)), mask)


@pytest.mark.parametrize("n_cut", [1, 2, 5, 9, 12])
def test_a_text_that_breaks_off_is_refused(n_cut: int) -> None:
    text = bytes(brush(np.arange(12, dtype=np.uint8).reshape(3, 4)))
    with pytest.raises(ValueError, match="breaks off"):
        brush_pixels(text[:-n_cut], (3, 4))


def test_a_text_of_another_size_is_refused_before_memory_is_taken() -> None:
    with pytest.raises(ValueError, match="values"):
        brush_pixels(bytes(brush(np.ones((3, 4), bool))), (4, 4))
    with pytest.raises(ValueError, match="runs over"):
        brush_pixels(bytes(packed([(True, [1] * 28)])[:4] + packed([(True, [1] * 31)])[4:]), (1, 7))


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(ValueError, match="breaks off"):
        brush_pixels(b"", (3, 4))
