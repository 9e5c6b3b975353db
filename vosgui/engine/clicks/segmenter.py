"""Clicks to a mask on one frame: each click is a step from what was found before to what is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name

from vosgui.core.clicks import Click, DraggedBox, Mark
from vosgui.core.clip import Frame
from vosgui.core.mask import Box, Pixels, box_of
from vosgui.core.raster import region_at
from vosgui.engine.clicks.views import Floats, View, still_fits, view_around, whole_view
from vosgui.engine.models.device import n_threads
from vosgui.network.clicks import ClickHead, ClickMaps
from vosgui.network.lite import LiteNetwork

_OUTSIDE = 0.08  # of its sides, how far from a box the object is certainly not
_FILLED = 0.8  # of a box's sides, an object as it is taken to be at first
_SLACK = 0.03  # of its longer side, how far beyond a box the object may be


@dataclass(frozen=True)
class ClickFrame:
    """A frame to click in.

    key : tells it from every other; what was encoded of it is found by it.
    frame : uint8 (H, W, 3) RGB, which must not change.
    """

    key: Hashable
    frame: Frame

    @property
    def hw(self) -> tuple[int, int]:
        """Return its height and width."""
        return self.frame.shape[0], self.frame.shape[1]


@dataclass(frozen=True)
class Segmentation:
    """What clicks have made of one object in one frame so far. A value.

    pixels : the object's, bool (H, W); read-only
    seen : the part of the frame that the person looks at; what they click first is to be seen there
    view : what the network looked at last; None before the first mark
    mask : probabilities in the view, float32 (h, w)
    """

    frame: ClickFrame
    pixels: Pixels
    seen: Box
    marks: tuple[Mark, ...] = ()
    view: View | None = None
    mask: Floats | None = None


class ClickSegmenter:
    """The trunk of a network and the head for clicks, on their device.

    Used by one thread at a time. dtype : of its floating-point numbers; torch.int8 means float32.
    n_bytes : what is kept of frames that were encoded; at most `max_bytes`, or one frame.
    """

    def __init__(
        self,
        trunk: LiteNetwork,
        head: ClickHead,
        device: torch.device | None = None,
        dtype: torch.dtype = torch.float32,
        max_bytes: int = 96 << 20,
    ) -> None:
        self.max_bytes, self.n_bytes = max_bytes, 0
        self._trunk, self._head = trunk.eval(), head.eval()
        self._device = device or torch.device("cpu")
        self._dtype = torch.float32 if dtype == torch.int8 else dtype
        self._kept: OrderedDict[tuple[Hashable, View], ClickMaps] = OrderedDict()

    def prepare(self, frame: ClickFrame) -> None:
        """Encode a frame ahead of its first click."""
        self._encoded(frame, whole_view(frame.hw))

    def forget(self) -> None:
        """Drop what is kept of all frames."""
        self._kept.clear()
        self.n_bytes = 0

    def start(
        self, frame: ClickFrame, pixels: Pixels | None = None, seen: Box | None = None
    ) -> Segmentation:
        """Begin with an object's mask, bool (H, W), or with none.

        seen : the part of the frame that the person looks at; None for all of it
        """
        own = np.zeros(frame.hw, bool) if pixels is None else pixels
        return Segmentation(frame, own, seen or Box(0, 0, *frame.hw))

    def add(self, before: Segmentation, mark: Mark) -> Segmentation:
        """Return what one more click or box makes of it: `look`, then `sharpen`.

        A box holds all of the object: what it had outside is no longer its own.
        """
        return self.sharpen(self.look(before, mark))

    def look(self, before: Segmentation, mark: Mark) -> Segmentation:
        """Return what one more mark makes of it, in the view in use where that is possible."""
        if isinstance(mark, DraggedBox):
            before = replace(before, pixels=_cut(before.pixels, mark), view=None)
        if isinstance(mark, Click) and _is_far(mark, _box_in_view(before)):
            return self._look_apart(before, mark)
        view = self._view_for(before, mark)
        mask = before.mask if view == before.view else view.mask_of(before.pixels)
        so_far = replace(before, marks=(*before.marks, mark))
        if isinstance(mark, Click) or before.pixels.any():
            return self._look(so_far, view, mask)
        # Nothing says which of what is in the box is meant. A rough shape of it, and what is found
        # from that, lead farther than the middle, which may lie beside the object.
        found = self._look(so_far, view, view.mask_of(_ellipse_in(mark, before.frame.hw)))
        return self._look(so_far, view, found.mask)

    def sharpen(self, step: Segmentation) -> Segmentation:
        """Look again, closely, where the view does not fit what was found; else return it as is."""
        around = _box_in_view(step)
        if not around or step.view is None or still_fits(step.view, around, step.frame.hw):
            return step
        view = view_around(around, step.frame.hw)
        return self._look(step, view, view.mask_of(step.pixels))

    def _look_apart(self, before: Segmentation, click: Click) -> Segmentation:
        """Return the object with what is around a click far from it; the rest of it stays.

        A view of both would show neither well. What is far and does not belong is no part anyway.
        """
        marks = (*before.marks, click)
        if not click.belongs:
            return replace(before, marks=marks)
        around = _box_in_view(before)
        side = max(around.h, around.w) // 2
        here = Box(int(click.y) - side // 2, int(click.x) - side // 2, side, side)
        alone = Segmentation(before.frame, np.zeros(before.frame.hw, bool), here, marks)
        view = view_around(here, before.frame.hw)
        found = self.sharpen(self._look(alone, view, None)).pixels
        at = int(click.x), int(click.y)
        if found[at[1], at[0]]:
            found = region_at(found.view(np.uint8), *at)
        else:
            found = np.zeros_like(found)
        return replace(before, marks=marks, pixels=before.pixels | found)

    def _view_for(self, before: Segmentation, mark: Mark) -> View:
        """Return the view for a mark: the one in use, if the mark lies within it."""
        here = _box_around(mark)
        if before.view is not None and here.inside(before.view.box):
            return before.view
        around = box_of(before.pixels)
        if not around and isinstance(mark, Click):
            # Who has zoomed in on something small would have it seen as closely.
            return view_around(before.seen | here, before.frame.hw)
        return view_around(around | here, before.frame.hw)

    def _look(self, so_far: Segmentation, view: View, mask: Floats | None) -> Segmentation:
        """Let the network look at a view, with all that was marked there."""
        clicks = [c for m in so_far.marks for c in clicks_of(m) if _box_around(c).inside(view.box)]
        maps = self._encoded(so_far.frame, view)
        with self._running():
            points = torch.from_numpy(view.points_of(clicks)).to(self._device)
            told = torch.zeros(view.hw) if mask is None else torch.from_numpy(mask)
            found = self._head(maps, points, told.to(self._device)[None, None]).float()
            logits = found[0, 0].cpu().numpy()
            probs = torch.sigmoid(
                F.interpolate(found, size=view.hw, mode="bilinear", align_corners=False)
            )
        pixels = so_far.pixels.copy()
        pixels[view.box.slices] = view.pixels_from(logits)
        if isinstance(so_far.marks[-1], DraggedBox):
            pixels = _cut(pixels, so_far.marks[-1])
        return replace(so_far, pixels=pixels, view=view, mask=probs[0, 0].cpu().numpy())

    def _encoded(self, frame: ClickFrame, view: View) -> ClickMaps:
        key = frame.key, view
        maps = self._kept.get(key)
        if maps is None:
            maps = self._encode(view.pixels_of(frame.frame))
            self._kept[key] = maps
            self.n_bytes += maps.n_bytes
            while len(self._kept) > 1 and self.n_bytes > self.max_bytes:
                self.n_bytes -= self._kept.popitem(last=False)[1].n_bytes
        self._kept.move_to_end(key)
        return maps

    def _encode(self, pixels: Frame) -> ClickMaps:
        with self._running():
            there = torch.from_numpy(pixels).to(self._device)  # (h, w, 3)
            maps = self._trunk.trunk_maps(there.permute(2, 0, 1)[None])
            key = F.normalize(self._trunk.key(maps[2]).float(), dim=1)
            return self._head.ahead(maps, key)

    def _running(self) -> ExitStack:
        stack = ExitStack()
        stack.enter_context(torch.inference_mode())
        # A thread that begins while a run computes in streams would get one stream's share.
        if self._device.type == "cpu" and torch.get_num_threads() != n_threads():
            torch.set_num_threads(n_threads())
        if self._dtype != torch.float32:
            stack.enter_context(torch.autocast(self._device.type, self._dtype))
        return stack


def clicks_of(mark: Mark) -> list[Click]:
    """Return what a mark says in clicks: a box, that what is around it does not belong."""
    if isinstance(mark, Click):
        return [mark]
    x, y = (mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2
    far_x = (0.5 + _OUTSIDE) * (mark.right - mark.left)
    far_y = (0.5 + _OUTSIDE) * (mark.bottom - mark.top)
    around = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b]
    return [Click(x + a * far_x, y + b * far_y, False) for a, b in around]


def _ellipse_in(box: DraggedBox, hw: tuple[int, int]) -> Pixels:
    """Return what a box may hold before anything is known of it, bool (H, W)."""
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    half_w = max(_FILLED * (box.right - box.left) / 2, 1.0)
    half_h = max(_FILLED * (box.bottom - box.top) / 2, 1.0)
    across = (np.arange(hw[1]) + 0.5 - x) / half_w
    down = (np.arange(hw[0]) + 0.5 - y) / half_h
    return np.asarray(across[None] ** 2 + down[:, None] ** 2 <= 1)


def _box_in_view(step: Segmentation) -> Box:
    """Return the box around the object, as far as it lies in the view, where there is one."""
    if step.view is None:
        return box_of(step.pixels)
    part = step.view.box
    return box_of(step.pixels[part.slices]).moved(part.y, part.x)


def _is_far(click: Click, box: Box) -> bool:
    """Return whether a click is farther from the box around an object than that is large."""
    right, bottom = box.x + box.w, box.y + box.h
    dx = max(box.x - click.x, click.x - right, 0)
    dy = max(box.y - click.y, click.y - bottom, 0)
    return bool(box) and max(dx, dy) > max(box.h, box.w)


def _cut(pixels: Pixels, box: DraggedBox) -> Pixels:
    """Return an object's pixels, bool (H, W), within a box; who drags one is not exact."""
    slack = _SLACK * max(box.right - box.left, box.bottom - box.top)
    kept = np.zeros_like(pixels)
    rows = slice(max(int(box.top - slack), 0), int(np.ceil(box.bottom + slack)))
    columns = slice(max(int(box.left - slack), 0), int(np.ceil(box.right + slack)))
    kept[rows, columns] = pixels[rows, columns]
    return kept


def _box_around(mark: Mark) -> Box:
    """Return the image pixels that a mark covers."""
    if isinstance(mark, Click):
        return Box(int(mark.y), int(mark.x), 1, 1)
    top, left = int(mark.top), int(mark.left)
    return Box(top, left, int(np.ceil(mark.bottom)) - top, int(np.ceil(mark.right)) - left)
