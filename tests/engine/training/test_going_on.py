"""Training goes on to the exact step, and gives the same on one process and on two."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import torch

from tests.engine.training.tiny_training import held, run, tiny, with_all_there_is
from vosgui.cli.main import main
from vosgui.engine.training.config import (
    LAST,
    SETTINGS,
    TrainingConfig,
)
from vosgui.engine.training.log import read_log
from vosgui.errors import ModelError

ROOT = Path(__file__).resolve().parents[3]


def _without_times(folder: Path) -> list[dict[str, str]]:
    return [{**row, "seconds": ""} for row in read_log(folder / "log.csv")]


@pytest.mark.parametrize("config", [tiny(), with_all_there_is()], ids=["plain", "all"])
def test_a_run_that_stopped_goes_on_to_the_same_weights(
    tmp_path: Path, config: TrainingConfig
) -> None:
    run(config, tmp_path / "whole")
    run(config, tmp_path / "parts", stop_after=3)  # the checkpoint is of step 2
    assert torch.load(tmp_path / "parts" / LAST, weights_only=True)["step"] == 2
    run(config, tmp_path / "parts")
    whole, parts = held(tmp_path / "whole"), held(tmp_path / "parts")
    assert whole.keys() == parts.keys()
    assert all(torch.equal(whole[name], parts[name]) for name in whole)
    assert _without_times(tmp_path / "whole") == _without_times(tmp_path / "parts")


def _words(folder: Path, config: TrainingConfig) -> list[str]:
    folder.parent.mkdir(exist_ok=True, parents=True)
    path = folder.parent / "given.json"
    path.write_bytes(msgspec.json.encode(config))
    words = ["model", "train", str(folder), "--config", str(path), "--procedural"]
    return [*words, "--workers", "0", "--every-steps", "1"]


def _in_a_process(
    folder: Path, config: TrainingConfig, *how: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *how, str(ROOT / "main.py"), *_words(folder, config)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


# Runs main.py, and kills itself with the new checkpoint written but not yet in its place.
_KILLED = f"""
import os, runpy, signal, sys
renamed = 0

def watch(event, args):
    global renamed
    if event == "os.rename" and os.path.basename(args[1]) == {LAST!r}:
        renamed += 1
        if renamed == 4:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_weights(tmp_path: Path, one_thread: None) -> None:
    config = tiny()
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    died = _in_a_process(killed, config, "-c", _KILLED)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert torch.load(killed / LAST, weights_only=True)["step"] == 3
    assert main(_words(killed, config)) == 0
    assert main(_words(whole, config)) == 0
    one, other = held(whole), held(killed)
    assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.slow
def test_two_processes_give_what_one_gives(
    tmp_path: Path, one_thread: None, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tiny(4)
    two_processes = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    done = _in_a_process(tmp_path / "two", config, *two_processes)
    assert done.returncode == 0, done.stderr
    assert main(_words(tmp_path / "one", config)) == 0
    alone = capsys.readouterr()
    for out, err in ((done.stdout, done.stderr), (alone.out, alone.err)):
        assert err.count("| 0/4 ") == out.count("The model is") == 1
    one, two = (read_log(tmp_path / name / "log.csv") for name in ("one", "two"))
    assert len(one) == len(two) == 4
    for a, b in zip(one, two, strict=True):
        assert float(a["loss"]) == pytest.approx(float(b["loss"]), rel=1e-4)
    first, second = held(tmp_path / "one"), held(tmp_path / "two")
    for name in first:
        torch.testing.assert_close(first[name], second[name], rtol=1e-3, atol=1e-4)


def test_a_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    run(tiny(), tmp_path, stop_after=2)
    with pytest.raises(ModelError, match=r"another run.* has other lr and data"):
        run(tiny(lr=1e-5, data=["procedural"]), tmp_path)


def test_a_folder_of_the_release_before_goes_on(tmp_path: Path) -> None:
    run(tiny(), tmp_path, stop_after=3)
    (tmp_path / SETTINGS).rename(tmp_path / "run.json")
    run(tiny(), tmp_path)
    assert [int(row["step"]) for row in read_log(tmp_path / "log.csv")] == [1, 2, 3, 4, 5, 6]
    with pytest.raises(ModelError, match=r"run\.json in it has other lr"):
        run(tiny(lr=1e-5), tmp_path)


def test_a_broken_checkpoint_says_so(tmp_path: Path) -> None:
    run(tiny(), tmp_path, stop_after=3)
    whole = (tmp_path / LAST).read_bytes()

    def saved(content: object) -> bytes:
        torch.save(content, tmp_path / LAST)
        return (tmp_path / LAST).read_bytes()

    nothing_in_it = {"network": {}, "mean": {}, "optimiser": {}, "step": 2, "best": 0.0}
    broken = [b"cut short", b"", whole[:20_000], saved([1]), saved({}), saved(nothing_in_it)]
    for content in broken:
        (tmp_path / LAST).write_bytes(content)
        with pytest.raises(ModelError, match="cannot go on") as said:
            run(tiny(), tmp_path)
        assert "\n" not in str(said.value) and len(str(said.value)) < 400
