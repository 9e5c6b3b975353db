"""Shared set-up: Qt without a screen, settings and data in a temporary folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's settings, projects and caches out of reach of the tests."""
    home = tmp_path_factory.mktemp("home")
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))


@pytest.fixture(scope="session")
def development_data() -> Path:
    """Return the folder of development clips; skip where it is absent.

    It stands beside the checkout as `shared/data`, or where VOSGUI_DATA says.
    """
    root = Path(__file__).resolve().parents[1]
    folder = Path(os.environ.get("VOSGUI_DATA", root.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the development clips are not here (VOSGUI_DATA names their folder)")
    return folder
