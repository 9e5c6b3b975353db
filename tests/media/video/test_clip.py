"""Video clips: frame `t` is frame `t`, from any side, in every container."""

from __future__ import annotations

import random
from pathlib import Path

import av
import numpy as np
import pytest

from tests.media.video_factory import HW, N_FRAMES, copy, number_of, numbers
from vosgui.core.clip import Clip
from vosgui.errors import ClipError
from vosgui.media.open_clip import open_clip


def test_info(clip: Clip) -> None:
    info = clip.info
    assert info.n_frames == len(clip) == N_FRAMES
    assert info.hw == HW
    assert info.frame_names[0] == "00000" and info.frame_names[-1] == "00089"
    assert info.rate == pytest.approx(25)
    assert np.allclose(info.times_s, np.arange(N_FRAMES) / 25, atol=0.002)
    assert info.warnings == ()
    assert clip.source_file(3) is None
    frame = clip[0]
    assert frame.shape == (*HW, 3) and frame.dtype == np.uint8 and not frame.flags.writeable


def test_forward_backward_and_random(clip: Clip) -> None:
    assert numbers(clip) == list(range(N_FRAMES))
    with clip.reopen() as second:
        order = list(reversed(range(N_FRAMES)))
        assert [number_of(second[t]) for t in order] == order
    jumps = random.Random(1).choices(range(N_FRAMES), k=32)
    with clip.reopen() as third:
        assert [number_of(third[t]) for t in jumps] == jumps


@pytest.mark.usefixtures("long_clips")
def test_a_long_clip_is_not_decoded_to_open_it(videos: dict[str, Path]) -> None:
    jumps = random.Random(2).choices(range(N_FRAMES), k=32)
    for kind, path in videos.items():
        with open_clip(path, cache_bytes=1) as clip:
            assert len(clip) == N_FRAMES, kind
            assert [number_of(clip[t]) for t in jumps] == jumps, kind


def test_a_frame_has_the_same_pixels_from_wherever_it_is_reached(clip: Clip) -> None:
    with clip.reopen() as jumping, clip.reopen() as backward:
        last = backward[51]
        for t in (50, 49):
            last = backward[t]
        jumping[80]
        for t in range(50):
            clip[t]
        assert np.array_equal(clip[49], jumping[49])
        assert np.array_equal(clip[49], last)


def test_the_cache_is_bounded_and_strides_are_exact(videos: dict[str, Path]) -> None:
    n_bytes = HW[0] * HW[1] * 3
    with open_clip(videos["h264-mp4"], cache_bytes=7 * n_bytes) as clip:
        for t in (*range(0, N_FRAMES, 5), *range(85, -1, -5), *range(N_FRAMES - 1, -1, -1)):
            assert number_of(clip[t]) == t
            assert clip._cache.n_bytes <= 7 * n_bytes


def test_walking_decodes_each_group_once(
    videos: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vosgui.media.video.decoder import Decoder

    starts = []
    start_at = Decoder.start_at
    clip = open_clip(videos["h264-mp4"])
    with clip:
        monkeypatch.setattr(
            Decoder, "start_at", lambda self, key: (starts.append(key), start_at(self, key))
        )
        numbers(clip)
        assert starts == []
        with clip.reopen() as second:
            for t in reversed(range(N_FRAMES)):
                second[t]
    # the last frame, then each of the four groups of 24 frames
    assert len(starts) <= 5


def test_a_reader_that_goes_through_once_keeps_no_frame(videos: dict[str, Path]) -> None:
    n_bytes = HW[0] * HW[1] * 3
    with open_clip(videos["h264-mp4"], once=True) as clip:
        for t in range(N_FRAMES):
            assert number_of(clip[t]) == t
            assert not clip[t].flags.writeable
            assert clip._cache.n_bytes == 0
        for t in reversed(range(N_FRAMES)):  # what is decoded on the way back is asked for next
            assert number_of(clip[t]) == t
            assert clip._cache.n_bytes <= (24 if t else 0) * n_bytes
        with clip.reopen() as other:
            assert other[3] is other[3]


def test_frames_outside_the_clip(clip: Clip) -> None:
    for t in (-1, N_FRAMES):
        with pytest.raises(IndexError):
            clip[t]
        with pytest.raises(IndexError):
            clip.source_file(t)


def test_a_closed_clip_says_so(videos: dict[str, Path]) -> None:
    clip = open_clip(videos["h264-mp4"])
    second = clip.reopen()
    clip[3]
    clip.close()
    clip.close()
    with pytest.raises(ClipError, match=r"h264-mp4\.mp4 is closed"):
        clip[3]
    assert number_of(second[3]) == 3
    second.close()


def test_a_file_that_went_away(videos: dict[str, Path], tmp_path: Path) -> None:
    path = copy(videos["h264-mp4"], tmp_path)
    aside = path.with_suffix(".aside")
    with open_clip(path) as clip:
        path.rename(aside)
        for _ in range(2):
            with pytest.raises(ClipError, match=r"h264-mp4\.mp4"):
                clip[5]
        aside.rename(path)
        assert number_of(clip[5]) == 5


@pytest.mark.data
@pytest.mark.slow
def test_development_videos(development_data: Path) -> None:
    paths = sorted((development_data / "videos").iterdir())
    assert paths
    for path in paths:
        with av.open(str(path)) as container:
            truth = {
                t: f.to_ndarray(format="rgb24")
                for t, f in enumerate(container.decode(video=0))
                if t % 60 == 0
            }
            n_frames = container.streams.video[0].frames
        with open_clip(path) as clip:
            assert len(clip) == n_frames, path
            assert clip.info.warnings == ()
            for t in random.Random(9).sample(sorted(truth), len(truth)):
                assert np.array_equal(clip[t], truth[t]), (path, t)
