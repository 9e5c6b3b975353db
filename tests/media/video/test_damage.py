"""Damaged and cut-off videos: what is whole is read, and what is not is told."""

from __future__ import annotations

import random
from pathlib import Path

import av
import numpy as np
import pytest

from tests.media.video_factory import (
    KINDS,
    N_FRAMES,
    copy,
    number_of,
    numbers,
    overwrite,
    write_video,
)
from vosgui.core.clip import Clip
from vosgui.errors import ClipError
from vosgui.media.open_clip import open_clip

# Bytes to overwrite. Arithmetic decoders take any noise for data: the header of a frame must go.
DAMAGE = {
    "h264-mp4": 3000,
    "h264-ts": 3000,
    "h264-mkv": 3000,
    "mpeg4-avi": 3000,
    "hevc-mp4": 40_000,
    "vp9-webm": 20_000,
    "mjpeg-avi": 3000,
}


@pytest.mark.parametrize(
    "kind", ["h264-mp4", "h264-ts", "h264-mkv", "mpeg4-avi", "hevc-mp4", "vp9-webm"]
)
def test_damage_in_the_middle(videos: dict[str, Path], tmp_path: Path, kind: str) -> None:
    path = overwrite(copy(videos[kind], tmp_path), 0.55, DAMAGE[kind])
    with open_clip(videos[kind]) as whole, open_clip(path) as clip:
        assert 20 < len(clip) < 80
        assert len(clip.info.warnings) == 1
        assert f"damaged at frame {len(clip)}:" in clip.info.warnings[0]
        order = [*range(len(clip)), *reversed(range(len(clip)))]
        for t in order:
            assert number_of(clip[t]) == t
            assert np.array_equal(clip[t], whole[t])


@pytest.mark.parametrize("kind", ["h264-mp4", "hevc-mp4", "mjpeg-avi"])
@pytest.mark.usefixtures("long_clips")
def test_damage_inside_a_long_clip_shows_when_it_is_met(
    videos: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    path = overwrite(copy(videos[kind], tmp_path), 0.55, DAMAGE[kind])
    with open_clip(path) as clip:
        damaged = next((t for t in range(len(clip)) if is_damaged(clip, t)), len(clip))
        assert 20 < damaged < 80
        assert [number_of(clip[t]) for t in range(damaged)] == list(range(damaged))
        if len(clip) == N_FRAMES:
            with pytest.raises(ClipError, match=rf"Frame \d+ of .*{path.name} is damaged"):
                for t in range(damaged, N_FRAMES):
                    clip[t]
            assert number_of(clip[N_FRAMES - 1]) == N_FRAMES - 1


def is_damaged(clip: Clip, t: int) -> bool:
    try:
        clip[t]
    except ClipError:
        return True
    return False


@pytest.mark.parametrize("kind", list(KINDS))
def test_truncated_anywhere(videos: dict[str, Path], tmp_path: Path, kind: str) -> None:
    if kind not in videos:
        pytest.skip(f"this PyAV cannot write {KINDS[kind][0]}")
    data = videos[kind].read_bytes()
    path = tmp_path / videos[kind].name
    for n in sorted(random.Random(8).sample(range(1, len(data)), 12)):
        path.write_bytes(data[:n])
        try:
            clip = open_clip(path)
        except ClipError as error:
            assert str(path) in str(error) and "\n" not in str(error)
            continue
        with clip:
            # Without times, or after few frames, a missing one at the end cannot be noticed, nor
            # that the last one is half a picture.
            if kind == "h264-raw" or len(clip) < 16:
                whole = numbers(clip)[:-1]
                assert sorted(set(whole)) == whole
            else:
                assert numbers(clip) == list(range(len(clip)))
            if len(clip) < N_FRAMES and kind in ("h264-mp4", "h264-open-gop", "hevc-mp4"):
                assert clip.info.warnings


def test_a_cut_off_file_whose_index_is_in_front(videos: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "front.mp4"
    with (
        av.open(str(videos["h264-mp4"])) as reader,
        av.open(str(path), "w", options={"movflags": "faststart"}) as writer,
    ):
        copied = writer.add_stream_from_template(reader.streams.video[0])
        for packet in reader.demux(video=0):
            if packet.size:
                packet.stream = copied
                writer.mux(packet)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    with open_clip(path) as clip:
        assert 20 < len(clip) < 70
        assert numbers(clip) == list(range(len(clip)))
        assert len(clip.info.warnings) == 1
        assert "damaged at frame" in clip.info.warnings[0] or "cut short" in clip.info.warnings[0]


def test_a_matroska_file_that_is_cut_between_two_packets_says_so(tmp_path: Path) -> None:
    """Its reader sees no error then: only the header tells how long it was."""
    path = write_video(tmp_path / "cut.mkv", "h264-mkv")
    with open_clip(path) as clip:
        assert len(clip) == 90 and not clip.info.warnings
    with av.open(str(path)) as container:
        ends = [packet.pos for packet in container.demux(video=0) if packet.size]
    path.write_bytes(path.read_bytes()[: ends[60] - 16])
    with open_clip(path) as clip:
        assert 50 <= len(clip) <= 60 and numbers(clip) == list(range(len(clip)))
        assert len(clip.info.warnings) == 1 and "cut short" in clip.info.warnings[0]
