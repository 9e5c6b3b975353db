"""A video of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.media.video_factory import HW, KINDS, N_FRAMES, encoder_is_here, write_video
from vosgui.core.clip import Clip
from vosgui.media.open_clip import open_clip
from vosgui.media.video import index as video_index


@pytest.fixture(scope="session")
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


@pytest.fixture
def long_clips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open every clip as a long one: its ends alone are decoded at opening."""
    monkeypatch.setattr(video_index, "_CHECKED_PIXELS", 40 * HW[0] * HW[1])
