"""Files that take the place of others: of ordinary files alone, and never of a project."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from vosgui.errors import TargetError
from vosgui.files.atomic import atomic_file, atomic_path, check_place


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    heard: list[bytes] = []
    for path in (pipe, link):
        reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
        reader.start()
        with atomic_file(path) as file:
            file.write(b"report")
        reader.join()
        assert heard.pop() == b"report"
    assert pipe.is_fifo() and link.is_symlink()
    with pytest.raises(TargetError, match="pipe"), atomic_path(link):
        pass
    assert sorted(tmp_path.iterdir()) == [link, pipe]


def test_a_pipe_whose_reader_has_gone_is_no_fault_of_the_target(tmp_path: Path) -> None:
    readable, writable = os.pipe()
    os.close(readable)
    with pytest.raises(BrokenPipeError), atomic_file(Path(f"/dev/fd/{writable}")) as file:
        file.write(b"report")
    os.close(writable)


def test_no_file_takes_the_place_of_a_project(tmp_path: Path) -> None:
    path = tmp_path / "work.vosgui"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE kept (x)")
    before = path.read_bytes()
    with pytest.raises(TargetError, match=r"work\.vosgui.*project"):
        check_place(path)
    with pytest.raises(TargetError, match="project"), atomic_file(path) as file:
        file.write(b"report")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
