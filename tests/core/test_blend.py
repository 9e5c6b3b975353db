"""Objects in colour over a frame."""

from __future__ import annotations

import numpy as np

from vosgui.core.blend import blend


def test_objects_are_tinted_and_outlined_and_all_else_is_as_it_was() -> None:
    frame = np.full((10, 10, 3), 100, np.uint8)
    mask = np.zeros((10, 10), np.uint8)
    mask[2:8, 2:8], mask[0, 0] = 3, 9
    shown = blend(frame, mask, {3: (200, 0, 0)}, 0.5)
    assert shown[4, 4].tolist() == [150, 50, 50]
    assert shown[2, 4].tolist() == [200, 0, 0]
    assert shown[0, 0].tolist() == [100, 100, 100]  # object 9 is not shown
    assert (shown[mask == 0] == 100).all()
    assert (frame == 100).all()
