"""How much memory large files of masks take to be validated and read, beside their size.

    python -m tests.benchmarks.json_memory
    python -m tests.benchmarks.json_memory --megabytes 50 --kinds coco-polygons burst

Each in a process of its own: the peak (VmHWM, as Linux tells it) less what the process held before.
Reading is: every clip, one after the other, as `convert --workers 1` and `import` do.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.large_files import KINDS
from vosgui.datasets.validate import validate
from vosgui.formats.locate import locate


def main() -> int:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=200)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(_measured(*asked.one)))
        return 0
    print("| kind | file | validate | read |\n| --- | --- | --- | --- |")
    for kind in asked.kinds:
        with tempfile.TemporaryDirectory() as folder:
            file = KINDS[kind](Path(folder), round(asked.megabytes * 1e6))
            size = file.stat().st_size
            cells = [f"{kind} | {size / 1e6:.0f} MB"]
            for what in ("validate", "read"):
                called = [sys.executable, "-m", "tests.benchmarks.json_memory", "--one"]
                told = subprocess.run(
                    [*called, what, kind, folder], capture_output=True, text=True, check=True
                )
                held, seconds, n = json.loads(told.stdout)
                times = f"{held / size:.1f} times" if size else ""
                cells.append(f"{held / 1e6:.0f} MB, {times}, {seconds:.0f} s ({n})")
            print(f"| {' | '.join(cells)} |", flush=True)
    return 0


def _measured(what: str, kind: str, folder: str) -> tuple[int, float, int]:
    """Return the bytes that it took, the seconds, and how many issues or clips were found."""
    before, begun = _peak(), time.monotonic()
    if what == "validate":
        issues = validate(Path(folder), "auto", 1).issues
        for one in issues[:3]:
            print(one, file=sys.stderr)
        n = len(issues)
    else:
        row, root = locate(Path(folder), "auto")
        n = 0
        for source in row.list_clips(root).clips:
            n += 1 if source.read().annotation.objects else 0
    return _peak() - before, time.monotonic() - begun, n


def _peak() -> int:
    found = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
    return int(found) * 1024


if __name__ == "__main__":
    sys.exit(main())
