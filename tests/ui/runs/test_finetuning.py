"""Fine-tuning to the open clip: in the background, kept, used, shown, forgotten."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.ui.windows import open_clip, paint_again, paint_square, propagated, tiny_model
from vosgui.engine.online import finetune as online
from vosgui.engine.online.finetuned import (
    FineTuned,
    given_digest,
    keep_finetuned,
    read_finetuned,
)
from vosgui.engine.propagation.load import load_network_propagator
from vosgui.ui.main_window import MainWindow

Key, Modifier = Qt.Key, Qt.KeyboardModifier
CTRL = Modifier.ControlModifier
HERE = QPoint(6, 6)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tiny_model(tmp_path / "tiny")


@pytest.fixture
def painted(window: MainWindow, model: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """Return a window whose runs are made with a tiny network; one object is painted twice.

    It learns in few steps, the same each time; all is kept: what was never trained carries nothing.
    """
    monkeypatch.setattr(online, "finetune", partial(online.finetune, steps=40))
    monkeypatch.setattr(online, "_HEIGHT", 32)
    monkeypatch.setattr(online, "_LEAST_GAIN", -1.0)
    window.toggle_panel("Settings of runs")  # where the button is
    window.settings.run.model = str(model)
    window.settings.run.device = "cpu"
    window.settings.run.finetune_seconds = 1000.0  # it ends by its steps
    object_id = paint_square(window)
    paint_again(window, object_id, 10)
    return window


def kept(window: MainWindow) -> FineTuned | None:
    assert window.opener.project is not None
    return read_finetuned(window.opener.project, window.opener.clip_id)


def keep(window: MainWindow, model: Path, *, digest: str = "") -> None:
    """Keep something with the clip, as if it had been learned; open the clip anew."""
    assert window.opener.project is not None
    snapshot = window.session.annotation.snapshot()
    given = given_digest(snapshot, frozenset(snapshot.tracks))
    digest = digest or load_network_propagator(str(model), "cpu").digest()
    learned = FineTuned(
        digest, given, {"tau": torch.tensor(9.0)}, "4 steps; 70.0 % before, 80.0 % after"
    )
    keep_finetuned(window.opener.project, window.opener.clip_id, learned)


def reopen(qtbot: QtBot, window: MainWindow) -> None:
    path = window.session.info.path
    qtbot.keyClick(window.canvas, Key.Key_W, CTRL)
    with qtbot.waitSignal(window.finetuning.changed, check_params_cb=None):
        open_clip(qtbot, window, path)
    qtbot.waitUntil(lambda: window.finetuning.kept is not None)


def shown(window: MainWindow) -> str:
    progress = window.finetuning.progress
    return progress.text if progress else ""


def row(window: MainWindow) -> str:
    label = window.run_panel.finetune_row.label
    return label.text() if label.isVisible() else ""


def test_it_learns_in_the_background_and_the_next_run_uses_it(
    qtbot: QtBot, painted: MainWindow
) -> None:
    window = painted
    assert row(window) == ""
    with qtbot.waitSignal(window.finetuning.ended):
        qtbot.keyClick(window.canvas, Key.Key_T, CTRL)
        assert window.finetuning.is_running
        window.actions_["run_forward"].trigger()
        assert not window.runs.is_running and "Wait" in window.status.currentMessage()
        qtbot.keyClick(window.canvas, Key.Key_Right)
        assert window.session.t == 1, "the window goes on meanwhile"
        bar = window.run_panel.bar
        begun = window.finetuning.progress is not None and window.finetuning.progress.n_done > 0
        assert (bar.maximum() == 0) == (not begun), "it moves before any step"
    assert window.status.currentMessage().startswith("Fine-tuned: 40 steps")
    learned = kept(window)
    assert learned is not None
    gain = learned.note.rpartition("; ")[2]
    assert gain.startswith("J ") and "% to " in gain
    assert row(window) == f"Fine-tuned to this clip: {gain}"
    assert learned.note in window.run_panel.finetune_row.label.toolTip()
    window.session.go_to(0)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert window.runs.model_used == "tiny (fine-tuned)"
    assert propagated(window.session, window.session.object_id)


def test_escape_stops_it_and_nothing_is_learned(qtbot: QtBot, painted: MainWindow) -> None:
    window = painted
    qtbot.mouseClick(window.run_panel.finetune_row.button, Qt.MouseButton.LeftButton, pos=HERE)
    qtbot.waitUntil(lambda: "Step" in shown(window))
    assert window.run_panel.bar.isVisible()
    with qtbot.waitSignal(window.finetuning.ended):
        qtbot.keyClick(window.canvas, Key.Key_Escape)
    assert kept(window) is None
    assert row(window) == ""
    assert window.status.currentMessage() == "Stopped; nothing was learned"
    assert window.actions_["run_forward"].isEnabled()


def test_what_does_no_better_is_dropped_and_said(
    qtbot: QtBot, painted: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = painted
    monkeypatch.setattr(online, "_LEAST_GAIN", 0.01)
    window.settings.run.finetune_seconds = 1e-6  # one step, of which nothing is gained
    with qtbot.waitSignal(window.finetuning.ended):
        qtbot.keyClick(window.canvas, Key.Key_T, CTRL)
    said = window.status.currentMessage()
    assert (kept(window) is None) == said.startswith("Dropped: "), said
    assert (row(window) == "") == (kept(window) is None)


def test_reopening_needs_no_second_fine_tuning(
    qtbot: QtBot, painted: MainWindow, model: Path
) -> None:
    window = painted
    keep(window, model)
    reopen(qtbot, window)
    assert row(window) == "Fine-tuned to this clip: 70.0 % before, 80.0 % after"
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert window.runs.model_used == "tiny (fine-tuned)"


def test_a_mask_painted_meanwhile_is_told(qtbot: QtBot, painted: MainWindow) -> None:
    window = painted
    with qtbot.waitSignal(window.finetuning.ended):
        qtbot.keyClick(window.canvas, Key.Key_T, CTRL)
        middle = window.canvas.view.viewport.to_screen(40, 40).toPoint()
        qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert kept(window) is not None
    assert "given masks have changed since. Still used." in row(window)


def test_given_masks_that_change_are_told_and_undo_takes_that_back(
    qtbot: QtBot, painted: MainWindow, model: Path
) -> None:
    window = painted
    keep(window, model)
    reopen(qtbot, window)
    window.session.go_to(5)
    qtbot.keyClick(window.canvas, Key.Key_A)
    assert row(window).startswith("Fine-tuned to this clip: "), (
        "an absence is no mask to learn from"
    )
    window.session.go_to(0)
    middle = window.canvas.view.viewport.to_screen(40, 40).toPoint()
    qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert "given masks have changed since. Still used." in row(window)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert window.runs.model_used == "tiny (fine-tuned)"
    for _ in range(2):
        qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
    assert row(window).startswith("Fine-tuned to this clip: ")


def test_other_weights_are_not_given_what_these_learned(
    qtbot: QtBot, painted: MainWindow, model: Path
) -> None:
    window = painted
    keep(window, model, digest="of other weights")
    reopen(qtbot, window)
    assert "other weights than the model's: not used" in row(window)
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert window.runs.model_used == "tiny"


def test_it_can_be_forgotten(qtbot: QtBot, painted: MainWindow, model: Path) -> None:
    window = painted
    keep(window, model)
    reopen(qtbot, window)
    with qtbot.waitSignal(window.finetuning.changed):
        qtbot.mouseClick(window.run_panel.finetune_row.forget, Qt.MouseButton.LeftButton, pos=HERE)
    assert kept(window) is None
    assert row(window) == ""
    assert "is forgotten" in window.status.currentMessage()
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert window.runs.model_used == "tiny"


def test_what_cannot_be_read_is_said_and_runs_go_on_without(
    qtbot: QtBot, painted: MainWindow
) -> None:
    window = painted
    assert window.opener.project is not None
    window.opener.project.set_blob(window.opener.clip_id, "finetuned", b"damaged")
    path = window.session.info.path
    qtbot.keyClick(window.canvas, Key.Key_W, CTRL)
    with qtbot.waitSignal(window.finetuning.warned):
        window.opener.open_path(path)
    assert "Fine-tune again" in window.message.label.text()
    with qtbot.waitSignal(window.runs.ended):
        qtbot.keyClick(window.canvas, Key.Key_F)
    assert window.runs.model_used == "tiny"


@pytest.mark.parametrize(("model_name", "reason"), [("flow", "'flow' cannot learn")])
def test_why_nothing_can_be_learned(
    qtbot: QtBot, painted: MainWindow, model_name: str, reason: str
) -> None:
    window = painted
    window.settings.run.model = model_name
    with qtbot.waitSignal(window.finetuning.warned):
        qtbot.keyClick(window.canvas, Key.Key_T, CTRL)
    assert reason in window.message.label.text()


def test_without_a_given_mask_it_says_so(qtbot: QtBot, window: MainWindow, model: Path) -> None:
    window.settings.run.model = str(model)
    with qtbot.waitSignal(window.finetuning.warned):
        qtbot.keyClick(window.canvas, Key.Key_T, CTRL)
    assert "no given mask to learn from" in window.message.label.text()


def test_closing_meanwhile_leaves_no_thread(qtbot: QtBot, painted: MainWindow) -> None:
    window = painted
    qtbot.keyClick(window.canvas, Key.Key_T, CTRL)
    qtbot.waitUntil(lambda: "Step" in shown(window))
    window.close()
    assert not window.finetuning.is_running
