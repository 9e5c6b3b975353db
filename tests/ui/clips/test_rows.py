"""What is shown of clips, and in which order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.project.projects import clip_info
from vosgui.core.quality.clip_state import ClipCounts, ClipState
from vosgui.project.clips import ClipRecord
from vosgui.project.notes import LastEdit, Note
from vosgui.ui.clips.rows import ClipFilter, Order, after_removal, in_order, people, row_of

COUNTS = ClipCounts(1, 2, 3, 0, 5, 5, 2, 5)
NOT_BEGUN = ClipCounts(0, 0, 0, 0, 5, 0, 0, 5)


def record(folder: Path, n: int, name: str, assignee: str = "") -> ClipRecord:
    return ClipRecord(n, name, clip_info(folder, name), "", None, assignee)


def test_names_with_numbers_are_in_the_order_of_numbers(tmp_path: Path) -> None:
    names = ["clip10", "clip2", "Clip1", "b", "3"]
    rows = [row_of(record(tmp_path, n, name), None, ()) for n, name in enumerate(names, 1)]
    ordered = [row.record.name for row in in_order(rows, Order.NAME)]
    assert ordered == ["3", "b", "Clip1", "clip2", "clip10"]
    assert [row.record.name for row in in_order(rows, Order.ADDED)] == names


def test_who_has_none_comes_last_and_what_is_not_known_too(tmp_path: Path) -> None:
    people_ = [(1, "a", ""), (2, "b", "Zoe"), (3, "c", "ann")]
    rows = [row_of(record(tmp_path, *one), None, ()) for one in people_]
    assert [row.record.id for row in in_order(rows, Order.ASSIGNEE)] == [3, 2, 1]
    assert people(row.record for row in rows) == ["ann", "Zoe"]
    rows[0] = row_of(rows[0].record, COUNTS, ())
    rows[1] = row_of(rows[1].record, NOT_BEGUN, ())
    assert [row.record.id for row in in_order(rows, Order.LEAST_DONE)] == [2, 1, 3]
    assert [row.record.id for row in in_order(rows, Order.STATE)] == [2, 1, 3]


def test_words_are_of_name_assignee_and_folder(tmp_path: Path) -> None:
    row = row_of(record(tmp_path / "birds", 1, "Heron", "Ann"), COUNTS, ())
    assert ClipFilter("her ann").takes(row)
    assert ClipFilter("birds").takes(row)
    assert not ClipFilter("her ben").takes(row)
    assert not ClipFilter(removed=True).takes(row)
    assert ClipFilter(assignee="Ann").takes(row)
    assert not ClipFilter(assignee="").takes(row)
    assert ClipFilter(state=ClipState.TO_REVIEW).takes(row)


def test_the_state_takes_notes_in(tmp_path: Path) -> None:
    one = record(tmp_path, 1, "a")
    done = ClipCounts(1, 2, 3, 0, 5, 5, 5, 5)
    accepted = Note(1, "accepted", range(24), None, "", "Ben", 1.0, is_done=True)
    rejected = Note(2, "rejected", range(1), None, "no", "Ben", 2.0, is_done=False)
    assert row_of(one, done, ()).state == ClipState.DONE
    assert row_of(one, done, [accepted]).state == ClipState.ACCEPTED
    assert row_of(one, done, [accepted, rejected]).state == ClipState.TO_REVIEW
    assert "2/5" in row_of(one, COUNTS, ()).words
    assert "propagated 3" in row_of(one, COUNTS, ()).about


def test_what_was_accepted_and_edited_since_is_not_accepted(tmp_path: Path) -> None:
    one, n = record(tmp_path, 1, "a"), 24
    counts = ClipCounts(1, 2, 3, 0, 5, 5, 5, 5, prints=(7, 7, 8, 7, 7))

    def accepted(note_id: int, frames: range, prints: tuple[int, ...]) -> Note:
        return Note(note_id, "accepted", frames, None, "", "Ben", 1.0, True, prints)

    before = accepted(1, range(n), (7,) * n)
    row = row_of(one, counts, [before])
    assert row.state == ClipState.EDITED
    assert "edited since accepted" in row.words
    assert replace(row, last_edit=LastEdit("Ada", 9.0)).about.count("by Ada, 19") == 1
    again = accepted(2, range(10, 11), (8,))
    assert row_of(one, counts, [before, again]).state == ClipState.ACCEPTED
    of_grid = tuple(7 * (t % 5 == 0) for t in range(n))  # 0: not kept, off the grid of then
    finer = replace(counts, stride=4, n_grid=6, prints=(7, 9, 9, 9, 9, 7), n_done=6, n_said=6)
    assert row_of(one, finer, [accepted(4, range(n), of_grid)]).state == ClipState.ACCEPTED
    finer = replace(finer, prints=(7, 9, 9, 9, 9, 8))
    assert row_of(one, finer, [accepted(4, range(n), of_grid)]).state == ClipState.EDITED
    between = replace(counts, prints=(7,) * 5, given=((12, 7),))
    assert row_of(one, between, [before]).state == ClipState.ACCEPTED
    between = replace(between, given=((12, 9),))  # as on the grid, where it was given since
    assert row_of(one, between, [before]).state == ClipState.EDITED
    on_grid = [accepted(n, range(t, t + 1), (7,)) for n, t in enumerate(range(0, 24, 5), 10)]
    assert row_of(one, between, on_grid).state == ClipState.DONE, "12 was never accepted"
    part = accepted(3, range(5), (7,) * 5)
    assert row_of(one, counts, [part]).state == ClipState.DONE
    assert row_of(one, replace(counts, prints=()), [before]).state == ClipState.ACCEPTED


def test_what_is_opened_after_a_removal() -> None:
    assert after_removal([1, 2, 3, 4], {2, 3}, 2) == 4
    assert after_removal([1, 2, 3, 4], {3, 4}, 4) == 2
    assert after_removal([1, 2], {1, 2}, 1) == 0
