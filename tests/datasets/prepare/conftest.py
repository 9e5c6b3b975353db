"""A video of three shots, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.datasets.prepare.long_videos import Shot, write_shots

SHOTS = (Shot(100, seed=1), Shot(90, seed=2), Shot(110, seed=3))


@pytest.fixture(scope="session")
def three_shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shots(tmp_path_factory.mktemp("long") / "three.mp4", SHOTS)
