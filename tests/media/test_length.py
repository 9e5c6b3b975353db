"""What is known of a clip at little cost: its length by its header, and which frames cost least."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.media.video_factory import KINDS, N_FRAMES, number_of
from vosgui.core.clip import Clip
from vosgui.errors import ClipError
from vosgui.media.key_frames import key_frames
from vosgui.media.length import header_length
from vosgui.media.open_clip import open_clip


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_header_says_how_long_it_is(kind: str, videos: dict[str, Path]) -> None:
    if kind not in videos:
        pytest.skip(f"this PyAV cannot write {KINDS[kind][0]}")
    length = header_length(videos[kind])
    if kind == "h264-raw":  # it has no header, and needs no length to be looked at
        assert length.n_frames == 0
    else:
        assert length.n_frames == pytest.approx(N_FRAMES, abs=2)
        assert length.seconds == pytest.approx(N_FRAMES / 25, abs=0.1)


def test_images_are_counted(tmp_path: Path) -> None:
    demo = Path(__file__).resolve().parents[2] / "resources" / "demo" / "JPEGImages" / "demo"
    assert header_length(demo).n_frames == len(open_clip(demo))
    assert header_length(demo / "00000.jpg").n_frames == 1
    (tmp_path / "no.mp4").write_bytes(b"no video")
    with pytest.raises(ClipError, match=r"no\.mp4"):
        header_length(tmp_path / "no.mp4")


def test_key_frames_are_decoded_alone(clip: Clip) -> None:
    frames = key_frames(clip).tolist()
    assert frames[0] == 0 and frames == sorted(set(frames)) and len(frames) >= 3
    with clip.reopen() as reader:
        for t in reversed(frames):
            assert number_of(reader[t]) == t


def test_each_image_is_decoded_alone() -> None:
    demo = Path(__file__).resolve().parents[2] / "resources" / "demo" / "JPEGImages" / "demo"
    with open_clip(demo) as clip:
        assert key_frames(clip).tolist() == list(range(len(clip)))
