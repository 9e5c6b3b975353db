"""The head for clicks: marks, likeness, and what is done once for a frame."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.network.clicks import ClickHead, click_marks, likeness
from vosgui.network.layers import ConvNorm

CHANNELS = (4, 6, 8, 10)
STRIDES = (2, 4, 8, 16)
HW = (48, 64)


def clicks(*rows: tuple[float, float, int]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float32).reshape(-1, 3)


def a_frame() -> tuple[tuple[Tensor, Tensor, Tensor, Tensor], Tensor]:
    """Return maps of a trunk at strides 2 to 16, and keys at 8."""
    at2, at4, at8, at16 = (
        torch.rand(1, n, HW[0] // s, HW[1] // s) for n, s in zip(CHANNELS, STRIDES, strict=True)
    )
    return (at2, at4, at8, at16), F.normalize(torch.randn(1, 5, HW[0] // 8, HW[1] // 8), dim=1)


def test_a_disk_marks_each_click_in_the_plane_of_its_kind() -> None:
    inside, outside = click_marks(clicks((10, 20, 1), (40, 8, 0)), HW)[0]
    assert inside[20, 10] == 1 and inside[8, 40] == 0
    assert outside[8, 40] == 1 and outside[20, 10] == 0
    rows, columns = torch.nonzero(inside, as_tuple=True)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (16, 24, 6, 14)


def test_without_clicks_nothing_is_marked_and_nothing_is_like_them() -> None:
    _, key = a_frame()
    assert not click_marks(clicks(), HW).any()
    assert (likeness(key, clicks()) == -1).all()


def test_a_cell_is_like_the_likest_click_of_a_kind() -> None:
    _, key = a_frame()
    found = likeness(key, clicks((12, 20, 1), (60, 44, 1), (33, 1, 0)))
    inside, outside = found[0]
    torch.testing.assert_close(inside[2, 1], torch.tensor(1.0))
    torch.testing.assert_close(inside[5, 7], torch.tensor(1.0))
    torch.testing.assert_close(outside[0, 4], torch.tensor(1.0))
    expected = torch.maximum(key[0, :, 2, 1] @ key[0, :, 3, 3], key[0, :, 5, 7] @ key[0, :, 3, 3])
    torch.testing.assert_close(inside[3, 3], expected)


def test_what_is_done_ahead_is_what_the_whole_convolution_would_do() -> None:
    torch.manual_seed(0)
    head = ClickHead(CHANNELS).eval()
    maps, key = a_frame()
    ahead = head.ahead(maps, key)
    joins = (head.join2, head.join4, head.join8, head.join16)
    for join, one, done in zip(joins, maps, ahead[1:], strict=True):
        n_own = join.conv.in_channels - one.shape[1]
        own = torch.rand(1, n_own, *one.shape[-2:])
        torch.testing.assert_close(join(own, done), join(torch.cat([one, own], 1)))
    assert ahead.n_bytes == sum(t.numel() * 4 for t in ahead)


def test_logits_hang_on_clicks_and_mask_but_not_on_the_order_of_clicks() -> None:
    torch.manual_seed(0)
    head = ClickHead(CHANNELS).eval()
    ahead = head.ahead(*a_frame())
    mask = torch.rand(1, 1, *HW)
    one, other = (12, 20, 1), (50, 30, 0)
    found = head(ahead, clicks(one, other), mask)
    assert found.shape == (1, 1, HW[0] // 2, HW[1] // 2)
    torch.testing.assert_close(head(ahead, clicks(other, one), mask), found)
    assert not torch.allclose(head(ahead, clicks(one), mask), found)
    assert not torch.allclose(head(ahead, clicks(one, other), 1 - mask), found)


def test_with_its_normalisation_folded_it_does_the_same() -> None:
    torch.manual_seed(0)
    head = ClickHead(CHANNELS)
    frame, said = a_frame(), (clicks((12, 20, 1)), torch.rand(1, 1, *HW))
    for _ in range(3):
        head(head.ahead(*frame), *said)  # running statistics that are not those of a new layer
    head.eval()
    expected = head(head.ahead(*frame), *said)
    for module in head.modules():
        if isinstance(module, ConvNorm):
            module.fold()
    torch.testing.assert_close(head(head.ahead(*frame), *said), expected, rtol=1e-3, atol=1e-4)
