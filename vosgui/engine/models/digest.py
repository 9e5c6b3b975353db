"""What tells the weights of a network from others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import torch
from torch import Tensor


def weights_digest(weights: Mapping[str, Tensor], dtype: torch.dtype) -> str:
    """Return 16 hex digits that tell named tensors from others.

    weights : float (N, ...) or a number each. dtype : what they are read as, so that the digits are
        the same on every device and for every type that holds the same numbers.
    """
    found = hashlib.sha256()
    for name, tensor in sorted(weights.items()):
        found.update(name.encode())
        found.update(tensor.detach().to(dtype).cpu().numpy().tobytes())
    return found.hexdigest()[:16]
