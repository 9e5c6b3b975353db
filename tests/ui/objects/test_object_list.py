"""The panel of objects: what is clicked and typed in it becomes an edit."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.mouse import double_click
from tests.ui.windows import paint_square
from vosgui.core.annotation import ObjectInfo
from vosgui.ui.main_window import MainWindow
from vosgui.ui.objects.object_model import Column

Left = Qt.MouseButton.LeftButton


@pytest.fixture
def two(window: MainWindow) -> MainWindow:
    """Return a window with two objects, the second current."""
    paint_square(window)
    paint_square(window, 2)
    return window


def place(window: MainWindow, row: int, column: Column) -> QPoint:
    index = window.objects.model.index(row, column)
    return window.objects.view.visualRect(index).center()


def entry(window: MainWindow, row: int) -> ObjectInfo:
    return window.session.annotation.objects[row]


@pytest.mark.parametrize(
    ("column", "field", "start", "label"),
    [
        (Column.VISIBLE, "visible", True, "Hide object 1"),
        (Column.LOCKED, "locked", False, "Lock object 1"),
        (Column.RUNS, "runs", True, "Untick object 1 to run"),
    ],
)
def test_a_switch_is_one_click_and_one_edit(
    qtbot: QtBot, two: MainWindow, column: Column, field: str, start: bool, label: str
) -> None:
    view = two.objects.view
    assert getattr(entry(two, 0), field) is start
    qtbot.mouseClick(view.viewport(), Left, pos=place(two, 0, column))
    assert getattr(entry(two, 0), field) is not start
    assert getattr(entry(two, 1), field) is start
    assert two.session.history.undo_label == label
    two.session.undo()
    assert getattr(entry(two, 0), field) is start


def test_a_click_makes_an_object_current(qtbot: QtBot, two: MainWindow) -> None:
    view = two.objects.view
    assert two.session.object_id == 2
    assert view.currentIndex().row() == 1
    qtbot.mouseClick(view.viewport(), Left, pos=place(two, 0, Column.NAME))
    assert two.session.object_id == 1
    two.session.select_object(2)
    assert view.currentIndex().row() == 1


@pytest.mark.parametrize(
    ("column", "field"), [(Column.NAME, "name"), (Column.CATEGORY, "category")]
)
def test_texts_are_edited_in_place(
    qtbot: QtBot, two: MainWindow, column: Column, field: str
) -> None:
    view = two.objects.view
    where = place(two, 1, column)
    double_click(view.viewport(), where)
    editor = view.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, "hat")
    with qtbot.waitSignal(two.session.objects_changed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert getattr(entry(two, 1), field) == "hat"


def test_an_object_needs_a_name(two: MainWindow) -> None:
    model = two.objects.model
    assert not model.setData(model.index(0, Column.NAME), "   ")
    assert entry(two, 0).name == "object 1"


def test_a_colour_is_an_edit(two: MainWindow) -> None:
    two.objects.model.set_colour(0, QColor(1, 2, 3))
    assert entry(two, 0).colour == (1, 2, 3)
    two.session.undo()
    assert entry(two, 0).colour != (1, 2, 3)


def test_an_editor_stays_open_while_something_else_changes(qtbot: QtBot, two: MainWindow) -> None:
    two.objects.rename()
    editor = two.objects.view.findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "half a na")
    two.objects.model.toggle(0, Column.LOCKED)
    two.session.go_to(5)
    assert editor.isVisible()
    assert editor.text() == "half a na"


def test_what_is_known_here_is_said(two: MainWindow) -> None:
    two.session.go_to(2)
    assert two.objects.here.text() == "object 2: painted"
    two.session.go_to(3)
    assert two.objects.here.text() == "object 2: no mask"


def test_what_is_known_of_a_long_name_is_not_cut_off(two: MainWindow) -> None:
    index = two.objects.model.index(1, Column.NAME)
    assert two.objects.model.setData(index, "the second woman from the left, with the umbrella")
    here = two.objects.here
    assert "umbrella" in here.text()
    assert here.minimumSizeHint().width() <= two.objects.width()
    assert here.heightForWidth(two.objects.width()) > 2 * here.fontMetrics().height()


def test_in_a_low_window_the_list_is_what_gets_shorter(qtbot: QtBot, two: MainWindow) -> None:
    two.resize(two.minimumSizeHint())
    panel = two.run_panel
    qtbot.waitUntil(lambda: two.objects.view.height() < two.objects.view.sizeHint().height())
    assert panel.height() >= panel.minimumSizeHint().height()
    for part in (panel.reach, panel.follow):
        assert panel.rect().contains(part.mapTo(panel, part.rect().bottomRight()))


def test_removing_takes_the_masks_along_and_comes_back(two: MainWindow) -> None:
    two.actions_["remove_object"].trigger()
    assert [o.id for o in two.session.annotation.objects] == [1]
    assert two.session.object_id == 1
    assert not two.session.annotation.mask(2).any()
    two.session.undo()
    assert two.session.annotation.mask(2).any()
    assert two.objects.model.rowCount() == 2
