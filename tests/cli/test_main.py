"""The first words of the command line: commands, paths, old names, and what is none of these."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path

import pytest

from tests.datasets.test_evaluate import mask, write_clip
from tests.datasets.test_evaluate_vis import TRUTH, results_of
from vosgui.cli.main import COMMANDS, OLD_NAMES, main

TOP = [name for name in COMMANDS if " " not in name]
MODEL = [name.split()[1] for name in COMMANDS if name.startswith("model ")]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return the one line by which these words are refused."""
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("vosgui: ") and err.count("\n") == 1, err
    return err


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (("porpagate",), "vosgui propagate?"),
        (("porpagate", "clip.mp4", "--masks", "first.png"), "vosgui propagate?"),
        (("eval", "a", "b"), "vosgui evaluate?"),
        (("trian",), "vosgui model train?"),
        (("model", "trian"), "vosgui model train?"),
        (("list",), "vosgui model list?"),
        (("scroes",), "vosgui model benchmark?"),
        (("evaluate_vis",), "vosgui evaluate --task vis?"),
        (("frobnicate",), "--help"),
        (("model", "frobnicate"), "--help"),
    ],
)
def test_a_word_that_is_no_command_is_answered_with_the_nearest(
    words: tuple[str, ...], nearest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = said(capsys, *words)
    assert nearest in line
    assert repr(words[1] if words[0] == "model" else words[0]) in line


@pytest.mark.parametrize("path", ["missing.mp4", "clips/missing", "./porpagate"])
def test_a_path_that_is_not_there_opens_no_window(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"no file or folder {path}" in said(capsys, path)


def test_one_path_alone_is_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "unexpected extra argument (there)" in said(capsys, str(tmp_path), "there")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*name.split(), "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Usage: vosgui {name} ")
    assert "evaluate-" not in out


def test_help_shows_the_commands_of_today(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert [name for name in names if name in {*TOP, *OLD_NAMES}] == TOP
    assert main(["model"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert names[-len(MODEL) :] == MODEL


@pytest.mark.parametrize("old", OLD_NAMES)
def test_an_old_name_works_and_names_the_new_one(
    old: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([old, "--help"]) == 0
    out, err = capsys.readouterr()
    new = OLD_NAMES[old].partition(" --")[0]
    assert out.startswith(f"Usage: vosgui {new} ")
    assert f"vosgui {OLD_NAMES[old]} " in err and err.count("\n") == 1


def test_an_old_name_does_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "GT.json").write_text(json.dumps(TRUTH))
    (tmp_path / "results.json").write_text(json.dumps(results_of([])))
    words = [str(tmp_path / "GT.json"), str(tmp_path / "results.json"), "--workers", "1"]
    assert main(["evaluate-vis", *words]) == 0
    old = capsys.readouterr().out
    assert main(["evaluate", *words, "--task", "vis"]) == 0
    assert capsys.readouterr() == (old, "")


@pytest.mark.parametrize(
    ("task", "option", "of"),
    [
        ("vis", ("--protocol", "all"), "--task vos"),
        ("vis", ("--void", "background"), "--task vos and rvos"),
        ("vis", ("--csv", "a.csv"), "--task vos and rvos"),
        ("rvos", ("--given",), "--task vos"),
        ("rvos", ("--areas", "file"), "--task vis"),
        ("vos", ("--areas", "file"), "--task vis"),
        ("vos", ("--expressions", "e.json"), "--task rvos"),
    ],
)
def test_an_option_of_another_task_is_refused(
    task: str,
    option: tuple[str, ...],
    of: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_clip(tmp_path / "a", [mask((1, 0, 0))] * 4)
    line = said(capsys, "evaluate", "a", "a", "--task", task, *option)
    assert option[0] in line and of in line and line.index(of) < line.index(f"not for {task}")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_the_help_of_evaluate_says_which_option_is_of_which_task(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["evaluate", "--help"]) == 0
    parts = re.split(r"^Options(.*):$", capsys.readouterr().out, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert "--workers" in sections[""] and "--json" in sections[""]
    assert "--protocol" in sections[" of --task vos"]
    assert "--csv" in sections[" of --task vos and rvos"]
    assert "--expressions" in sections[" of --task rvos"]
    assert "--areas" in sections[" of --task vis"]


@pytest.mark.parametrize("module", [module for _, module in COMMANDS.values() if module])
def test_no_two_options_of_a_command_share_a_name(module: str) -> None:
    """The later one would take the value of the other."""
    command = importlib.import_module(f"vosgui.cli.{module}").command
    names = [param.name for param in command.params]
    assert len(names) == len({*names})
