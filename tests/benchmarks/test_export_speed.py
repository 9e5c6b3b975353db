"""Frames per second of an export, from images and from a video."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.test_project_speed import blobs
from tests.formats.video_factory import numbered_frame, write_video
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.engine.export import ExportItem
from vosgui.engine.export_formats import ExportOrder, export_format
from vosgui.formats.media import open_clip

SIZES = {"480p": (480, 854), "1080p": (1080, 1920)}
N_FRAMES = 24


def write_images(folder: Path, suffix: str, hw: tuple[int, int]) -> Path:
    folder.mkdir()
    for t in range(N_FRAMES):
        Image.fromarray(numbered_frame(t, hw)).save(folder / f"{t:05d}{suffix}")
    return folder


@pytest.mark.parametrize("kind", ["jpg", "png", "video"])
@pytest.mark.parametrize("size", SIZES)
def test_export(tmp_path: Path, benchmark: BenchmarkFixture, size: str, kind: str) -> None:
    hw = SIZES[size]
    if kind == "video":
        path = write_video(tmp_path / "clip.mp4", "h264-mp4", N_FRAMES, hw=hw)
    else:
        path = write_images(tmp_path / "clip", f".{kind}", hw)
    history = History(Annotation(hw, N_FRAMES))
    for _ in range(3):
        history.do("Add object", edits.add_object(history.annotation))
    for t in range(N_FRAMES):
        history.do("Give", edits.give_mask(history.annotation, t, blobs(hw, 3, t), [1, 2, 3]))
    with open_clip(path) as clip:
        item = ExportItem("clip", history.annotation, clip.info, path)

    def export() -> None:
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        *_, report = export_format([item], ExportOrder("youtube-vos", tmp_path / "out", "all"))
        assert report.n_frames == N_FRAMES  # type: ignore[union-attr]

    benchmark.pedantic(export, rounds=3)
    benchmark.extra_info["frames_per_second"] = round(N_FRAMES / benchmark.stats["min"], 1)
