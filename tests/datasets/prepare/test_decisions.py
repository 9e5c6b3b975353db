"""What was decided is kept: whole or not at all, and not written over where it cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from vosgui.datasets.prepare.decisions import (
    DECISIONS,
    Decisions,
    load_decisions,
    save_decisions,
)
from vosgui.datasets.prepare.rules import ClipRules, PrepareRules, ShotRules
from vosgui.datasets.prepare.stretches import Stretch
from vosgui.errors import DatasetError

A, B = Path("/videos/a.mp4"), Path("/videos/b.mp4")


def test_decisions_are_read_as_they_were_kept(tmp_path: Path) -> None:
    assert load_decisions(tmp_path / "none") == Decisions()
    rules = PrepareRules(ShotRules("adaptive", 2.5), ClipRules(max_per_video=3))
    made = Decisions().with_videos([A, B, A]).with_rules(rules)
    made = made.decide(A, (Stretch(5, 95, "accepted", "cat", "a_01"), Stretch(120, 140)), "f1")
    save_decisions(tmp_path / "out", made)
    assert load_decisions(tmp_path / "out") == made
    assert [one.path for one in made.videos] == [A, B]


def test_a_video_keeps_the_fingerprint_that_was_decided_on() -> None:
    made = Decisions().with_videos([A]).decide(A, (Stretch(1, 2),), "old").decide(A, (), "new")
    video = made.video(A)
    assert video is not None and video.fingerprint == "old"
    assert made.without(A).videos == () and made.video(B) is None


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / DECISIONS).write_text('{"videos": 3}')
    with pytest.raises(DatasetError, match=DECISIONS):
        load_decisions(tmp_path)
