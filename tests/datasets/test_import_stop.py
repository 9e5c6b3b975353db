"""An import that is stopped within a clip leaves the project, and the disk, as they were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.datasets.test_mask_sources import painted_project
from tests.hearing import Heard, Stopped
from tests.media.video_factory import write_video
from tests.trees import HW, boxes, put_frames, put_image, put_palette, put_text
from vosgui.core.colours import palette
from vosgui.datasets.import_ import ImportOptions, import_dataset
from vosgui.formats.registry import detect
from vosgui.media.soft_edges import Colours

N_FRAMES = 12
N_LONG = 300
VIDEO_HW = (32, 192)
STEMS = [f"{t:05d}" for t in range(N_FRAMES)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project alone in its folder."""
    (tmp_path / "here").mkdir()
    return painted_project(tmp_path / "here/a.vosgui", tmp_path / "clips")


def state(project: Path) -> tuple[bytes, list[Path]]:
    return project.read_bytes(), sorted(project.parent.iterdir())


def palette_masks(root: Path) -> None:
    put_frames(root / "JPEGImages/long", STEMS)
    for n, stem in enumerate(STEMS):
        put_palette(root / f"Annotations/long/{stem}.png", boxes({1: (n, 1, 5, 5)}))


def coloured_masks(root: Path) -> None:
    put_frames(root / "JPEGImages/long", STEMS)
    for n, stem in enumerate(STEMS):
        colours: Colours = palette()[boxes({1: (n, 1, 5, 5)})]
        put_image(root / f"Annotations/long/{stem}.png", colours)


def labelme(root: Path) -> None:
    put_frames(root, STEMS)
    for stem in STEMS:
        points = "[[1, 1], [9, 1], [5, 8]]"
        shape = f'{{"label": "cat", "points": {points}, "shape_type": "polygon"}}'
        about = f'"imagePath": "{stem}.jpg", "imageHeight": {HW[0]}, "imageWidth": {HW[1]}'
        put_text(root / f"{stem}.json", f'{{"version": "5", {about}, "shapes": [{shape}]}}')


def long_video(root: Path, frames: Path) -> None:
    """One mask, and a video that is decoded once when it is opened."""
    put_palette(root / "Annotations/long/00000.png", boxes({1: (1, 1, 5, 5)}, VIDEO_HW))
    frames.mkdir()
    write_video(frames / "long.avi", "mjpeg-avi", N_LONG, hw=VIDEO_HW)


def long_folder(root: Path, frames: Path) -> None:
    """One mask, and a folder of images each of which is looked at when it is opened."""
    put_palette(root / "Annotations/long/00000.png", boxes({1: (1, 1, 5, 5)}))
    put_frames(frames / "long", [f"{t:05d}" for t in range(N_LONG)])


@pytest.mark.parametrize("write", [long_video, long_folder])
def test_stopped_while_a_clip_is_opened(
    tmp_path: Path, project: Path, write: Callable[[Path, Path], None]
) -> None:
    write(tmp_path / "tree", tmp_path / "frames")
    before = state(project)
    # Since the mask is read only the opening is left.
    heard = Heard(lambda heard: sum(n > 0 for n in heard.n_frames) == N_LONG // 2)
    with pytest.raises(Stopped):
        import_dataset(
            detect(tmp_path / "tree").list_clips(tmp_path / "tree"),
            project,
            ImportOptions(tmp_path / "frames"),
            heard,
        )
    assert not any(n_done for n_done, _, _ in heard.said)
    assert state(project) == before


@pytest.mark.parametrize("write", [palette_masks, coloured_masks, labelme])
@pytest.mark.parametrize("n_workers", [1, 2])
def test_stopped_within_a_clip(
    tmp_path: Path, project: Path, write: Callable[[Path], None], n_workers: int
) -> None:
    write(tmp_path / "tree")
    before = state(project)
    heard = Heard(lambda heard: heard.n_frames[-1] > 0)
    with pytest.raises(Stopped):
        import_dataset(
            detect(tmp_path / "tree").list_clips(tmp_path / "tree"),
            project,
            ImportOptions(workers=n_workers),
            heard,
        )
    assert not any(n_done for n_done, _, _ in heard.said)
    assert state(project) == before


def test_every_frame_is_told(tmp_path: Path) -> None:
    palette_masks(tmp_path / "tree")
    dataset = detect(tmp_path / "tree").list_clips(tmp_path / "tree")
    heard = Heard()
    import_dataset(dataset, tmp_path / "a.vosgui", ImportOptions(), heard)
    told = heard.n_frames
    assert told == sorted(told)
    assert set(told) >= set(range(1, N_FRAMES + 1))
