"""The files of a clip's folder: what belongs there, found in the time that their number takes."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from vosgui.formats.tree.name_checks import Files


def n_hashes(monkeypatch: pytest.MonkeyPatch, folder: Path, n: int) -> int:
    """Return how often a path is looked up while a folder of so many files is checked."""
    folder.mkdir()
    for t in range(n):
        (folder / f"{t:05d}.png").touch()
    (folder / "notes.txt").touch()
    count, plain = 0, PurePath.__hash__

    def counted(path: PurePath) -> int:
        nonlocal count
        count += 1
        return plain(path)

    with monkeypatch.context() as patch:
        patch.setattr(PurePath, "__hash__", counted)
        issues = list(Files("a", folder, ".png").name_issues(5))
    assert [issue.file for issue in issues] == [str(folder / "notes.txt")]
    return count


def test_many_files_take_no_more_than_their_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    few, many = (n_hashes(monkeypatch, tmp_path / str(n), n) for n in (20, 200))
    assert few > 0 and many <= 12 * few
