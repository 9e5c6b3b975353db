"""A format is one row: with it in the table everything that goes by the table knows it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.annotated import annotated, image_folder, make_project
from tests.datasets.exporting import item
from tests.toy_format import ROW
from tests.trees import boxes, put_frames, put_palette
from vosgui.datasets.convert import convert
from vosgui.datasets.export import ExportOrder, check_export, export_format, preview
from vosgui.datasets.validate import validate
from vosgui.errors import InputError
from vosgui.formats import registry
from vosgui.formats.registry import detect, read_format, write_format
from vosgui.formats.writer import WriteOptions

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the row in the table."""
    monkeypatch.setattr(registry, "FORMATS", (ROW, *registry.FORMATS))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a tree of two clips with frames and masks."""
    for n, name in enumerate(("a", "b")):
        put_frames(tmp_path / "tree/JPEGImages" / name, ("00000", "00001"))
        for stem in ("00000", "00001"):
            mask = boxes({1: (n, 1, 5, 5), 2: (6, 8, 4, 5)})
            put_palette(tmp_path / f"tree/Annotations/{name}/{stem}.png", mask)
    return tmp_path / "tree"


def test_without_its_row_it_is_unknown() -> None:
    with pytest.raises(InputError, match="no format 'toy'"):
        write_format("toy")


@pytest.mark.usefixtures("toy")
def test_it_is_converted_to_recognised_and_converted_from(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "toys"
    convert(detect(tree).list_clips(tree), write_format("toy").writer(WriteOptions()), out, 1)
    row = detect(out)
    assert (row, read_format("toy")) == (ROW, ROW)
    back = write_format("masks").writer(WriteOptions())
    convert(row.list_clips(out), back, tmp_path / "back", 1)
    for source in detect(tmp_path / "back").list_clips(tmp_path / "back").clips:
        mask = source.read().annotation.mask(0)
        np.testing.assert_array_equal(np.unique(mask), [0, 1, 2])


@pytest.mark.usefixtures("toy")
def test_a_project_is_checked_previewed_and_exported_in_it(tmp_path: Path) -> None:
    one = item(image_folder(tmp_path / "clip"), annotation=annotated())
    order = ExportOrder("toy", tmp_path / "out")
    ((name, issues),) = check_export([one], order)
    assert name == "clip"
    assert not any("written as 1 to" in issue.text for issue in issues)  # ids stay as they are
    announced = preview([one], order)
    assert announced.files == ("clip.toy", "toy.json")
    assert [one.written for one in announced.objects] == ["1", "3", "4"]
    report = export_format([one], order)
    assert sorted(path.name for path in report.target.iterdir()) == ["clip.toy", "toy.json"]
    assert json.loads((report.target / "toy.json").read_text())["clip"]["4"] == "dog"


@pytest.mark.usefixtures("toy")
def test_it_is_validated(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "toys"
    convert(detect(tree).list_clips(tree), write_format("toy").writer(WriteOptions()), out, 1)
    for form in ("auto", "toy"):
        report = validate(out, form, 1)
        assert (report.title, report.issues) == (ROW.title, ())
    (out / "a.toy").write_text("{")
    (issue,) = validate(out, "auto", 1).issues
    assert (issue.clip, issue.file) == ("a", str(out / "a.toy"))


def test_the_command_line_knows_it(tree: Path, tmp_path: Path) -> None:
    make_project(tmp_path / "p.vosgui", image_folder(tmp_path / "clip")).close()
    work = ("--workers", "1")
    commands = [
        ["convert", "--help"],
        ["convert", str(tree), "--to", "toy", "--out", str(tmp_path / "toys"), *work],
        ["convert", str(tmp_path / "toys"), "--to", "masks", "--out", str(tmp_path / "m"), *work],
        ["export", str(tmp_path / "p.vosgui"), "--format", "toy", "--out", str(tmp_path / "e")],
        ["validate", str(tmp_path / "e"), "--fix", str(tmp_path / "fixed"), *work],
    ]
    program = [sys.executable, "-m", "tests.toy_format", json.dumps(commands)]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == [0] * len(commands), done.stderr
    assert "toy," in done.stdout
    assert "toys of one row: no errors" in done.stdout
    for folder in ("toys", "e", "fixed"):
        assert (tmp_path / folder / "toy.json").is_file()
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == ["a", "b"]
