"""Files that commands write reports to: the standard output too, and nothing that is to be kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trees import boxes, put_palette
from vosgui.cli.main import main
from vosgui.project.project import Project

START = "import sys; from vosgui.cli.main import main; sys.exit(main())"


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    put_palette(tmp_path / "masks/pond/00000.png", boxes({1: (2, 2, 9, 9)}))
    return tmp_path / "masks"


def started(*words: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", START, *map(str, words)]
    return subprocess.run(command, capture_output=True, check=False)


@pytest.mark.parametrize("command", [["stats"], ["validate"]])
def test_a_report_to_the_standard_output_is_alone_there(masks: Path, command: list[str]) -> None:
    done = started(*command, masks, "--json", "-")
    assert done.returncode == 0
    assert json.loads(done.stdout)["dataset"] == str(masks)
    assert done.stderr, "what is printed else is not lost"


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_the_standard_output_may_be_a_file_and_is_written_on(
    tmp_path: Path, masks: Path, name: str
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("before\n")
    with kept.open("ab") as file:
        command = [sys.executable, "-c", START, "validate", str(masks), "--quiet", "--json", name]
        done = subprocess.run(command, stdout=file, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stderr
    first, _, report = kept.read_text().partition("\n")
    assert first == "before"
    assert json.JSONDecoder().raw_decode(report)[0]["dataset"] == str(masks)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_two_reports_do_not_share_the_standard_output(masks: Path) -> None:
    done = started("evaluate", masks, masks, "--json", "-", "--csv", "-")
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_report_takes_the_place_of_nothing_that_is_read(
    tmp_path: Path, masks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, results = tmp_path / "work.vosgui", tmp_path / "results.json"
    Project.create(project).close()
    results.write_text("[]")
    kept = project.read_bytes()
    for words in (
        ["effort", project, "--csv", project],
        ["edits", project, "--csv", tmp_path / "work.vosgui"],
        ["stats", masks, "--json", project],
        ["evaluate", "--task", "vis", results, results, "--json", results],
        ["evaluate", masks, masks, "--json", tmp_path / "a", "--csv", tmp_path / "a"],
    ):
        assert main([*map(str, words)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert str(words[-1]) in line
    assert (project.read_bytes(), results.read_text()) == (kept, "[]")
    assert not (tmp_path / "a").exists()


def test_a_reader_that_has_gone_is_no_fault_of_the_program(masks: Path) -> None:
    readable, writable = os.pipe()
    os.close(readable)
    command = [sys.executable, "-c", START, "stats", str(masks)]
    with os.fdopen(writable, "wb") as nobody:
        done = subprocess.run(command, stdout=nobody, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (141, b"")
