"""`prepare` killed at any of its renames: begun again, the bytes are those of a run in one go."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.datasets.prepare.killed import RULES
from tests.datasets.prepare.long_videos import Shot, write_shots
from vosgui.datasets.prepare.prepare import prepare

ROOT = Path(__file__).resolve().parents[3]


def files_of(root: Path) -> dict[Path, bytes]:
    """Return the bytes of all files but what is kept of scans."""
    files = (path for path in root.rglob("*") if path.is_file())
    found = {path.relative_to(root): path.read_bytes() for path in files}
    return {path: data for path, data in found.items() if path.parts[0] != ".scans"}


def test_what_is_gone_on_with_is_what_would_have_been(tmp_path: Path) -> None:
    video = write_shots(tmp_path / "day.mp4", [Shot(40, seed=1), Shot(40, seed=2)])
    report = prepare([video], tmp_path / "whole", RULES, 1)
    assert len(report.written) == 2
    whole = files_of(tmp_path / "whole")
    words = [sys.executable, "-m", "tests.datasets.prepare.killed", str(video), str(tmp_path)]
    said = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    moments = said.stdout.split()
    assert len(moments) > 5
    for moment in moments:
        root = tmp_path / moment
        for folder in (root / "JPEGImages").glob("[!.]*"):  # a clip that is there is whole
            files = {path.name: path.read_bytes() for path in folder.iterdir()}
            own = Path("JPEGImages") / folder.name
            assert files == {path.name: data for path, data in whole.items() if path.parent == own}
        prepare([video], root, RULES, 1)
        assert files_of(root) == whole
