"""The files of a clip's folder: what belongs there, found in the time that their number takes."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from vosgui.core.issues import Severity
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


def test_masks_may_be_called_like_the_frames_of_their_clip(tmp_path: Path) -> None:
    """As folders of masks are written, of a camera that calls its frames so."""
    (tmp_path / "frame_0001.png").touch()
    found = {
        digits: [one.severity for one in Files("a", tmp_path, ".png").name_issues(digits)]
        for digits in (0, 5)
    }
    assert found == {0: [Severity.WARNING], 5: [Severity.ERROR]}
