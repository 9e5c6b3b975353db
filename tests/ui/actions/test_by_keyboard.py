"""All by keyboard: menus, what is said of objects, the grid, zoom; and a name for every widget."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QColorDialog,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.windows import paint_square
from vosgui.ui.main_window import MainWindow
from vosgui.ui.objects.categories import best_matches
from vosgui.ui.objects.category_field import CategoryField
from vosgui.ui.objects.object_model import Column
from vosgui.ui.style.mnemonics import letter, with_mnemonics

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NO_KEY = Qt.KeyboardModifier.NoModifier


def test_letters_are_of_words_and_never_twice() -> None:
    assert with_mnemonics(["Run", "Review", "Redo"]) == ["&Run", "R&eview", "Re&do"]
    assert with_mnemonics(["Run", "Review", "R"]) == ["R&un", "R&eview", "&R"]
    assert with_mnemonics(["Run", "R", "R"], "u") == ["Ru&n", "&R", "R"]
    assert with_mnemonics(["Cut & Paste", "Copy"]) == ["&Cut && Paste", "C&opy"]


def test_every_menu_and_entry_has_a_letter_of_its_own(empty_window: MainWindow) -> None:
    bar = empty_window.menuBar().actions()
    for entries in (bar, *(menu.actions() for menu in empty_window.menus.values())):
        texts = [one for one in entries if not one.isSeparator()]
        letters = [found for one in texts if (found := letter(one.text()))]
        assert len(set(letters)) == len(letters)
        assert len(letters) >= min(0.95 * len(texts), 24)


def test_alt_and_a_letter_open_a_menu(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Key.Key_V, ALT)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is window.menus["View"])
    qtbot.keyClick(window.menus["View"], Key.Key_Escape)


def test_plus_and_minus_zoom(qtbot: QtBot, window: MainWindow) -> None:
    start = window.canvas.view.zoom
    qtbot.keyClick(window.canvas, Key.Key_Plus)
    assert window.canvas.view.zoom > start
    qtbot.keyClick(window.canvas, Key.Key_Minus)
    assert window.canvas.view.zoom == pytest.approx(start)
    qtbot.keyClick(window.canvas, Key.Key_Equal)
    assert window.canvas.view.zoom > start


def test_runs_are_ticked(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    qtbot.keyClick(window.canvas, Key.Key_T, SHIFT)
    assert not window.session.annotation.objects[0].runs
    qtbot.keyClick(window.canvas, Key.Key_T, SHIFT)
    assert window.session.annotation.objects[0].runs


def test_the_grid_is_typed_and_its_thumbnails_come_at_once(
    qtbot: QtBot, window: MainWindow
) -> None:
    thumbnails = window.timeline.thumbnails
    assert thumbnails is not None
    window.resize(800, 700)
    qtbot.keyClick(window.canvas, Key.Key_G, CTRL)
    field = QApplication.focusWidget()
    assert isinstance(field, QAbstractSpinBox)
    qtbot.keyClicks(field, "3")
    qtbot.keyClick(field, Key.Key_Return)
    assert window.session.annotation.stride == 3
    view = window.timeline.view
    assert view is not None
    frames = view.thumbnail_frames()
    qtbot.waitUntil(lambda: all(thumbnails.image(t) is not None for t in frames if t < 20))
    assert window.canvas.hasFocus()


def test_a_colour_is_chosen(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    qtbot.keyClick(window.canvas, Key.Key_F4)
    (asking,) = window.findChildren(QColorDialog)
    asking.setCurrentColor(Qt.GlobalColor.green)
    qtbot.keyClick(asking, Key.Key_Return)
    assert window.session.annotation.objects[0].colour == (0, 255, 0)


def category_field(window: MainWindow) -> CategoryField:
    field = window.objects.view.findChild(CategoryField)
    assert field is not None
    return field


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    """Press a key where it would go: to the list of what fits, if that is shown."""
    popup = QApplication.activePopupWidget()
    qtbot.keyClick(popup or category_field(window), key)


def test_return_takes_the_first_category_that_fits(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    qtbot.keyClick(window.canvas, Key.Key_F3)
    qtbot.keyClicks(category_field(window), "giraf")
    press(qtbot, window, Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.annotation.objects[0].category == "giraffe")
    qtbot.waitUntil(window.canvas.hasFocus)


def test_tab_goes_on_to_the_next_object(qtbot: QtBot, window: MainWindow) -> None:
    first = paint_square(window)
    second = paint_square(window, 2)
    window.session.select_object(first)
    qtbot.keyClick(window.canvas, Key.Key_F3)
    qtbot.keyClicks(category_field(window), "zeb")
    press(qtbot, window, Key.Key_Tab)
    qtbot.waitUntil(lambda: window.session.object_id == second)
    view = window.objects.view
    index = view.model().index(1, Column.CATEGORY)
    qtbot.waitUntil(lambda: view.indexWidget(index) is not None)
    field = view.indexWidget(index)
    qtbot.keyClicks(field, "my own thing")
    qtbot.keyClick(field, Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.annotation.objects[1].category == "my own thing")
    assert window.session.annotation.objects[0].category == "zebra"


def test_the_best_match_is_what_was_typed_then_what_begins_so() -> None:
    names = ["hot dog", "dogs", "dog", "cat"]
    assert best_matches("dog", names) == ["dog", "dogs", "hot dog"]
    assert best_matches("og", names) == ["dog", "dogs", "hot dog"]
    assert best_matches("hot", names) == ["hot dog"]
    assert best_matches("x", names) == best_matches(" ", names) == []


def test_what_return_takes_is_the_top_of_what_is_offered(qtbot: QtBot, window: MainWindow) -> None:
    paint_square(window)
    qtbot.keyClick(window.canvas, Key.Key_F3)
    field = category_field(window)
    qtbot.keyClicks(field, "ca")
    offered = field.completer().popup()
    assert offered.isVisible()
    top = str(offered.model().index(0, 0).data())
    assert top.startswith("ca")
    words = [str(offered.model().index(n, 0).data()) for n in range(offered.model().rowCount())]
    widest = max(map(offered.fontMetrics().horizontalAdvance, words))
    assert offered.width() > widest, "no name is cut"
    press(qtbot, window, Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.annotation.objects[0].category == top)


def is_of_qt(widget: QWidget) -> bool:
    """Return whether a widget is a part that Qt makes of another one."""
    own = widget.objectName().startswith("qt_") or isinstance(widget, QHeaderView | QScrollBar)
    return own or type(widget.parent()).__name__ == "QFrame"  # the list of a combo box


def test_every_widget_that_acts_or_shows_has_a_name(window: MainWindow) -> None:
    paint_square(window)
    kinds = (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox,
             QLineEdit, QProgressBar)  # fmt: skip
    checked = [one for one in window.findChildren(QWidget)
               if isinstance(one, kinds) and not is_of_qt(one)]  # fmt: skip
    checked += [window.canvas, window.timeline]
    assert len(checked) > 50
    for widget in checked:
        known = QAccessible.queryAccessibleInterface(widget)
        name = known.text(QAccessible.Text.Name)
        assert name.strip(), (type(widget).__name__, widget.toolTip(), widget.parent())


def test_space_that_was_held_long_does_not_play(qtbot: QtBot, window: MainWindow) -> None:
    def key(kind: QEvent.Type, ms: int) -> None:
        event = QKeyEvent(kind, Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
        event.setTimestamp(ms)
        QApplication.sendEvent(window.canvas, event)

    for held_ms, plays in ((2000, False), (120, True)):
        key(QEvent.Type.KeyPress, 10_000)
        key(QEvent.Type.KeyRelease, 10_000 + held_ms)
        assert window.playback.playing is plays
    window.playback.pause()


def test_a_category_that_is_being_typed_is_taken_where_the_name_is_next(
    qtbot: QtBot, window: MainWindow
) -> None:
    """Qt warns of a second editor, and a test in which it warns fails."""
    paint_square(window)
    qtbot.keyClick(window.canvas, Key.Key_1, ALT)  # folded away: it unfolds
    qtbot.keyClick(window.canvas, Key.Key_F3)
    qtbot.keyClicks(category_field(window), "my thing")
    window.actions_["rename_object"].trigger()
    assert window.session.annotation.objects[0].category == "my thing"
    view = window.objects.view
    assert view.indexWidget(view.model().index(0, Column.NAME)) is not None


def test_what_is_typed_is_taken_with_return_and_not_after_the_next_key(
    qtbot: QtBot, window: MainWindow
) -> None:
    """Qt takes it an event later, and warns where the line is gone by then."""
    paint_square(window)
    qtbot.keyClick(window.canvas, Key.Key_F2)
    name = window.objects.view.findChild(QLineEdit)
    assert name is not None
    qtbot.keyClicks(name, "dog")
    QApplication.sendEvent(name, QKeyEvent(QEvent.Type.KeyPress, Key.Key_Return, NO_KEY, "\r"))
    assert window.session.annotation.objects[0].name == "dog"
    window.actions_["new_object"].trigger()  # the list is another one
    QApplication.processEvents()
    assert window.session.annotation.objects[0].name == "dog"
