"""Video clips whose frames are not evenly spaced in time, or begin where they should not."""

from __future__ import annotations

import random
from pathlib import Path

import av
import numpy as np
import pytest

from tests.media.video_factory import KINDS, N_FRAMES, number_of, numbers, remux, write_video
from vosgui.media.open_clip import open_clip


def test_variable_frame_rate(tmp_path: Path) -> None:
    rng = random.Random(5)
    stamps = [0]
    for _ in range(59):
        stamps.append(stamps[-1] + rng.choice([20, 33, 40, 100, 500]))
    for kind in ("h264-mp4", "h264-mkv"):
        path = write_video(tmp_path / f"v{KINDS[kind][1]}", kind, 60, stamps=stamps)
        with open_clip(path) as clip:
            assert np.allclose(clip.info.times_s, np.array(stamps) / 1000, atol=0.0011)
            jumps = rng.choices(range(60), k=32)
            assert [number_of(clip[t]) for t in jumps] == jumps
            assert numbers(clip) == list(range(60))


@pytest.mark.parametrize(
    "stamps",
    [
        [0, 40, 80, 500, 540, 1000],
        [*range(0, 800, 40), 5000, 5040],
        [*range(0, 400, 40), 480, 520, 640, *range(680, 1600, 40), 1640, 1720, 1760],
    ],
)
def test_a_pause_is_no_damage(tmp_path: Path, stamps: list[int]) -> None:
    for kind in ("h264-mp4", "h264-mkv"):
        path = tmp_path / f"v{KINDS[kind][1]}"
        write_video(path, kind, len(stamps), stamps=stamps)
        with open_clip(path) as clip:
            assert numbers(clip) == list(range(len(stamps)))
            assert clip.info.warnings == ()


@pytest.mark.parametrize("is_long", [False, True])
def test_edit_list(
    videos: dict[str, Path],
    tmp_path: Path,
    is_long: bool,
    request: pytest.FixtureRequest,
) -> None:
    if is_long:
        request.getfixturevalue("long_clips")
    with av.open(str(videos["h264-mp4"])) as container:
        stamps = sorted(p.pts for p in container.demux(video=0) if p.size)
    # as a lossless cut does it: copied from the key frame at 24, shown from frame 31 on
    path = remux(videos["h264-mp4"], tmp_path / "cut.mp4", skip=24, start=stamps[31])
    with av.open(str(path)) as container:
        assert any(p.is_discard for p in container.demux(video=0)), "no edit list was written"
    with open_clip(path) as clip:
        assert numbers(clip) == list(range(31, N_FRAMES))
        assert clip.info.times_s[0] == 0
        assert clip.info.warnings == ()
        jumps = random.Random(4).choices(range(len(clip)), k=32)
        assert [number_of(clip[t]) for t in jumps] == [31 + t for t in jumps]


def test_repeated_time_stamps(videos: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "pairs.mkv"
    with av.open(str(videos["h264-mkv"])) as reader, av.open(str(path), "w") as writer:
        copied = writer.add_stream_from_template(reader.streams.video[0])
        for packet in reader.demux(video=0):
            if packet.size:
                packet.pts = -(-packet.pts // 80) * 80
                packet.stream = copied
                writer.mux(packet)
    with av.open(str(path)) as container:
        stamps = [p.pts for p in container.demux(video=0) if p.size]
    assert len(set(stamps)) < len(stamps) == N_FRAMES
    with open_clip(path) as clip:
        assert numbers(clip) == list(range(N_FRAMES))
        jumps = random.Random(6).choices(range(N_FRAMES), k=32)
        assert [number_of(clip[t]) for t in jumps] == jumps
        assert np.all(np.diff(clip.info.times_s) >= 0)


def test_a_recording_that_begins_inside_a_group(videos: dict[str, Path], tmp_path: Path) -> None:
    data = videos["h264-ts"].read_bytes()
    path = tmp_path / "begun.ts"
    path.write_bytes(data[len(data) // 3 // 188 * 188 :])
    with open_clip(path) as clip:
        assert numbers(clip) == list(range(48, N_FRAMES))
        assert len(clip.info.warnings) == 1
        assert "begins in the middle of a group" in clip.info.warnings[0]
