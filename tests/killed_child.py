"""A child process that says what it has done, line by line, and is killed in the middle of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def said_until_killed(module: str, path: Path, n: int, ending: str = "") -> list[list[str]]:
    """Run a module on a path, kill it once it has said n lines, and return all lines, in words.

    ending : what a line that counts ends with. A line that the kill cut short was not said.
    """
    with subprocess.Popen(
        [sys.executable, "-m", module, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        said: list[str] = []
        while sum(line.endswith(f"{ending}\n") for line in said) < n:
            said.append(child.stdout.readline())
            assert said[-1], "it ended before it had said enough"
        child.kill()
        said += child.stdout.read().splitlines(keepends=True)
    return [line.split() for line in said if line.endswith("\n")]
