"""Whatever is done, also during a run, is undone and done again exactly."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.core.edited import HW, N_FRAMES, predicted, square, state_of
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Part
from vosgui.core.history import History
from vosgui.core.mask import pack


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
