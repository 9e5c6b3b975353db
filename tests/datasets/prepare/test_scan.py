"""Looking at a whole video: what is measured, and a scan that goes on where it stopped."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.clips import ArrayClip
from tests.datasets.prepare.long_videos import Shot, shot_frame
from tests.media.video_factory import overwrite, remux
from vosgui.core.progress import Progress
from vosgui.datasets.prepare import scan as scanning
from vosgui.datasets.prepare.measures import GREY_EVERY, FrameMeter
from vosgui.datasets.prepare.rules import DEFAULT_THRESHOLDS, ShotRules
from vosgui.datasets.prepare.scan import kept_scan, scan
from vosgui.datasets.prepare.shots import cuts_of, shots_of
from vosgui.datasets.prepare.times import FrameTimes
from vosgui.media.open_clip import open_clip
from vosgui.media.small_frames import SmallFrame


def test_the_shortest_shot_is_chosen_without_looking_again() -> None:
    changes = [10, 14, 40]
    long, short = ShotRules(min_length_s=1.0), ShotRules(min_length_s=0.1)
    even = FrameTimes(np.arange(61) / 25)
    assert cuts_of(changes, even, short) == [10, 14, 40]
    assert cuts_of(changes, even, long) == [40]
    slower = FrameTimes(np.arange(61) / 10)
    assert cuts_of(changes, slower, long) == [10, 40]
    assert shots_of([40], 60) == [range(40), range(40, 60)]


class _StopsAt(Progress):
    def __init__(self, t: int) -> None:
        self._t = t
        self.heard: list[float] = []

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        self.heard.append(n_done)
        if n_done == self._t:
            raise KeyboardInterrupt


@pytest.mark.parametrize("name", DEFAULT_THRESHOLDS)
@pytest.mark.parametrize("stopped", [45, 104, 192])
def test_a_scan_that_was_stopped_goes_on_and_finds_the_same(
    three_shots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, stopped: int
) -> None:
    monkeypatch.setattr(scanning, "_KEPT_EVERY", 20)
    rules = ShotRules(detector=name)  # type: ignore[arg-type]
    with open_clip(three_shots) as clip:
        whole = scan(clip, rules)
        with pytest.raises(KeyboardInterrupt):
            scan(clip, rules, tmp_path, _StopsAt(stopped))
        goes_on = _StopsAt(-1)
        resumed = scan(clip, rules, tmp_path, goes_on)
        assert goes_on.heard[0] > stopped - 40
        done = _StopsAt(-1)
        again = scan(clip, rules, tmp_path, done)
    assert done.heard == [300]
    assert resumed.changes == again.changes == whole.changes
    for field in ("whole", "light", "motion", "sharpness", "hash", "shift"):
        np.testing.assert_array_equal(resumed.measures[field], whole.measures[field], field)
        np.testing.assert_array_equal(again.measures[field], whole.measures[field], field)


def test_a_scan_that_was_stopped_lost_nothing(three_shots: Path, tmp_path: Path) -> None:
    with open_clip(three_shots) as clip:
        with pytest.raises(KeyboardInterrupt):
            scan(clip, ShotRules(), tmp_path, _StopsAt(150))
        goes_on = _StopsAt(-1)
        scan(clip, ShotRules(), tmp_path, goes_on)
    assert goes_on.heard[0] > 150 - 10


def test_what_is_kept_and_damaged_is_looked_at_again(three_shots: Path, tmp_path: Path) -> None:
    rules = ShotRules()
    with open_clip(three_shots) as clip:
        whole = scan(clip, rules, tmp_path)
        (kept,) = tmp_path.iterdir()
        kept.write_bytes(kept.read_bytes()[:100])
        assert scan(clip, rules, tmp_path).changes == whole.changes


def test_a_scan_that_was_done_is_there_without_the_video(three_shots: Path, tmp_path: Path) -> None:
    path = tmp_path / "short.mkv"
    path.write_bytes(remux(three_shots, tmp_path / "whole.mkv").read_bytes()[:-20_000])
    rules, keep = ShotRules(), tmp_path / "kept"
    keep.mkdir()
    with open_clip(path) as clip:
        about = clip.info
        assert about.warnings
        with pytest.raises(KeyboardInterrupt):
            scan(clip, rules, keep, _StopsAt(150))
        assert kept_scan(about.fingerprint, rules, keep) is None  # it is not done
        whole = scan(clip, rules, keep)
    path.unlink()
    known = kept_scan(about.fingerprint, rules, keep)
    assert known is not None and known[1] == about.warnings
    assert known[0].shots(rules) == whole.shots(rules)
    assert (known[0].rate, known[0].fingerprint) == (whole.rate, whole.fingerprint)
    np.testing.assert_array_equal(known[0].measures, whole.measures)
    assert kept_scan(about.fingerprint, ShotRules(threshold=20), keep) is None
    assert kept_scan("another", rules, keep) is None


def test_damaged_frames_are_known(three_shots: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.mp4"
    path.write_bytes(three_shots.read_bytes())
    with open_clip(three_shots) as clip:
        assert scan(clip, ShotRules()).measures["whole"].all()
    overwrite(path, 0.4)
    with open_clip(path) as clip:
        measures = scan(clip, ShotRules()).measures
    assert len(clip) < 300 or not measures["whole"].all()


def test_a_folder_of_images_is_looked_at_as_a_video_is() -> None:
    shots = (Shot(40, seed=1), Shot(40, seed=2))
    frames = [shot_frame(shot, t, n * 40 + t) for n, shot in enumerate(shots) for t in range(40)]
    rules = ShotRules()
    assert [shot.start for shot in scan(ArrayClip(frames), rules).shots(rules)] == [0, 40]


def measured(pictures: list[np.ndarray]) -> list[tuple[object, ...]]:
    meter = FrameMeter()
    rows: list[tuple[object, ...]] = []
    for t, picture in enumerate(pictures):
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) if t % GREY_EVERY == 0 else None
        rows.append(meter.measure(SmallFrame(t, picture, grey)))
    return rows


def test_a_picture_that_moves_as_a_whole_has_a_shift_and_little_motion() -> None:
    rng = np.random.default_rng(0)
    noise = cv2.GaussianBlur(rng.integers(0, 256, (144, 300, 3), np.uint8), (0, 0), 3)
    ground = cv2.normalize(noise, None, 0, 255, cv2.NORM_MINMAX)
    panned = measured([ground[:, x : x + 256] for x in (0, 4, 8, 12)])
    still = measured([ground[:, :256]] * 4)
    for row in panned[1:]:
        assert row[4] == pytest.approx([-100 * 4 / 256, 0], abs=0.3)
    for row in still[1:]:
        assert row[4] == pytest.approx([0, 0], abs=0.01)
        assert row[3] == 0


def test_light_sharpness_and_hash_are_those_of_the_picture() -> None:
    sharp = shot_frame(Shot(1, seed=5), 0, 0)
    dark = shot_frame(Shot(1, seed=5, light=0.1), 0, 0)
    blurred = shot_frame(Shot(1, seed=5, blur=5), 0, 0)
    (a,), (b,), (c,), (d,) = (measured([one]) for one in (sharp, dark, blurred, sharp))
    assert b[1] < 0.3 * a[1]  # type: ignore[operator]
    assert c[2] < 0.5 * a[2]  # type: ignore[operator]
    assert a == d
