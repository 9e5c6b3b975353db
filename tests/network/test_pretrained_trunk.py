"""The trunk that has seen ImageNet, held to a plain reading of its published table."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor

from vosgui.network.layers import ConvNorm
from vosgui.network.pretrained_trunk import MEAN, STD, EfficientNetLite0, PretrainedTrunk

# One row a block: size, stride, expansion, channels (Tan and Le 2019, table 1).
PUBLISHED = [
    *[(3, 1, 1, 16), (3, 2, 6, 24), (3, 1, 6, 24), (5, 2, 6, 40), (5, 1, 6, 40)],
    *[(3, 2, 6, 80), (3, 1, 6, 80), (3, 1, 6, 80), (5, 1, 6, 112), (5, 1, 6, 112)],
    *[(5, 1, 6, 112), (5, 2, 6, 192), (5, 1, 6, 192), (5, 1, 6, 192), (5, 1, 6, 192)],
    (3, 1, 6, 320),
]


@pytest.fixture(scope="module")
def trunk() -> PretrainedTrunk:
    torch.manual_seed(0)
    trunk = PretrainedTrunk((4, 6, 8, 10), norm=True).eval()
    for module in trunk.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            assert module.running_mean is not None and module.running_var is not None
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return trunk


@pytest.fixture(scope="module")
def frame() -> Tensor:
    return torch.rand(1, 3, 80, 112, generator=torch.Generator().manual_seed(1))


def normed(tensors: dict[str, Tensor], name: str, maps: Tensor, stride: int, groups: int) -> Tensor:
    """Convolve and normalise as TensorFlow's Lite models do, padded by half on every side."""
    weight = tensors[f"{name}.conv.weight"]
    maps = F.conv2d(maps, weight, None, stride, weight.shape[-1] // 2, groups=groups)
    mean, variance = tensors[f"{name}.norm.running_mean"], tensors[f"{name}.norm.running_var"]
    gain, bias = tensors[f"{name}.norm.weight"], tensors[f"{name}.norm.bias"]
    return F.batch_norm(maps, mean, variance, gain, bias, eps=1e-3)


@torch.no_grad()
def test_the_blocks_are_those_of_the_published_table(trunk: PretrainedTrunk, frame: Tensor) -> None:
    tensors = trunk.base.state_dict()
    maps, found = F.relu6(normed(tensors, "stem", frame, 2, 1)), []
    for i, (size, stride, expansion, n_out) in enumerate(PUBLISHED):
        came, name = maps, f"blocks.{i}"
        if expansion > 1:
            maps = F.relu6(normed(tensors, f"{name}.expand", maps, 1, 1))
        assert tensors[f"{name}.depth.conv.weight"].shape[-1] == size
        n = came.shape[1] * expansion
        maps = F.relu6(normed(tensors, f"{name}.depth", maps, stride, n))
        maps = normed(tensors, f"{name}.project", maps, 1, 1)
        maps = maps + came if stride == 1 and came.shape[1] == n_out else maps
        found.append(maps)
    ours = trunk.base(frame)
    assert [one.shape[1] for one in ours] == [16, 24, 40, 112, 320]
    for one, block in zip(ours, (0, 2, 4, 10, 15), strict=True):
        torch.testing.assert_close(one, found[block], atol=1e-4, rtol=1e-4)


def all_maps(trunk: PretrainedTrunk, frame: Tensor) -> tuple[Tensor, ...]:
    *fine, at16 = trunk(frame)
    return *trunk.finish(*fine), at16


@torch.no_grad()
def test_the_maps_have_the_strides_and_channels_that_are_asked_for(
    trunk: PretrainedTrunk, frame: Tensor
) -> None:
    sizes = [one.shape[1:] for one in all_maps(trunk, frame)]
    assert sizes == [(4, 40, 56), (6, 20, 28), (8, 10, 14), (10, 5, 7)]


@torch.no_grad()
def test_what_is_seen_from_afar_reaches_every_stride_but_the_finest(
    trunk: PretrainedTrunk, frame: Tensor
) -> None:
    other = frame.clone()
    other[..., 72:] = 0.5  # far from the cells that are compared
    both = all_maps(trunk, frame), all_maps(trunk, other)
    for stride, one, changed in zip((2, 4, 8, 16), *both, strict=True):
        near = slice(0, 16 // stride)
        differs = not torch.equal(one[..., near], changed[..., near])
        assert differs == (stride > 2)


def test_it_has_the_size_of_the_published_network() -> None:
    n_parameters = sum(p.numel() for p in EfficientNetLite0(norm=True).parameters())
    # 4,652,008 with the head: 1x1 from 320 to 1280, its norm, and 1,000 classes
    assert n_parameters == 4_652_008 - 320 * 1280 - 2 * 1280 - 1280 * 1000 - 1000
    assert len(MEAN) == len(STD) == 3


@torch.no_grad()
def test_folding_changes_nothing(trunk: PretrainedTrunk, frame: Tensor) -> None:
    before = all_maps(trunk, frame)
    folded = PretrainedTrunk((4, 6, 8, 10), norm=True).eval()
    folded.load_state_dict(trunk.state_dict())
    for module in folded.modules():
        if isinstance(module, ConvNorm):
            module.fold()
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in folded.modules())
    for one, other in zip(all_maps(folded, frame), before, strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


def published_tensors() -> dict[str, Tensor]:
    """Return random tensors under the names of the package with ImageNet's weights."""
    tensors: dict[str, Tensor] = {"_fc.weight": torch.rand(1000, 1280)}  # of the head

    def add(conv: str, norm: str, *shape: int) -> None:
        tensors[f"{conv}.weight"] = torch.randn(*shape)
        for part in ("weight", "bias", "running_mean", "running_var"):
            tensors[f"{norm}.{part}"] = torch.rand(shape[0])
        tensors[f"{norm}.num_batches_tracked"] = torch.tensor(7)

    add("_conv_stem", "_bn0", 32, 3, 3, 3)
    before = 32
    for i, (size, _, expansion, n_out) in enumerate(PUBLISHED):
        wide = before * expansion
        if expansion > 1:
            add(f"_blocks.{i}._expand_conv", f"_blocks.{i}._bn0", wide, before, 1, 1)
        add(f"_blocks.{i}._depthwise_conv", f"_blocks.{i}._bn1", wide, 1, size, size)
        add(f"_blocks.{i}._project_conv", f"_blocks.{i}._bn2", n_out, wide, 1, 1)
        before = n_out
    return tensors


def test_published_weights_find_their_layers() -> None:
    torch.manual_seed(0)
    tensors, base = published_tensors(), EfficientNetLite0(norm=True)
    base.fill(tensors)
    fifth = base.blocks[5]
    assert torch.equal(base.stem.conv.weight, tensors["_conv_stem.weight"])
    assert torch.equal(fifth.expand.conv.weight, tensors["_blocks.5._expand_conv.weight"])
    assert torch.equal(fifth.expand.norm.bias, tensors["_blocks.5._bn0.bias"])
    assert torch.equal(fifth.depth.norm.running_var, tensors["_blocks.5._bn1.running_var"])
    assert torch.equal(fifth.project.norm.weight, tensors["_blocks.5._bn2.weight"])
    assert torch.equal(
        base.blocks[0].depth.conv.weight, tensors["_blocks.0._depthwise_conv.weight"]
    )
    assert len(tensors) == len(base.state_dict()) + 1  # all but the head's


def test_weights_of_something_else_are_refused() -> None:
    tensors, base = published_tensors(), EfficientNetLite0(norm=True)
    with pytest.raises(KeyError, match=r"_blocks\.3\._bn2\.bias"):
        base.fill({name: t for name, t in tensors.items() if name != "_blocks.3._bn2.bias"})
    with pytest.raises(ValueError, match=r"_conv_stem\.weight has shape"):
        base.fill({**tensors, "_conv_stem.weight": torch.rand(16, 3, 3, 3)})
