"""Video clips: frame `t` is frame `t`, from any side, in every container."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.formats.video_factory import (
    HW,
    KINDS,
    encoder_is_here,
    number_of,
    overwrite,
    remux,
    write_video,
)
from vosgui.core.clip import Clip
from vosgui.errors import ClipError
from vosgui.formats import video_index
from vosgui.formats.media import find_damage, open_clip

N_FRAMES = 90
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


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return one video of each kind that this build of PyAV can write."""
    folder = tmp_path_factory.mktemp("videos")
    return {
        kind: write_video(folder / f"{kind}{suffix}", kind, N_FRAMES)
        for kind, (codec, suffix, _, _) in KINDS.items()
        if encoder_is_here(codec)
    }


@pytest.fixture(params=list(KINDS))
def clip(request: pytest.FixtureRequest, videos: dict[str, Path]) -> Iterator[Clip]:
    if request.param not in videos:
        pytest.skip(f"this PyAV cannot write {KINDS[request.param][0]}")
    with open_clip(videos[request.param]) as opened:
        yield opened


def copy(path: Path, folder: Path) -> Path:
    target = folder / path.name
    target.write_bytes(path.read_bytes())
    return target


@pytest.fixture
def long_clips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open every clip as a long one: its ends alone are decoded at opening."""
    monkeypatch.setattr(video_index, "_CHECKED_PIXELS", 40 * HW[0] * HW[1])


def numbers(clip: Clip) -> list[int]:
    return [number_of(clip[t]) for t in range(len(clip))]


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
    from vosgui.formats.decoder import Decoder

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


@pytest.mark.parametrize("angle", [90, 180, -90])
def test_rotation(videos: dict[str, Path], tmp_path: Path, angle: int) -> None:
    path = remux(videos["h264-mp4"], tmp_path / "turned.mp4", rotation=angle)
    with av.open(str(path)) as container:
        assert next(container.decode(video=0)).rotation in (angle, angle % 360 - 360)
    with open_clip(path) as turned, open_clip(videos["h264-mp4"]) as upright:
        assert turned.info.hw == (HW if angle == 180 else HW[::-1])
        assert turned[7].shape[:2] == turned.info.hw
        assert np.array_equal(turned[7], np.rot90(upright[7], angle // 90))


def test_mirrored_display_matrix(videos: dict[str, Path], tmp_path: Path) -> None:
    one = 1 << 16
    path = remux(
        videos["h264-mp4"],
        tmp_path / "mirror.mp4",
        matrix=(-one, 0, 0, 0, one, 0, HW[1] * one, 0, 1 << 30),
    )
    with open_clip(path) as mirrored, open_clip(videos["h264-mp4"]) as straight:
        assert np.array_equal(mirrored[7], straight[7][:, ::-1])


@pytest.mark.parametrize(("aspect", "hw"), [((4, 3), (176, 427)), ((1, 2), (352, 320))])
def test_oblong_pixels(tmp_path: Path, aspect: tuple[int, int], hw: tuple[int, int]) -> None:
    path = write_video(tmp_path / "a.mp4", "h264-mp4", 8, pixel_aspect=Fraction(*aspect))
    with open_clip(path) as clip:
        assert clip.info.hw == hw
        assert clip[3].shape[:2] == hw


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


@pytest.mark.parametrize("is_long", [False, True])
def test_frames_that_change_size(
    tmp_path: Path, is_long: bool, request: pytest.FixtureRequest
) -> None:
    if is_long:
        request.getfixturevalue("long_clips")
    one = write_video(tmp_path / "1.ts", "h264-ts", 30)
    two = write_video(tmp_path / "2.ts", "h264-ts", 30, hw=(96, 208))
    path = tmp_path / "both.ts"
    path.write_bytes(one.read_bytes() + two.read_bytes())
    with pytest.raises(ClipError, match=r"both\.ts change size.*320x176.*208x96"):
        open_clip(path)


def test_a_recording_that_begins_inside_a_group(videos: dict[str, Path], tmp_path: Path) -> None:
    data = videos["h264-ts"].read_bytes()
    path = tmp_path / "begun.ts"
    path.write_bytes(data[len(data) // 3 // 188 * 188 :])
    with open_clip(path) as clip:
        assert numbers(clip) == list(range(48, N_FRAMES))
        assert len(clip.info.warnings) == 1
        assert "begins in the middle of a group" in clip.info.warnings[0]


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
        walk = find_damage(clip)
        parts = []
        try:
            while True:
                parts.append(next(walk))
        except StopIteration as stop:
            damaged = stop.value
        assert damaged is not None and 20 < damaged < 80
        assert parts == sorted(parts) and parts[0] >= 0 and parts[-1] <= 1
        assert [number_of(clip[t]) for t in range(damaged)] == list(range(damaged))
        if len(clip) == N_FRAMES:
            with pytest.raises(ClipError, match=rf"Frame \d+ of .*{path.name} is damaged"):
                for t in range(damaged, N_FRAMES):
                    clip[t]
            assert number_of(clip[N_FRAMES - 1]) == N_FRAMES - 1


def test_a_whole_clip_has_no_damage(clip: Clip) -> None:
    walk = find_damage(clip)
    with pytest.raises(StopIteration) as stop:
        while True:
            next(walk)
    assert stop.value.value is None


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
