"""A picture of lines: J and F over the length of the clips, a loss over the steps of training."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from vosgui.core.metrics.report import Curve
from vosgui.files.atomic import atomic_file

_SCALE = 3  # drawn larger and reduced: Pillow's lines are not smooth
_SIZE = (960, 540)
_LEFT, _TOP, _RIGHT, _BOTTOM = 80, 56, 24, 64
_INK, _GRID = (40, 44, 52), (225, 228, 232)
# Told apart by the colour-blind too (Okabe and Ito).
_COLOURS = ((0, 114, 178), (213, 94, 0), (0, 158, 115))
_FEW = 100  # points of a line that are marked, each

Floats = npt.NDArray[np.float64]


def write_plot(path: Path, curve: Curve, title: str) -> None:
    """Draw mean J and F in percent over the position in the clips, 960 x 540, as PNG."""
    lines = {"J": (curve.position, curve.J), "F": (curve.position, curve.F)}
    write_lines(path, title, "% of the clip's length", lines)


def write_lines(
    path: Path, title: str, along: str, lines: Mapping[str, tuple[Floats, Floats]]
) -> None:
    """Draw up to three lines in percent, 960 x 540, as PNG.

    along : what the positions are. lines : positions and values by name, (n,) each in [0, 1].
    """
    image = Image.new("RGB", (_SIZE[0] * _SCALE, _SIZE[1] * _SCALE), "white")
    draw = ImageDraw.Draw(image)
    _draw_axes(draw, title, along)
    x, y = _at(1, 1)
    for (name, (positions, values)), colour in zip(lines.items(), _COLOURS, strict=False):
        _draw_line(draw, positions, values, colour)
        x -= draw.textlength(name, _font(15)) + 50 * _SCALE
        draw.line([(x, y - 27 * _SCALE), (x + 26 * _SCALE, y - 27 * _SCALE)], colour, 3 * _SCALE)
        draw.text((x + 34 * _SCALE, y - 27 * _SCALE), name, _INK, _font(15), anchor="lm")
    with atomic_file(path) as file:
        image.resize(_SIZE, Image.Resampling.LANCZOS).save(file, format="PNG")


def _at(position: float, value: float) -> tuple[float, float]:
    """Return where a point of the plot lies in the picture; both coordinates in [0, 1]."""
    width, height = _SIZE[0] - _LEFT - _RIGHT, _SIZE[1] - _TOP - _BOTTOM
    return (_LEFT + position * width) * _SCALE, (_TOP + (1 - value) * height) * _SCALE


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size * _SCALE)


def _draw_axes(draw: ImageDraw.ImageDraw, title: str, along: str) -> None:
    for percent in range(0, 101, 20):
        share = percent / 100
        draw.line([_at(0, share), _at(1, share)], _GRID, _SCALE)
        x, y = _at(0, share)
        draw.text((x - 10 * _SCALE, y), str(percent), _INK, _font(15), anchor="rm")
        x, y = _at(share, 0)
        draw.text((x, y + 10 * _SCALE), str(percent), _INK, _font(15), anchor="mt")
    draw.line([_at(0, 0), _at(1, 0)], _INK, _SCALE)
    x, y = _at(0.5, 0)
    draw.text((x, y + 34 * _SCALE), along, _INK, _font(15), anchor="mt")
    x, y = _at(0, 1)
    draw.text((x, y - 36 * _SCALE), title, _INK, _font(18), anchor="lt")


def _draw_line(
    draw: ImageDraw.ImageDraw, positions: Floats, values: Floats, colour: tuple[int, int, int]
) -> None:
    """Draw one line; where a value is missing it goes straight on to the next."""
    known = np.isfinite(values)
    points = [_at(p, v) for p, v in zip(positions[known], values[known], strict=True)]
    if len(points) > 1:
        draw.line(points, colour, 3 * _SCALE, joint="curve")
    radius = 4 * _SCALE
    for x, y in points if len(points) < _FEW else ():
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
