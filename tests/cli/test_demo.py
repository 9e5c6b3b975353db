"""The demo does the main job with its real parts and leaves a project and a dataset."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vosgui.cli.main import main
from vosgui.project.project import Project


def test_the_demo_runs_without_a_window_and_never_overwrites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--no-window", "--model", "flow"]) == 0
    printed = capsys.readouterr().out
    assert "re-initialised there" in printed
    assert "mean" in printed
    out = tmp_path / "vosgui-demo"
    meta = json.loads((out / "youtube-vos" / "train" / "meta.json").read_text("utf-8"))
    assert sorted(meta["videos"]["demo"]["objects"]) == ["1", "2", "3"]
    with Project.open(out / "demo.vosgui") as project:
        history = project.history(project.clips[0].id)
        assert history.undo_label == "Propagate"
        assert any(history.annotation.track(i)["reinitialised"].any() for i in (1, 2, 3))
    before = (out / "demo.vosgui").read_bytes()
    assert main(["demo", "--no-window", "--model", "flow", "--out", str(out)]) == 2
    assert (out / "demo.vosgui").read_bytes() == before
