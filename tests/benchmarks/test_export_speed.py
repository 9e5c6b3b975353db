"""Frames per second of an export, from images and from a video, and where its time goes."""

from __future__ import annotations

import cProfile
import pstats
import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.test_project_speed import blobs
from tests.media.video_factory import numbered_frame, write_video
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.datasets.export import ExportItem, ExportOrder, export_format
from vosgui.formats import frame_files
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project

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
        report = export_format([item], ExportOrder("youtube-vos", tmp_path / "out", "all"))
        assert report.n_frames == N_FRAMES

    benchmark.pedantic(export, rounds=3)
    benchmark.extra_info["frames_per_second"] = round(N_FRAMES / benchmark.stats["min"], 1)


class _AtOnce:
    """Takes the place of the writers' threads: a profile sees one thread."""

    def __init__(self, _n_threads: int) -> None:
        pass

    def __enter__(self) -> _AtOnce:
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def submit(self, function: Callable[..., None], *arguments: Any) -> Future[None]:
        function(*arguments)
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def shutdown(self, *, cancel_futures: bool) -> None:
        pass


# what: functions of whose calls, with all that they call, it is the time
SHARES = {
    "read and check the JPEG": ("frame_files.py", "jpeg_of"),
    "write the JPEG": ("frame_files.py", "write_picture"),
    "unpack the mask": ("mask.py", "unpack"),
    "encode and write the PNG": ("palette.py", "write_mask"),
    "open the clip: each frame's size": ("images.py", "open_images"),
    "read the project (SQLite)": ("project.py", "history"),
    "key of what is written": ("dataset.py", "loaded"),
}


@pytest.mark.slow
def test_where_the_time_of_1000_frames_goes(
    tmp_path: Path, benchmark: BenchmarkFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Profile an export from a project, 480p and three objects, in processor time of one thread."""
    n_frames, hw = 1000, SIZES["480p"]
    (tmp_path / "clip").mkdir()
    pictures = [Image.fromarray(numbered_frame(t, hw)) for t in range(10)]
    for t in range(n_frames):
        pictures[t % 10].save(tmp_path / "clip" / f"{t:05d}.jpg")
    with Project.create(tmp_path / "p.vosgui") as project, open_clip(tmp_path / "clip") as clip:
        history = project.history(project.clips.add(clip.info).id)
        with project.batch():
            for _ in range(3):
                history.do("Add object", edits.add_object(history.annotation))
            for t in range(n_frames):
                mask = blobs(hw, 3, t)
                history.do("Give", edits.give_mask(history.annotation, t, mask, [1, 2, 3]))
    monkeypatch.setattr(frame_files.futures, "ThreadPoolExecutor", _AtOnce)
    profile = cProfile.Profile(time.process_time)

    def export() -> None:
        with Project.open(tmp_path / "p.vosgui") as project:
            (record,) = project.clips
            annotation = project.history(record.id).annotation
        item = ExportItem("clip", annotation, record.info, tmp_path / "clip")
        report = export_format([item], ExportOrder("youtube-vos", tmp_path / "out", "all"))
        assert report.n_frames == n_frames

    def profiled() -> None:
        profile.runcall(export)

    benchmark.pedantic(profiled, rounds=1)
    stats: Any = pstats.Stats(profile)
    found = {(Path(file).name, name): row[3] for (file, _, name), row in stats.stats.items()}
    shares = {what: found.get(key, 0.0) / stats.total_tt for what, key in SHARES.items()}
    shares["all else, in Python"] = 1 - sum(shares.values())
    benchmark.extra_info["ms_per_frame"] = round(1000 * stats.total_tt / n_frames, 2)
    benchmark.extra_info |= {what: f"{share:.0%}" for what, share in shares.items()}
