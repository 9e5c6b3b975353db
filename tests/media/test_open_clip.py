"""Opening anything: one clear line for what is no clip, a stable fingerprint for what is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.hearing import Heard, Stopped
from tests.media.video_factory import write_video
from vosgui.core.array_cache import ArrayCache
from vosgui.errors import ClipError
from vosgui.media.fingerprint import file_fingerprint
from vosgui.media.open_clip import open_clip


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("video") / "clip.avi", "mpeg4-avi", 40)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp4", b""),
        ("text.mp4", b"this is not a video\n" * 100),
        ("text.txt", b"this is not a video\n" * 100),
        ("text.ans", b"this is not a video\n" * 100),
        ("zeros.mp4", bytes(5000)),
        ("noise.avi", np.random.default_rng(0).bytes(20_000)),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:1,\nhttp://localhost/x.ts\n"),
        ("playlist.ffconcat", b"ffconcat version 1.0\nfile clip.avi\n"),
        ("page.html", b"<html><body>video</body></html>"),
    ],
)
def test_what_is_not_a_video(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ClipError) as error:
        open_clip(path)
    assert str(error.value).count(str(path)) == 1 and "\n" not in str(error.value)
    assert "Errno" not in str(error.value)


def test_a_playlist_does_not_open_other_files(tmp_path: Path, video: Path) -> None:
    (tmp_path / "clip.avi").write_bytes(video.read_bytes())
    path = tmp_path / "list.ffconcat"
    path.write_text("ffconcat version 1.0\nfile http://localhost/clip.avi\n")
    with pytest.raises(ClipError):
        open_clip(path)


def test_sound_with_a_cover_is_not_a_video(tmp_path: Path) -> None:
    import av

    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        sound.sample_rate = 8000
        container.mux(stream.encode(sound))
    with pytest.raises(ClipError, match="no video stream"):
        open_clip(path)


def test_missing_and_special(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match=r"no clip at .*none\.mp4"):
        open_clip(tmp_path / "none.mp4")
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(ClipError, match="neither a file nor a folder"):
        open_clip(tmp_path / "pipe.mp4")


def test_a_relative_path_becomes_absolute(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(video.parent)
    with open_clip(Path(video.name)) as clip:
        assert clip.info.path == video and clip.info.name == "clip"


def test_progress_rises_to_one_and_cancels(video: Path, tmp_path: Path) -> None:
    heard = Heard()
    open_clip(video, progress=heard).close()
    assert heard.parts == sorted(heard.parts) and heard.parts[-1] == 1
    Image.new("RGB", (4, 4)).save(tmp_path / "0.png")
    open_clip(tmp_path, progress=heard).close()
    assert heard.parts[-1] == 1
    for path in (video, tmp_path):
        with pytest.raises(Stopped):
            open_clip(path, progress=Heard(lambda _: True))


def test_fingerprint_follows_the_content_not_the_place(video: Path, tmp_path: Path) -> None:
    moved = tmp_path / "other.avi"
    moved.write_bytes(video.read_bytes())
    with open_clip(video) as one, open_clip(moved) as two:
        assert one.info.fingerprint == two.info.fingerprint
    data = bytearray(video.read_bytes())
    data[-1] ^= 1
    moved.write_bytes(data)
    assert file_fingerprint(moved) != file_fingerprint(video)


def test_fingerprint_of_a_folder(tmp_path: Path) -> None:
    for part in ("one", "two"):
        (tmp_path / part).mkdir()
        for i in range(3):
            Image.new("RGB", (4, 4), (i, 0, 0)).save(tmp_path / part / f"{i}.bmp")

    def fingerprint(part: str) -> str:
        with open_clip(tmp_path / part) as clip:
            return clip.info.fingerprint

    first = fingerprint("one")
    assert fingerprint("two") == first
    Image.new("RGB", (4, 4), (9, 9, 9)).save(tmp_path / "two" / "2.bmp")
    assert fingerprint("two") != first
    (tmp_path / "one" / "1.bmp").rename(tmp_path / "one" / "1b.bmp")
    assert fingerprint("one") != first


def test_pyav_is_loaded_with_the_first_video_only(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "0.png")
    code = (
        "import sys; from pathlib import Path; from vosgui.media.open_clip import open_clip\n"
        f"open_clip(Path({str(tmp_path)!r}))[0]; assert 'av' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@settings(max_examples=50)
@given(
    puts=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40)), max_size=40),
    max_bytes=st.integers(0, 100),
)
def test_the_cache_keeps_its_bound_and_the_latest(
    puts: list[tuple[int, int]], max_bytes: int
) -> None:
    cache = ArrayCache(max_bytes)
    for t, size in puts:
        cache.put(t, np.zeros((size, 1, 1), np.uint8))
        held = {k: cache.get(k) for k in range(10) if k in cache}
        assert t in held
        assert cache.n_bytes == sum(f.nbytes for f in held.values() if f is not None)
        assert cache.n_bytes <= max_bytes or len(cache) == 1
    cache.clear()
    assert len(cache) == 0 and cache.n_bytes == 0
