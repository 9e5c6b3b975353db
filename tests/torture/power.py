"""Power that goes: what a save and edits ask of the file system, replayed up to every moment.

strace records it. A moment is tried in three ways: all until then is on the disk; of each file only
what was synced; and the last write is cut short. Names are taken to be kept in their order.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.project.projects import N_FRAMES, Painter, clip_info, state_of
from tests.torture.trial import Trial
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.errors import VosguiError
from vosgui.project.project import Project

N_STEPS, N_AFTER = 12, 6  # edits before the copy, and in it
_ROOT = Path(__file__).resolve().parents[2]
_CALLS = (
    "openat,open,creat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,"
    "renameat2,mkdir,close"
)
_LINE = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_SCRIPT = """
import os, sys
from pathlib import Path
from tests.project.projects import Painter
from tests.torture.power import N_AFTER, N_STEPS
from vosgui.project.project import Project
with Project.open(sys.argv[1]) as project:
    painter = Painter(project.history(1), int(sys.argv[2]))
    for n in range(N_STEPS + N_AFTER):
        if n == N_STEPS:
            project.move_to(Path(sys.argv[1]).with_name("copy.vosgui"))
            os.write(1, b"copied;")
        painter.step(n)
        os.write(1, b"%d;" % n)
"""


@dataclass
class _File:
    data: bytearray = field(default_factory=bytearray)
    synced: bytes = b""


@dataclass(frozen=True)
class _Call:
    name: str
    texts: tuple[bytes, ...]
    words: tuple[str, ...]
    result: int


class _Disk:
    """The files as calls leave them. said : what the process had told by then."""

    def __init__(self, folder: Path) -> None:
        self.files = {
            str(path): _File(bytearray(data := path.read_bytes()), data)
            for path in folder.iterdir()
            if path.is_file()
        }
        self._folder, self._open = str(folder), dict[int, _File]()
        self._at = dict[int, int]()
        self.said = ""
        self.last: tuple[_File, bytes] | None = None  # the last write, as it is if cut short

    def apply(self, call: _Call) -> bool:
        """Apply a call; return whether it changed what is on the disk."""
        self.last = None
        act: Callable[[_Call], bool] | None = getattr(self, f"_{call.name}", None)
        return act(call) if act is not None and call.result >= 0 else False

    def _openat(self, call: _Call) -> bool:
        path = call.texts[0].decode()
        flags = call.words[-1] if "O_" in call.words[-1] else call.words[-2]
        if not path.startswith(f"{self._folder}/") or "O_DIRECTORY" in flags:
            return False
        is_new = path not in self.files
        if is_new and "O_CREAT" not in flags:
            return False
        file = self.files.setdefault(path, _File())
        if "O_TRUNC" in flags:
            file.data.clear()
        self._open[call.result], self._at[call.result] = file, 0
        return is_new or "O_TRUNC" in flags

    def _close(self, call: _Call) -> bool:
        self._open.pop(_descriptor(call), None)
        return False

    def _write(self, call: _Call) -> bool:
        descriptor = _descriptor(call)
        if descriptor == 1:
            self.said += call.texts[-1].decode()
            return False
        if descriptor not in self._open:
            return False
        at = self._at[descriptor]
        self._at[descriptor] = at + call.result
        return self._put(self._open[descriptor], call.texts[-1][: call.result], at)

    def _pwrite64(self, call: _Call) -> bool:
        file = self._open.get(_descriptor(call))
        return file is not None and self._put(file, call.texts[-1], int(call.words[-1]))

    def _put(self, file: _File, data: bytes, at: int) -> bool:
        file.data.extend(bytes(max(0, at - len(file.data))))
        half = bytearray(file.data)  # what lies behind the cut is as it was
        half[at : at + len(data) // 2] = data[: len(data) // 2]
        file.data[at : at + len(data)] = data
        self.last = file, bytes(half)
        return True

    def _ftruncate(self, call: _Call) -> bool:
        file, size = self._open.get(_descriptor(call)), int(call.words[-1])
        if file is not None:
            del file.data[size:]
            file.data.extend(bytes(size - len(file.data)))
        return file is not None

    def _fsync(self, call: _Call) -> bool:
        file = self._open.get(_descriptor(call))
        if file is not None:
            file.synced = bytes(file.data)
        return file is not None

    _fdatasync = _fsync

    def _unlink(self, call: _Call) -> bool:
        return self.files.pop(call.texts[0].decode(), None) is not None

    def _rename(self, call: _Call) -> bool:
        before, after = (text.decode() for text in call.texts[:2])
        if before not in self.files:
            return False
        self.files[after] = self.files.pop(before)
        return True

    def ways(self) -> Iterator[tuple[str, dict[str, bytes]]]:
        """Yield what may be on the disk if the power goes now."""
        yield "all", {path: bytes(file.data) for path, file in self.files.items()}
        yield "synced", {path: file.synced for path, file in self.files.items()}
        if self.last is not None:
            cut, data = self.last
            whole = {path: bytes(file.data) for path, file in self.files.items()}
            yield (
                "cut short",
                {path: data if self.files[path] is cut else one for path, one in whole.items()},
            )


def run(trial: Trial) -> None:
    """Record, and replay up to every moment, in a random order, for as long as there is time."""
    if shutil.which("strace") is None:
        trial.said["strace"] = "is not here: nothing was tried"
        return
    number = 0
    while trial.goes_on:
        number += 1
        _one(trial, trial.place(f"recorded{number}"), trial.random.randrange(1 << 20))


def _one(trial: Trial, folder: Path, seed: int) -> None:
    path, disk_folder = folder / "work" / "one.vosgui", folder / "work"
    disk_folder.mkdir()
    with Project.create(path) as project:
        project.clips.add(clip_info(folder))
    disk = _Disk(disk_folder)
    calls = list(_recorded(folder, path, seed))
    twin = Painter(History(Annotation((48, 64), N_FRAMES)), seed)
    states = [state_of(twin.history.annotation)]
    for n in range(N_STEPS + N_AFTER):
        twin.step(n)
        states.append(state_of(twin.history.annotation))
    trial.count("calls recorded", len(calls))
    for n, call in enumerate(calls):
        if not disk.apply(call):
            continue
        for way, files in disk.ways():
            if not trial.goes_on:
                return
            trial.n += 1
            wrong = _opened(trial.folder / "replayed", disk_folder, files, disk.said, states)
            if wrong:
                trial.faults.append(f"seed {seed}, call {n} ({call.name}), {way}: {wrong}")
    trial.count("recordings replayed whole")


def _opened(
    place: Path,
    recorded: Path,
    files: dict[str, bytes],
    said: str,
    states: list[tuple[object, ...]],
) -> str:
    """Return what is wrong with the files as they were left, opened by another process's eyes."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for path, data in files.items():
        (place / Path(path).relative_to(recorded)).write_bytes(data)
    words = said.split(";")[:-1]
    n_done = sum(word != "copied" for word in words)
    current = "copy.vosgui" if "copied" in words else "one.vosgui"
    for path in place.glob("*.vosgui"):
        try:
            with Project.open(path) as project:
                found = state_of(project.history(1).annotation)
        except VosguiError as error:
            return f"{path.name}: {error}"
        if path.name == current and found not in states[n_done : n_done + 2]:
            return f"{path.name} has not the {n_done} edits that had returned"
    return "" if (place / current).exists() else f"{current} is not there"


def _recorded(folder: Path, path: Path, seed: int) -> Iterator[_Call]:
    record = folder / "calls"
    command = ["strace", "-xx", "-s", "10000000", "-e", f"trace={_CALLS}", "-o", str(record)]
    child = [sys.executable, "-c", _SCRIPT, str(path), str(seed)]
    subprocess.run([*command, *child], cwd=_ROOT, stdout=subprocess.DEVNULL, check=True)
    with record.open() as lines:
        for line in lines:
            found = _LINE.match(line)
            if found:
                name, arguments, result = found.groups()
                texts = tuple(
                    bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(arguments)
                )
                words = tuple(_TEXT.sub("text", arguments).split(", "))
                yield _Call(name, texts, words, int(result))


def _descriptor(call: _Call) -> int:
    return int(call.words[0])
