"""Masks of the frames before and after, shown over the frame: where the objects come from and go.

Of each object it is the nearest frame that has a mask of it, so that something is shown also where
nothing has been propagated yet. What comes from before is whole, what comes from after is dashed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, TypeVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from vosgui.core.annotation import Annotation
from vosgui.core.mask import Mask
from vosgui.core.track import Source
from vosgui.ui.canvas.overlay import Overlay, Style, draw
from vosgui.ui.session.view import OnionSkin
from vosgui.ui.tools.viewport import Viewport

Side = Literal["before", "after"]
Key = TypeVar("Key")
_PALE = 0.45  # how far the colours are on their way to white
_FILL = 0.5  # opacity of a tint of full strength


class OnionLayers:
    """The layers of one canvas, made anew when another frame, object or edit is shown."""

    def __init__(self) -> None:
        self._overlays: dict[Side, Overlay] = {}
        self._layers: dict[Side, tuple[Mask, Style]] = {}
        self._masks: dict[Side, tuple[dict[int, Mask], Mask]] = {}
        self.fills = False

    @property
    def masks(self) -> dict[Side, Mask]:
        """Return the mask of each side that has one, uint8 (H, W) of object ids."""
        return {side: mask for side, (mask, _) in self._layers.items()}

    def clear(self) -> None:
        """Show nothing, and keep nothing."""
        self._overlays.clear()
        self._layers.clear()
        self._masks.clear()

    def read(self, annotation: Annotation, t: int, style: Style, skin: OnionSkin) -> bool:
        """Look up what is to be shown with frame t; return whether it is something else.

        style : of the frame's own masks.
        """
        before, self._layers = self._layers, {}
        self.fills = skin.fills
        sides: dict[Side, bool] = {"before": skin.before, "after": skin.after}
        for side, is_wanted in sides.items():
            masks = _nearest(annotation, t, side, style) if is_wanted else {}
            if masks:
                self._layers[side] = self._joined(side, masks), _ghost(style, side, skin)
                self._overlays.setdefault(side, Overlay())
        masks_before = {side: mask for side, (mask, _) in before.items()}
        return not _are_same(masks_before, self.masks)

    def draw(self, painter: QPainter, viewport: Viewport, exposed: QRectF) -> None:
        """Draw what is exposed of a widget. viewport : in screen pixels."""
        for side, (mask, style) in self._layers.items():
            draw(painter, self._overlays[side], mask, style, viewport, exposed)

    def _joined(self, side: Side, masks: dict[int, Mask]) -> Mask:
        """Return the objects of several masks in one; the same array as long as these are."""
        known = self._masks.get(side)
        if known is None or not _are_same(known[0], masks):
            known = self._masks[side] = masks, _join(masks)
        return known[1]


def _are_same(one: Mapping[Key, Mask], other: Mapping[Key, Mask]) -> bool:
    return one.keys() == other.keys() and all(one[key] is other[key] for key in one)


def _join(masks: dict[int, Mask]) -> Mask:
    """Return a mask, uint8 (H, W), of the objects that are each in a mask of its own."""
    whole = {id(mask): mask for mask in masks.values()}
    if len(whole) == 1:
        return next(iter(whole.values()))
    joined = np.zeros_like(next(iter(whole.values())))
    for object_id, mask in masks.items():
        joined[mask == object_id] = object_id
    return joined


def _nearest(annotation: Annotation, t: int, side: Side, style: Style) -> dict[int, Mask]:
    """Return by object the mask, uint8 (H, W), of the nearest frame on a side that has the object.

    Objects that are not shown have none.
    """
    found = {}
    for object_id, _ in style.objects:
        frame = nearest_frame(annotation, object_id, t, side)
        if frame is not None:
            found[object_id] = annotation.mask(frame)
    return found


def nearest_frame(annotation: Annotation, object_id: int, t: int, side: Side) -> int | None:
    """Return the nearest frame before or after t in which an object has a pixel, or None."""
    source = annotation.track(object_id)["source"]
    there = (source != Source.NONE) & (source != Source.ABSENT)
    before, after = np.flatnonzero(there[:t])[::-1], t + 1 + np.flatnonzero(there[t + 1 :])
    frames = before if side == "before" else after
    return next((int(f) for f in frames if object_id in annotation.ids(int(f))), None)


def _ghost(style: Style, side: Side, skin: OnionSkin) -> Style:
    """Return the style of a layer: pale, dashed where it comes from after.

    The current object's line is the thick one, as in the frame itself.
    """
    objects = tuple((i, _paled(colour)) for i, colour in style.objects)
    return replace(
        style,
        objects=objects,
        stale=frozenset(i for i, _ in objects) if side == "after" else frozenset(),
        opacity=_FILL * skin.strength,
        outline_only=not skin.fills,
        edge=skin.strength,
    )


def _paled(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    red, green, blue = (round(c + _PALE * (255 - c)) for c in colour)
    return red, green, blue
