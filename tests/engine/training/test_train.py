"""Training: it learns, by steps or by time, with rates, norms and a mean as its run says."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.engine.training.tiny_training import SIZES, held, run, tiny, with_all_there_is
from vosgui.engine.models.load import build_network, load_network
from vosgui.engine.training.config import (
    LAST,
    RateGroup,
    Stage,
    TrainingConfig,
)
from vosgui.engine.training.log import read_log
from vosgui.engine.training.run import TrainingRun
from vosgui.engine.training.train import BEST
from vosgui.errors import ModelError, TargetError


def test_it_learns(tmp_path: Path) -> None:
    stages = [Stage(steps=60, batch=4, T=(2, 2), hw=(32, 48))]
    config = tiny(stages=stages, drop_mask=0.0, sizes={**SIZES, "norm": True}, lr=1e-2)
    run(config, tmp_path, every_steps=60)
    losses = [float(row["loss"]) for row in read_log(tmp_path / "log.csv")]
    assert len(losses) == 60
    assert sum(losses[-10:]) < 0.7 * sum(losses[:10])
    assert (tmp_path / "plot.png").stat().st_size > 1000
    load_network(tmp_path / BEST)


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


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetError, match=r"Cannot write .*: Not a directory"):
        run(tiny(2), tmp_path / "file" / "run")


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


def test_sides_that_the_network_cannot_take_say_so(tmp_path: Path) -> None:
    stages = [Stage(steps=1, batch=1, T=(2, 2), hw=(33, 48))]
    with pytest.raises(ModelError, match="multiples of 16; 33x48 are not"):
        run(tiny(stages=stages), tmp_path)
