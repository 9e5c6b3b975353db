"""Comparing with a reference: scored in the background, and again where masks change."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from tests.trees import put_text
from tests.ui.windows import HW, N_FRAMES, SQUARE, make_clip, open_clip, paint_square
from vosgui.core import edits
from vosgui.core.mask import Box
from vosgui.errors import NothingToDoError
from vosgui.media.palette import write_mask
from vosgui.ui.main_window import MainWindow
from vosgui.ui.timeline.curve import agreement_colour
from vosgui.ui.timeline.scale import LABELS_W, RULER_H, THUMBNAIL_H, TRACKS_TOP
from vosgui.ui.timeline.tooltip import agreement_label, describe


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    """Return a folder with where the square is in every frame."""
    folder = tmp_path / "truth"
    folder.mkdir()
    for t in range(N_FRAMES):
        mask = np.zeros(HW, np.uint8)
        mask[SQUARE.y : SQUARE.y + SQUARE.h, SQUARE.x + t : SQUARE.x + t + SQUARE.w] = 1
        write_mask(folder / f"{t:05d}.png", mask)
    return folder


@pytest.fixture
def compared(qtbot: QtBot, window: MainWindow, masks: Path) -> MainWindow:
    """Return a window with the square painted in frame 0, compared with where it is."""
    paint_square(window)
    with qtbot.waitSignal(window.reference.settled):
        window.reference.open(masks)
    return window


def means(window: MainWindow) -> tuple[float, float, int]:
    assert window.reference.agreement is not None
    found = window.reference.agreement.means(1)
    assert found is not None
    return found.J, found.F, found.n_frames


def paint(window: MainWindow, t: int, x: int) -> None:
    annotation = window.session.annotation
    patch = np.ones((SQUARE.h, SQUARE.w), np.uint8)
    box = Box(SQUARE.y, x, SQUARE.h, SQUARE.w)
    window.session.apply("Brush", edits.paint(annotation, t, 1, box, patch))


def on_curve(window: MainWindow, t: int) -> QPointF:
    scale = window.timeline.scale
    return QPointF(LABELS_W + scale.x_of(t + 0.5), RULER_H + THUMBNAIL_H + 10)


def test_only_what_is_known_is_compared(compared: MainWindow) -> None:
    assert means(compared) == (1.0, 1.0, 1)


def test_how_objects_and_frames_of_a_file_were_found_is_said(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    paint_square(window)
    x, y, w, h = SQUARE.x, SQUARE.y, SQUARE.w, SQUARE.h
    points = [[x, y], [x + w - 0.5, y + h - 0.5]]
    shape = {"label": "ball", "shape_type": "rectangle", "points": points}
    about = {"imagePath": "0.jpg", "imageHeight": HW[0], "imageWidth": HW[1]}
    put_text(tmp_path / "ours/0.json", json.dumps({"shapes": [shape], **about}))
    said: list[str] = []
    window.session.said.connect(said.append)
    with qtbot.waitSignal(window.reference.settled):
        window.reference.open(tmp_path / "ours")
    assert means(window)[0] == 1.0
    assert "number in their names" in said[-1] and "mean J 100.0 %" in said[-1]


def test_a_change_is_scored_and_its_undo_too(qtbot: QtBot, compared: MainWindow) -> None:
    with qtbot.waitSignal(compared.reference.settled):
        paint(compared, 2, SQUARE.x + 2 + 8)
    J, F, n = means(compared)
    assert n == 2
    assert pytest.approx((1 + 8 / 24) / 2) == J
    assert 0 < F < 1
    with qtbot.waitSignal(compared.reference.settled):
        compared.session.undo()
    assert means(compared) == (1.0, 1.0, 1)


def test_changes_while_it_is_at_work_are_not_lost(
    qtbot: QtBot, window: MainWindow, masks: Path
) -> None:
    paint_square(window)
    with qtbot.waitSignal(window.reference.settled):
        window.reference.open(masks)
        for t in range(1, N_FRAMES):
            paint(window, t, SQUARE.x + t)
    assert means(window) == (1.0, 1.0, N_FRAMES)


def test_the_timeline_shows_and_says_it(qtbot: QtBot, compared: MainWindow) -> None:
    timeline, agreement = compared.timeline, compared.reference.agreement
    assert agreement is not None
    assert "J 100.0 %, F 100.0 % against the reference" in describe(
        timeline.view, on_curve(compared, 0)
    )
    assert "reference" not in describe(timeline.view, on_curve(compared, 3))
    label = describe(timeline.view, QPointF(20, RULER_H + THUMBNAIL_H + 10))
    assert label == "object 1: mean J 100.0 %, mean F 100.0 % over 1 frame of the reference"
    assert agreement_label(agreement, 1, 0) == "J 100.0 · mean 100.0 %"
    assert agreement_label(agreement, 1, 5) == "J – · mean 100.0 %"
    with qtbot.waitSignal(compared.reference.settled):
        for t in range(1, 10):
            paint(compared, t, SQUARE.x + t)
    assert has_J_curve(compared)
    compared.actions_["stop_comparing"].trigger()
    assert compared.reference.agreement is None
    assert not has_J_curve(compared)
    assert describe(timeline.view, QPointF(20, RULER_H + THUMBNAIL_H + 10)) == ""


def has_J_curve(window: MainWindow) -> bool:
    """Return whether the row of curves has pixels of the hue of J; their edges are blended."""
    image = window.timeline.grab().toImage()
    x = round(LABELS_W + window.timeline.scale.x_of(5))
    column = range(RULER_H + THUMBNAIL_H, TRACKS_TOP)
    colours = [image.pixelColor(x, y) for y in column]
    hue = agreement_colour().hslHue()
    return any(c.hslSaturation() > 60 and abs(c.hslHue() - hue) < 8 for c in colours)


def test_it_is_said_when_all_is_scored(qtbot: QtBot, window: MainWindow, masks: Path) -> None:
    paint_square(window)
    with qtbot.waitSignal(window.session.said) as said:
        window.reference.open(masks)
    text = "object 1: mean J 100.0 %, mean F 100.0 % over 1 frame of the reference"
    assert said.args == [text]


def test_a_reference_that_does_not_fit_is_refused(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "truth").mkdir()
    write_mask(tmp_path / "truth" / "elsewhere.png", np.ones(HW, np.uint8))
    window.session.failed.disconnect()  # or a dialog would be shown
    with qtbot.waitSignal(window.session.failed) as failed:
        window.reference.open(tmp_path / "truth")
    assert failed.args is not None
    assert isinstance(failed.args[0], NothingToDoError)
    assert window.reference.agreement is None
    paint_square(window)


def test_another_clip_is_compared_with_nothing(
    qtbot: QtBot, compared: MainWindow, tmp_path: Path
) -> None:
    open_clip(qtbot, compared, make_clip(tmp_path / "clips" / "other"))
    assert compared.reference.agreement is None
    assert compared.reference.name == ""


def test_it_can_be_replaced_while_it_is_at_work(
    qtbot: QtBot, window: MainWindow, masks: Path, tmp_path: Path
) -> None:
    paint_square(window)
    empty = tmp_path / "empty"
    empty.mkdir()
    write_mask(empty / "00000.png", np.zeros(HW, np.uint8))
    with qtbot.waitSignal(window.reference.settled):
        window.reference.open(masks)
        window.reference.open(empty)
    assert means(window) == (0.0, 0.0, 1)


def test_the_menu_asks_for_a_folder(qtbot: QtBot, window: MainWindow, masks: Path) -> None:
    window.actions_["compare"].trigger()
    box = window.findChild(QMessageBox, "compare")
    assert isinstance(box, QMessageBox)
    (button,) = [b for b in box.findChildren(QPushButton) if b.text() == "Folder of masks…"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    with qtbot.waitSignal(window.reference.settled):
        dialog.fileSelected.emit(str(masks))
    assert window.reference.name == "truth"
    dialog.close()


def test_another_project_can_be_the_reference(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    paint_square(window)
    project = window.opener.project
    assert project is not None
    before = project.path
    with qtbot.waitSignal(window.saver.ended):
        window.saver.save_as(tmp_path / "copy.vosgui")
    paint(window, 0, SQUARE.x + 8)
    with qtbot.waitSignal(window.reference.settled):
        window.reference.open(before)
    assert means(window)[0] == pytest.approx(16 / 24)


def test_the_open_project_stands_for_its_masks_as_they_are_now(
    qtbot: QtBot, window: MainWindow
) -> None:
    project = window.opener.project
    assert project is not None
    with qtbot.waitSignal(window.session.failed) as refused:
        window.reference.open(project.path)
    assert "square has no mask yet" in str(refused.args[0])
    paint_square(window)
    with qtbot.waitSignal(window.reference.settled):
        window.reference.open(project.path)
    assert means(window) == (1, 1, 1)
    assert window.reference.name == f"{project.path.name} as it was"
    with qtbot.waitSignal(window.reference.settled):
        paint(window, 0, SQUARE.x + 8)
    assert means(window)[0] == pytest.approx(16 / 24)
