"""What a worker process does with a job, as if this process were one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.datasets.test_workers import count, jobs
from vosgui.datasets import processes
from vosgui.errors import ClipError


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return what it shares with who waits for it: a stop, and frames of two jobs."""
    numbers = [0, 0, 0]
    monkeypatch.setattr(processes, "_shared", numbers)
    return numbers


def test_frames_are_told_as_they_are_done(tmp_path: Path, shared: list[int]) -> None:
    assert processes._run(count, 1, jobs(tmp_path, 3)[0]) == ("clip 0",)
    assert shared == [0, 0, 3]


def test_a_job_that_is_called_off_has_no_result(tmp_path: Path, shared: list[int]) -> None:
    shared[0] = 1
    assert processes._run(count, 0, jobs(tmp_path, 3)[0]) == ()
    assert shared[1:] == [0, 0]


def test_what_fails_is_raised(tmp_path: Path, shared: list[int]) -> None:
    with pytest.raises(ClipError, match="clip 0 has no frames"):
        processes._run(count, 0, jobs(tmp_path, 0)[0])
