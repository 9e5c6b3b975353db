"""A history in memory keeps as many edits as its bound allows."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.core.edited import HW, N_FRAMES, predicted, square
from vosgui.core import edits
from vosgui.core.annotation import Annotation, TrackPatch
from vosgui.core.edits import FrameResult
from vosgui.core.history import History
from vosgui.core.journal import MemoryJournal
from vosgui.core.mask import Box
from vosgui.core.track import copy_track, empty_track


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
