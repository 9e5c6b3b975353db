"""What was learned of a clip: kept as bytes, and run beside the network it came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec
import numpy as np
import safetensors
import safetensors.torch
from torch import Tensor

from vosgui.core.annotation import Snapshot
from vosgui.engine.propagation.ensemble import Ensemble
from vosgui.engine.propagation.flip import with_flip
from vosgui.engine.propagation.plan import has_mask
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.errors import ModelError

ADAPTED = "adapted"  # under this name a project keeps what was learned of a clip
_FORMAT = "vosgui-adapted-1"
_MOST_GIVEN = 24  # given frames learned from; of more, evenly spread ones


@dataclass(frozen=True)
class Adapted:
    """What was learned of a clip: weights that differ from the model's, by name, as float16.

    model : digest of the weights it began with. given : which masks it was learned from.
    tensors : none where the network's own weights, looking at flipped frames too, suit it best.
    note : how it went, one line.
    """

    model: str
    given: str
    tensors: dict[str, Tensor]
    note: str

    def fits(
        self, propagator: NetworkPropagator, snapshot: Snapshot, objects: frozenset[int]
    ) -> bool:
        """Tell whether it was learned with these weights from what is given of these objects."""
        now = propagator.digest(), digest_of_given(snapshot, objects)
        return (self.model, self.given) == now

    def beside(self, propagator: NetworkPropagator) -> Ensemble:
        """Return the propagator it began with together with what was learned.

        Raises ModelError where it does not belong to that network.
        """
        if not self.tensors:
            return with_flip(propagator)
        name = f"{propagator.name} (adapted)"
        return Ensemble([propagator, propagator.with_tensors(self.tensors, name)], name)

    def to_bytes(self) -> bytes:
        """Return it as safetensors."""
        about = {"format": _FORMAT, "model": self.model, "given": self.given, "note": self.note}
        return safetensors.torch.save(self.tensors, about)

    @classmethod
    def from_bytes(cls, data: bytes) -> Adapted:
        """Read what `to_bytes` made; ModelError for anything else."""
        try:
            tensors = safetensors.torch.load(data)
            size = int.from_bytes(data[:8], "little")
            about = msgspec.json.decode(data[8 : 8 + size])["__metadata__"]
            if about["format"] != _FORMAT:
                raise KeyError(about["format"])
            return cls(about["model"], about["given"], tensors, about["note"])
        except (safetensors.SafetensorError, msgspec.DecodeError, KeyError) as error:
            raise ModelError(
                "What was learned of this clip cannot be read. Adapt to the clip again."
            ) from error


def digest_of_given(snapshot: Snapshot, objects: frozenset[int]) -> str:
    """Return what tells the masks that are learned from from others."""
    found = hashlib.sha256()
    for i, t in given_places(snapshot, objects):
        found.update(f"{i} {t} ".encode())
        found.update(np.packbits(snapshot.mask(t) == i).tobytes())
    return found.hexdigest()[:16]


def given_places(snapshot: Snapshot, objects: frozenset[int]) -> list[tuple[int, int]]:
    """Return (object, frame) where an object is given with a mask, evenly thinned out."""
    found = [
        (i, int(t))
        for i in sorted(objects & snapshot.tracks.keys())
        for t in snapshot.keyframes(i)
        if has_mask(snapshot, int(t), i)
    ]
    if len(found) <= _MOST_GIVEN:
        return found
    picked = np.linspace(0, len(found) - 1, _MOST_GIVEN).round().astype(int)
    return [found[k] for k in picked]
