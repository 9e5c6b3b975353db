"""The live-wire: paths that keep to edges, near an anchor and beyond what is looked at."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vosgui.core import live_wire
from vosgui.core.live_wire import EdgeMap

CENTRE, RADIUS = (150, 120), 80


def a_disk(scale: int = 1) -> np.ndarray:
    frame = np.full((240 * scale, 300 * scale, 3), 40, np.uint8)
    cv2.circle(frame, (CENTRE[0] * scale, CENTRE[1] * scale), RADIUS * scale, (220, 200, 60), -1)
    return frame


@pytest.mark.parametrize("scale", [1, 3])
def test_a_path_keeps_to_the_edge_and_ends_at_the_place(scale: int) -> None:
    edges = EdgeMap(a_disk(scale), (70.0 * scale, 120.0 * scale), scale)
    path = edges.path((150.0 * scale, 40.0 * scale))
    assert path[-1] == (150.0 * scale, 40.0 * scale)
    away = np.hypot(*(np.array(path) / scale - CENTRE).T) - RADIUS
    assert np.abs(away).max() < 4, "the straight line is 23 pixels away from it"
    assert len(path) > 80


def test_beyond_the_map_and_the_frame_a_path_ends_at_the_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_wire, "SIDE", 60)
    edges = EdgeMap(a_disk(), (70.0, 120.0))
    for place in ((290.0, 200.0), (-20.0, 400.0)):
        assert edges.path(place)[-1] == place
    assert len(edges.path((70.0, 120.0))) >= 1
