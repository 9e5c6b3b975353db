"""Places that cannot be written to: one line and exit status 2, whatever is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.project.projects import clip_info
from tests.trees import boxes, put_frames, put_palette
from tests.ui.windows import tiny_model
from vosgui.cli.main import main
from vosgui.project.project import Project

Words = Callable[[Path, Path], list[object]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    put_frames(root / "JPEGImages/a", ["00000", "00001", "00002"])
    for stem in ("00000", "00001", "00002"):
        put_palette(root / f"Annotations/a/{stem}.png", boxes({1: (1, 1, 5, 5)}))
    return root


def propagated(tree: Path, *more: object) -> list[object]:
    first = tree / "Annotations/a/00000.png"
    return ["propagate", tree / "JPEGImages/a", "--masks", first, "--model", "flow", *more]


@pytest.mark.parametrize(
    "words",
    [
        lambda tree, to: ["import", tree, "--project", to / "new.vosgui"],
        lambda tree, to: ["import", tree, "--project", to / "there.vosgui"],
        lambda tree, to: ["validate", tree, "--json", to / "report.json"],
        lambda tree, to: ["evaluate", tree, tree, "--json", to / "report.json"],
        lambda tree, to: ["compare", tree, tree, "--json", to / "report.json"],
        lambda tree, to: ["convert", tree, "--to", "davis", "--out", to / "out"],
        lambda tree, to: propagated(tree, "--out", to / "masks"),
        lambda tree, to: propagated(tree, "--out", tree / "out", "--project", to / "new.vosgui"),
        lambda tree, to: propagated(tree, "--out", tree / "out", "--project", to / "there.vosgui"),
    ],
)  # fmt: skip
def test_one_line(
    tree: Path,
    read_only_disk: tuple[Path, Callable[[], None]],
    capsys: pytest.CaptureFixture[str],
    words: Words,
) -> None:
    folder, close = read_only_disk
    with Project.create(folder / "there.vosgui") as project:
        project.clips.add(clip_info(tree.parent))
    close()
    before = (folder / "there.vosgui").read_bytes()
    assert main([str(word) for word in words(tree, folder)]) == 2
    (line,) = [one for one in capsys.readouterr().err.splitlines() if one.startswith("vosgui")]
    assert str(folder) in line
    assert "ead-only" in line or "permissions" in line
    assert [path.name for path in folder.iterdir()] == ["there.vosgui"]
    assert (folder / "there.vosgui").read_bytes() == before


def test_it_is_said_before_the_work(
    tree: Path,
    read_only_disk: tuple[Path, Callable[[], None]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What takes long is not done for a place that cannot take it."""
    folder, close = read_only_disk
    tiny_model(folder / "tiny")
    close()
    tiny, report = str(folder / "tiny"), str(folder / "report.json")
    (tree / "davis-train-448").mkdir()
    (tree / "Annotations").rename(tree / "davis-train-448/Annotations")
    (tree / "JPEGImages").rename(tree / "davis-train-448/JPEGImages")
    for words in (
        ["model", "calibrate", "--model", tiny, "--clips", "1", "--write"],
        ["model", "benchmark", "--model", tiny, "--data", str(tree), "--alone", "--write"],
        ["evaluate", str(tree), str(tree), "--json", report],
        ["stats", str(tree), "--json", report],
    ):
        assert main(words) == 2
        out, err = capsys.readouterr()
        (line,) = [one for one in err.splitlines() if one.startswith("vosgui")]
        assert str(folder) in line and "ead-only" in line
        assert out == ""


@pytest.mark.parametrize("command", ["validate", "evaluate", "compare"])
@pytest.mark.parametrize("place", ["file/report.json", "folder", "missing/report.json"])
def test_a_report_that_has_no_place(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, place: str
) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    trees = [str(tree)] * (1 if command == "validate" else 2)
    assert main([command, *trees, "--json", str(tmp_path / place)]) == 2
    (line,) = [one for one in capsys.readouterr().err.splitlines() if one.startswith("vosgui")]
    assert str(tmp_path / place) in line


@pytest.mark.parametrize("command", ["validate", "evaluate", "compare"])
def test_a_report_where_permission_is_missing(
    unprivileged_folder: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    put_frames(unprivileged_folder / "tree/JPEGImages/a", ["00000", "00001", "00002"])
    for stem in ("00000", "00001", "00002"):
        mask = unprivileged_folder / f"tree/Annotations/a/{stem}.png"
        put_palette(mask, boxes({1: (1, 1, 5, 5)}))
    closed = unprivileged_folder / "closed"
    closed.mkdir(mode=0o555)
    trees = [str(unprivileged_folder / "tree")] * (1 if command == "validate" else 2)
    assert main([command, *trees, "--json", str(closed / "report.json")]) == 2
    (line,) = [one for one in capsys.readouterr().err.splitlines() if one.startswith("vosgui")]
    assert str(closed / "report.json") in line
