"""Fail where a module of the package has less than four fifths of its lines run by the tests.

Reads what `pytest --cov --cov-report=json:FILE` wrote, and prints the whole, and what falls short.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

LEAST = 80.0


def main(report: Path) -> int:
    """Print the coverage; return 1 where a module falls short."""
    content = json.loads(report.read_text(encoding="utf-8"))
    sys.stdout.write(f"Coverage: {content['totals']['percent_covered']:.1f} % of vosgui's lines.\n")
    shares = {name: file["summary"]["percent_covered"] for name, file in content["files"].items()}
    short = {name: share for name, share in sorted(shares.items()) if share < LEAST}
    for name, share in short.items():
        sys.stderr.write(f"{name}: {share:.1f} %, wanted are {LEAST:.0f} or more.\n")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
