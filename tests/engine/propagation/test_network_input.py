"""How a frame is brought to a network's size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from vosgui.engine.propagation.network_input import NetworkInput, shrunk_frame


@pytest.mark.parametrize(
    ("hw", "small"),
    [((48, 85), (35, 62)), ((9, 9), (1, 1)), ((30, 7), (12, 1)), ((7, 30), (1, 12))],
)
def test_a_shrunk_frame_is_pixels_side_by_side(hw: tuple[int, int], small: tuple[int, int]) -> None:
    frame = np.random.default_rng(0).integers(0, 256, (*hw, 3), np.uint8)
    frame.flags.writeable = False
    maps = torch.from_numpy(frame.copy()).permute(2, 0, 1)[None]
    want = interpolate(maps, size=small, mode="bilinear", antialias=True)[0].permute(1, 2, 0)
    found = shrunk_frame(frame, small)
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, want.numpy())


def test_a_frame_is_padded_by_its_last_row_and_column() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (90, 131, 3), np.uint8)
    scaled = NetworkInput(40, 16, None).scaled(frame)
    small = shrunk_frame(frame, (40, 58))
    want = cv2.copyMakeBorder(small, 0, 8, 0, 6, cv2.BORDER_REPLICATE)
    np.testing.assert_array_equal(scaled, want)
