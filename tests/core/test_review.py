"""The check before an export names what is missing, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from vosgui.core import edits
from vosgui.core.annotation import Annotation, Expression, Header
from vosgui.core.edits import FrameResult
from vosgui.core.history import History
from vosgui.core.issues import Issue, Severity, note, warning
from vosgui.core.mask import Box
from vosgui.core.review import known_frames, review, visible_frames

HW = (20, 30)
N_FRAMES = 21
NAMES = [f"{t:05d}" for t in range(N_FRAMES)]
GOOD_NAME = "0a1b2c3d4e"


@pytest.fixture
def history() -> History:
    """Return objects 1 (dog) and 2 (cat), painted in frame 0 and propagated through the grid."""
    history = History(Annotation(HW, N_FRAMES))
    annotation = history.annotation
    for category in ("dog", "cat"):
        history.do("Add", edits.add_object(annotation, category=category))
    mask = np.zeros(HW, np.uint8)
    mask[2:8, 2:8], mask[2:8, 12:18] = 1, 2
    history.do("Give", edits.give_mask(annotation, 0, mask, [1, 2]))
    origins = {i: ((0, int(annotation.track(i)["revision"][0])),) for i in (1, 2)}
    for t in range(5, N_FRAMES, 5):
        result = FrameResult(t, mask, {1: 0.9, 2: 0.9}, origins)
        history.do("Propagate", edits.predict(annotation, result, frozenset({1, 2})))
    return history


def check(
    annotation: Annotation,
    frames: Sequence[int] | None = None,
    name: str = GOOD_NAME,
    ids: Mapping[int, int] | None = None,
) -> list[Issue]:
    chosen = annotation.grid() if frames is None else frames
    return review(annotation, chosen, NAMES, name, {"dog", "cat", "giant_panda"}, ids=ids)


def verified(history: History) -> Annotation:
    for t in history.annotation.grid():
        history.do("Verify", edits.verify(history.annotation, t, [1, 2], on=True))
    return history.annotation


def only(issues: list[Issue]) -> Issue:
    assert len(issues) == 1, issues
    return issues[0]


def paint(history: History, t: int, object_id: int, value: int) -> None:
    box = Box(10, 10, 5, 5)
    patch = np.full((5, 5), value, np.uint8)
    history.do("Brush", edits.paint(history.annotation, t, object_id, box, patch))


def test_masks_given_off_the_grid_are_named_with_what_to_do() -> None:
    annotation = Annotation((10, 12), 21, Header(stride=6))
    annotation.apply(edits.set_object(annotation, edits.new_object(1, "dog", "dog")))
    for t in (0, 6, 12, 18, 3, 15):
        after = np.ones((3, 3), np.uint8)
        annotation.apply(edits.paint(annotation, t, 1, Box(1, 1, 3, 3), after))
    names = [f"{t:05}" for t in range(21)]
    found = review(annotation, annotation.grid(), names, None, None, written=[0, 6, 12, 18])
    (off,) = [one for one in found if "off the grid" in one.text]
    assert off.frames == (3, 15) and "00003, 00015" in off.words
    assert off.fix == "Export all frames, or set the grid to every 3 (Ctrl+G)."
    annotation.apply(edits.paint(annotation, 7, 1, Box(1, 1, 3, 3), np.ones((3, 3), np.uint8)))
    found = review(annotation, annotation.grid(), names, None, None, written=[0, 6, 12, 18])
    assert "Export all frames." in [one.fix for one in found]
    every = review(annotation, range(21), names, None, None, written=[0, 3, 6, 7, 12, 15, 18])
    assert not [one for one in every if "off the grid" in one.text]


def test_a_carried_mask_that_is_verified_off_the_grid_is_no_loss(history: History) -> None:
    annotation = history.annotation
    by_run = FrameResult(2, annotation.mask(0).copy(), {1: 0.9}, {})
    history.do("Run", edits.predict(annotation, by_run, frozenset({1})))
    history.do("Verify", edits.verify(annotation, 2, [1], on=True))
    assert annotation.given(2) == {1}
    names = [f"{t:05d}" for t in range(annotation.n_frames)]
    found = review(annotation, annotation.grid(), names, None, None)
    assert not [one for one in found if "off the grid" in one.text]


def test_a_finished_clip_has_no_issues(history: History) -> None:
    assert check(verified(history)) == []


def test_what_nobody_has_looked_at(history: History) -> None:
    first, second = check(history.annotation)
    text = "propagated and not verified in frames 00005, 00010, 00015, 00020"
    assert first == note(text, frames=(5, 10, 15, 20), object_id=1)
    assert first.words == f"object 1: {text}"
    assert first.t == 5
    assert second.object_id == 2


def test_nothing_to_export(history: History) -> None:
    empty = Annotation(HW, N_FRAMES)
    assert only(check(empty)).severity is Severity.ERROR
    assert "no objects" in only(check(empty)).text
    hidden = only(check(history.annotation, [1, 2]))
    assert hidden.severity is Severity.ERROR
    assert "no object that is visible in these frames" in hidden.text


def test_frames_without_a_mask_come_first(history: History) -> None:
    for object_id in (1, 2):
        cleared = edits.clear_object(history.annotation, object_id, [10])
        history.do("Clear", cleared)
    issues = check(history.annotation)
    text = "no mask in frame 00010: left out of the export"
    assert issues[0] == warning(text, frames=(10,))
    assert [f.words for f in issues[1:3]] == [
        f"object {i}: no mask in frame 00010: written as not visible there" for i in (1, 2)
    ]
    assert not known_frames(history.annotation)[10]


def test_an_object_that_appears_later_or_is_absent_is_no_gap(history: History) -> None:
    annotation = history.annotation
    history.do("Add", edits.add_object(annotation, category="dog"))
    paint(history, 10, 3, 3)
    for t in (15, 20):
        history.do("Absent", edits.mark_absent(annotation, t, 3))
    assert check(verified(history)) == []
    history.do("Clear", edits.clear_object(annotation, 3, [15]))
    gap = only(check(annotation))
    assert (gap.severity, gap.frames, gap.object_id) == (Severity.WARNING, (15,), 3)


def test_stale_frames(history: History) -> None:
    paint(history, 0, 1, 1)
    stale = check(history.annotation)[0]
    assert (stale.severity, stale.frames, stale.object_id) == (
        Severity.WARNING,
        (5, 10, 15, 20),
        1,
    )
    assert "stale in frames 00005, 00010, 00015, 00020" in stale.text


def test_categories(history: History) -> None:
    annotation = verified(history)
    for category, severity, text in (
        ("", Severity.WARNING, "object 1: no category"),
        ("Giant panda", Severity.NOTE, "they have 'giant_panda'"),
        ("fork", Severity.NOTE, "the category 'fork' is not in the published lists"),
    ):
        entry = replace(annotation.header.object(1), category=category)
        history.do("Category", edits.set_object(annotation, entry))
        found = only(check(annotation))
        assert (found.severity, found.object_id) == (severity, 1)
        assert text in found.words


def test_ids_with_gaps_objects_never_visible_and_pixels_of_nobody(history: History) -> None:
    annotation = verified(history)
    for object_id in (3, 7):
        entry = edits.new_object(object_id, "Rex", "dog")
        history.do("Add", edits.set_object(annotation, entry))
    paint(history, 20, 7, 7)
    paint(history, 15, 9, 9)
    ids = {1: 1, 2: 2, 7: 3}
    texts = {f.words: f.severity for f in check(annotation, ids=ids)}
    assert texts == {
        "object 3 (Rex): visible in none of these frames: left out of the export": (
            Severity.WARNING
        ),
        "pixels of id 9, which no object has, in frame 00015: written as background": (
            Severity.WARNING
        ),
        "ids 1, 2, 7 are written as 1 to 3: readers expect no gaps": Severity.NOTE,
    }
    assert visible_frames(annotation, [15, 20]) == {1: [15, 20], 2: [15, 20], 7: [20], 9: [15]}


def test_short_clips_and_names(history: History) -> None:
    annotation = verified(history)
    assert "only one frame" in only(check(annotation, [0])).text
    assert "only two frames" in only(check(annotation, [0, 5])).text
    assert "not ten hexadecimal digits" in only(check(annotation, name="tennis")).text


def test_many_frames_are_counted_not_listed() -> None:
    history = History(Annotation(HW, N_FRAMES))
    history.do("Add", edits.add_object(history.annotation, category="dog"))
    paint(history, 0, 1, 1)
    paint(history, 1, 1, 1)
    found = check(history.annotation, range(N_FRAMES))
    text = next(f.words for f in found if f.words.startswith("object 1"))
    assert "object 1: no mask in frames 00002, 00003, 00004 and 16 more" in text


def call(history: History, object_id: int, *texts: str) -> None:
    entry = history.annotation.header.object(object_id)
    entry = replace(entry, expressions=tuple(map(Expression, texts)))
    history.do("Call", edits.set_object(history.annotation, entry))


def test_the_same_expression_of_two_objects(history: History) -> None:
    annotation = verified(history)
    call(history, 1, "the animal", "a dog")
    call(history, 2, "The  animal")
    text = "the expression 'the animal' is ambiguous: objects 1, 2 have it"
    assert only(check(annotation)) == warning(text, object_id=1)


def test_the_same_expression_twice_of_one_object(history: History) -> None:
    annotation = verified(history)
    call(history, 2, "a cat", "a cat")
    assert only(check(annotation)) == warning("the expression 'a cat', 2 times", object_id=2)


def test_expressions_of_what_is_not_exported_do_not_matter(history: History) -> None:
    annotation = verified(history)
    history.do("Add", edits.add_object(annotation, category="dog"))
    call(history, 1, "a dog")
    call(history, 3, "a dog")
    assert not any("expression" in issue.text for issue in check(annotation))
