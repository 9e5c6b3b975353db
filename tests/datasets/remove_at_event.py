"""A child process of test_removed: exports, while something of the target is removed meanwhile."""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.datasets.kill_at_rename import write
from vosgui.errors import InputError

EVENTS = ("os.rename", "os.mkdir", "open", "os.scandir", "os.listdir")
DONE, REFUSED, RAISED = 0, 2, 1
Remove = Callable[[Path, random.Random], None]


def remove_a_part(target: Path, rng: random.Random) -> None:
    """Remove a file or folder of the hidden folder in which the target grows."""
    hidden = target.parent / f".{target.name}.partial"
    there = sorted(path for path in hidden.rglob("*") if "lock" not in path.name)
    if there:
        _remove(rng.choice(there))


def remove_all(target: Path, _: random.Random) -> None:
    """Remove the folder in which the target is."""
    _remove(target.parent)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def outcome(n: int, work: Callable[[], None], remove: Callable[[], None]) -> tuple[int, bool]:
    """Run the work in a process in which something is removed at the n-th event.

    Returns how it ended, and whether there was such an event.
    """
    child = os.fork()
    if not child:
        events, is_removing = iter(range(1, n)), False

        def look(event: str, _: object) -> None:
            nonlocal is_removing
            if not is_removing and event in EVENTS and next(events, None) is None:
                is_removing = True
                remove()

        sys.addaudithook(look)
        try:
            work()
            status = DONE
        except InputError as error:
            print(error, file=sys.stderr)
            status = REFUSED
        except BaseException:  # noqa: BLE001 - the test shows it
            traceback.print_exc()
            status = RAISED
        os._exit(status + 10 * is_removing)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code % 10, code >= 10


def remove_everywhere(tree: Path, out: Path, to: str, kind: Remove, step: int) -> dict[int, int]:
    """Write to OUT/N/dataset, something removed at event N; return how each N ended."""
    ended, n = {}, 1
    while True:
        target = out / str(n) / "dataset"
        target.parent.mkdir(parents=True)
        work, remove = partial(write, tree, target, to), partial(kind, target, random.Random(n))
        status, was_removed = outcome(n, work, remove)
        if not was_removed:
            return ended
        ended[n] = status
        n += step


if __name__ == "__main__":
    tree, out, to, kind, step = json.loads(sys.argv[1])
    kinds = {"part": remove_a_part, "all": remove_all}
    print(json.dumps(remove_everywhere(Path(tree), Path(out), to, kinds[kind], step)))
