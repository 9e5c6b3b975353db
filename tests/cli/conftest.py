"""A scene of moving squares on disk: its frames, and its first mask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.propagating import N, write_frames
from tests.engine.scenes import moving_squares
from vosgui.core.mask import Mask
from vosgui.media.palette import write_mask


@pytest.fixture(scope="module")
def scene() -> tuple[list[np.ndarray], list[Mask]]:
    clip, truth = moving_squares(N)
    return [clip[t] for t in range(N)], truth


@pytest.fixture
def clip(tmp_path: Path, scene: tuple[list[np.ndarray], list[Mask]]) -> Path:
    return write_frames(tmp_path / "clip", scene[0])


@pytest.fixture
def mask(tmp_path: Path, scene: tuple[list[np.ndarray], list[Mask]]) -> Path:
    path = tmp_path / "first.png"
    write_mask(path, scene[1][0])
    return path
