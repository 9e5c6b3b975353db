"""The import dialog: it says what it found, then masks come as one edit, clips in whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMessageBox, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from tests.trees import boxes, put_frames, put_palette
from tests.ui.hurry import assert_same, shown
from tests.ui.windows import HW, make_clip, paint_square
from vosgui.project.project import Project
from vosgui.ui.dialogs.import_dialog import ImportDialog
from vosgui.ui.main_window import MainWindow

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
BOX = (4, 6, 10, 12)


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    """Return a folder of masks of two frames of the open clip."""
    folder = tmp_path / "masks"
    put_palette(folder / "00000.png", boxes({1: BOX, 3: (20, 30, 5, 5)}, HW))
    put_palette(folder / "00010.png", boxes({1: BOX}, HW))
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a dataset of two clips, of which one mask has no frame."""
    root = tmp_path / "tree"
    for name in ("a", "b"):
        make_clip(root / "JPEGImages" / name, 3)
        put_palette(root / "Annotations" / name / "00000.png", boxes({1: BOX}, HW))
    put_palette(root / "Annotations" / "a" / "00009.png", boxes({1: BOX}, HW))
    return root


def opened(qtbot: QtBot, window: MainWindow) -> ImportDialog:
    """Open the dialog with its keys."""
    target = window.canvas if window.session.is_open else window
    qtbot.keyClick(target, Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(ImportDialog)
    assert dialog is not None
    return dialog


def type_source(qtbot: QtBot, dialog: ImportDialog, source: Path) -> None:
    """Type a path and wait until it is read."""
    dialog.form.source.clear()
    qtbot.keyClicks(dialog.form.source, str(source))
    with qtbot.waitSignal(dialog.importer.ended):
        qtbot.keyClick(dialog.form.source, Key.Key_Return)


def texts(dialog: ImportDialog) -> list[str]:
    rows = range(dialog.report.topLevelItemCount())
    return [dialog.report.topLevelItem(n).text(1) for n in rows]


def line_of(dialog: ImportDialog, text: str) -> QTreeWidgetItem:
    """Return the first line of the report with this text."""
    items = (dialog.report.topLevelItem(n) for n in range(dialog.report.topLevelItemCount()))
    return next(one for one in items if one is not None and text in one.text(1))


def test_masks_of_the_open_clip_come_as_one_edit(
    qtbot: QtBot, window: MainWindow, masks: Path
) -> None:
    dialog = opened(qtbot, window)
    assert not dialog.import_button.isEnabled()
    type_source(qtbot, dialog, masks)
    assert "1 clip, 2 objects, 2 annotated frames" in dialog.line.text()
    assert not window.session.annotation.objects
    qtbot.mouseClick(dialog.import_button, Left)
    annotation = window.session.annotation
    np.testing.assert_array_equal(annotation.mask(10), boxes({1: BOX}, HW))
    assert [entry.id for entry in annotation.objects] == [1, 3]
    qtbot.mouseClick(dialog.close_button, Left)
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window.canvas, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not window.session.annotation.objects
    assert not window.session.annotation.mask(0).any()
    assert not window.session.history.can_undo


def test_a_mask_without_a_frame_is_refused_and_nothing_changes(
    qtbot: QtBot, window: MainWindow, masks: Path
) -> None:
    put_palette(masks / "00099.png", boxes({1: BOX}, HW))
    dialog = opened(qtbot, window)
    type_source(qtbot, dialog, masks)
    assert "00099" in dialog.line.text()
    assert not dialog.import_button.isEnabled()
    assert not window.session.history.can_undo


def test_clips_of_a_dataset_join_the_project(qtbot: QtBot, window: MainWindow, tree: Path) -> None:
    dialog = opened(qtbot, window)
    type_source(qtbot, dialog, tree)
    assert "2 clips, 2 objects, 2 annotated frames" in dialog.line.text()
    assert any("no frame to this mask" in text for text in texts(dialog))
    path = window.opener.project.path
    with qtbot.waitSignals([dialog.importer.imported, window.session.frame_loaded]):
        qtbot.mouseClick(dialog.import_button, Left)
    project = window.opener.project
    assert project.path == path
    assert [record.name for record in project.clips] == ["square", "a", "b"]
    np.testing.assert_array_equal(
        project.history(project.clips[2].id).annotation.mask(0), boxes({1: BOX}, HW)
    )
    assert window.session.info.name == "square"


def test_a_broken_clip_leaves_the_project_as_it_was(
    qtbot: QtBot, window: MainWindow, tree: Path
) -> None:
    (tree / "Annotations/b/00000.png").write_bytes(b"no image")
    dialog = opened(qtbot, window)
    type_source(qtbot, dialog, tree)
    assert any("cannot be read" in text for text in texts(dialog))
    with qtbot.waitSignals([dialog.importer.failed, window.session.frame_loaded]):
        qtbot.mouseClick(dialog.import_button, Left)
    box = dialog.findChild(QMessageBox, "error")
    assert box is not None
    qtbot.keyClick(box, Key.Key_Return)
    assert [record.name for record in window.opener.project.clips] == ["square"]
    tick = dialog.form.skip_broken
    with qtbot.waitSignal(dialog.importer.ended):
        qtbot.mouseClick(tick, Left, pos=QPoint(8, tick.height() // 2))
    with qtbot.waitSignals([dialog.importer.imported, window.session.frame_loaded]):
        qtbot.mouseClick(dialog.import_button, Left)
    assert [record.name for record in window.opener.project.clips] == ["square", "a"]


def test_a_broken_frame_is_shown_as_left_out_once_that_is_chosen(
    qtbot: QtBot, window: MainWindow, tree: Path
) -> None:
    broken = "Annotations/b/00001.png"
    (tree / broken).write_bytes(b"no image")
    dialog = opened(qtbot, window)
    type_source(qtbot, dialog, tree)
    assert any("cannot be read" in text and broken in text for text in texts(dialog))
    tick = dialog.form.skip_broken
    with qtbot.waitSignal(dialog.importer.ended):
        qtbot.mouseClick(tick, Left, pos=QPoint(8, tick.height() // 2))
    assert any("left out" in text and broken in text for text in texts(dialog))
    with qtbot.waitSignals([dialog.importer.imported, window.session.frame_loaded]):
        qtbot.mouseClick(dialog.import_button, Left)
    assert [record.name for record in window.opener.project.clips] == ["square", "a", "b"]


def test_lines_lead_to_what_came_in_and_the_window_is_there_to_mend_it(
    qtbot: QtBot, window: MainWindow, tree: Path
) -> None:
    (tree / "Annotations/b/00001.png").write_bytes(b"no image")
    other = make_clip(tree.parent / "other" / "b", 3)
    with qtbot.waitSignal(window.session.frame_loaded):
        window.opener.add_clip(other)  # of the same name, so that the imported one gets another
    dialog = opened(qtbot, window)
    tick = dialog.form.skip_broken
    tick.setChecked(True)
    type_source(qtbot, dialog, tree)
    assert dialog.isModal() and "Click to go there" not in line_of(dialog, "00001.png").toolTip(1)
    with qtbot.waitSignals([dialog.importer.imported, window.session.frame_loaded]):
        qtbot.mouseClick(dialog.import_button, Left)
    qtbot.waitUntil(lambda: not dialog.isModal())
    project = window.opener.project
    (imported,) = (one for one in project.clips if one.info.path == tree / "JPEGImages/b")
    item = line_of(dialog, "00001.png")
    assert "Click to go there" in item.toolTip(1) and imported.name != "b"
    report = dialog.report
    with qtbot.waitSignal(window.session.frame_loaded):
        qtbot.mouseClick(report.viewport(), Left, pos=report.visualItemRect(item).center())
    qtbot.waitUntil(lambda: window.opener.clip_id == imported.id and window.session.t == 1)
    assert dialog.isVisible()
    window.opener.close()
    assert not dialog.isVisible()


def test_escape_while_clips_come_in_leaves_all_or_none_of_them(
    qtbot: QtBot, window: MainWindow, tree: Path
) -> None:
    dialog = opened(qtbot, window)
    type_source(qtbot, dialog, tree)
    folder = window.opener.project.path.parent
    with qtbot.waitSignal(dialog.importer.progressed):
        qtbot.mouseClick(dialog.import_button, Left)
    with qtbot.waitSignal(window.session.frame_loaded):
        qtbot.keyClick(dialog, Key.Key_Escape)
    names = [record.name for record in window.opener.project.clips]
    assert names in (["square"], ["square", "a", "b"])
    window.opener.close()
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_without_a_project_a_new_one_is_made(
    qtbot: QtBot, empty_window: MainWindow, tree: Path
) -> None:
    dialog = opened(qtbot, empty_window)
    type_source(qtbot, dialog, tree)
    assert dialog.form.project.isVisible()
    with qtbot.waitSignals([dialog.importer.imported, empty_window.session.frame_loaded]):
        qtbot.mouseClick(dialog.import_button, Left)
    assert empty_window.opener.project.path == tree.with_name("tree.vosgui")
    empty_window.opener.close()
    with Project.open(tree.with_name("tree.vosgui")) as project:
        assert [record.name for record in project.clips] == ["a", "b"]


def test_long_lines_of_the_report_are_wrapped(qtbot: QtBot, window: MainWindow, tree: Path) -> None:
    long = "a_long_name_" * 10 + "b"
    for folder in (tree / "JPEGImages", tree / "Annotations"):
        (folder / "b").rename(folder / long)
    (tree / "Annotations" / long / "00000.png").write_bytes(b"no image")
    dialog = opened(qtbot, window)
    type_source(qtbot, dialog, tree)
    report = dialog.report
    rows = [report.topLevelItem(n) for n in range(report.topLevelItemCount())]
    width = report.header().sectionSize(1)
    for item in rows:
        one_line = report.fontMetrics().horizontalAdvance(item.text(1))
        n_lines = report.visualItemRect(item).height() / report.fontMetrics().height()
        assert n_lines * width > one_line
    assert any(report.fontMetrics().horizontalAdvance(item.text(1)) > width for item in rows)


def test_what_is_of_no_known_format_is_said(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    put_frames(tmp_path / "nothing", ["00000"])
    dialog = opened(qtbot, window)
    type_source(qtbot, dialog, tmp_path / "nothing")
    assert "no known format" in dialog.line.text()
    assert not dialog.import_button.isEnabled()


def test_closing_the_window_ends_what_is_read(qtbot: QtBot, window: MainWindow, tree: Path) -> None:
    dialog = opened(qtbot, window)
    qtbot.keyClicks(dialog.form.source, str(tree))
    with qtbot.waitSignal(dialog.importer.found):
        qtbot.keyClick(dialog.form.source, Key.Key_Return)
    window.close()
    assert not dialog.isVisible()


def test_masks_that_a_run_has_drawn_since_the_look_stay(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    """An edit of what was there at the look would put that back, and undo would, too."""
    session = window.session
    other = paint_square(window)
    empty = shown(session)
    corners = boxes({3: (0, 0, 5, 5)}, HW)
    corners[-5:, -5:] = 3  # what is changed is a box around both, and around the square
    for t in range(4, 20, 4):
        put_palette(tmp_path / f"masks/{t:05d}.png", corners)
    dialog = opened(qtbot, window)
    type_source(qtbot, dialog, tmp_path / "masks")
    with qtbot.waitSignal(window.runs.ended):  # as one that goes on meanwhile
        window.runs.start("forward")
    drawn = [np.array(session.annotation.mask(t)) for t in range(20)]
    with qtbot.waitSignal(dialog.importer.ended):
        qtbot.mouseClick(dialog.import_button, Left)
    assert "changed meanwhile" in dialog.line.text()
    qtbot.mouseClick(dialog.import_button, Left)
    for t in range(20):
        mask = session.annotation.mask(t)
        is_imported = t % 4 == 0 and t > 0
        assert (mask == 3).sum() == (50 if is_imported else 0)
        np.testing.assert_array_equal(mask == other, (drawn[t] == other) & (mask != 3))
    while session.history.undo_label != "Brush":
        window.actions_["undo"].trigger()
    assert_same(shown(session), empty)
