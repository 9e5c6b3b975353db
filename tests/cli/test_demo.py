"""The demo does the main job with its real parts and leaves a project and a dataset."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from vosgui.cli import demo
from vosgui.cli.main import main
from vosgui.project.project import Project


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the demo was done."""
    folder = tmp_path_factory.mktemp("here")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["demo", "--no-window", "--model", "flow"]) == 0
    return folder


@pytest.fixture
def here(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(made)
    return made


def test_the_demo_makes_a_project_and_a_dataset(here: Path) -> None:
    assert [path.name for path in here.iterdir()] == ["vosgui-demo"]
    out = here / "vosgui-demo"
    meta = json.loads((out / "youtube-vos" / "train" / "meta.json").read_text("utf-8"))
    assert sorted(meta["videos"]["demo"]["objects"]) == ["1", "2", "3"]
    with Project.open(out / "demo.vosgui") as project:
        history = project.history(project.clips[0].id)
        assert history.undo_label == "Propagate"
        assert any(history.annotation.track(i)["reinitialised"].any() for i in (1, 2, 3))


def test_a_folder_that_is_named_is_never_replaced(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (here / "vosgui-demo/demo.vosgui").read_bytes()
    assert main(["demo", "--no-window", "--model", "flow", "--out", "vosgui-demo"]) == 2
    assert "vosgui-demo is not empty" in capsys.readouterr().err
    assert (here / "vosgui-demo/demo.vosgui").read_bytes() == before


def test_a_demo_that_fails_leaves_nothing(here: Path) -> None:
    assert main(["demo", "--no-window", "--model", "nothing", "--out", "new"]) == 2
    assert [path.name for path in here.iterdir()] == ["vosgui-demo"]


def test_only_a_demo_in_which_nobody_worked_is_replaced(here: Path) -> None:
    """The last of the module: it clears the folder."""
    out = here / "vosgui-demo"
    with Project.open(out / "demo.vosgui") as project:
        assert demo.own_folder().name == "vosgui-demo-2", "it is open in a window"
        history = project.history(project.clips[0].id)
        history.undo()
    assert demo.own_folder().name == "vosgui-demo-2"
    with Project.open(out / "demo.vosgui") as project:
        project.history(project.clips[0].id).redo()
    (out / "notes.txt").touch()
    assert demo.own_folder().name == "vosgui-demo-2"
    (out / "notes.txt").unlink()
    mask = out / "youtube-vos/train/Annotations/demo/00005.png"
    times = mask.stat().st_atime_ns, mask.stat().st_mtime_ns
    os.utime(mask)
    assert demo.own_folder().name == "vosgui-demo-2"
    os.utime(mask, ns=times)
    assert out.exists()
    assert demo.own_folder().name == "vosgui-demo"
    assert not out.exists()
