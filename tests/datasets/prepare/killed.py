"""A child process of test_killed: prepares a video, killed at some of its renames."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.datasets.kill_at_rename import killed_at
from vosgui.datasets.prepare.prepare import prepare
from vosgui.datasets.prepare.rules import ClipRules, FileRules, PrepareRules

RULES = PrepareRules(
    clips=ClipRules(min_length_s=1, max_length_s=1, margin=0),
    files=FileRules(stride=5, short_side=64),
)


def kill_at_some(video: Path, out: Path) -> None:
    """Prepare into OUT/N, killed at rename N; print each N up to that at which it lived."""
    n = 1
    while killed_at(n, lambda n=n: prepare([video], out / str(n), RULES, 1)):  # type: ignore[misc]
        print(n)
        n += 2


if __name__ == "__main__":
    kill_at_some(Path(sys.argv[1]), Path(sys.argv[2]))
