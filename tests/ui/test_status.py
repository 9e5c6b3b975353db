"""The status bar tells what is kept to be shown again, which a setting bounds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.windows import click, let_tools_end
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import MIN_FRAMES_MB


def told(window: MainWindow) -> dict[str, tuple[int, int]]:
    """Return what the tip over the memory says: MB held and MB at most, by what is held."""
    window.status._measure()
    tip = window.status._memory.toolTip()
    found = re.findall(r"(\w[\w ]*): (\d+) MB of at most (\d+)", tip)
    return {what: (int(held), int(most)) for what, held, most in found}


def bounds(window: MainWindow) -> dict[str, int]:
    return {kept.what: kept.max_bytes for kept in window.caches.kept()}


def test_what_is_kept_is_told_with_its_bound(qtbot: QtBot, window: MainWindow) -> None:
    held = told(window)
    assert held.keys() == {"frames", "masks", "thumbnails", "features for clicks"}
    assert held["frames"][1] == round((window.settings.frames_mb << 20) / 1e6)
    assert QPixmapCache.cacheLimit() <= 1024  # kB of icons, by Qt's count
    before = window.caches.kept()[0].n_bytes
    with qtbot.waitSignal(window.session.frame_loaded):
        window.session.go_to(9)
    assert before < window.caches.kept()[0].n_bytes <= bounds(window)["frames"]


def test_the_bound_of_frames_is_set(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["frame_memory"].trigger()
    dialog = window.findChild(QInputDialog)
    assert dialog is not None and dialog.intValue() == window.settings.frames_mb
    field = dialog.findChild(QLineEdit)
    assert field is not None
    field.selectAll()
    qtbot.keyClicks(field, "32")
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.settings.frames_mb == 32
    assert bounds(window)["frames"] == 32 << 20
    assert max(bounds(window).values()) == 32 << 20


def test_what_clicks_know_of_a_clip_goes_with_it(qtbot: QtBot, window: MainWindow) -> None:
    window.tools.select("clicks")
    click(qtbot, window, 18, 16)
    let_tools_end(qtbot, window)
    clicks = window.caches.kept()[-1]
    assert 0 < clicks.n_bytes <= clicks.max_bytes
    window.actions_["close_clip"].trigger()
    let_tools_end(qtbot, window)
    assert window.canvas.surface.click_model.kept.n_bytes == 0


@pytest.mark.parametrize("mb", [MIN_FRAMES_MB, 64])
def test_a_clip_is_opened_with_the_bound(
    qtbot: QtBot, empty_window: MainWindow, clip_folder: Path, mb: int
) -> None:
    empty_window.settings.frames_mb = mb
    with qtbot.waitSignal(empty_window.session.frame_loaded):
        empty_window.opener.open_clip(clip_folder)
    assert bounds(empty_window)["frames"] == mb << 20


def test_nothing_is_kept_where_nothing_is_open(empty_window: MainWindow) -> None:
    assert told(empty_window) == {}
