"""A fault of the program itself ends no check of a dataset: it is one line, and kept in a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from vosgui.cli.main import main
from vosgui.core.issues import Issue, note
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.datasets.validate import validate
from vosgui.files.fault_log import fault_log, note_fault
from vosgui.formats import registry
from vosgui.formats.checks import Checks
from vosgui.formats.dataset import ListClips

Check = Callable[[Path, ListClips], Checks]


@dataclass(frozen=True)
class One:
    """The check of a clip: "b" has a fault of the program."""

    name: str

    def check(self, progress: Progress = NO_PROGRESS) -> tuple[Issue, ...]:
        progress.report(0, 1)
        if self.name == "b":
            raise KeyError("what\nnobody thought of")
        return (note("fine", clip=self.name),)


def put_row(monkeypatch: pytest.MonkeyPatch, check: Check) -> None:
    rows = [row if row.name != "masks" else replace(row, checks=check) for row in registry.FORMATS]
    monkeypatch.setattr(registry, "FORMATS", tuple(rows))


def of_whole(_root: Path, _list_clips: ListClips) -> Checks:
    raise ZeroDivisionError("nobody thought of it")


def of_clips(_root: Path, _list_clips: ListClips) -> Checks:
    return Checks((note("of all"),), (One("a"), One("b"), One("c")))


@pytest.mark.parametrize("workers", [1, 2])
def test_one_of_a_clip_is_told_and_the_others_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    put_row(monkeypatch, of_clips)
    issues = validate(tmp_path, "masks", workers).issues
    assert [one.clip for one in issues] == ["", "a", "b", "c"]
    assert "report" in issues[2].text and "KeyError" in issues[2].text
    assert "\n" not in str(issues[2]) and str(tmp_path) in str(issues[2])
    assert str(fault_log()) in issues[2].text
    assert "nobody thought of" in fault_log().read_text()


def test_one_of_the_whole_is_a_line_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put_row(monkeypatch, of_whole)
    assert main(["validate", str(tmp_path), "--format", "masks"]) == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    assert "fault of vosgui" in said.out + said.err


class Stop(Exception):  # noqa: N818 - not an error
    """What a person has asked for."""


class Stopping(Progress):
    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        raise Stop


def test_a_stop_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_row(monkeypatch, of_clips)
    with pytest.raises(Stop):
        validate(tmp_path, "masks", 1, Stopping())
    assert not fault_log().exists()


def test_a_log_does_not_grow_and_need_not_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        note_fault("x" * 700_000, ValueError("no"))
    assert fault_log().stat().st_size < 1_500_000
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    assert "report" in note_fault("reading", ValueError("no"))
