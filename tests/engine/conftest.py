"""What several tests of the engine begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.annotated import image_folder, video_file


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return clips to export, by what they are made of."""
    folder = tmp_path_factory.mktemp("sources")
    return {
        "jpg": image_folder(folder / "00aa11bb22"),
        "JPEG": image_folder(folder / "upper", ".JPEG"),
        "png": image_folder(folder / "png", ".png"),
        "renamed": image_folder(folder / "renamed", ".jpg", "img_{:04d}"),
        "video": video_file(folder / "video.avi"),
    }


@pytest.fixture
def two_threads() -> Iterator[None]:
    """Let torch compute with two threads, whatever the machine has."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)
