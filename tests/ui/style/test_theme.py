"""The schemes of colours: each as asked for, and what is drawn goes by the one in use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from vosgui.ui.style.theme import DARK, LIGHT, apply_theme, roles, small_font, wanted


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    style, palette, sheet = qapp.style().name(), qapp.palette(), qapp.styleSheet()
    yield qapp
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


def test_light_and_dark_are_as_asked_for(application: QApplication) -> None:
    for scheme, colours in (("light", LIGHT), ("dark", DARK)):
        apply_theme(application, scheme)  # type: ignore[arg-type]
        assert roles() == colours == wanted(scheme)  # type: ignore[arg-type]
        text = application.palette().color(QPalette.ColorRole.WindowText)
        assert text.name() == colours.text
        assert colours.accent in application.styleSheet()
    assert wanted("system") in (LIGHT, DARK)


def test_notes_are_smaller_than_text(application: QApplication) -> None:
    font = application.font()
    assert small_font(font, 0.5).pointSizeF() == font.pointSizeF() / 2
