"""Objects swapped, merged, split and renumbered: every mask is kept, and whose it is, is right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part
from vosgui.core.changes.identities import change_id, merge, split, swap
from vosgui.core.changes.over_frames import absent_over, until_given, verify_over
from vosgui.core.edits import FrameResult
from vosgui.core.history import History
from vosgui.core.mask import pack
from vosgui.core.track import Source

HW, N = (12, 20), 10
THREE = frozenset({1, 2, 3})


def scene(
    given: dict[int, set[int]] | None = None, missing: frozenset[int] = frozenset()
) -> History:
    """Return three squares, painted in frame 0, or as given, and carried to all other frames."""
    history = History(Annotation(HW, N))
    annotation = history.annotation
    for _ in THREE:
        history.do("Add", edits.add_object(annotation))
    for t, ids in (given or {0: set(THREE)}).items():
        history.do("Give", edits.give_mask(annotation, t, squares(t), ids))
    for t in range(N):
        mask = squares(t)
        mask[np.isin(mask, list(missing))] = 0
        origins = {i: origin(annotation, i, t) for i in THREE}
        result = FrameResult(t, mask, dict.fromkeys(THREE, 0.8), origins)
        history.do("Run", edits.predict(annotation, result, THREE))
    return history


def origin(annotation: Annotation, object_id: int, t: int) -> tuple[tuple[int, int], ...]:
    keyframes = annotation.keyframes(object_id)
    before = keyframes[keyframes <= t]
    if not before.size:
        return ()
    k = int(before[-1])
    return ((k, int(annotation.track(object_id)["revision"][k])),)


def squares(t: int) -> np.ndarray:
    mask = np.zeros(HW, np.uint8)
    for i in (1, 2, 3):
        mask[2:6, 6 * i - 5 + t % 2 : 6 * i - 1 + t % 2] = i
    return mask


def do(history: History, part: Part) -> Annotation:
    """Do an edit, and undo and do it again: exactly."""
    before = state_of(history.annotation)
    assert history.do("Change", part)
    after = state_of(history.annotation)
    history.undo()
    assert state_of(history.annotation) == before
    history.redo()
    assert state_of(history.annotation) == after
    return history.annotation


def state_of(annotation: Annotation) -> tuple[object, ...]:
    masks = tuple(annotation.mask(t).tobytes() for t in range(N))
    return annotation.header, masks, tuple(annotation.track(i).tobytes() for i in range(1, 9))


def test_two_objects_are_swapped_from_a_frame_on() -> None:
    history = scene()
    annotation = do(history, swap(history.annotation, 1, 2, range(4, N)))
    for t in range(N):
        table = np.array([0, 2, 1, 3] if t >= 4 else [0, 1, 2, 3], np.uint8)
        np.testing.assert_array_equal(annotation.mask(t), table[squares(t)])
    for i in (1, 2):
        track = annotation.track(i)
        assert track["source"][3:6].tolist() == [
            Source.PROPAGATED, Source.CORRECTED, Source.PROPAGATED,
        ]  # fmt: skip
        assert track["origin"][5:, 0].tolist() == [4] * 5, "what follows rests on it"
        assert not annotation.stale(i).any()
    assert annotation.keyframes(3).tolist() == [0]


def test_keyframes_go_along_with_a_swap_and_what_was_stale_stays_so() -> None:
    history = scene({0: set(THREE), 6: {1}})
    annotation = history.annotation
    history.do("Again", edits.reinitialise(annotation, 6, 1))
    assert np.flatnonzero(annotation.stale(1)).tolist() == [7, 8, 9]
    do(history, swap(annotation, 1, 2, range(4, N)))
    assert annotation.keyframes(2).tolist() == [0, 4, 6]
    assert np.flatnonzero(annotation.stale(2)).tolist() == [7, 8, 9]
    assert not annotation.stale(1).any()


def test_an_object_is_split_in_time() -> None:
    history = scene()
    annotation = do(history, split(history.annotation, 2, 5, 4))
    assert [entry.id for entry in annotation.objects] == [1, 2, 3, 4]
    assert annotation.header.object(4).name == "object 2 (2)"
    for t in range(N):
        assert (2 in annotation.ids(t), 4 in annotation.ids(t)) == (t < 5, t >= 5)
    assert annotation.keyframes(4).tolist() == [5]
    assert not annotation.stale(4).any()
    assert (annotation.track(2)["source"][5:] == Source.NONE).all()


def test_two_that_are_one_are_merged() -> None:
    history = scene({0: {1, 3}, 5: {2}})
    annotation = history.annotation
    history.do("Clear", edits.clear_object(annotation, 1, range(5, N)))
    history.do("Clear", edits.clear_object(annotation, 2, range(5)))
    do(history, merge(annotation, 1, 2))
    assert [entry.id for entry in annotation.objects] == [1, 3]
    assert annotation.keyframes(1).tolist() == [0, 5]
    assert all(1 in annotation.ids(t) and 2 not in annotation.ids(t) for t in range(N))
    assert not annotation.stale(1).any()
    assert annotation.track(1)["origin"][7, 0] == 5


def test_where_both_have_a_mask_it_is_of_both() -> None:
    history = scene({0: set(THREE), 3: {2}})
    annotation = do(history, merge(history.annotation, 1, 2))
    np.testing.assert_array_equal(annotation.mask(4) == 1, np.isin(squares(4), (1, 2)))
    assert annotation.keyframes(1).tolist() == [0, 3]
    assert annotation.track(1)["source"][[3, 4]].tolist() == [Source.PAINTED, Source.PROPAGATED]
    assert not annotation.stale(1).any()


def test_an_object_gets_another_id() -> None:
    history = scene()
    annotation = do(history, change_id(history.annotation, 2, 7))
    assert [(entry.id, entry.name) for entry in annotation.objects] == [
        (1, "object 1"), (7, "object 7"), (3, "object 3"),
    ]  # fmt: skip
    np.testing.assert_array_equal(annotation.mask(3) == 7, squares(3) == 2)
    assert annotation.keyframes(7).tolist() == [0]
    assert not annotation.stale(7).any()


def test_absent_and_verified_over_frames_leave_what_is_drawn() -> None:
    history = scene({0: set(THREE), 6: {1}})
    annotation = history.annotation
    assert until_given(annotation, 1, 3) == range(3, 6)
    assert until_given(annotation, 1, 6) == range(6, N)
    do(history, verify_over(annotation, 2, range(2, 5)))
    assert annotation.keyframes(2).tolist() == [0, 2, 3, 4]
    do(history, absent_over(annotation, 1, range(3, 9)))
    assert annotation.track(1)["source"][2:].tolist() == [
        Source.PROPAGATED, *[Source.ABSENT] * 3, Source.PAINTED, *[Source.ABSENT] * 2,
        Source.PROPAGATED,
    ]  # fmt: skip
    assert [1 in annotation.ids(t) for t in (2, 3, 6, 7, 9)] == [True, False, True, False, True]
    assert all(2 in annotation.ids(t) for t in range(N))
    revisions = annotation.track(1)["revision"]
    assert len(set(revisions[revisions > 0].tolist())) == (revisions > 0).sum()
    assert not history.do("Again", absent_over(annotation, 1, range(3, 6)))
    assert not history.do("Again", verify_over(annotation, 2, range(2, 5)))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_every_pixel_is_kept_whatever_is_said_of_identities(data: st.DataObject) -> None:
    given_in = data.draw(
        st.dictionaries(st.integers(0, N - 1), st.sets(st.integers(1, 3), min_size=1), max_size=4)
    )
    history = scene(given_in or None, data.draw(st.frozensets(st.integers(1, 3), max_size=2)))
    annotation = history.annotation
    for _ in range(data.draw(st.integers(1, 3))):
        ids = [entry.id for entry in annotation.objects]
        if len(ids) < 2:
            return
        one, other = data.draw(st.permutations(ids))[:2]
        t = data.draw(st.integers(0, N - 1))
        free = annotation.header.free_id()
        assert free is not None
        covered = [(annotation.mask(u) > 0).tobytes() for u in range(N)]
        what = data.draw(st.sampled_from(["swap", "split", "merge", "change id"]))
        if what == "swap":
            part = swap(annotation, one, other, range(t, N))
        elif what == "split":
            part = split(annotation, one, t, free)
        elif what == "merge":
            part = merge(annotation, one, other)
        else:
            part = change_id(annotation, one, free)
        if not part:
            continue  # two objects without a mask change places
        do(history, part)
        assert [(annotation.mask(u) > 0).tobytes() for u in range(N)] == covered
        listed = {entry.id for entry in annotation.objects}
        for u in range(N):
            assert set(annotation.ids(u)) <= listed
            assert annotation.packed(u) in (None, pack(annotation.mask(u)))
            for i in annotation.ids(u):
                known = Source(int(annotation.track(i)["source"][u]))
                assert known not in (Source.NONE, Source.ABSENT)


@pytest.mark.parametrize("n", [1, 5])
def test_packed_masks_get_other_ids_as_unpacked_ones_do(n: int) -> None:
    rng = np.random.default_rng(n)
    mask = rng.integers(0, 4, HW, np.uint8)
    table = np.arange(256, dtype=np.uint8)
    table[[1, 2]] = [2, n]
    assert pack(mask).of_other_ids(table) == pack(table[mask])
    assert pack(np.zeros(HW, np.uint8)).of_other_ids(table) == pack(np.zeros(HW, np.uint8))
