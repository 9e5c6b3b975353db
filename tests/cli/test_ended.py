"""A command that the system ends stops as by Ctrl+C: with its processes, and nothing half-done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.trees import boxes, put_frames, put_palette

START = "import sys; from vosgui.cli.main import main; sys.exit(main())"
N = 2000


def test_a_command_with_processes_of_its_own(tmp_path: Path) -> None:
    put_frames(tmp_path / "one", ["00000"])
    put_palette(tmp_path / "one/00000.png", boxes({1: (2, 2, 5, 5)}))
    for kind, suffix in (("JPEGImages", "jpg"), ("Annotations", "png")):
        for clip in ("meadow", "pond"):
            folder = tmp_path / "tree" / kind / clip
            folder.mkdir(parents=True)
            for t in range(N):
                (folder / f"{t:05d}.{suffix}").hardlink_to(tmp_path / f"one/00000.{suffix}")
    words = ["convert", str(tmp_path / "tree"), "--to", "mose", "--out", str(tmp_path / "out")]
    command = [sys.executable, "-c", START, *words, "--workers", "2", "--quiet"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as child:
        while child.poll() is None and not any(tmp_path.glob(".out*/**/*.png")):
            pass
        child.terminate()
        _, said = child.communicate()
    assert child.returncode == 143, said
    assert said.splitlines()[-1] == "Stopped.", "nothing of semaphores that were left"
    assert not (tmp_path / "out").exists()
