"""The icons: all there, valid, tinted by the theme, and no two alike."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from vosgui.paths import resources

ICONS = sorted((resources() / "icons").glob("*.svg"))
NAMES = {
    *("app", "open", "project", "save", "export", "undo", "redo"),
    *(
        "brush",
        "eraser",
        "clicks",
        "wand",
        "live-wire",
        "move",
        "box",
        "polygon",
        "lasso",
        "fill",
        "pan",
        "pick",
        "zoom-fit",
        "zoom-100",
    ),
    *("first", "previous", "play", "pause", "next", "last"),
    *("propagate-forward", "propagate-backward", "propagate-both", "propagate-between"),
    *("stop", "reinitialise", "finetune"),
    *(
        "verify",
        "absent",
        "beside",
        "light",
        "magnifier",
        "onion-skin",
        "outline",
        "paint-over",
        "up",
        "down",
        "eye",
        "eye-off",
        "lock",
        "unlock",
        "add",
        "remove",
    ),
}


def drawn(path: Path, colour: str, side: int = 20) -> QImage:
    svg = path.read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    assert renderer.isValid()
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def ink(image: QImage) -> list[tuple[int, int]]:
    """Return the places of the pixels that are more than half covered."""
    w, h = image.width(), image.height()
    return [(x, y) for y in range(h) for x in range(w) if image.pixelColor(x, y).alpha() > 127]


def test_every_icon_is_there() -> None:
    assert {path.stem for path in ICONS} == NAMES


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_icon_is_valid_and_fills_its_square(path: Path, qtbot: QtBot) -> None:
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    assert renderer.defaultSize().width() == renderer.defaultSize().height()
    places = ink(drawn(path, "#000000"))
    for axis in (0, 1):
        assert min(place[axis] for place in places) >= 0
        assert sum(place[axis] for place in places) / len(places) == pytest.approx(9.5, abs=2.0)
    assert max(max(place) for place in places) - min(min(place) for place in places) >= 9


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_icon_takes_the_colour_of_the_theme(path: Path, qtbot: QtBot) -> None:
    if path.stem == "app":
        assert "currentColor" not in path.read_text(encoding="utf-8")
        return
    root = ET.parse(path).getroot()
    assert (root.get("viewBox"), root.get("stroke")) == ("0 0 24 24", "currentColor")
    paints = {el.get(key) for el in root.iter() for key in ("fill", "stroke")}
    assert paints <= {None, "none", "currentColor"}
    image = drawn(path, "#ff0000", 48)
    for x, y in ink(image):
        assert image.pixelColor(x, y).red() > 250
        assert image.pixelColor(x, y).green() < 5


def test_no_two_icons_look_alike(qtbot: QtBot) -> None:
    shapes = {path.stem: frozenset(ink(drawn(path, "#000000"))) for path in ICONS}
    names = sorted(shapes)
    for k, one in enumerate(names):
        for two in names[k + 1 :]:
            a, b = shapes[one], shapes[two]
            assert len(a & b) < 0.9 * len(a | b), (one, two)
