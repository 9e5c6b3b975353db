"""A project of one clip, and a video of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.formats.projects import clip_info
from tests.formats.video_factory import HW, KINDS, N_FRAMES, encoder_is_here, write_video
from vosgui.core.clip import Clip
from vosgui.formats import video_index
from vosgui.formats.media import open_clip
from vosgui.formats.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Return an open project of one clip, about which nothing is known."""
    with Project.create(tmp_path / "work" / "tennis.vosgui") as project:
        project.add_clip(clip_info(tmp_path / "clips"))
        yield project


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
