"""A clip that is written: which frames, of which size, and where they came from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.datasets.prepare.long_videos import HW
from tests.media.every_kind import EVERY_KIND, write_kind
from tests.media.video_factory import number_of, remux, write_video
from vosgui.core.progress import Progress
from vosgui.datasets.prepare.prepare import prepare
from vosgui.datasets.prepare.rules import ClipRules, FileRules, PrepareRules
from vosgui.datasets.prepare.write import Cut, frames_of, sha256_of, write_cut
from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.media.image_files import read_image
from vosgui.media.open_clip import open_clip
from vosgui.media.provenance import Provenance

PLAIN = FileRules()
STAMPS = [40 * t for t in range(20)] + [800 + 80 * t for t in range(20)]  # 25, then 12.5 a second


def written(video: Path, root: Path, cut: Cut, rules: FileRules = PLAIN) -> Provenance:
    with open_clip(video) as clip:
        return write_cut(clip, cut, root, sha256_of(video), rules)


def numbers_in(folder: Path) -> list[int]:
    return [number_of(read_image(path)) for path in sorted(folder.iterdir())]


@pytest.mark.parametrize("stride", [1, 5])
def test_the_frames_are_those_that_provenance_names(
    three_shots: Path, tmp_path: Path, stride: int
) -> None:
    made = written(three_shots, tmp_path, Cut("a", 103, 141, "dog"), FileRules(stride=stride))
    assert made.frames == list(range(103, 141, stride))
    assert numbers_in(tmp_path / "JPEGImages" / "a") == made.frames
    assert made.files == [f"{n:05d}.jpg" for n in range(0, 38, stride)]
    assert made.times_s == pytest.approx([t / 25 for t in made.frames], abs=1e-6)
    assert (made.video, made.category) == ("three.mp4", "dog")
    assert made == read_json(tmp_path / "provenance" / "a.json", Provenance, "provenance")


@pytest.mark.parametrize(
    ("rules", "rate"),
    [(PLAIN, 25), (FileRules(stride=5), 5), (FileRules(rate=10), 10)],
    ids=["all", "every fifth", "resampled"],
)
def test_a_written_clip_opens_at_its_own_pace(
    three_shots: Path, tmp_path: Path, rules: FileRules, rate: float
) -> None:
    made = written(three_shots, tmp_path, Cut("a", 103, 141), rules)
    with open_clip(tmp_path / "JPEGImages" / "a") as clip:
        assert clip.info.rate == pytest.approx(rate, abs=1e-5)
        assert clip.info.times_s == pytest.approx([t / rate for t in range(len(made.files))])


def test_a_clip_with_uneven_times_keeps_them_when_it_is_opened(tmp_path: Path) -> None:
    video = write_video(tmp_path / "uneven.mp4", "h264-mp4", len(STAMPS), stamps=STAMPS)
    written(video, tmp_path, Cut("a", 10, 30), FileRules(keep_times=True))
    with open_clip(tmp_path / "JPEGImages" / "a") as clip:
        steps = np.diff(clip.info.times_s)
    assert np.allclose(steps[:10], 0.04) and np.allclose(steps[10:], 0.08)


@pytest.mark.parametrize("damage", ["", "{", '{"name": "a"}'])
def test_images_that_their_provenance_does_not_fit_open_as_any_others(
    three_shots: Path, tmp_path: Path, damage: str
) -> None:
    written(three_shots, tmp_path, Cut("a", 0, 8))
    folder, about = tmp_path / "JPEGImages" / "a", tmp_path / "provenance" / "a.json"
    if damage:
        about.write_text(damage)
    else:
        (folder / "00003.jpg").unlink()
    with open_clip(folder) as clip:
        assert clip.info.rate == 30


def test_a_large_frame_is_made_smaller_and_a_small_one_never_larger(
    three_shots: Path, tmp_path: Path
) -> None:
    small = written(three_shots, tmp_path, Cut("small", 0, 2), FileRules(short_side=88))
    assert small.hw == (88, 160)
    assert read_image(tmp_path / "JPEGImages/small/00000.jpg").shape == (88, 160, 3)
    large = written(three_shots, tmp_path, Cut("large", 0, 2), FileRules(short_side=1000))
    assert large.hw == HW


def test_a_phones_video_is_written_upright(three_shots: Path, tmp_path: Path) -> None:
    turned = remux(three_shots, tmp_path / "turned.mp4", rotation=90)
    made = written(turned, tmp_path, Cut("a", 0, 3))
    assert made.hw == (320, 176)
    with open_clip(turned) as clip:
        error = np.abs(clip[1].astype(int) - read_image(tmp_path / "JPEGImages/a/00001.jpg"))
    assert error.mean() < 2


def test_uneven_frames_are_resampled_or_keep_their_times(tmp_path: Path) -> None:
    video = write_video(tmp_path / "uneven.mp4", "h264-mp4", 40, stamps=STAMPS)
    kept = written(video, tmp_path / "kept", Cut("a", 10, 30), FileRules(keep_times=True))
    assert kept.frames == list(range(10, 30))
    assert kept.times_s == pytest.approx([STAMPS[t] / 1000 for t in range(10, 30)])
    even = written(video, tmp_path / "even", Cut("a", 10, 30), FileRules(rate=25.0))
    assert even.frames == [*range(10, 20), *(t for t in range(20, 30) for _ in range(2))]
    assert numbers_in(tmp_path / "even/JPEGImages/a") == even.frames
    by_itself = written(video, tmp_path / "self", Cut("a", 10, 30))
    assert len(by_itself.frames) == round(1.2 * by_itself.rate)  # 10 frames of 40 and of 80 ms


@pytest.mark.parametrize(("rate", "step"), [(12.5, 2), (5.0, 5), (25.0, 1)])
def test_an_even_video_is_resampled_to_the_nearest_frames(
    three_shots: Path, rate: float, step: int
) -> None:
    with open_clip(three_shots) as clip:
        chosen = frames_of(clip, 20, 70, FileRules(rate=rate))
    assert chosen == list(enumerate(range(20, 70, step)))


def test_written_again_nothing_changes(three_shots: Path, tmp_path: Path) -> None:
    written(three_shots, tmp_path, Cut("a", 5, 10))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.jpg")}
    made = written(three_shots, tmp_path, Cut("a", 5, 10, "cat"))
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.jpg")} == before
    about = tmp_path / "provenance/a.json"
    assert read_json(about, Provenance, "provenance").category == made.category == "cat"


@pytest.mark.parametrize("other", [Cut("a", 5, 11), Cut("a", 6, 10)])
def test_another_clip_is_not_written_over(three_shots: Path, tmp_path: Path, other: Cut) -> None:
    written(three_shots, tmp_path, Cut("a", 5, 10))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(DatasetError, match="JPEGImages/a"):
        written(three_shots, tmp_path, other)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


class _StopsAt3(Progress):
    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        if n_done == 3:
            raise KeyboardInterrupt


def test_stopped_in_the_middle_there_is_no_half_of_a_clip(
    three_shots: Path, tmp_path: Path
) -> None:
    with open_clip(three_shots) as clip, pytest.raises(KeyboardInterrupt):
        write_cut(clip, Cut("a", 0, 9), tmp_path, "0", FileRules(), _StopsAt3())
    assert not list((tmp_path / "JPEGImages").iterdir())
    written(three_shots, tmp_path, Cut("a", 0, 9))
    assert len(list((tmp_path / "JPEGImages" / "a").iterdir())) == 9


def test_frames_of_two_fields_are_written_whole(tmp_path: Path) -> None:
    kind = EVERY_KIND["mpeg2 interlaced"]
    video = write_kind(tmp_path / "tape.vob", kind)
    rules = PrepareRules(
        clips=ClipRules(min_length_s=1, max_length_s=1, margin=0),
        files=FileRules(quality=100, deinterlace=True),
    )
    report = prepare([video], tmp_path / "out", rules, 1)
    assert report.written and "interlaced" in str(report.issues[0])
    about = tmp_path / "out" / "provenance" / f"{report.written[0]}.json"
    made = read_json(about, Provenance, "provenance")
    assert made.settings["deinterlace"] is True
    with open_clip(video, deinterlace=True) as whole, open_clip(video) as combed:
        for file, t in zip(made.files, made.frames, strict=True):
            picture = read_image(tmp_path / "out/JPEGImages" / made.name / file).astype(int)
            assert np.abs(picture - whole[t]).mean() < np.abs(picture - combed[t]).mean()
