"""Files that are written behind: all there at the end, in order, and an error is not lost."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from vosgui.errors import TargetError
from vosgui.files.writes_behind import WritesBehind


def test_all_is_written_in_order_by_another_thread(tmp_path: Path) -> None:
    written: list[tuple[int, bool]] = []
    here = threading.get_ident()
    with WritesBehind() as files:
        for n in range(40):
            files.submit(lambda n=n: written.append((n, threading.get_ident() == here)))
    assert written == [(n, False) for n in range(40)]


def test_one_that_cannot_be_written_is_told() -> None:
    def refuse() -> None:
        raise TargetError("full")

    with pytest.raises(TargetError, match="full"), WritesBehind() as files:
        files.submit(refuse)
    with pytest.raises(TargetError, match="full"), WritesBehind() as files:
        for _ in range(100):
            files.submit(refuse)


def test_what_was_made_before_a_stop_is_written(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), WritesBehind() as files:
        files.submit((tmp_path / "a").touch)
        raise KeyboardInterrupt
    assert (tmp_path / "a").exists()
