"""Every edit can be taken back and done again, runs in one step."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part, TrackPatch
from vosgui.core.edits import FrameResult
from vosgui.core.history import History
from vosgui.core.journal import MemoryJournal
from vosgui.core.mask import Box, Mask, pack
from vosgui.core.track import Source, copy_track, empty_track

HW = (12, 16)
N_FRAMES = 9


def state_of(annotation: Annotation) -> tuple[object, ...]:
    masks = tuple(annotation.mask(t).tobytes() for t in range(annotation.n_frames))
    tracks = tuple(annotation.track(i).tobytes() for i in range(1, 5))
    return annotation.header, masks, tracks


def square(annotation: Annotation, t: int, object_id: int, y: int, x: int, side: int = 4) -> Part:
    box = Box(y, x, side, side)
    return edits.paint(annotation, t, object_id, box, np.full((side, side), object_id, np.uint8))


def predicted(t: int, object_id: int, x: int = 0, origin: tuple[int, int] = (0, 1)) -> FrameResult:
    mask: Mask = np.zeros(HW, np.uint8)
    mask[2:6, x : x + 4] = object_id
    return FrameResult(t, mask, {object_id: 0.8}, {object_id: (origin,)})


@pytest.fixture
def history() -> History:
    history = History(Annotation(HW, N_FRAMES))
    history.do("Add object", edits.add_object(history.annotation, "dog"))
    history.do("Add object", edits.add_object(history.annotation, "ball"))
    return history


def test_painting_makes_a_frame_given_and_undo_takes_it_back(history: History) -> None:
    before = state_of(history.annotation)
    assert history.do("Brush", square(history.annotation, 0, 1, 2, 3))
    assert history.annotation.mask(0)[2:6, 3:7].min() == 1
    assert history.annotation.given(0) == {1}
    after = state_of(history.annotation)
    assert history.undo_label == "Brush"
    history.undo()
    assert state_of(history.annotation) == before
    history.redo()
    assert state_of(history.annotation) == after


def test_a_stroke_that_changes_nothing_is_no_edit(history: History) -> None:
    history.do("Brush", square(history.annotation, 0, 1, 2, 3))
    assert not history.do("Brush", square(history.annotation, 0, 1, 2, 3))
    nothing_there = edits.clear_object(history.annotation, 2, range(N_FRAMES))
    assert not history.do("Clear", nothing_there)


def test_a_run_is_one_edit(history: History) -> None:
    annotation = history.annotation
    history.do("Brush", square(annotation, 0, 1, 2, 3))
    before = state_of(annotation)
    run = history.open("Propagate")
    for t in range(1, N_FRAMES):
        assert run.extend(edits.predict(annotation, predicted(t, 1, t), frozenset({1})))
        assert not history.can_undo
    run.close()
    after = state_of(annotation)
    history.undo()
    assert state_of(annotation) == before
    history.redo()
    assert state_of(annotation) == after
    assert annotation.track(1)["source"].tolist() == [Source.PAINTED] + [Source.PROPAGATED] * 8


def test_what_is_drawn_during_a_run_is_taken_back_first(history: History) -> None:
    annotation = history.annotation
    before = state_of(annotation)
    run = history.open("Propagate")
    run.extend(edits.predict(annotation, predicted(1, 1), frozenset({1})))
    history.do("Brush", square(annotation, 1, 2, 7, 7))
    assert run.extend(edits.predict(annotation, predicted(2, 1), frozenset({1})))
    assert history.undo_label == "Brush"
    history.undo()
    assert not history.can_undo, "what is left is the run, which goes on"
    assert run.extend(edits.predict(annotation, predicted(3, 1), frozenset({1})))
    history.redo()
    after = state_of(annotation)
    run.close()
    assert labels_undone(history) == ["Brush", "Propagate"]
    assert state_of(annotation) == before
    history.redo()
    history.redo()
    assert state_of(annotation) == after


def test_an_edit_that_a_run_comes_to_lies_beneath_it(history: History) -> None:
    annotation = history.annotation
    run = history.open("Propagate")
    run.extend(edits.predict(annotation, predicted(1, 1), frozenset({1})))
    history.do("Brush", square(annotation, 3, 2, 7, 7))
    history.do("Rename", edits.add_object(annotation))
    for t in (2, 3, 4):
        assert run.extend(edits.predict(annotation, predicted(t, 1), frozenset({1})))
    run.close()
    assert labels_undone(history) == ["Rename", "Propagate", "Brush"]


def test_a_run_that_comes_back_over_a_stroke_goes_on_above_it(history: History) -> None:
    annotation = history.annotation
    run = history.open("Propagate")
    run.extend(edits.predict(annotation, predicted(1, 1), frozenset({1})))
    history.do("Brush", square(annotation, 1, 2, 7, 7))
    run.extend(edits.predict(annotation, predicted(1, 1, 3), frozenset({1})))
    after = state_of(annotation)
    run.close()
    assert labels_undone(history) == ["Propagate", "Brush", "Propagate"]
    while history.redo():
        pass
    assert state_of(annotation) == after


def test_what_was_undone_is_forgotten_where_a_run_comes_to_it(history: History) -> None:
    annotation = history.annotation
    run = history.open("Propagate")
    run.extend(edits.predict(annotation, predicted(1, 1), frozenset({1})))
    history.do("Brush", square(annotation, 2, 2, 7, 7))
    history.undo()
    assert history.redo_label == "Brush"
    run.extend(edits.predict(annotation, predicted(2, 1), frozenset({1})))
    assert not history.can_redo
    run.close()
    assert labels_undone(history) == ["Propagate"]


def labels_undone(history: History) -> list[str]:
    """Undo down to where two objects were added, and return what was undone."""
    labels = []
    while history.undo_label != "Add object":
        labels.append(history.undo_label)
        history.undo()
    return labels


def test_given_and_locked_pixels_survive_a_prediction(history: History) -> None:
    annotation = history.annotation
    history.do("Brush", square(annotation, 3, 2, 2, 0))
    locked = replace(annotation.header.object(2), locked=True)
    history.do("Lock", edits.set_object(annotation, locked))
    history.do("Predict", edits.predict(annotation, predicted(3, 1), frozenset({1, 2})))
    assert (annotation.mask(3)[2:6, 0:4] == 2).all()
    history.do("Brush", square(annotation, 4, 1, 8, 8, 2))
    drawn = annotation.mask(4).copy()
    assert not history.do("Predict", edits.predict(annotation, predicted(4, 1), frozenset({1})))
    np.testing.assert_array_equal(annotation.mask(4), drawn)


def test_what_came_from_a_changed_keyframe_is_stale_until_undo(history: History) -> None:
    annotation = history.annotation
    history.do("Brush", square(annotation, 0, 1, 2, 3))
    revision = int(annotation.track(1)["revision"][0])
    result = predicted(1, 1, origin=(0, revision))
    history.do("Propagate", edits.predict(annotation, result, frozenset({1})))
    assert not annotation.stale(1).any()
    history.do("Brush", square(annotation, 0, 1, 6, 3))
    assert annotation.stale(1).tolist() == [False, True] + [False] * 7
    history.undo()
    assert not annotation.stale(1).any()


def test_painting_over_a_keyframe_of_another_object_makes_its_results_stale(
    history: History,
) -> None:
    annotation = history.annotation
    history.do("Brush", square(annotation, 0, 1, 2, 3))
    revision = int(annotation.track(1)["revision"][0])
    result = predicted(1, 1, origin=(0, revision))
    history.do("Propagate", edits.predict(annotation, result, frozenset({1})))
    history.do("Brush", square(annotation, 0, 2, 4, 5))
    assert annotation.stale(1)[1]


def test_erasing_what_a_run_drew_says_absent(history: History) -> None:
    annotation = history.annotation
    history.do("Propagate", edits.predict(annotation, predicted(1, 1), frozenset({1})))
    history.do("Erase", edits.paint(annotation, 1, 1, Box(0, 0, *HW), np.zeros(HW, np.uint8)))
    assert annotation.track(1)["source"][1] == Source.ABSENT
    assert annotation.given(1) == {1}


def test_reinitialise_takes_the_shown_mask_as_given(history: History) -> None:
    annotation = history.annotation
    history.do("Propagate", edits.predict(annotation, predicted(1, 1), frozenset({1})))
    shown = annotation.mask(1).copy()
    history.do("Re-initialise", edits.reinitialise(annotation, 1, 1))
    record = annotation.track(1)[1]
    assert (record["source"], record["reinitialised"]) == (Source.CORRECTED, True)
    np.testing.assert_array_equal(annotation.mask(1), shown)


def test_a_mask_given_over_what_a_run_drew_corrects_it(history: History) -> None:
    annotation = history.annotation
    history.do("Propagate", edits.predict(annotation, predicted(1, 1), frozenset({1})))
    mask = np.full(HW, 1, np.uint8)
    history.do("Give", edits.give_mask(annotation, 1, mask, [1]))
    history.do("Give", edits.give_mask(annotation, 2, mask, [1]))
    assert annotation.track(1)["source"][1:3].tolist() == [Source.CORRECTED, Source.PAINTED]


def test_removing_an_object_and_taking_it_back(history: History) -> None:
    annotation = history.annotation
    history.do("Brush", square(annotation, 0, 1, 2, 3))
    history.do("Propagate", edits.predict(annotation, predicted(1, 1), frozenset({1})))
    before = state_of(annotation)
    history.do("Remove", edits.remove_object(annotation, 1))
    assert [o.id for o in annotation.objects] == [2]
    assert annotation.frames_with_mask() == ()
    history.undo()
    assert state_of(annotation) == before


def test_a_mark_is_met_again_on_undo(history: History) -> None:
    mark = history.mark
    history.do("Brush", square(history.annotation, 0, 1, 2, 3))
    assert history.mark != mark
    history.undo()
    assert history.mark == mark
    history.do("Brush", square(history.annotation, 0, 1, 3, 3))
    assert history.mark != mark


def test_a_journal_bounded_in_bytes_forgets_the_oldest() -> None:
    history = History(Annotation((200, 200), 2), MemoryJournal(max_bytes=20_000))
    rng = np.random.default_rng(0)
    for _ in range(40):
        noise = rng.integers(0, 2, (60, 60), np.uint8)
        history.do("Brush", edits.paint(history.annotation, 0, 1, Box(0, 0, 60, 60), noise))
    undone = 0
    while history.undo():
        undone += 1
    assert 1 <= undone < 40


def run_through(history: History, n_frames: int) -> None:
    """Carry two objects through a clip, as a run does."""
    annotation, objects = history.annotation, frozenset({1, 2})
    for _ in objects:
        history.do("Add", edits.add_object(annotation))
    run = history.open("Propagate")
    for t in range(n_frames):
        mask = np.full(annotation.hw, 1 + t % 2, np.uint8)
        result = FrameResult(t, mask, dict.fromkeys(objects, 0.9), {})
        run.extend(edits.predict(annotation, result, objects))
    run.close()


def test_a_journal_counts_what_it_holds() -> None:
    n_frames = 1500
    n_bytes = {}
    for bound in (0, 1 << 40):
        journal = MemoryJournal(bound)
        history = History(Annotation(HW, n_frames, unpacked_bytes=0), journal)
        gc.collect()
        tracemalloc.start()
        run_through(history, n_frames)
        gc.collect()
        n_bytes[bound] = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    held = n_bytes[1 << 40] - n_bytes[0]
    assert 0.7 * held < journal.n_bytes < 1.3 * held


def test_an_edit_larger_than_the_bound_is_not_kept() -> None:
    journal = MemoryJournal(max_bytes=30_000)
    history = History(Annotation(HW, 40), journal)
    run_through(history, 40)
    assert journal.n_bytes == 0
    assert not history.can_undo and not history.can_redo
    assert len(history.annotation.frames_with_mask()) == 40
    history.do("Brush", square(history.annotation, 0, 2, 2, 3))
    assert history.undo_label == "Brush"
    assert 0 < journal.n_bytes <= 30_000


def test_an_edit_beneath_a_run_that_is_not_kept_is_not_kept_either() -> None:
    history = History(Annotation(HW, N_FRAMES), MemoryJournal(max_bytes=0))
    history.do("Add", edits.add_object(history.annotation))
    run = history.open("Propagate")
    run.extend(edits.predict(history.annotation, predicted(0, 1), frozenset({1})))
    history.do("Add", edits.add_object(history.annotation))
    assert run.extend(edits.predict(history.annotation, predicted(1, 1), frozenset({1})))
    run.close()
    assert not history.can_undo
    assert [entry.id for entry in history.annotation.objects] == [1, 2]


@given(n=st.integers(1, 40), first=st.integers(0, 30), step=st.integers(1, 3))
def test_a_patch_holds_no_more_than_its_own_records(n: int, first: int, step: int) -> None:
    track = empty_track(120)
    part_of_it = slice(first, first + n * step, step)
    frames = np.arange(120, dtype=np.int32)[part_of_it]
    patch = TrackPatch(1, frames, track[part_of_it], copy_track(track)[part_of_it])
    for array in (patch.frames, patch.before, patch.after):
        assert array.base is None or array.base.nbytes == array.nbytes
    assert patch.frames.tolist() == list(range(120))[part_of_it]


def test_a_change_that_cannot_be_kept_is_put_back(history: History) -> None:
    class FullDisk(MemoryJournal):
        def push(self, *args: object, **options: object) -> None:  # type: ignore[override]
            raise OSError("No space left on device")

    full = History(history.annotation, FullDisk())
    before = state_of(full.annotation)
    with pytest.raises(OSError, match="No space"):
        full.do("Brush", square(full.annotation, 0, 1, 2, 3))
    assert state_of(full.annotation) == before


def test_a_revision_is_not_used_again_while_a_mask_comes_from_it(history: History) -> None:
    annotation = history.annotation
    history.do("Brush", square(annotation, 0, 1, 2, 3))
    revision = int(annotation.track(1)["revision"][0])
    result = predicted(1, 1, origin=(0, revision))
    history.do("Propagate", edits.predict(annotation, result, frozenset({1})))
    history.do("Clear", edits.clear_object(annotation, 1, [0]))
    loaded = Annotation(HW, N_FRAMES, annotation.header)
    snapshot = annotation.snapshot()
    loaded.load(snapshot.masks, snapshot.tracks, annotation.last_revision)
    History(loaded).do("Brush", square(loaded, 0, 1, 5, 5))
    assert loaded.stale(1)[1]


class AnyEdits(RuleBasedStateMachine):
    """Whatever is done, undo and redo walk through exactly the same states."""

    @initialize()
    def start(self) -> None:
        self.history = History(Annotation(HW, N_FRAMES))
        for _ in range(3):
            self.history.do("Add", edits.add_object(self.history.annotation))
        while self.history.undo():
            pass
        self.states = [state_of(self.history.annotation)]
        for _ in range(3):
            self.history.redo()
            self.states.append(state_of(self.history.annotation))
        self.at = 3

    def did(self, label: str, part: Part) -> None:
        if self.history.do(label, part):
            self.at += 1
            self.states[self.at :] = [state_of(self.history.annotation)]

    frames = st.integers(0, N_FRAMES - 1)
    objects = st.integers(1, 3)

    @rule(t=frames, o=objects, y=st.integers(0, 8), x=st.integers(0, 12))
    def paint(self, t: int, o: int, y: int, x: int) -> None:
        self.did("Brush", square(self.history.annotation, t, o, y, x))

    @rule(t=frames, o=objects)
    def absent(self, t: int, o: int) -> None:
        self.did("Absent", edits.mark_absent(self.history.annotation, t, o))

    @rule(t=frames, o=objects)
    def verify(self, t: int, o: int) -> None:
        on = not self.history.annotation.track(o)["verified"][t]
        self.did("Verify", edits.verify(self.history.annotation, t, [o], on=bool(on)))

    @rule(a=frames, b=frames, o=objects)
    def copy(self, a: int, b: int, o: int) -> None:
        self.did("Copy", edits.copy_mask(self.history.annotation, a, b, o))

    @rule(o=objects, frames=st.sets(frames))
    def clear(self, o: int, frames: set[int]) -> None:
        self.did("Clear", edits.clear_object(self.history.annotation, o, frames))

    @rule(start=frames, o=objects, x=st.integers(0, 12))
    def run(self, start: int, o: int, x: int) -> None:
        run = self.history.open("Propagate")
        for t in range(start, N_FRAMES):
            result = predicted(t, o, x)
            run.extend(edits.predict(self.history.annotation, result, frozenset({o})))
        run.close()
        if run.begun:
            self.at += 1
            self.states[self.at :] = [state_of(self.history.annotation)]

    @precondition(lambda self: self.at > 0)
    @rule()
    def undo(self) -> None:
        assert self.history.undo()
        self.at -= 1

    @precondition(lambda self: self.at + 1 < len(self.states))
    @rule()
    def redo(self) -> None:
        assert self.history.redo()
        self.at += 1

    @invariant()
    def state_is_the_recorded_one(self) -> None:
        if hasattr(self, "states"):
            annotation = self.history.annotation
            assert state_of(annotation) == self.states[self.at]
            for t in range(N_FRAMES):
                assert (annotation.packed(t) or pack(np.zeros(HW, np.uint8))) == pack(
                    annotation.mask(t)
                )


AnyEdits.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestAnyEdits = AnyEdits.TestCase

FRAMES, OBJECTS = st.integers(0, N_FRAMES - 1), st.integers(1, 3)
ACTS = st.one_of(
    st.tuples(st.just("run"), FRAMES, OBJECTS, st.integers(0, 12)),
    st.tuples(st.just("run"), FRAMES, OBJECTS, st.integers(0, 12)),
    st.tuples(st.just("paint"), FRAMES, OBJECTS, st.integers(0, 8)),
    st.tuples(st.just("clear"), FRAMES, OBJECTS, FRAMES),
    st.tuples(st.just("verify"), FRAMES, OBJECTS, st.just(0)),
    st.tuples(st.just("add"), FRAMES, OBJECTS, st.just(0)),
    st.tuples(st.sampled_from(["undo", "redo", "undo"]), FRAMES, OBJECTS, st.just(0)),
)


@given(acts=st.lists(ACTS, max_size=40), begins=st.integers(0, 10))
@settings(max_examples=200, deadline=None)
def test_whatever_is_done_during_a_run_is_undone_and_done_again_exactly(
    acts: list[tuple[str, int, int, int]], begins: int
) -> None:
    history = History(Annotation(HW, N_FRAMES))
    annotation = history.annotation
    start = state_of(annotation)
    history.do("Add", edits.add_object(annotation))
    run = None
    for n, (what, t, o, x) in enumerate(acts):
        run = history.open("Propagate") if n == begins else run
        if what == "run" and run is not None:
            mask = predicted(t, o, x)
            drawn = (annotation.mask(t) > 0) & np.isin(
                annotation.mask(t), list(annotation.given(t))
            )
            before = annotation.mask(t)[drawn]
            assert run.extend(edits.predict(annotation, mask, frozenset({o})))
            np.testing.assert_array_equal(annotation.mask(t)[drawn], before)
        elif what == "paint":
            history.do("Brush", square(annotation, t, o, x, x))
        elif what == "clear":
            history.do("Clear", edits.clear_object(annotation, o, range(min(t, x), max(t, x))))
        elif what == "verify":
            history.do("Verify", edits.verify(annotation, t, [o], on=True))
        elif what == "add":
            history.do("Add", edits.add_object(annotation))
        elif what == "undo":
            history.undo()
        elif what == "redo":
            history.redo()
    if run is not None:
        run.close()
    states = [state_of(annotation)]
    while history.undo():
        states.append(state_of(annotation))
    assert states[-1] == start
    for state in states[-2::-1]:
        history.redo()
        assert state_of(annotation) == state
