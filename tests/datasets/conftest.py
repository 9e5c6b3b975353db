"""What several tests of the engine begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

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
