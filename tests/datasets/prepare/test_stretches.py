"""What a person does to stretches: they stay apart, in the video, and nothing is lost."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vosgui.datasets.prepare.stretches import (
    Stretch,
    merged,
    moved,
    replaced,
    room_of,
    split,
    trimmed,
)

N_FRAMES = 300


def apart(stretches: tuple[Stretch, ...]) -> bool:
    kept = [one for one in stretches if one.is_kept]
    return all(a.stop <= b.start for a, b in pairwise(kept))


@given(
    edges=st.lists(st.integers(0, N_FRAMES), min_size=4, max_size=12, unique=True),
    which=st.integers(0, 5),
    start=st.integers(-50, 350),
    stop=st.integers(-50, 350),
)
def test_a_stretch_stays_between_its_neighbours(
    edges: list[int], which: int, start: int, stop: int
) -> None:
    edges.sort()
    there = tuple(Stretch(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))
    one = there[which % len(there)]
    room = room_of(there, one, N_FRAMES)
    for changed in (moved(one, start, room), trimmed(one, start, one.stop, room),
                    trimmed(one, one.start, stop, room)):  # fmt: skip
        assert 0 <= changed.start < changed.stop <= N_FRAMES
        assert apart(replaced(there, [one], [changed]))
    assert moved(one, start, room).n_frames == one.n_frames
    assert trimmed(one, start, one.stop, room).stop == one.stop
    assert trimmed(one, one.start, stop, room).start == one.start


def test_what_was_rejected_is_in_nobodys_way() -> None:
    one, no = Stretch(10, 20), Stretch(30, 40, "rejected")
    assert room_of((one, no, Stretch(60, 70)), one, 100) == range(60)


def test_split_and_merged_it_is_what_it_was() -> None:
    one = Stretch(10, 40, "accepted", "cat", "long_01")
    first, second = split(one, 25)
    assert (first.start, first.stop, second.start, second.stop) == (10, 25, 25, 40)
    assert second.category == "cat" and second.name == ""  # no clip gets the other's name
    assert merged(second, first) == one
    assert split(one, 10) == split(one, 40) == (one,)
    assert merged(first, Stretch(50, 60)).verdict == "open"
