"""How fast datasets are written and read: DAVIS-like masks of three objects, one process."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.trees import put_frames, put_palette
from vosgui.datasets.convert import convert
from vosgui.datasets.import_ import ImportOptions, import_dataset
from vosgui.formats.registry import read_format, write_format
from vosgui.formats.writer import WriteOptions

N_FRAMES = 100
HW = (480, 854)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    stems = [f"{t:05d}" for t in range(N_FRAMES)]
    put_frames(root / "JPEGImages/c", stems, HW)
    for t, stem in enumerate(stems):
        mask = np.zeros(HW, np.uint8)
        for n in range(3):
            cv2.ellipse(mask, (150 + 200 * n + t, 240), (70, 110), t, 0, 360, n + 1, -1)
        put_palette(root / f"Annotations/c/{stem}.png", mask)
    return root


@pytest.mark.parametrize("name", ["youtube-vos", "youtube-vis", "coco", "cvat", "overlay"])
def test_convert_100_frames(
    tree: Path, tmp_path: Path, name: str, benchmark: BenchmarkFixture
) -> None:
    dataset = read_format("mose").list_clips(tree)
    writer = write_format(name).writer(WriteOptions())
    n = iter(range(1000))
    benchmark.pedantic(lambda: convert(dataset, writer, tmp_path / str(next(n)), 1), rounds=3)


def test_import_100_frames(tree: Path, tmp_path: Path, benchmark: BenchmarkFixture) -> None:
    dataset = read_format("mose").list_clips(tree)
    n = iter(range(1000))
    benchmark.pedantic(
        lambda: import_dataset(dataset, tmp_path / f"{next(n)}.vosgui", ImportOptions()),
        rounds=3,
    )
