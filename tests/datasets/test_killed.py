"""An export killed at any of its renames: nothing that looks finished, and all of it afterwards."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.datasets.kill_at_rename import write
from tests.datasets.test_convert import bytes_of
from tests.trees import boxes, put_frames, put_palette

ROOT = Path(__file__).resolve().parents[2]
HIDDEN = ".dataset.partial"


def put_clip(root: Path, name: str, number: int, stems: tuple[str, ...]) -> None:
    put_frames(root / "JPEGImages" / name, stems)
    for stem in stems:
        put_palette(root / f"Annotations/{name}/{stem}.png", boxes({1: (number, 1, 5, 5)}))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a tree of two clips."""
    for number, name in enumerate(("a", "b")):
        put_clip(tmp_path / "tree", name, number, ("00000", "00005"))
    return tmp_path / "tree"


def kill(tree: Path, out: Path, to: str, before: Path) -> list[Path]:
    """Return where each killed export was to write."""
    words = json.dumps([str(tree), str(out), to, str(before)])
    command = [sys.executable, "-m", "tests.datasets.kill_at_rename", words]
    said = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    last = int(said.stdout)
    assert last > 12  # there were that many moments
    return [out / str(n) / "dataset" for n in range(1, last)]


@pytest.mark.slow
@pytest.mark.parametrize("to", ["youtube-vos", "coco"])
def test_what_is_gone_on_with_is_what_would_have_been(tree: Path, tmp_path: Path, to: str) -> None:
    write(tree, tmp_path / "whole", to)
    whole = bytes_of(tmp_path / "whole")
    for target in kill(tree, tmp_path / "out", to, tmp_path / "none"):
        assert not target.exists() or bytes_of(target) == whole
        if not target.exists():
            assert [path.name for path in target.parent.iterdir()] == [HIDDEN]
            write(tree, target, to)
            assert [path.name for path in target.parent.iterdir()] == [target.name]
        assert bytes_of(target) == whole


@pytest.mark.slow
def test_a_tree_that_clips_join_lists_whole_clips_only_and_is_put_back(
    tree: Path, tmp_path: Path
) -> None:
    put_clip(tmp_path / "old", "b", 3, ("00000", "00005", "00010"))
    put_clip(tmp_path / "old", "c", 4, ("00000",))
    write(tmp_path / "old", tmp_path / "before", "join")
    before = bytes_of(tmp_path / "before")
    shutil.copytree(tmp_path / "before", tmp_path / "whole")
    write(tree, tmp_path / "whole", "join")
    whole = bytes_of(tmp_path / "whole")
    assert sorted(json.loads((tmp_path / "whole/meta.json").read_text())["videos"]) == [*"abc"]
    put_clip(tmp_path / "other", "d", 5, ("00000",))
    others = {name: of for name, of in before.items() if name != "meta.json"}
    for target in kill(tree, tmp_path / "out", "join", tmp_path / "before"):
        now = bytes_of(target)
        for clip in json.loads((target / "meta.json").read_text())["videos"]:
            part = {name: of for name, of in now.items() if f"/{clip}/" in name}
            assert part in [
                {name: of for name, of in one.items() if f"/{clip}/" in name}
                for one in (before, whole)
            ]
        was_joined = now == whole
        shutil.copytree(target.parent, target.parent.with_suffix(".same"))
        same = target.parent.with_suffix(".same") / "dataset"
        if not was_joined:
            write(tmp_path / "other", target, "join")
            after = bytes_of(target)
            assert {name: of for name, of in after.items() if name in others} == others
            assert not any("/a/" in name for name in after)
        write(tree, same, "join")
        assert bytes_of(same) == whole
        assert [path.name for path in same.parent.iterdir()] == [same.name]


@pytest.mark.skipif(not hasattr(signal, "pause"), reason="needs POSIX signals")
def test_workers_end_with_the_process_that_began_them() -> None:
    command = [sys.executable, "-m", "tests.datasets.kill_at_rename", "orphans"]
    # The pipe ends when the last process that holds it does.
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL
