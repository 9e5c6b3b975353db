"""Training: it learns, goes on to the exact step, and gives the same on one process and on two."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor

from tests.engine.training.test_samples import make_clip
from vosgui.cli.main import main
from vosgui.engine.models.config import read_config
from vosgui.engine.models.load import build_network, load_network, start_network
from vosgui.engine.training.config import (
    LAST,
    SETTINGS,
    RateGroup,
    Stage,
    TrainingConfig,
    read_training_config,
    with_length,
)
from vosgui.engine.training.log import read_log
from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.presets import PRESETS, named_config
from vosgui.engine.training.run import TrainingRun
from vosgui.engine.training.samples import ClipDataset, SceneSource, SyntheticSource
from vosgui.engine.training.scenes.photograph_tensors import PhotographTensors, read_photographs
from vosgui.engine.training.train import BEST, RuntimeOptions, train
from vosgui.engine.training.tree_source import annotated_clips
from vosgui.engine.training.validation import find_validation
from vosgui.errors import DatasetError, ModelError, TargetError
from vosgui.media.palette import write_mask

ROOT = Path(__file__).resolve().parents[3]
SIZES = {
    "encoder": [4, 6, 8, 10],
    "initializer": [4, 4, 6, 8],
    "key": 6,
    "hidden": 8,
    "decoder": [8, 6, 4],
    "norm": False,
    "default_height": 48,
    "n_kept": 1,
    "keep_every": 2,
}


def tiny(steps: int = 6, **changes: object) -> TrainingConfig:
    config = TrainingConfig(
        architecture="s2s-lite",
        sizes=SIZES,
        stages=[
            Stage(steps=steps // 2, batch=2, T=(2, 4), hw=(32, 48), teacher_forcing=(1.0, 0.0)),
            Stage(steps=steps - steps // 2, batch=4, T=(3, 3), hw=(48, 64)),
        ],
        lr=2e-3,
        warm_up=2,
        ema=0.9,
        drop_mask=0.3,
    )
    return msgspec.structs.replace(config, **changes)


@cache
def pool() -> PhotographTensors:
    return read_photographs(Photographs(), 12, side=48)


def run(config: TrainingConfig, folder: Path, stop_after: int = 10**6, **around: object) -> None:
    network = start_network(config.architecture, config.sizes, config.seed)
    settings = {"workers": 0, "every_steps": 2, "validate_steps": 100, **around}
    photographs = pool() if config.synthetic == "torch" else None
    source = SceneSource(photographs.table) if photographs else SyntheticSource(Photographs())
    data = ClipDataset([source], [1.0], 0)
    options = RuntimeOptions(**settings)
    for report in train(network, config, data, folder, options, photographs):
        if report.step == stop_after:
            return


def held(folder: Path) -> dict[str, Tensor]:
    state = torch.load(folder / LAST, weights_only=True)
    return {**state["network"], **{f"mean {k}": v for k, v in state["mean"].items()}}


def test_it_learns(tmp_path: Path) -> None:
    stages = [Stage(steps=60, batch=4, T=(2, 2), hw=(32, 48))]
    config = tiny(stages=stages, drop_mask=0.0, sizes={**SIZES, "norm": True}, lr=1e-2)
    run(config, tmp_path, every_steps=60)
    losses = [float(row["loss"]) for row in read_log(tmp_path / "log.csv")]
    assert len(losses) == 60
    assert sum(losses[-10:]) < 0.7 * sum(losses[:10])
    assert (tmp_path / "plot.png").stat().st_size > 1000
    load_network(tmp_path / BEST)


def with_all_there_is(steps: int = 6) -> TrainingConfig:
    """Return a run with clips made by torch, several objects, kept frames, rates and norms."""
    stage = Stage(steps=steps, batch=3, T=(3, 4), hw=(32, 48), objects=2, kept=(0, 2))
    return tiny(
        stages=[stage],
        synthetic="torch",
        sizes={**SIZES, "norm": True, "trunk": "efficientnet-lite0"},
        groups=[RateGroup("encoder.base", 0.2), RateGroup("tau", 20.0, decays=False)],
        ema_rises=True,
        freeze_norm_of=["encoder.base"],
        freeze_norm_from=0.5,
    )


def test_it_learns_several_objects_from_clips_made_by_torch_over_two_sessions(
    tmp_path: Path,
) -> None:
    stages = [Stage(steps=60, batch=4, T=(2, 3), hw=(32, 48), objects=2, kept=(0, 1))]
    config = tiny(
        stages=stages,
        synthetic="torch",
        lr=1e-2,
        drop_mask=0.0,
        sizes={**SIZES, "norm": True},
        freeze_norm_from=0.9,
    )
    run(config, tmp_path, stop_after=31, every_steps=10)
    assert len(read_log(tmp_path / "log.csv")) == 31
    run(config, tmp_path, every_steps=10)
    losses = [float(row["loss"]) for row in read_log(tmp_path / "log.csv")]
    assert len(losses) == 60
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])
    load_network(tmp_path / BEST)


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


def test_norms_stay_where_they_are_frozen(tmp_path: Path) -> None:
    config = with_all_there_is()

    def counted(folder: Path) -> tuple[int, int]:
        state = torch.load(folder / LAST, weights_only=True)["network"]
        trunk, own = "encoder.base.stem.norm", "encoder.down32.norm"
        return tuple(int(state[f"{name}.num_batches_tracked"]) for name in (trunk, own))

    run(config, tmp_path, stop_after=2)
    assert counted(tmp_path) == (0, 2)
    run(config, tmp_path)
    assert counted(tmp_path) == (0, 3)  # from half of the run on all are frozen


def test_rates_are_a_groups_own() -> None:
    training = TrainingRun(
        build_network("s2s-lite", with_all_there_is().sizes),
        tiny(groups=[RateGroup("encoder.base", 0.2), RateGroup("tau", 20.0, decays=False)]),
        "cpu",
    )
    training.rates.set_rate(1e-3)
    found = [
        (len(g["params"]), g["lr"], g["weight_decay"]) for g in training.optimiser.param_groups
    ]
    assert [(rate, decay) for _, rate, decay in found] == [(1e-3, 1e-2), (2e-4, 1e-2), (2e-2, 0.0)]
    assert found[2][0] == 1
    assert sum(n for n, *_ in found) == len(list(training.network.parameters()))


def test_a_mean_that_begins_short_follows_at_once(tmp_path: Path) -> None:
    def distance(folder: Path) -> float:
        state = torch.load(folder / LAST, weights_only=True)
        pairs = [(t, state["mean"][f"module.{name}"]) for name, t in state["network"].items()]
        return float(torch.stack([(a - b).norm() for a, b in pairs]).norm())

    run(tiny(ema=0.99), tmp_path / "late")
    run(tiny(ema=0.99, ema_rises=True), tmp_path / "soon")
    assert 0 < distance(tmp_path / "soon") < 0.5 * distance(tmp_path / "late")


def timed(minutes: float) -> TrainingConfig:
    stages = [
        Stage(share=0.4, batch=2, T=(2, 2), hw=(32, 48)),
        Stage(share=0.6, batch=3, T=(2, 2), hw=(32, 64)),
    ]
    return tiny(stages=stages, minutes=minutes, lr_end=0.01)


def test_a_run_by_time_ends_at_the_end_of_its_rate(tmp_path: Path) -> None:
    run(timed(2 / 60), tmp_path, every_steps=1000)
    rows = read_log(tmp_path / "log.csv")
    state = torch.load(tmp_path / LAST, weights_only=True)
    assert state["step"] == len(rows) > 3 and state["seconds"] >= 2
    assert float(rows[-1]["rate"]) < 0.2 * max(float(row["rate"]) for row in rows)
    assert 2 * len(rows) < state["n_clips"] < 3 * len(rows)  # both stages had their turn
    load_network(tmp_path / BEST)
    run(timed(2 / 60), tmp_path)  # nothing is left to do
    assert len(read_log(tmp_path / "log.csv")) == len(rows)


def test_a_run_by_time_goes_on_with_the_time_that_is_left(tmp_path: Path) -> None:
    run(timed(1.0), tmp_path, stop_after=2)
    before = torch.load(tmp_path / LAST, weights_only=True)
    assert before["step"] == 2 and before["n_clips"] == 4 and 0 < before["seconds"] < 60
    torch.save({**before, "seconds": 59.99}, tmp_path / LAST)  # as if it had run so long
    run(timed(1.0), tmp_path)
    after = torch.load(tmp_path / LAST, weights_only=True)
    assert after["step"] == 3 and after["n_clips"] == 7 and after["seconds"] >= 60
    assert float(read_log(tmp_path / "log.csv")[-1]["rate"]) < 2.2e-5


def test_what_a_run_by_time_asks_for_goes_by_what_is_done() -> None:
    shares = iter([0.0, 0.39, 0.41, 0.99, 1.0])
    batches = timed(5).batches(7, 0, 1, done=lambda: next(shares), first=20)
    asked = [next(batches) for _ in range(5)]
    assert [len(one) for one in asked] == [2, 2, 3, 3, 3]
    assert [one.number for batch in asked for one in batch] == list(range(20, 33))


def _without_times(folder: Path) -> list[dict[str, str]]:
    return [{**row, "seconds": ""} for row in read_log(folder / "log.csv")]


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


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetError, match=r"Cannot write .*: Not a directory"):
        run(tiny(2), tmp_path / "file" / "run")


def test_validation_keeps_the_best(tmp_path: Path) -> None:
    make_clip(tmp_path / "tree", "a", 4, 1, (3, 4))
    clips = annotated_clips(tmp_path / "tree")
    run(tiny(), tmp_path / "run", validation=clips, validate_steps=3)
    rows = [row for row in read_log(tmp_path / "run" / "log.csv") if row["J"]]
    assert [int(row["step"]) for row in rows] == [3, 6]
    best = max(float(row["J"]) for row in rows)
    scores = read_config(tmp_path / "run" / BEST).scores
    assert scores["J"] == pytest.approx(best, abs=1e-4)


def test_validation_passes_over_masks_that_show_nothing(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    make_clip(tree, "late", 4, 1, (3,))
    write_mask(tree / "Annotations" / "late" / "00000.png", np.zeros((32, 48), np.uint8))
    run(tiny(2), tmp_path / "run", validation=find_validation(tree), validate_steps=2)
    (row,) = [row for row in read_log(tmp_path / "run" / "log.csv") if row["J"]]
    assert 0 <= float(row["J"]) <= 1


def test_clips_without_a_second_mask_or_unknown_are_no_validation(tmp_path: Path) -> None:
    make_clip(tmp_path / "one", "single", 4, 5)
    with pytest.raises(DatasetError, match="nothing to score"):
        find_validation(tmp_path / "one")
    make_clip(tmp_path / "one", "whole", 4, 1)
    assert [clip.name for clip in find_validation(tmp_path / "one")] == ["whole"]
    with pytest.raises(DatasetError, match="no clip single, typo"):
        find_validation(tmp_path / "one", ["whole", "typo", "single"])


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


def test_training_that_breaks_down_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not finite"):
        run(tiny(lr=1e30, clip_norm=0.0, warm_up=0), tmp_path)


def test_gradients_are_cut_where_asked(tmp_path: Path) -> None:
    stages = [Stage(steps=1, batch=1, T=(4, 4), hw=(32, 48))]
    whole, cut = (tiny(stages=stages, drop_mask=0.0, truncate=n) for n in (0, 1))
    run(whole, tmp_path / "whole")
    run(cut, tmp_path / "cut")
    one, other = held(tmp_path / "whole"), held(tmp_path / "cut")
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_presets_are_the_papers() -> None:
    paper = with_length(named_config("paper"), n_clips=2796)
    assert paper.optimiser == "adam" and paper.lr == 1e-5 and paper.rate(10_000) == 1e-5
    assert (paper.bce, paper.dice) == (1.0, 0.0)
    assert sum(s.steps * s.batch for s in paper.stages) == pytest.approx(80 * 2796, rel=1e-3)
    assert [s.annotated_only for s in paper.stages] == [True, False]
    assert all(s.T == (5, 11) and s.hw == (256, 448) for s in paper.stages)
    for config in PRESETS.values():
        with torch.device("meta"):
            build_network(config.architecture, config.sizes)


def test_lengths_are_shares_of_steps_or_of_time() -> None:
    config = named_config("pretrained")
    by_steps = with_length(config, n_clips=0, steps=1000)
    assert [stage.steps for stage in by_steps.stages] == [300, 420, 280]
    assert by_steps.minutes == 0 and not any(stage.share for stage in by_steps.stages)
    by_time = with_length(config, n_clips=0, minutes=9)
    assert [stage.share for stage in by_time.stages] == pytest.approx([0.3, 0.42, 0.28])
    assert by_time.n_steps() == 0 and by_time.length() == 1 and by_time.minutes == 9
    assert by_time.at(0.29)[0].batch == 48 and by_time.at(0.31)[0].batch == 32
    assert by_time.rate(500, 0.0) == 7e-4 and by_time.rate(500, 1.0) == pytest.approx(1.4e-5)
    assert with_length(by_time, n_clips=0).minutes == 9
    risen = [by_time.rate(step, done) / 7e-4 for step, done in ((0, 0.0), (14, 0.05), (14, 0.1))]
    assert risen[0] == pytest.approx(1 / 150) and risen[1] == pytest.approx(0.5, rel=0.02)
    assert risen[2] > 0.95  # few steps in all: it is up after a tenth of the run
    other = with_length(named_config("lite"), n_clips=0, minutes=1)
    assert [stage.share for stage in other.stages] == pytest.approx([0.375, 0.375, 0.25])
    with pytest.raises(ModelError, match="shares of the whole") as error:
        with_length(config, n_clips=0)
    assert error.value.option == "--steps"


def test_epochs_need_clips_and_names_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="never end"):
        with_length(named_config("paper"), n_clips=0)
    assert with_length(named_config("paper"), n_clips=0, steps=80).n_steps() == 80
    with pytest.raises(ModelError, match="no preset"):
        named_config("nothing")
    (tmp_path / "train.json").write_text("{}")
    with pytest.raises(ModelError, match="does not say how to train"):
        read_training_config(tmp_path / "train.json")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"stages": []}, "length >= 1"),
        ({"optimiser": "sgd"}, "sgd"),
        ({"lr": 0}, "> 0"),
        ({"stages": [{"steps": 2, "batch": 0, "T": [2, 3], "hw": [32, 48]}]}, "batch"),
        ({"stages": [{"steps": 2, "batch": 1, "T": [1, 1], "hw": [32, 48]}]}, "T"),
        ({"stages": [{"steps": 2, "batch": 1, "T": [3, 2], "hw": [32, 48]}]}, "the fewest"),
        (
            {"stages": [{"steps": 1, "batch": 1, "T": [2, 3], "hw": [32, 48], "kept": [2, 1]}]},
            "`kept` is the fewest",
        ),
        ({"stages": [{"batch": 1, "T": [2, 3], "hw": [32, 48]}]}, "`steps`, `epochs` or a"),
        ({"minutes": 2}, "each stage needs a `share`"),
        (
            {
                "stages": [
                    {"steps": 1, "batch": 1, "T": [2, 3], "hw": [32, 48]},
                    {"share": 1, "batch": 1, "T": [2, 3], "hw": [32, 48]},
                ]
            },
            "all stages have a `share`, or none",
        ),
    ],
)
def test_what_no_run_can_be_made_of_says_so(
    tmp_path: Path, wrong: dict[str, object], said: str
) -> None:
    path = tmp_path / "train.json"
    path.write_bytes(msgspec.json.encode(tiny()))
    assert read_training_config(path) == tiny()
    path.write_bytes(msgspec.json.encode({**msgspec.to_builtins(tiny()), **wrong}))
    with pytest.raises(ModelError, match="does not say how to train") as error:
        read_training_config(path)
    assert said in str(error.value)


def test_sides_that_the_network_cannot_take_say_so(tmp_path: Path) -> None:
    stages = [Stage(steps=1, batch=1, T=(2, 2), hw=(33, 48))]
    with pytest.raises(ModelError, match="multiples of 16; 33x48 are not"):
        run(tiny(stages=stages), tmp_path)


def test_batches_that_cannot_be_shared_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [list(tiny().batches(0, rank, 2)) for rank in (0, 1)]
    alone = list(tiny().batches(0, 0, 1))
    assert [a + b for a, b in zip(*requests, strict=True)] == alone
    assert [r.number for batch in alone for r in batch] == list(range(18))
    assert list(tiny().batches(4, 0, 1)) == alone[4:]
