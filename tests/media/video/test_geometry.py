"""Video clips whose stored pictures are not the shown ones: turned, mirrored, stretched."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.media.video_factory import HW, remux, write_video
from vosgui.errors import ClipError
from vosgui.media.open_clip import open_clip


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
