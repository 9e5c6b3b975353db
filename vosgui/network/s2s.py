"""`s2s`: the network of "YouTube-VOS: Sequence-to-Sequence Video Object Segmentation".

Xu et al., ECCV 2018, section 4, equations 1 to 4:

    c0, h0 = Initializer(x0, y0)
    x~t = Encoder(xt)
    ct, ht = ConvLSTM(x~t, c(t-1), h(t-1))
    y^t = Decoder(ht)

Where the paper is silent: fc6 becomes a 7x7 convolution with its trained weights (or a new 1x1);
the mask enters the Initializer as 0 and 1, its filters start as Xavier's; the Decoder doubles the
size bilinearly before each 5x5 convolution, with ReLU after it; the cell is held under
`layers.CELL_LIMIT`; each object is carried alone, and the engine aggregates their probabilities.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import msgspec
import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor, nn

from vosgui.network.interface import Channels, Features, Pixels, State, VosNetwork
from vosgui.network.layers import ConvLSTM, Normalise
from vosgui.network.vgg import CHANNELS, FC6, Vgg16, xavier


class S2SConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sizes of `s2s`; the defaults are the paper's.

    vgg, fc6_channels : channels of VGG-16's stages and of fc6
    fc6 : "7x7", or "1x1" for a GPU of little memory
    hidden : channels of the states
    decoder : filters of the five upsampling layers
    initial_state : "mask" leaves the Initializer out and takes the mask itself, resized, as both
        states (section 5.4, Initializer variants)
    mask_input : the Encoder sees the mask of the frame before, and one VGG-16 serves it and the
        Initializer (section 5.4, Encoder variants)
    hw : size in pixels that frames are stretched to
    """

    vgg: tuple[Channels, Channels, Channels, Channels, Channels] = CHANNELS
    fc6_channels: Channels = FC6
    fc6: Literal["7x7", "1x1"] = "7x7"
    hidden: Channels = 512
    decoder: tuple[Channels, Channels, Channels, Channels, Channels] = (512, 256, 128, 64, 64)
    initial_state: Literal["initializer", "mask"] = "initializer"
    mask_input: bool = False
    hw: tuple[Pixels, Pixels] = (256, 448)


class S2SDecoder(nn.Module):
    """Five times: double the size, convolve 5x5, ReLU; then one 5x5 filter."""

    def __init__(self, n_in: int, filters: tuple[int, int, int, int, int]) -> None:
        super().__init__()
        widths = (n_in, *filters)
        self.layers = nn.ModuleList(
            nn.Conv2d(a, b, 5, padding=2) for a, b in itertools.pairwise(widths)
        )
        self.logits = nn.Conv2d(filters[-1], 1, 5, padding=2)
        self.apply(xavier)

    def forward(self, hidden: Tensor) -> Tensor:
        """Return logits, float (N, 1, h, w), of a hidden state, (N, 512, h / 32, w / 32)."""
        maps = hidden
        for layer in self.layers:
            maps = F.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=False)
            maps = F.relu(layer(maps))  # (N, C, 2 h, 2 w): twice the size each time
        return self.logits(maps)  # type: ignore[no-any-return]  # (N, 1, h, w)


class S2SNetwork(VosNetwork):
    """The network itself; `S2SConfig` says its sizes and variants."""

    stride = 32
    default_height = 256

    def __init__(self, config: S2SConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or S2SConfig()
        self.fixed_hw = config.hw
        self.default_height = config.hw[0]
        self.normalise = Normalise()
        n_in = 4 if config.mask_input else 3
        self.encoder = Vgg16(n_in, config.vgg, config.fc6_channels, config.fc6)
        self.encoded = nn.Conv2d(config.fc6_channels, config.hidden, 1)
        with_initializer = config.initial_state == "initializer"
        self.initializer = (
            Vgg16(4, config.vgg, config.fc6_channels, config.fc6)
            if with_initializer and not config.mask_input
            else None
        )
        self.first_cell = self.first_hidden = None
        if with_initializer:
            self.first_cell = nn.Conv2d(config.fc6_channels, config.hidden, 1)
            self.first_hidden = nn.Conv2d(config.fc6_channels, config.hidden, 1)
        for layer in (self.encoded, self.first_cell, self.first_hidden):
            if layer is not None:
                xavier(layer)
        self.lstm = ConvLSTM(0, config.hidden, shared=config.hidden)
        self.decoder = S2SDecoder(config.hidden, config.decoder)

    def fill_vgg(self, tensors: Mapping[str, Tensor]) -> None:
        """Start Encoder and Initializer from VGG-16's weights, float (O, I, k, k), by name.

        Raises as `Vgg16.fill`.
        """
        self.encoder.fill(tensors)
        if self.initializer is not None:
            self.initializer.fill(tensors)

    def encode(self, frame: Tensor) -> Features:
        """Encode frames, uint8 or float (B, 3, h, w); `mask_input` waits for the mask."""
        if self.config.mask_input:
            return Features(frame)
        return Features(frame, (self._gates(self.normalise(frame)),))

    def initialise(self, features: Features, masks: Tensor) -> State:
        """Make the state of N objects from their masks, float (N, 1, h, w) in [0, 1]."""
        n = len(masks)
        none: tuple[tuple[()], ...] = ((),) * n
        if self.first_cell is None or self.first_hidden is None:
            height, width = (side // self.stride for side in masks.shape[-2:])
            mask = F.interpolate(masks, (height, width), mode="area")  # (N, 1, h / 32, w / 32)
            states = mask.expand(n, self.config.hidden, height, width)  # (N, 512, h / 32, w / 32)
            return State(states, states, masks, none, (0,) * n)
        trunk = self.encoder if self.initializer is None else self.initializer
        maps = trunk(self._beside(features.frame, masks))  # (N, 4096, h / 32, w / 32)
        hidden, cell = F.relu(self.first_hidden(maps)), F.relu(self.first_cell(maps))
        return State(hidden, cell, masks, none, (0,) * n)

    def carry(
        self, features: Features, state: State, matched: Tensor | None
    ) -> tuple[Tensor, State]:
        """Carry N objects to a frame: logits, float (N, 1, h, w), and the state after it."""
        if self.config.mask_input:
            gates = self._gates(self._beside(features.frame, state.mask))
        else:
            gates = features.maps[0]
        hidden, cell = self.lstm(None, state.hidden, state.cell, gates)
        logits = self.decoder(hidden).float()  # (N, 1, h, w)
        age = tuple(age + 1 for age in state.age)
        return logits, State(hidden, cell, torch.sigmoid(logits), state.memory, age)

    def commit(self, state: State, masks: Tensor) -> State:
        """Take masks, float (N, 1, h, w), as those of the frame just done, if any are taken."""
        return replace(state, mask=masks) if self.config.mask_input else state

    def _gates(self, image: Tensor) -> Tensor:
        """Encode an image (with a mask) as far as its share of the ConvLSTM's gates."""
        encoded = F.relu(self.encoded(self.encoder(image)))  # (B, 512, h / 32, w / 32)
        return self.lstm.gates.ahead(encoded)  # (B, 4 * 512, h / 32, w / 32)

    def _beside(self, frame: Tensor, masks: Tensor) -> Tensor:
        image = self.normalise(frame).expand(len(masks), -1, -1, -1)  # (N, 3, h, w)
        return torch.cat([image, masks], 1)  # (N, 4, h, w)
