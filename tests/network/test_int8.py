"""Integer convolutions: levels and back, exact on the grid, as near as the grid allows off it."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.network.int8 import Grid, Int8Conv, Int8SplitConv, Quantised, is_exact

pytestmark = pytest.mark.skipif(not is_exact(), reason="needs a CPU with VNNI")


def draw(*shape: int, low: int, high: int, seed: int = 0) -> Tensor:
    """Draw whole numbers from low to high as float32, channels last."""
    made = torch.randint(low, high + 1, shape, generator=torch.Generator().manual_seed(seed))
    return made.float().contiguous(memory_format=torch.channels_last)


def as_levels(maps: Tensor) -> Tensor:
    return maps.to(torch.uint8).contiguous(memory_format=torch.channels_last)


def whole_weights(*shape: int) -> Tensor:
    """Draw weights that are whole numbers, the largest of each output channel 127: exact ones."""
    weight = draw(*shape, low=-126, high=126, seed=1)
    weight[:, 0, 0, 0] = 127
    return weight


def test_levels_are_the_nearest_ones_and_zero_is_exact() -> None:
    grid = Grid.between(-2.0, 3.1)
    values = torch.linspace(-3, 4, 701).view(1, 1, 1, -1)
    levels = grid.levels_of(values)
    back = (levels.float() - grid.zero) * grid.step
    inside = (values >= -2) & (values <= 3.1)
    assert (back - values)[inside].abs().max() <= grid.step * 0.5001
    assert levels[values < -2.1].eq(0).all() and levels[values > 3.2].eq(255).all()
    assert grid.levels_of(torch.zeros(1, 1, 1, 1)).item() == grid.zero


@pytest.mark.parametrize(("size", "stride"), [(1, 1), (3, 1), (3, 2), (5, 2)])
def test_a_convolution_of_levels_is_exact(size: int, stride: int) -> None:
    levels, weight = draw(1, 8, 13, 17, low=0, high=255), whole_weights(6, 8, size, size)
    bias = torch.arange(6.0)
    found = Int8Conv(weight, bias, Grid(1.0), stride)(as_levels(levels))
    assert torch.equal(found, F.conv2d(levels, weight, bias, stride, size // 2))


@pytest.mark.parametrize(("size", "stride"), [(3, 1), (5, 2)])
def test_each_channel_can_be_convolved_apart(size: int, stride: int) -> None:
    levels, weight = draw(1, 8, 13, 17, low=0, high=255), whole_weights(8, 1, size, size)
    made = Int8Conv(weight, None, Grid(1.0), stride, groups=8)
    found = made(as_levels(levels))
    assert torch.equal(found, F.conv2d(levels, weight, None, stride, size // 2, groups=8))


def test_sums_may_stay_below_zero() -> None:
    levels, weight = draw(1, 8, 10, 12, low=0, high=255), whole_weights(8, 8, 1, 1)
    convolved = F.conv2d(levels, weight)
    largest = float(convolved.abs().max())
    grid = Grid.between(-largest, largest)
    direct = draw(1, 8, 10, 12, low=-5, high=5, seed=3) * (largest / 10)
    taken = Quantised(grid.levels_of(direct), grid)
    known = (taken.levels.float() - grid.zero) * grid.step
    made = Int8Conv(weight, None, Grid(1.0))
    found = made.add_to(taken, as_levels(levels), grid, relu=False).levels
    expected = (convolved + known).clamp(-largest, largest)
    assert expected.min() < -largest / 2
    assert ((found.float() - grid.zero) * grid.step - expected).abs().max() <= grid.step * 0.51


def test_outside_the_frame_there_is_zero_and_not_level_zero() -> None:
    grid = Grid(1.0, 100)
    values, weight = draw(1, 4, 9, 9, low=-100, high=155), whole_weights(6, 4, 3, 3)
    found = Int8Conv(weight, None, grid)(grid.levels_of(values))
    assert torch.equal(found, F.conv2d(values, weight, None, 1, 1))


def test_sums_are_taken_with_other_maps_and_clipped_at_zero() -> None:
    levels, weight = draw(1, 8, 10, 12, low=0, high=255), whole_weights(8, 8, 3, 3)
    convolved = F.conv2d(levels, weight, None, 1, 1)
    largest = float(convolved.max())
    grid, target = Grid.between(-largest, largest), Grid.between(0, largest)
    direct = draw(1, 8, 10, 12, low=-5, high=5, seed=3) * (largest / 10)
    taken = Quantised(grid.levels_of(direct), grid)
    known = (taken.levels.float() - grid.zero) * grid.step
    found = Int8Conv(weight, None, Grid(1.0)).add_to(taken, as_levels(levels), target).levels
    expected = torch.relu(convolved + known).clamp(max=largest)
    assert (found.float() * target.step - expected).abs().max() <= target.step * 0.51


def test_each_channel_of_maps_has_a_range_of_its_own() -> None:
    largest = torch.tensor([255.0, 1.0, 20.0])
    maps = draw(1, 3, 8, 8, low=0, high=255) / 255 * largest.view(1, 3, 1, 1)
    weight = torch.randn(4, 3, 3, 3, generator=torch.Generator().manual_seed(2))
    bias = torch.zeros(4)
    expected = F.conv2d(maps, weight, bias, 1, 1)
    found = Int8SplitConv(weight, bias, largest)(maps)
    assert (found - expected).abs().max() < 0.02 * expected.abs().max()
    beyond = Int8SplitConv(weight, bias, largest)(maps * 2 - largest.view(1, 3, 1, 1))
    held = (maps * 2 - largest.view(1, 3, 1, 1)).clamp(min=0)
    assert (beyond - F.conv2d(held, weight, bias, 1, 1)).abs().max() < 0.02 * expected.abs().max()


def test_a_result_does_not_depend_on_the_number_of_threads() -> None:
    levels = as_levels(draw(1, 16, 40, 50, low=0, high=255))
    convolution = Int8Conv(torch.randn(24, 16, 3, 3), torch.randn(24), Grid(0.013))
    before = torch.get_num_threads()
    try:
        results = []
        for n in (1, 2):
            torch.set_num_threads(n)
            results.append(convolution(levels))
    finally:
        torch.set_num_threads(before)
    assert torch.equal(*results)
