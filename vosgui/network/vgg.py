"""VGG-16 (Simonyan and Zisserman 2015) as far as its first fully connected layer.

State-dict names are torchvision's (`features.N`, `classifier.0`), so its files fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812 - the field's own name
from torch import Tensor, nn

CONVOLUTIONS = (2, 2, 3, 3, 3)  # per stage; each stage ends with a 2x2 maximum
CHANNELS = (64, 128, 256, 512, 512)
FC6 = 4096
FC6_PX = 7  # fc6 sees 7x7 cells of the 224x224 image VGG-16 was trained on


class Vgg16(nn.Module):
    """Thirteen convolutions and fc6 as a convolution, at stride 32.

    n_in : 3, or 4 with a mask beside the image
    fc6 : "7x7" keeps fc6 as trained, a 7x7 convolution with padding 3; "1x1" is a new layer of a
        49th of its size. The paper says 1x1 and does not say how fc6's weights fit it.
    """

    def __init__(
        self,
        n_in: int = 3,
        channels: tuple[int, int, int, int, int] = CHANNELS,
        n_out: int = FC6,
        fc6: Literal["7x7", "1x1"] = "7x7",
    ) -> None:
        super().__init__()
        self.fc6_px = side = FC6_PX if fc6 == "7x7" else 1
        layers: list[nn.Module] = []
        width = n_in
        for n, channel in zip(CONVOLUTIONS, channels, strict=True):
            for _ in range(n):
                layers += [nn.Conv2d(width, channel, 3, padding=1), nn.ReLU(inplace=True)]
                width = channel
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Conv2d(width, n_out, side, padding=side // 2))
        self.apply(xavier)

    def forward(self, image: Tensor) -> Tensor:
        """Return fc6's maps, float (B, n_out, h / 32, w / 32), of float (B, n_in, h, w)."""
        maps = self.features(image)  # (B, 512, h / 32, w / 32)
        return F.relu(self.classifier(maps))  # (B, 4096, h / 32, w / 32)

    @torch.no_grad()
    def fill(self, tensors: Mapping[str, Tensor]) -> None:
        """Take over trained weights, float (O, I, k, k), under torchvision's names.

        The filters of a mask channel, and of a 1x1 fc6, stay as they are. Raise KeyError where a
        layer is missing and ValueError where one has another shape.
        """
        for name, own in self.state_dict().items():
            if name.startswith("classifier") and self.fc6_px == 1:
                continue
            given = tensors[name]
            target = own
            if name == "features.0.weight":
                target = own[:, :3]
            elif name == "classifier.0.weight" and given.ndim == 2:
                given = given.view(-1, own.shape[1], FC6_PX, FC6_PX)  # (4096, 512, 7, 7)
            if given.shape != target.shape:
                shapes = f"{tuple(given.shape)}, not {tuple(target.shape)}"
                raise ValueError(f"{name} has shape {shapes}")
            target.copy_(given)


def xavier(module: nn.Module) -> None:
    """Initialise a convolution as Glorot and Bengio (2010), its bias with zero."""
    if isinstance(module, nn.Conv2d):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
