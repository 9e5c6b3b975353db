"""`vosgui model clicks`: its table, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.benchmark.test_click_scores import tree
from tests.engine.clicks.tiny import disk_head, save_tiny
from vosgui.cli.main import main

__all__ = ["tree"]  # a fixture


def test_it_prints_a_table(
    tree: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    head = save_tiny(tmp_path_factory.mktemp("models"), head=disk_head())
    what = ["--data", str(tree), "--model", str(head), "--device", "cpu"]
    assert main(["model", "clicks", *what]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("2 objects")
    assert "| clicks | 1 | 2 | 3 | 5 | 10 |" in printed
    assert "p95" in printed


def test_a_tree_without_objects_is_refused_in_one_line(
    tree: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    head = save_tiny(tmp_path_factory.mktemp("models"), head=disk_head())
    what = ["--data", str(tree), "--model", str(head), "--clips", "other"]
    assert main(["model", "clicks", *what]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert str(tree) in line
