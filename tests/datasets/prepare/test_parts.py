"""A video that is looked at in several places at a time: what is found is the same."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from tests.media.every_kind import EVERY_KIND, write_kind
from tests.media.video_factory import overwrite
from vosgui.core.progress import Progress
from vosgui.datasets.prepare import parts as parting
from vosgui.datasets.prepare import scan as scanning
from vosgui.datasets.prepare.parts import in_threads, parts_left
from vosgui.datasets.prepare.rules import ShotRules
from vosgui.datasets.prepare.scan import Scan, scan
from vosgui.datasets.prepare.shots import LOOKS_BACK
from vosgui.media.open_clip import open_clip


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parting, "_LEAST", 10)


def assert_same(one: Scan, other: Scan) -> None:
    assert one.changes == other.changes
    np.testing.assert_array_equal(one.measures, other.measures)


@pytest.mark.parametrize("name", EVERY_KIND)
def test_of_every_kind_of_video_all_places_tell_what_one_does(tmp_path: Path, name: str) -> None:
    kind = EVERY_KIND[name]
    with open_clip(write_kind(tmp_path / f"clip{kind.suffix}", kind)) as clip:
        for rules in (ShotRules(threshold=2.0), ShotRules("adaptive", threshold=1.2)):
            assert_same(scan(clip, rules, n_threads=3), scan(clip, rules))


def test_parts_begin_where_nothing_is_decoded_for_them() -> None:
    key_frames = np.arange(0, 300, 30)
    seen = np.zeros(300, np.bool_)
    assert parts_left(seen, key_frames, 1) == [range(300)]
    parts = parts_left(seen, key_frames, 3)
    assert len(parts) > 3
    assert [t for part in parts for t in part] == list(range(300))
    assert all((part.start - LOOKS_BACK) in key_frames for part in parts[1:])
    seen[40:200] = True
    left = [t for part in parts_left(seen, key_frames, 3) for t in part]
    assert left == [*range(40), *range(200, 300)]
    assert parts_left(np.ones(300, np.bool_), key_frames, 3) == []


class _StopsAfter(Progress):
    def __init__(self, n_frames: int) -> None:
        self._n_frames = n_frames
        self.heard: list[float] = []

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        self.heard.append(n_done)
        if n_done >= self._n_frames:
            raise KeyboardInterrupt


@pytest.mark.parametrize("stopped", [20, 150, 280])
def test_stopped_in_several_places_it_goes_on_in_all_of_them(
    three_shots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: int
) -> None:
    monkeypatch.setattr(scanning, "_KEPT_EVERY", 20)
    rules = ShotRules(detector="adaptive")
    with open_clip(three_shots) as clip:
        whole = scan(clip, rules)
        with pytest.raises(KeyboardInterrupt):
            scan(clip, rules, tmp_path, _StopsAfter(stopped), n_threads=3)
        goes_on = _StopsAfter(301)
        resumed = scan(clip, rules, tmp_path, goes_on, n_threads=2)
    assert goes_on.heard[0] >= stopped
    assert_same(resumed, whole)


def test_damage_in_one_part_is_known_as_where_there_is_one(
    three_shots: Path, tmp_path: Path
) -> None:
    path = tmp_path / "damaged.mp4"
    path.write_bytes(three_shots.read_bytes())
    overwrite(path, 0.4)
    with open_clip(path) as clip:
        assert_same(scan(clip, ShotRules(), n_threads=3), scan(clip, ShotRules()))


def test_a_source_that_fails_ends_the_others() -> None:
    ended = Event()

    def endless() -> Generator[int, None, None]:
        try:
            while True:
                yield 1
        finally:
            ended.set()

    def fails() -> Generator[int, None, None]:
        yield 2
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        for _ in in_threads(2, [endless, fails]):
            pass
    assert ended.is_set()
