"""The section of expressions: what is typed and clicked in it becomes an edit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.mouse import double_click
from tests.ui.windows import make_clip, open_clip, paint_square
from vosgui.core import edits
from vosgui.core.annotation import Expression
from vosgui.ui.main_window import MainWindow
from vosgui.ui.objects.expression_model import Column
from vosgui.ui.objects.expression_panel import ExpressionPanel

Left = Qt.MouseButton.LeftButton


@pytest.fixture
def two(window: MainWindow) -> MainWindow:
    """Return a window with two objects, the second current, and the section unfolded."""
    paint_square(window)
    paint_square(window, 2)
    window.actions_["write_expression"].trigger()
    return window


def said(window: MainWindow, object_id: int = 2) -> list[str]:
    return [e.text for e in window.session.annotation.header.object(object_id).expressions]


def write(qtbot: QtBot, window: MainWindow, *texts: str) -> None:
    for text in texts:
        qtbot.keyClicks(window.expressions.field, text)
        qtbot.keyClick(window.expressions.field, Qt.Key.Key_Return)


def click(qtbot: QtBot, panel: ExpressionPanel, row: int, column: Column) -> None:
    view = panel.view
    where = view.visualRect(panel.model.index(row, column)).center()
    qtbot.mouseClick(view.viewport(), Left, pos=where)


def test_each_line_typed_is_an_edit(qtbot: QtBot, two: MainWindow) -> None:
    write(qtbot, two, "a square", "  the  second one ", "   ")
    assert said(two) == ["a square", "the second one"]
    assert said(two, 1) == []
    assert two.expressions.summary.text() == "2"
    assert two.session.history.undo_label == "Add expression to object 2"
    two.session.undo()
    assert said(two) == ["a square"]
    assert two.expressions.model.rowCount() == 1


def test_keys_belong_to_the_field_until_escape(qtbot: QtBot, two: MainWindow) -> None:
    field, tool = two.expressions.field, two.tools.current
    assert QApplication.focusWidget() is field
    qtbot.keyClicks(field, "e1 f")
    assert field.text() == "e1 f"
    assert two.tools.current is tool
    assert two.session.object_id == 2
    assert not two.runs.is_running
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is two.canvas
    qtbot.keyClick(two.canvas, Qt.Key.Key_1)
    assert two.session.object_id == 1


def test_what_was_begun_for_one_object_is_not_said_of_another(
    qtbot: QtBot, two: MainWindow
) -> None:
    field = two.expressions.field
    qtbot.keyClicks(field, "half a sen")
    two.session.select_object(1)
    assert field.text() == ""
    write(qtbot, two, "the first one")
    two.session.select_object(2)
    assert field.text() == "half a sen"
    assert (said(two, 1), said(two, 2)) == (["the first one"], [])


def test_a_double_click_changes_the_words(qtbot: QtBot, two: MainWindow) -> None:
    write(qtbot, two, "a sqare", "a thing")
    view = two.expressions.view
    where = view.visualRect(two.expressions.model.index(0, Column.TEXT)).center()
    double_click(view.viewport(), where)
    editor = view.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "a square")
    with qtbot.waitSignal(two.session.objects_changed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert said(two) == ["a square", "a thing"]
    two.session.undo()
    assert said(two) == ["a sqare", "a thing"]


def test_a_click_on_the_scope_turns_it_over(qtbot: QtBot, two: MainWindow) -> None:
    write(qtbot, two, "a square")
    panel = two.expressions
    for first_frame_only, word in ((True, "first frame"), (False, "whole clip")):
        click(qtbot, panel, 0, Column.SCOPE)
        (expression,) = two.session.annotation.header.object(2).expressions
        assert expression == Expression("a square", first_frame_only)
        assert panel.model.index(0, Column.SCOPE).data() == word


def test_moving_and_removing_keep_the_row_in_hand(qtbot: QtBot, two: MainWindow) -> None:
    write(qtbot, two, "one", "two", "three")
    panel = two.expressions
    assert not panel.down.isEnabled()
    qtbot.mouseClick(panel.up, Left)
    qtbot.mouseClick(panel.up, Left)
    assert said(two) == ["three", "one", "two"]
    assert not panel.up.isEnabled()
    qtbot.mouseClick(panel.down, Left)
    assert said(two) == ["one", "three", "two"]
    qtbot.mouseClick(panel.removing, Left)
    assert said(two) == ["one", "two"]
    assert panel.view.currentIndex().row() == 1
    for _ in range(2):
        qtbot.mouseClick(panel.removing, Left)
    assert said(two) == []
    assert not panel.removing.isEnabled()
    for _ in range(3):
        two.session.undo()
    assert said(two) == ["one", "three", "two"]


def test_the_same_words_of_another_object_are_flagged_and_cleared(
    qtbot: QtBot, two: MainWindow
) -> None:
    panel, session = two.expressions, two.session
    session.select_object(1)
    write(qtbot, two, "a Square")
    session.select_object(2)
    write(qtbot, two, "a thing", "A  square")
    scope = panel.model.index(1, Column.SCOPE)
    assert scope.data() == "whole clip\nambiguous"
    assert panel.model.index(0, Column.SCOPE).data() == "whole clip"
    assert panel.warning.text() == "Ambiguous: also said of object 1"
    assert panel.summary.text() == "2 · 1 unclear"
    colours = {
        panel.model.index(row, Column.SCOPE).data(Qt.ItemDataRole.ForegroundRole).name()
        for row in range(2)
    }
    assert len(colours) == 2
    two.commands.select_object(1)
    assert panel.model.index(0, Column.SCOPE).data() == "whole clip\nambiguous"
    two.actions_["remove_object"].trigger()
    assert session.object_id == 2
    assert panel.model.index(1, Column.SCOPE).data() == "whole clip"
    assert panel.warning.isHidden()


def test_a_duplicate_of_one_object_is_flagged(qtbot: QtBot, two: MainWindow) -> None:
    write(qtbot, two, "a square", "a square")
    assert two.expressions.model.index(0, Column.SCOPE).data() == "whole clip\nduplicate"
    assert two.expressions.warning.text() == "Duplicate: this object has it 2 times"


def test_it_folds_away_and_stays_so(qtbot: QtBot, window: MainWindow) -> None:
    panel = window.expressions
    assert panel.body.isHidden()
    qtbot.mouseClick(panel.toggle, Left)
    assert panel.body.isVisible()
    assert "Expressions" not in window.settings.folded
    assert not panel.field.isEnabled()  # there is no object to speak of
    qtbot.mouseClick(panel.toggle, Left)
    assert panel.body.isHidden()
    assert "Expressions" in window.settings.folded


def test_another_clip_begins_with_an_empty_field(
    qtbot: QtBot, two: MainWindow, tmp_path: Path
) -> None:
    write(qtbot, two, "a square")
    qtbot.keyClicks(two.expressions.field, "half")
    open_clip(qtbot, two, make_clip(tmp_path / "clips" / "other"))
    assert two.expressions.model.rowCount() == 0
    assert two.expressions.field.text() == ""


def test_an_expression_of_several_objects_says_so_until_it_is_changed(
    qtbot: QtBot, two: MainWindow
) -> None:
    panel, session = two.expressions, two.session
    both = Expression("the two squares", shared=True)
    for entry in session.annotation.objects:
        part = edits.set_object(session.annotation, replace(entry, expressions=(both,)))
        session.apply("Share", part)
    scope = panel.model.index(0, Column.SCOPE)
    assert scope.data() == "whole clip\nwith others"
    assert panel.warning.isHidden()
    click(qtbot, panel, 0, Column.SCOPE)
    assert session.annotation.header.object(2).expressions == (Expression(both.text, True),)
    assert session.annotation.header.object(1).expressions == (both,)
