"""The frames that each protocol scores."""

from __future__ import annotations

import pytest

from vosgui.core.metrics.protocol import PROTOCOLS


@pytest.mark.parametrize(
    ("name", "from_the_start", "late"),
    [
        ("davis", [1, 2, 3, 4], [3, 4]),
        ("youtube-vos", [1, 2, 3, 4, 5], [4, 5]),
        ("all", [0, 1, 2, 3, 4, 5], [3, 4, 5]),
    ],
)
def test_frames_of_an_object(name: str, from_the_start: list[int], late: list[int]) -> None:
    protocol = PROTOCOLS[name]
    assert [t for t in range(6) if protocol.scores(t, 0, 6)] == from_the_start
    assert [t for t in range(6) if protocol.scores(t, 3, 6)] == late


@pytest.mark.parametrize("name", PROTOCOLS)
@pytest.mark.parametrize("n_frames", [0, 1, 2, 3])
def test_candidates_hold_every_scored_frame(name: str, n_frames: int) -> None:
    protocol = PROTOCOLS[name]
    scored = {
        t
        for first_t in range(n_frames)
        for t in range(n_frames)
        if protocol.scores(t, first_t, n_frames)
    }
    assert scored <= set(protocol.candidates(n_frames))


def test_every_protocol_says_what_it_leaves_out() -> None:
    lines = [protocol.describe() for protocol in PROTOCOLS.values()]
    assert len(set(lines)) == len(lines)
    assert "last frame is left out" in PROTOCOLS["davis"].describe()
