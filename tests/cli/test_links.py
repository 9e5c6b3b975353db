"""What a person names may be a link: what it leads to is written, and it stays a link."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import boxes, put_frames, put_palette
from vosgui.cli.main import main
from vosgui.project.project import Project

BOX = boxes({1: (1, 1, 5, 5)})


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for name in ("a", "b"):
        put_frames(root / "JPEGImages" / name, ["00000", "00001"])
        for t in range(2):
            put_palette(root / f"Annotations/{name}/{t:05d}.png", BOX)
    return root


def run(*words: object) -> int:
    return main([*map(str, words), "--workers", "1", "--quiet"])


def test_an_import_goes_into_the_project_that_a_link_leads_to(tree: Path, tmp_path: Path) -> None:
    disk, link = tmp_path / "disk", tmp_path / "work.vosgui"
    disk.mkdir()
    link.symlink_to(disk / "p.vosgui")
    for name in ("a", "b"):  # the first makes the project
        alone = tmp_path / name
        put_frames(alone / "JPEGImages" / name, ["00000", "00001"])
        put_palette(alone / f"Annotations/{name}/00000.png", BOX)
        assert run("import", alone, "--project", link) == 0
    assert link.is_symlink()
    with Project.open(disk / "p.vosgui") as project:
        assert [record.name for record in project.clips] == ["a", "b"]
    assert sorted(path.name for path in disk.iterdir()) == ["p.vosgui"]


def test_a_copy_of_a_project_goes_where_a_link_leads(tree: Path, tmp_path: Path) -> None:
    assert run("import", tree, "--project", tmp_path / "p.vosgui") == 0
    link = tmp_path / "link.vosgui"
    link.symlink_to(tmp_path / "copy.vosgui")
    with Project.open(tmp_path / "p.vosgui") as project, project.save_as(link) as copy:
        assert len(copy.clips) == 2
    assert link.is_symlink() and (tmp_path / "copy.vosgui").is_file()


@pytest.mark.parametrize("command", ["convert", "split", "export"])
def test_a_dataset_goes_into_the_folder_that_a_link_leads_to(
    tree: Path, tmp_path: Path, command: str
) -> None:
    disk, link = tmp_path / "disk", tmp_path / "out"
    (disk / "big").mkdir(parents=True)
    link.symlink_to(disk / "big")
    project = tmp_path / "p.vosgui"
    assert run("import", tree, "--project", project) == 0
    words: dict[str, list[object]] = {
        "convert": ["convert", tree, "--to", "mose"],
        "split": ["split", tree],
        "export": ["export", project, "--format", "mose", "--frames", "all"],
    }
    assert run(*words[command], "--out", link) == 0
    assert link.is_symlink()
    assert (disk / "big" / "train").is_dir()
    if command == "export":  # it goes on from there, by either name
        for out in (link, disk / "big"):
            assert run(*words[command], "--out", out) == 0
    assert not [one for one in disk.iterdir() if one.name.endswith(".partial")]
