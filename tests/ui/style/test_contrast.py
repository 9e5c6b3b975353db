"""Contrast of what is read and what is drawn, in both schemes, as WCAG 2.2 measures it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication

from vosgui.paths import resources
from vosgui.ui.session.settings import Scheme
from vosgui.ui.style.icons import icon
from vosgui.ui.style.theme import DARK, LIGHT, Roles, apply_theme
from vosgui.ui.timeline.view import MUTED, faded

SCHEMES: dict[Scheme, Roles] = {"dark": DARK, "light": LIGHT}
GROUNDS = ("panel", "raised", "hover", "selected")
TEXTS = ("text", "muted", "warning", "danger")
ICONS = [path.stem for path in sorted((resources() / "icons").glob("*.svg")) if path.stem != "app"]
OF_TEXT, OF_DRAWINGS = 4.5, 3.0  # success criteria 1.4.3 and 1.4.11


def luminance(colour: QColor) -> float:
    """Return the relative luminance, [0, 1]."""
    shares = (colour.redF(), colour.greenF(), colour.blueF())
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: QColor, two: QColor) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def over(colour: QColor, ground: QColor) -> QColor:
    """Return what a colour that is not opaque looks like on a ground."""
    alpha = colour.alphaF()
    parts = ((colour.redF(), ground.redF()), (colour.greenF(), ground.greenF()),
             (colour.blueF(), ground.blueF()))  # fmt: skip
    return QColor.fromRgbF(*(alpha * c + (1 - alpha) * g for c, g in parts))


@pytest.fixture(params=SCHEMES)
def scheme(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Roles]:
    style, palette, sheet = qapp.style().name(), qapp.palette(), qapp.styleSheet()
    apply_theme(qapp, request.param)
    yield SCHEMES[request.param]
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


def test_black_on_white_is_21_to_1() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_can_be_read(scheme: Roles, text: str, ground: str) -> None:
    found = contrast(QColor(getattr(scheme, text)), QColor(getattr(scheme, ground)))
    assert found >= OF_TEXT


def test_text_on_the_accent_and_links_can_be_read(scheme: Roles) -> None:
    assert contrast(QColor(scheme.on_accent), QColor(scheme.accent)) >= OF_TEXT
    for ground in ("panel", "raised"):
        assert contrast(QColor(scheme.accent), QColor(getattr(scheme, ground))) >= OF_TEXT


def test_what_cannot_be_chosen_and_accents_can_be_seen(scheme: Roles) -> None:
    for ground in ("panel", "raised", "hover"):
        for role in ("disabled", "accent"):
            found = contrast(QColor(getattr(scheme, role)), QColor(getattr(scheme, ground)))
            assert found >= OF_DRAWINGS, (role, ground)


def test_muted_words_of_the_timeline_can_be_read(scheme: Roles) -> None:
    for ground in (QColor(scheme.panel), over(faded(QColor(scheme.accent), 0.28),
                                              QColor(scheme.panel))):  # fmt: skip
        words = over(faded(QColor(scheme.text), MUTED), ground)
        assert contrast(words, ground) >= OF_TEXT


def inked(image: QImage) -> list[QColor]:
    """Return the colours of the pixels that are covered whole."""
    places = ((x, y) for y in range(image.height()) for x in range(image.width()))
    colours = (image.pixelColor(x, y) for x, y in places)
    return [colour for colour in colours if colour.alpha() == 255]


@pytest.mark.parametrize("name", ICONS)
def test_icons_can_be_seen(scheme: Roles, name: str) -> None:
    for mode, grounds in (
        (QIcon.Mode.Normal, GROUNDS),
        (QIcon.Mode.Disabled, ("panel", "raised")),
    ):
        ink = inked(icon(name).pixmap(QSize(16, 16), 4.0, mode).toImage())
        assert ink
        for ground in grounds:
            on = QColor(getattr(scheme, ground))
            assert min(contrast(colour, on) for colour in ink) >= OF_DRAWINGS, (mode, ground)


@pytest.mark.parametrize("scheme_name", SCHEMES)
def test_drawings_of_fields_can_be_seen(scheme_name: Scheme) -> None:
    roles = SCHEMES[scheme_name]
    for name, grounds in (("chevron", ("raised", "hover")), ("tick", ("accent",))):
        path = resources() / "theme" / scheme_name / f"{name}.svg"
        stroke = QColor(path.read_text().split('stroke="')[1][:7])
        for ground in grounds:
            assert contrast(stroke, QColor(getattr(roles, ground))) >= OF_DRAWINGS


@pytest.mark.parametrize("name", ICONS)
def test_icons_are_sharp_at_200_percent(scheme: Roles, name: str) -> None:
    once = icon(name).pixmap(QSize(20, 20), 1.0)
    twice = icon(name).pixmap(QSize(20, 20), 2.0)
    assert twice.size() == 2 * once.size()
    assert twice.deviceIndependentSize() == once.deviceIndependentSize()
    stretched = once.toImage().scaled(twice.size())
    assert twice.toImage() != stretched  # drawn anew, not stretched
    is_edge = [0 < twice.toImage().pixelColor(x, y).alpha() < 255
               for x in range(40) for y in range(40)]  # fmt: skip
    is_edge_1 = [0 < once.toImage().pixelColor(x, y).alpha() < 255
                 for x in range(20) for y in range(20)]  # fmt: skip
    # Soft edges are as thin in device pixels: of four times the pixels a smaller share.
    assert sum(is_edge) / 4 < sum(is_edge_1)


def test_all_drawings_are_svg() -> None:
    files = [*resources().glob("icons/*"), *resources().glob("theme/*/*")]
    assert {path.suffix for path in files} <= {".svg"}
