"""Media as it comes: every frame of every kind of video is the right one, in whatever order."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from tests.media.every_kind import EVERY_KIND, N_FRAMES, write_kind
from tests.media.video_factory import encoder_is_here, number_of
from vosgui.media.open_clip import VIDEO_SUFFIXES, open_clip
from vosgui.media.video import index as video_index


@pytest.fixture(scope="module", params=list(EVERY_KIND))
def video(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    kind = EVERY_KIND[request.param]
    if not encoder_is_here(kind.codec):
        pytest.skip(f"this PyAV cannot write {kind.codec}")
    folder = tmp_path_factory.mktemp("kind") / request.param
    folder.mkdir()
    return write_kind(folder / f"clip{kind.suffix}", kind)


@pytest.mark.parametrize("is_long", [False, True])
def test_no_frame_is_wrong_in_any_order(
    video: Path, is_long: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = EVERY_KIND[video.parent.name]
    if is_long:
        monkeypatch.setattr(video_index, "_CHECKED_PIXELS", 15 * kind.hw[0] * kind.hw[1])
    forward = list(range(N_FRAMES))
    jumps = 2 * forward
    random.Random(4).shuffle(jumps)
    with open_clip(video, cache_bytes=1) as clip:
        assert len(clip) == N_FRAMES
        assert clip.info.hw == kind.hw or kind.codec == "dvvideo"  # whose pixels are not square
        for order in (forward, forward[::-1], jumps, forward[::7] + forward[3::7]):
            assert [number_of(clip[t]) for t in order] == order
        assert len(clip.info.warnings) == bool(kind.said)
        assert all(kind.said in line for line in clip.info.warnings)
        if kind.stamps:
            assert np.allclose(clip.info.times_s, np.array(kind.stamps) / 1000, atol=0.0011)
    assert video.suffix in VIDEO_SUFFIXES


FIELDS = [name for name, kind in EVERY_KIND.items() if kind.said == "interlaced"]


@pytest.mark.parametrize("name", FIELDS)
def test_deinterlaced_frames_are_the_same_from_wherever_they_are_reached(
    tmp_path: Path, name: str
) -> None:
    kind = EVERY_KIND[name]
    if not encoder_is_here(kind.codec):
        pytest.skip(f"this PyAV cannot write {kind.codec}")
    path = write_kind(tmp_path / f"clip{kind.suffix}", kind)
    with (
        open_clip(path, cache_bytes=1, deinterlace=True) as clip,
        open_clip(path, cache_bytes=1) as as_stored,
    ):
        assert ["whole ones are made" in line for line in clip.info.warnings] == [True]
        frames = [clip[t].copy() for t in range(N_FRAMES)]
        assert [number_of(frame) for frame in frames] == list(range(N_FRAMES))
        jumps = list(range(N_FRAMES))
        random.Random(6).shuffle(jumps)
        assert all(np.array_equal(clip[t], frames[t]) for t in jumps)
        assert any(not np.array_equal(as_stored[t], frames[t]) for t in range(5))


def test_what_is_not_interlaced_stays_as_it_is(videos: dict[str, Path]) -> None:
    with open_clip(videos["h264-mp4"]) as one, open_clip(videos["h264-mp4"], deinterlace=True) as b:
        assert np.array_equal(one[30], b[30]) and b.info.warnings == ()
