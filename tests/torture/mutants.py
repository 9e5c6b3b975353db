"""Files of every format, and projects, with bytes or values changed: read, or refused in a line."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.formats.test_fuzz import FORMATS, PIECES, mutated
from tests.project.projects import clip_info, paint
from tests.torture.trial import Trial
from vosgui.datasets.validate import validate
from vosgui.errors import InputError
from vosgui.files.fault_log import fault_log
from vosgui.formats.registry import read_format
from vosgui.project.project import Project

_BATCH, _BATCH_S = 100, 300  # mutants tried by one process, and how long that may take
_VALUES: tuple[Any, ...] = (
    None, "", "x", "null", -1, 0, 1, 2**31, 2**63 - 1, -(2**63), 1e308, float("inf"), 0.5,
    b"", b"\x00", b"\xff\xfe", b"\x01" * 40, "[]", "{}", '{"names": null, "times_s": []}', "\ud800",
)  # fmt: skip
_JSON_VALUES: tuple[Any, ...] = (
    None, True, "", "x", "1", -1, 0, 1, 2.5, 2**31, 2**63, 1e300, [], {}, [1], ["x"], [[1, 2]],
    {"a": 1}, [None], {"size": [1, 2], "counts": [1, 1]},
)  # fmt: skip
Read = Callable[[random.Random], None]


def run(trial: Trial) -> None:
    """Try batches of mutants of one kind after the other until the time is over."""
    kinds: dict[str, Read] = {}
    for name, (make, file) in FORMATS.items():
        root = make(trial.place(f"formats/{name}"))
        kinds[name] = _reader_of(name, root, file)
    kinds |= project_readers(trial.place("projects"))

    trial.said["kinds"] = len(kinds)
    batch = 0
    while trial.goes_on:
        for name, read in kinds.items():
            if trial.goes_on:
                _try_batch(trial, name, read, batch)
        batch += 1


def _try_batch(trial: Trial, name: str, read: Read, batch: int) -> None:
    """Try mutants in a process of their own: what crashes or hangs is a fault, and ends no more."""
    readable, writable = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(_BATCH_S)
        faults = [
            fault
            for n in range(_BATCH)
            if (fault := _fault(read, f"{trial.seed} {name} {batch} {n}"))
        ]
        with os.fdopen(writable, "w") as tell:
            json.dump(faults, tell)
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable) as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    trial.n += _BATCH
    if status:
        trial.faults.append(f"{name}: batch {batch} ended its process with {status}")
    else:
        trial.faults.extend(json.loads(said))


def _fault(read: Read, seed: str) -> str:
    """Return what went wrong with one mutant, with its seed; nothing where it was refused well."""
    try:
        read(random.Random(seed))
    except InputError as refused:
        if "\n" in str(refused).strip():
            return f"{seed}: more than a line: {refused}"
    except Exception:  # noqa: BLE001 - that is what is looked for
        return f"{seed}: {traceback.format_exc(limit=-4)}"
    return ""


def _reader_of(name: str, root: Path, file: str) -> Read:
    original = (root / file).read_bytes()
    row = read_format(name.partition(" ")[0])

    def read(rng: random.Random) -> None:
        is_bent = file.endswith(".json") and rng.random() < 0.5
        data = bent_json(rng, original) if is_bent else mutated(original, _cuts(rng))
        (root / file).write_bytes(data)
        # Whatever it is: this says what is wrong, and never raises.
        report = validate(root, row.name, 1)
        if fault_log().exists():  # what was behind a fault that validate has told of
            said = fault_log().read_text(encoding="utf-8")
            fault_log().unlink()
            raise AssertionError(said)
        assert all("\n" not in one.text for one in report.issues), report.issues
        dataset = row.list_clips(root)
        for source in dataset.clips:
            annotation = source.read().annotation
            for t in range(min(annotation.n_frames, 3)):
                assert annotation.mask(t).max(initial=0) <= 254

    return read


def bent_json(rng: random.Random, text: bytes) -> bytes:
    """Return JSON with a few of its values, whatever they are, of another type or size."""
    content = json.loads(text)
    places: list[tuple[Any, Any]] = []

    def note(value: Any) -> None:
        if isinstance(value, (dict, list)):
            keys = list(value) if isinstance(value, dict) else range(len(value))
            for key in keys:
                places.append((value, key))
                note(value[key])

    note(content)
    for _ in range(rng.randint(1, 3)):
        if places:
            inside, key = rng.choice(places)
            value = rng.choice(_JSON_VALUES)
            if isinstance(inside, dict) and rng.random() < 0.2:
                inside.pop(key, None)
            elif isinstance(inside, dict) or key < len(inside):
                inside[key] = value
    return json.dumps(content).encode()


def _cuts(rng: random.Random) -> list[tuple[float, int, bytes]]:
    def piece() -> bytes:
        return rng.choice(PIECES) if rng.random() < 0.6 else rng.randbytes(rng.randrange(5))

    return [(rng.random(), rng.randrange(13), piece()) for _ in range(rng.randint(1, 4))]


def project_readers(folder: Path) -> dict[str, Read]:
    """Return how a project with other bytes, and one with other values, is read."""
    path, mutant = folder / "whole.vosgui", folder / "mutant.vosgui"
    with Project.create(path) as project:
        project.clips.add(clip_info(folder))
        project.set_setting(None, "clip", 1)
        project.set_blob(1, "finetuned", b"data")
        paint(project, 25)
    whole = path.read_bytes()

    def read_all(rng: random.Random) -> None:
        with Project.open(mutant) if rng.random() < 0.5 else Project.open_to_read(mutant) as one:
            one.setting(None, "clip")
            for record in one.clips:
                one.blob(record.id, "finetuned")
                history = one.history(record.id)
                for t in range(min(history.annotation.n_frames, 24)):
                    history.annotation.mask(t)
                while history.undo():
                    pass

    def of_bytes(rng: random.Random) -> None:
        _clear(mutant)
        mutant.write_bytes(mutated(whole, _cuts(rng)))
        read_all(rng)

    def of_values(rng: random.Random) -> None:
        _clear(mutant)
        shutil.copyfile(path, mutant)
        _change_values(mutant, rng)
        read_all(rng)

    return {"project, bytes": of_bytes, "project, values": of_values}


def _clear(path: Path) -> None:
    for one in path.parent.glob(f"{path.name}*"):
        one.unlink()


def _change_values(path: Path, rng: random.Random) -> None:
    """Change a few values, whatever the schema says of them."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        tables = [name for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )]  # fmt: skip
        for _ in range(rng.randint(1, 3)):
            table = rng.choice(tables)
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            column, value = rng.choice(columns), rng.choice(_VALUES)
            stored = connection.execute(f"SELECT {column} FROM {table}").fetchall()
            if stored and rng.random() < 0.5:
                value = _bent(rng, rng.choice(stored)[0])
            try:
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE {column} IS ?",
                    (value, rng.choice(stored)[0] if stored else None),
                )
            except (sqlite3.Error, OverflowError, UnicodeEncodeError):
                continue  # the schema does not let it in


def _bent(rng: random.Random, value: Any) -> Any:
    """Return a value that is much like another."""
    if isinstance(value, bytes):
        return mutated(value, _cuts(rng))
    if isinstance(value, str):
        return mutated(value.encode(), _cuts(rng)).decode("utf-8", "replace")
    return value + rng.choice((-1, 1, 1000, -(10**9))) if isinstance(value, int) else value


if __name__ == "__main__":
    sys.exit("It is a part of python -m tests.torture.")
