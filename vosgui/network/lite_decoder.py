"""The Decoder of `s2s-lite`: run in a box around each object, so its cost goes with their size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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

Ahead = tuple[Tensor, Tensor, Tensor]  # at strides 2, 4 and 8
Prepare = Callable[..., Ahead]
_Box = tuple[int, int, int, int]  # top, bottom, left, right, in cells of 16 pixels


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
        size = 2 * fine[1].shape[-2], 2 * fine[1].shape[-1]
        half = hidden.new_full((len(hidden), 1, *size), -CERTAIN)
        parts = _boxes(likely.float())
        where = [_half_size(_around(boxes)) for boxes in parts]
        whole = _around([box for boxes in parts for box in boxes])
        if whole is None:
            return half, where
        # A box is whole cells of 16 pixels, so it is whole cells at every stride below.
        strides = (2, 4, 8)
        shared = ahead(*(_crop(m, whole, 16 // s) for m, s in zip(fine, strides, strict=True)))
        for i, box in ((i, box) for i, boxes in enumerate(parts) for box in boxes):
            one = slice(i, i + 1)
            frame = one if len(shared[0]) > 1 else slice(0, 1)
            inside = _within(box, whole)
            ahead2, ahead4, ahead8 = (
                _crop(maps[frame], inside, 16 // s) for maps, s in zip(shared, strides, strict=True)
            )
            own = _crop(hidden[one], box, 1), _crop(matched[one], box, 2)
            masks = _crop(mask[one], box, 16), _crop(shares[one], box, 2)
            _crop(half[one], box, 8).copy_(self(*own, *masks, (ahead2, ahead4, ahead8)))
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


def _boxes(likely: Tensor) -> list[list[_Box]]:
    """Return for each object the boxes outside which it cannot be; none share a cell.

    likely : (N, h / 8, w / 8), the highest probability that matching and the last mask give
    """
    cells = F.max_pool2d(likely[:, None], 2) > _UNLIKELY  # (N, 1, h / 16, w / 16)
    near = F.max_pool2d(cells.float(), 2 * _MARGIN + 1, 1, _MARGIN)[:, 0] > 0
    return [_apart(boxes_of_parts(one), one.shape) for one in near.cpu().numpy()]


def _apart(parts: Sequence[Box], hw: tuple[int, int]) -> list[_Box]:
    """Return boxes that are not too small, those that would share a cell as one."""
    done: list[Box] = []
    for part in parts:
        h, w = max(part.h, min(_SMALLEST, hw[0])), max(part.w, min(_SMALLEST, hw[1]))
        box = Box(min(part.y, hw[0] - h), min(part.x, hw[1] - w), h, w)
        while met := next((one for one in done if one.meets(box)), None):
            done.remove(met)
            box |= met
        done.append(box)
    return [(one.y, one.y + one.h, one.x, one.x + one.w) for one in done]


def _around(boxes: Sequence[_Box]) -> _Box | None:
    """Return the smallest box that holds all of some, None where there is none."""
    if not boxes:
        return None
    tops, bottoms, lefts, rights = zip(*boxes, strict=True)
    return min(tops), max(bottoms), min(lefts), max(rights)


def _within(box: _Box, whole: _Box) -> _Box:
    """Return a box as seen from the corner of one that holds it."""
    top, bottom, left, right = box
    return top - whole[0], bottom - whole[0], left - whole[2], right - whole[2]


def _half_size(box: _Box | None) -> Box:
    """Return a box as pixels at half the frame's size, an empty one for None."""
    if box is None:
        return Box(0, 0, 0, 0)
    top, bottom, left, right = (8 * side for side in box)
    return Box(top, left, bottom - top, right - left)


def _crop(maps: Tensor, box: _Box, scale: int) -> Tensor:
    top, bottom, left, right = (side * scale for side in box)
    return maps[..., top:bottom, left:right]  # a view
