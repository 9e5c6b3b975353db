"""The export dialog: it says what is missing, leads there, and writes a whole tree or none."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from tests.toy_format import ROW
from tests.ui.windows import make_clip, open_clip, paint_again, paint_square
from vosgui.core.annotation import Annotation
from vosgui.formats import registry
from vosgui.ui.dialogs.export_dialog import ExportDialog
from vosgui.ui.main_window import MainWindow

Key, Left = Qt.Key, Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> ExportDialog:
    """Return the dialog over a clip whose square is painted in frames 0 and 10 only."""
    paint_square(window)
    after = np.full((16, 16), 1, np.uint8)
    from vosgui.core import edits
    from vosgui.core.mask import Box

    part = edits.paint(window.session.annotation, 10, 1, Box(10, 18, 16, 16), after)
    window.session.apply("Brush", part)
    window.settings.export.folder = str(tmp_path / "out")
    qtbot.keyClick(window.canvas, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    with qtbot.waitSignal(dialog.exporter.ended):
        pass
    return dialog


def texts(dialog: ExportDialog) -> list[str]:
    tree = dialog.issues
    return [tree.topLevelItem(n).text(1) for n in range(tree.topLevelItemCount())]


def test_issues_lead_to_their_frames(
    qtbot: QtBot, window: MainWindow, dialog: ExportDialog
) -> None:
    assert any("no category" in text for text in texts(dialog))
    item = line_of(dialog, "no mask in")
    assert "Click to go there" in item.toolTip(1)
    click_line(qtbot, dialog, item)
    assert window.session.t == 5
    window.session.go_to(0)
    dialog.issues.setFocus()
    qtbot.keyClick(dialog.issues, Key.Key_Return)
    assert window.session.t == 5, "Return goes there, too"
    assert not dialog.exporter.is_running, "and exports nothing"


def line_of(dialog: ExportDialog, text: str) -> QTreeWidgetItem:
    """Return the first line of the report with this text."""
    items = (dialog.issues.topLevelItem(n) for n in range(dialog.issues.topLevelItemCount()))
    return next(one for one in items if one is not None and text in one.text(1))


def click_line(qtbot: QtBot, dialog: ExportDialog, item: QTreeWidgetItem) -> None:
    tree = dialog.issues
    tree.scrollToItem(item)
    qtbot.mouseClick(tree.viewport(), Left, pos=tree.visualItemRect(item).center())


def test_a_tree_is_written_whole(
    qtbot: QtBot, window: MainWindow, dialog: ExportDialog, tmp_path: Path
) -> None:
    with qtbot.waitSignal(dialog.exporter.ended):
        qtbot.mouseClick(dialog.write_button, Left)
    tree = tmp_path / "out" / "train"
    meta = json.loads((tree / "meta.json").read_text())
    frames = meta["videos"]["square"]["objects"]["1"]["frames"]
    assert frames[0] == "00000"
    for stem in frames:
        with Image.open(tree / "Annotations" / "square" / f"{stem}.png") as mask:
            assert mask.mode == "P"
            assert mask.size == (64, 48)
        assert (tree / "JPEGImages" / "square" / f"{stem}.jpg").exists()
    written = f"Written: 1 clip, 2 frames, 1 object in {tree}. Checked as YouTube-VOS"
    assert dialog.line.text().startswith(written)
    assert "1 warning" in dialog.line.text()
    assert dialog.show_button.isVisible()


def test_a_second_export_to_the_same_folder_goes_on(
    qtbot: QtBot, window: MainWindow, dialog: ExportDialog, tmp_path: Path
) -> None:
    for _ in range(2):
        with qtbot.waitSignal(dialog.exporter.ended):
            qtbot.mouseClick(dialog.write_button, Left)
    assert "1 clip as before" in dialog.line.text()
    tree = tmp_path / "out" / "train" / "Annotations" / "square"
    before = (tree / "00000.png").read_bytes()
    window.actions_["undo"].trigger()  # frame 10
    paint_again(window, 1, 4)
    paint_again(window, 1, 5)
    with qtbot.waitSignal(dialog.exporter.ended):
        qtbot.mouseClick(dialog.write_button, Left)
    assert sorted(one.name for one in tree.iterdir()) == ["00000.png", "00005.png"]
    assert (tree / "00000.png").read_bytes() == before


def test_masks_off_the_grid_are_named_and_a_click_goes_there(
    qtbot: QtBot, window: MainWindow, dialog: ExportDialog
) -> None:
    paint_again(window, 1, 7)
    with qtbot.waitSignal(dialog.exporter.ended):
        dialog.check()
    item = line_of(dialog, "off the grid")
    assert "00007" in item.text(1) and "Export all frames." in item.text(1)
    click_line(qtbot, dialog, item)
    assert window.session.t == 7


def test_a_click_goes_to_a_frame_of_another_clip(
    qtbot: QtBot, window: MainWindow, dialog: ExportDialog, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.session.frame_loaded):
        window.opener.add_clip(make_clip(tmp_path / "other", 6, seed=2))
    dialog.form.clips.addItem("All", "all")
    dialog.form.clips.setCurrentIndex(dialog.form.clips.findData("all"))
    with qtbot.waitSignal(dialog.exporter.ended):
        dialog.form.take()
    tree = dialog.issues
    items = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    item = next(one for one in items if "square" in one.text(1) and "no mask in" in one.text(1))
    with qtbot.waitSignal(window.session.frame_loaded):
        click_line(qtbot, dialog, item)
    qtbot.waitUntil(lambda: window.session.info.name == "square" and window.session.t == 5)
    assert dialog.isVisible()


def test_other_clips_are_read_beside_the_window(
    qtbot: QtBot,
    window: MainWindow,
    dialog: ExportDialog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with qtbot.waitSignal(window.session.frame_loaded):
        window.opener.add_clip(make_clip(tmp_path / "other", 6, seed=2))
    threads: list[tuple[int, int]] = []  # with the number of frames of what was read there
    load = Annotation.load

    def seen(annotation: Annotation, *read: Any, **more: Any) -> None:
        threads.append((annotation.n_frames, threading.get_ident()))
        load(annotation, *read, **more)

    monkeypatch.setattr(Annotation, "load", seen)
    dialog.form.clips.addItem("All", "all")
    dialog.form.clips.setCurrentIndex(dialog.form.clips.findData("all"))
    with qtbot.waitSignal(dialog.exporter.ended):
        dialog.form.take()
    assert any("square" in text for text in texts(dialog))
    of_other = [thread for n_frames, thread in threads if n_frames != 6]
    assert of_other and threading.get_ident() not in of_other


def test_lines_of_the_check_of_what_was_written_lead_there_too(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    paint_square(window)
    with qtbot.waitSignal(window.session.frame_loaded):
        window.opener.add_clip(make_clip(tmp_path / "other", 6, seed=2))
    paint_square(window)
    window.clips.model.tick([row.record.id for row in window.clips.model.rows], is_ticked=True)
    window.settings.export.folder = str(tmp_path / "out")
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    assert "2 clips that are ticked" in dialog.form.clips.itemText(1)
    dialog.form.clips.setCurrentIndex(1)
    with qtbot.waitSignal(dialog.exporter.previewed):
        dialog.form.take()
    with qtbot.waitSignal(dialog.exporter.ended):
        qtbot.mouseClick(dialog.write_button, Left)
    assert "2 clips" in dialog.line.text()
    item = line_of(dialog, "square")
    with qtbot.waitSignal(window.session.frame_loaded):
        click_line(qtbot, dialog, item)
    assert window.session.info.name == "square"


def test_a_tree_that_is_there_is_not_touched_unasked(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    own = tmp_path / "out" / "train" / "mine.txt"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    with qtbot.waitSignal(dialog.exporter.failed):
        qtbot.mouseClick(dialog.write_button, Left)
    assert "not empty" in dialog.line.text()
    assert [p.name for p in own.parent.iterdir()] == ["mine.txt"]


def test_closing_the_clip_closes_the_dialog(window: MainWindow, dialog: ExportDialog) -> None:
    window.actions_["close_clip"].trigger()
    assert not dialog.isVisible()
    assert not dialog.exporter.is_running


def choose(qtbot: QtBot, dialog: ExportDialog, title: str) -> None:
    """Take a format from the list of formats with the arrow keys, and wait for the check."""
    box = dialog.form.format
    box.showPopup()
    view = box.view()
    qtbot.keyClick(view, Key.Key_Home)
    for _ in range(box.findText(title)):
        qtbot.keyClick(view, Key.Key_Down)
    with qtbot.waitSignal(dialog.exporter.previewed):
        qtbot.keyClick(view, Key.Key_Return)
    assert box.currentText() == title


def rows(dialog: ExportDialog) -> dict[str, str]:
    """Return the texts of the preview with their numbers."""
    found = dialog.preview.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)
    return {item.text(0): item.text(1) for item in found}


def test_the_preview_says_what_will_be_there(dialog: ExportDialog, tmp_path: Path) -> None:
    shown = rows(dialog)
    assert shown[str(tmp_path / "out" / "train")] == "5 files"
    assert shown["Annotations/"] == shown["JPEGImages/"] == "2 files"
    assert shown["1  object 1"] == "1"


def test_any_format_of_the_table_is_written(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    assert dialog.form.existing.isVisible()
    choose(qtbot, dialog, "DAVIS 2017")
    assert not dialog.form.existing.isVisible()
    announced = rows(dialog)[str(tmp_path / "out" / "davis")]
    with qtbot.waitSignal(dialog.exporter.written):
        qtbot.mouseClick(dialog.write_button, Left)
    files = [path for path in (tmp_path / "out" / "davis").rglob("*") if path.is_file()]
    assert announced == f"{len(files)} files"
    assert any("fewer than 3 frames" in text for text in texts(dialog))


def test_options_of_a_format_show_where_they_apply(qtbot: QtBot, dialog: ExportDialog) -> None:
    form = dialog.form
    choose(qtbot, dialog, "YouTube-VIS instances.json")
    assert form.year.isVisible()
    assert not form.objects.isVisible()
    choose(qtbot, dialog, "Cut-out objects, PNG")
    assert form.objects.isVisible()
    assert not form.year.isVisible()


def test_a_film_is_stopped_within_its_clip(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    window = empty_window
    open_clip(qtbot, window, make_clip(tmp_path / "long", 800))
    paint_square(window)
    window.settings.export.folder = str(tmp_path / "out")
    window.settings.export.format = "overlay"
    window.settings.export.frames = "all"
    qtbot.keyClick(window.canvas, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    with qtbot.waitSignal(dialog.exporter.ended):
        pass
    is_first = {"check_params_cb": lambda step: step.n_done == 1}  # none while it is opened
    with qtbot.waitSignal(dialog.exporter.progressed, **is_first) as first:
        qtbot.mouseClick(dialog.write_button, Left)
    assert first.args[0].n_total == 800
    assert dialog.line.text().endswith("of 800 frames")
    with qtbot.waitSignal(dialog.exporter.ended):
        qtbot.mouseClick(dialog.write_button, Left)
    assert dialog.line.text() == "Stopped; the dataset is not there."
    assert not (tmp_path / "out").exists()


def test_a_format_that_is_added_to_the_table_is_offered_previewed_and_written(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "FORMATS", (*registry.FORMATS, ROW))
    paint_square(window)
    window.settings.export.folder = str(tmp_path / "out")
    qtbot.keyClick(window.canvas, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    choose(qtbot, dialog, "Toys of one row")
    assert rows(dialog)[str(tmp_path / "out" / "toy")] == "2 files"
    with qtbot.waitSignal(dialog.exporter.written):
        qtbot.mouseClick(dialog.write_button, Left)
    names = [path.name for path in (tmp_path / "out" / "toy").iterdir()]
    assert sorted(names) == ["square.toy", "toy.json"]
