"""Every edit can be taken back and done again, runs in one step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.core.edited import HW, N_FRAMES, predicted, square, state_of
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.core.journal import MemoryJournal
from vosgui.core.mask import Box
from vosgui.core.track import Source


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
