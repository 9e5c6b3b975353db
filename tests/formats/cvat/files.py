"""Files of CVAT, written by hand as CVAT writes them."""

from __future__ import annotations

from pathlib import Path

from tests.trees import put_text
from vosgui.formats.dataset import Dataset, LabelledClip
from vosgui.formats.registry import detect

HW = (48, 64)


def put_cvat(path: Path, body: str, meta: str = "") -> Path:
    """Write a file."""
    head = '<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version>'
    return put_text(path, f"{head}<meta>{meta}</meta>{body}</annotations>\n")


def listed(path: Path) -> Dataset:
    """Return the clips at a path that is recognised as CVAT's."""
    row = detect(path)
    assert row.name == "cvat"
    return row.list_clips(path)


def read(path: Path) -> dict[str, LabelledClip]:
    """Return all clips at a path by their names."""
    return {source.name: source.read() for source in listed(path).clips}


def points(x: float, y: float, w: float, h: float) -> str:
    """Return the corners of a rectangle."""
    corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    return ";".join(f"{a:.2f},{b:.2f}" for a, b in corners)


def task(i: int, name: str, n: int, hw: tuple[int, int] = HW, more: str = "") -> str:
    """Return what the meta says of a task of a video."""
    return (
        f"<task><id>{i}</id><name>{name}</name><size>{n}</size><mode>interpolation</mode>{more}"
        f"<original_size><width>{hw[1]}</width><height>{hw[0]}</height></original_size></task>"
    )


def project(*tasks: str) -> str:
    """Return the meta of a project."""
    return f"<project><id>7</id><name>all</name><tasks>{''.join(tasks)}</tasks></project>"


def image(name: str, inner: str = "", hw: tuple[int, int] = HW, more: str = "") -> str:
    """Return an image with its shapes."""
    return f'<image id="0" name="{name}" width="{hw[1]}" height="{hw[0]}"{more}>{inner}</image>'


def shape(
    x: float,
    label: str = "car",
    group: object = None,
    of: tuple[float, float, float] = (10, 10, 10),
    **said: object,
) -> str:
    """Return a polygon at x; of : its y, width and height. said : what people filled in."""
    tie = "" if group is None else f' group_id="{group}"'
    inner = "".join(f'<attribute name="{name}">{value}</attribute>' for name, value in said.items())
    at = points(x, of[0], of[1], of[2])
    return f'<polygon label="{label}" points="{at}" z_order="0"{tie}>{inner}</polygon>'


def key(t: int, x: float, *, outside: int = 0, keyframe: int = 1) -> str:
    """Return a polygon of a track, 8 x 10 at x."""
    at = f'frame="{t}" keyframe="{keyframe}" outside="{outside}"'
    return f'<polygon {at} points="{points(x, 5, 8, 10)}" z_order="0"></polygon>'


def brush(t: int, x: int = 10, *, outside: int = 0) -> str:
    """Return a mask of a track, 10 x 10 at x."""
    at = f'frame="{t}" keyframe="1" outside="{outside}" left="{x}" top="10" width="10" height="10"'
    return f'<mask {at} rle="0, 100" z_order="0"></mask>'


def track(i: int, inner: str, label: str = "car", more: str = "") -> str:
    """Return a track with its shapes."""
    return f'<track id="{i}" label="{label}" source="manual"{more}>{inner}</track>'
