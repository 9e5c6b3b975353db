"""The Decoder of `s2s-lite`: run in a box around each object, so its cost goes with their size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import or_

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor, nn

from vosgui.core.mask import Box, boxes_of_parts
from vosgui.network.int8 import Grid, Int8SplitConv
from vosgui.network.interface import CERTAIN, NOWHERE
from vosgui.network.layers import ConvNorm, Join, mean_cells, with_parts
from vosgui.network.lite_int8 import ConvToOne, Int8Join

CELL = 8  # stride of the matching, in pixels
# An object is decoded where matching or its last mask gives it more than this, and two cells of 16
# pixels around it, in a box around each of such regions; elsewhere its logit is -CERTAIN. The
# ConvLSTM runs everywhere: with states that stood still, a ball that had passed behind a tree was
# not found again (soccerball's J fell from 84.7 to 7.7).
_UNLIKELY = 0.25
_MARGIN = 2
_SMALLEST = 6  # cells of a box each way: integer convolutions of fewer are slow
# Boxes have few sizes: for each that it has not met oneDNN compiles every convolution anew, 2 to 8
# ms each on a CPU with tiles: more than a frame took to decode.
_STEP = 3

Ahead = tuple[Tensor, Tensor, Tensor]  # at strides 2, 4 and 8
Prepare = Callable[..., Ahead]


class LiteDecoder(nn.Module):
    """From the hidden state to logits at half size, past the encoder's maps and the matches.

    encoder : channels at strides 2, 4, 8 and 16. decoder : at strides 8, 4 and 2.
    """

    def __init__(
        self,
        encoder: tuple[int, int, int, int],
        hidden: int,
        decoder: tuple[int, int, int],
        *,
        norm: bool,
    ) -> None:
        super().__init__()
        c2, c4, c8, _ = encoder
        d8, d4, d2 = decoder
        self.hidden = ConvNorm(hidden, c8, norm=norm)
        self.match8 = ConvNorm(c8 + 5, d8, norm=norm, shared=c8)
        self.out8 = ConvNorm(d8, 64, norm=norm)
        self.match4 = ConvNorm(64 + 1, d4, norm=norm, shared=c4)
        self.out4 = ConvNorm(d4, 32, norm=norm)
        self.match2 = ConvNorm(32 + 1, d2, norm=norm, shared=c2)
        self.logits = nn.Conv2d(d2, 1, 3, padding=1)
        self.join8, self.join4, self.join2 = Join(), Join(), Join()

    def ahead(self, at2: Tensor, at4: Tensor, at8: Tensor) -> Ahead:
        """Compute what does not depend on the object, float (B, C, h / s, w / s) each."""
        return self.match2.ahead(at2), self.match4.ahead(at4), self.match8.ahead(at8)

    def forward(
        self,
        hidden: Tensor,
        matched: Tensor,
        mask: Tensor,
        shares: Tensor,
        ahead: Sequence[Tensor],
    ) -> Tensor:
        """Return logits, float (N, 1, h / 2, w / 2), of the whole frame.

        hidden : (N, C, h / 16, w / 16). matched : (N, 4, h / 8, w / 8). mask : (N, 1, h, w).
        shares : (N, 1, h / 8, w / 8), the mask's means
        ahead : what `LiteDecoder.ahead` returns
        """
        ahead2, ahead4, ahead8 = ahead
        near = matched[:, 2:3]  # (N, 1, h / 8, w / 8)
        maps = self.join8(self.hidden(hidden), ahead8, matched, shares)
        maps = self.out8(self.match8(maps, ahead8))  # (N, 64, h / 8, w / 8)
        maps = self.join4(maps, ahead4, near)  # (N, 65, h / 4, w / 4)
        maps = self.out4(self.match4(maps, ahead4))  # (N, 32, h / 4, w / 4)
        maps = self.join2(maps, ahead2, mean_cells(mask, 2))  # (N, 33, h / 2, w / 2)
        return self.logits(self.match2(maps, ahead2))  # type: ignore[no-any-return]

    def in_boxes(
        self,
        hidden: Tensor,
        matched: Tensor,
        mask: Tensor,
        shares: Tensor,
        fine: Sequence[Tensor],
        ahead: Prepare,
    ) -> tuple[Tensor, list[Box]]:
        """Return logits as `forward`, float (N, 1, h / 2, w / 2), and where each object may be.

        The boxes are of pixels at half size; outside, an object's logits are -CERTAIN.

        fine : of the frame, at strides 2, 4 and 8. ahead : makes of their crops what
        `LiteDecoder.ahead` returns

        A box's edges see zeros where the whole frame has maps, hence the margin around it. What
        does not depend on the object is computed once, in a box around all boxes.
        """
        likely = torch.maximum(matched[:, [0, 2]].amax(1), shares[:, 0])
        hw = fine[1].shape[-2] // 4, fine[1].shape[-1] // 4  # in cells of 16 pixels
        half = hidden.new_full((len(hidden), 1, 8 * hw[0], 8 * hw[1]), -CERTAIN)
        parts = _boxes(likely.float())
        where = [_half_size(boxes) for boxes in parts]
        every = [box for boxes in parts for box in boxes]
        if not every:
            return half, where
        whole = _around(every, hw)
        shared = ahead(*_crops(fine, whole))
        for i, box in ((i, box) for i, boxes in enumerate(parts) for box in boxes):
            one = slice(i, i + 1)
            frame = shared if len(shared[0]) == 1 else [maps[one] for maps in shared]
            own = _crop(hidden[one], box, 1), _crop(matched[one], box, 2)
            masks = _crop(mask[one], box, 16), _crop(shares[one], box, 2)
            inside = _crops(frame, box.moved(-whole.y, -whole.x))
            _crop(half[one], box, 8).copy_(self(*own, *masks, inside))
        return half, where

    def in_int8(self, ranges: Mapping[str, float], grids: tuple[Grid, Grid, Grid]) -> LiteDecoder:
        """Return the Decoder with integer convolutions. grids : of the maps at 2, 4 and 8."""
        grid2, grid4, grid8 = grids
        parts: dict[str, nn.Module] = {"logits": ConvToOne(self.logits)}
        for name, before, n_shares, grid in (
            ("match8", "hidden", 5, grid8),
            ("match4", "out8", 1, grid4),
            ("match2", "out4", 1, grid2),
            ("out8", "match8", 0, None),
            ("out4", "match4", 0, None),
        ):
            layer, n_maps = getattr(self, name), getattr(self, before).conv.out_channels
            largest = ranges[f"decoder.{before}"]
            reach = torch.tensor([largest] * n_maps + [1.0] * n_shares)
            if n_shares:
                parts[f"join{name[-1]}"] = Int8Join(largest)
            conv = layer.conv
            parts[name] = Int8SplitConv(conv.weight, conv.bias, reach, grid, relu=True)
        return with_parts(self, **parts)


def enlarged(half: Tensor, boxes: Sequence[Box]) -> tuple[Tensor, Tensor, list[Box]]:
    """Return logits of twice the size, float (N, 1, h, w), their sigmoids, and their boxes.

    half : float (N, 1, h / 2, w / 2). boxes : as `LiteDecoder.in_boxes` returns them

    As bilinear enlargement of the whole. A pixel beside a box is between what is inside and what is
    outside, so the boxes grow by two pixels each way.
    """
    n, _, height, width = half.shape
    logits = half.new_full((n, 1, 2 * height, 2 * width), -CERTAIN)
    probs = torch.full_like(logits, NOWHERE)
    grown = []
    for i, box in enumerate(boxes):
        if not box:
            grown.append(box)
            continue
        top, left = max(0, box.y - 1), max(0, box.x - 1)
        bottom, right = min(height, box.y + box.h + 1), min(width, box.x + box.w + 1)
        some = half[i : i + 1, :, top:bottom, left:right]
        large = F.interpolate(some, scale_factor=2, mode="bilinear", align_corners=False)
        grown.append(Box(2 * top, 2 * left, 2 * (bottom - top), 2 * (right - left)))
        rows, columns = grown[-1].slices
        logits[i : i + 1, :, rows, columns] = large
        probs[i : i + 1, :, rows, columns] = large.sigmoid_()
    return logits, probs, grown


def _boxes(likely: Tensor) -> list[list[Box]]:
    """Return for each object the boxes outside which it cannot be; none share a cell.

    In cells of 16 pixels.
    likely : (N, h / 8, w / 8), the highest probability that matching and the last mask give
    """
    cells = F.max_pool2d(likely[:, None], 2) > _UNLIKELY  # (N, 1, h / 16, w / 16)
    near = F.max_pool2d(cells.float(), 2 * _MARGIN + 1, 1, _MARGIN)[:, 0] > 0
    return [_apart(boxes_of_parts(one), one.shape) for one in near.cpu().numpy()]


def _apart(parts: Sequence[Box], hw: tuple[int, int]) -> list[Box]:
    """Return boxes of few sizes, those that would share a cell as one."""
    done: list[tuple[Box, Box]] = []  # a part, and the box for it
    for part in parts:
        box = _fitted(part, hw)
        while met := next((one for one in done if one[1].meets(box)), None):
            done.remove(met)
            part |= met[0]
            box = _fitted(part, hw)
        done.append((part, box))
    return [box for _, box in done]


def _fitted(part: Box, hw: tuple[int, int]) -> Box:
    """Return a box of about the size of a part, which may lose a row or column of its margin."""
    y, h = _side(part.y, part.h, hw[0])
    x, w = _side(part.x, part.w, hw[1])
    return Box(y, x, h, w)


def _side(first: int, n: int, n_all: int) -> tuple[int, int]:
    """Return the first cell of a side and how many it has: a multiple of _STEP, or all there are.

    Where it is at an end of the frame it has no margin to lose there.
    """
    size = n_all if n == n_all else min(n_all, max(_SMALLEST, (n + 1) // _STEP * _STEP))
    is_at_end = first + n == n_all
    return min(first + n - size if is_at_end else first, n_all - size), size


def _around(boxes: Sequence[Box], hw: tuple[int, int]) -> Box:
    """Return a box that holds all of some; of few sizes, too."""
    if len(boxes) == 1:
        return boxes[0]
    box, unit = reduce(or_, boxes), 2 * _STEP
    h, w = min(hw[0], -(-box.h // unit) * unit), min(hw[1], -(-box.w // unit) * unit)
    return Box(min(box.y, hw[0] - h), min(box.x, hw[1] - w), h, w)


def _half_size(boxes: Sequence[Box]) -> Box:
    """Return a box around some as pixels at half the frame's size; an empty one for none."""
    box = reduce(or_, boxes, Box(0, 0, 0, 0))
    return Box(8 * box.y, 8 * box.x, 8 * box.h, 8 * box.w)


def _crops(maps: Sequence[Tensor], box: Box) -> Ahead:
    """Return the part of maps at strides 2, 4 and 8 that a box holds."""
    at2, at4, at8 = (_crop(one, box, scale) for one, scale in zip(maps, (8, 4, 2), strict=True))
    return at2, at4, at8


def _crop(maps: Tensor, box: Box, scale: int) -> Tensor:
    """Return the part of maps that a box holds, of cells of `scale` of theirs: a view."""
    rows, columns = Box(scale * box.y, scale * box.x, scale * box.h, scale * box.w).slices
    return maps[..., rows, columns]
