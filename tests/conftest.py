"""Shared set-up: Qt without a screen, settings and data in a temporary folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_configure(config: pytest.Config) -> None:
    """Let tests compute in one thread each: they run beside each other, on every core.

    Benchmarks run alone, with as many threads as the program has.
    """
    if not config.getoption("benchmark_only"):
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")


@pytest.fixture(scope="session", autouse=True)
def _trace_jobs() -> None:
    """Count the lines that run in Qt's threads, too, where coverage is measured."""
    if threading.gettrace() is None:
        return
    from vosgui.ui.session.frame_loader import FrameThread
    from vosgui.ui.session.job import JobThread
    from vosgui.ui.timeline.thumbnails import Thumbnails
    from vosgui.ui.tools.tool_thread import ToolThread

    for thread in (FrameThread, Thumbnails, JobThread, ToolThread):
        thread.run = _traced(thread.run)  # type: ignore[method-assign]


def _traced(run: Callable[[Any], None]) -> Callable[[Any], None]:
    def traced(thread: object) -> None:
        sys.settrace(threading.gettrace())
        run(thread)

    return traced


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


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Let torch compute with one thread, whatever the machine has."""
    yield from _threads(1)


@pytest.fixture
def two_threads() -> Iterator[None]:
    """Let torch compute with two threads, whatever the machine has."""
    yield from _threads(2)


def _threads(n: int) -> Iterator[None]:
    from vosgui.engine.models.device import n_threads, use_threads

    before = n_threads()
    use_threads(n)
    yield
    use_threads(before)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder on a disk of 600 kB of its own; skip where none can be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """Yield a folder on a disk of its own, and what makes that read-only; skip where none can be.

    It says other things than a folder without permission does: also of what is not there.
    """
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(*words: str) -> bool:
        try:
            return (
                subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0
            )
        except FileNotFoundError:
            return False

    if not mount("-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)):
        pytest.skip("a disk cannot be mounted here")

    def close() -> None:
        assert mount("-o", "remount,ro", str(folder))

    yield folder, close
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def unprivileged_folder() -> Iterator[Path]:
    """Yield a new folder, as a user to whom permissions apply: root passes by them all."""
    if not hasattr(os, "geteuid"):
        pytest.skip("needs POSIX permissions")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if is_root:
                os.seteuid(0)
