"""A project of one clip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.projects import clip_info
from vosgui.project.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Return an open project of one clip, about which nothing is known."""
    with Project.create(tmp_path / "work" / "tennis.vosgui") as project:
        project.clips.add(clip_info(tmp_path / "clips"))
        yield project
