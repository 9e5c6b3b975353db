"""What online fine-tuning learned of a clip: weights, kept as bytes with the clip's project."""

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
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.errors import ModelError
from vosgui.project.project import Project

# As the first version named it, so that what it kept is still read.
_KEY, _FORMAT = "adapted", "vosgui-adapted-1"
_MOST_GIVEN = 24  # given frames learned from; of more, evenly spread ones


@dataclass(frozen=True)
class FineTuned:
    """Weights that differ from a model's, by name, as float16.

    model : digest of the model's own weights. given : digest of the masks that were learned from.
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
        return (self.model, self.given) == (propagator.digest(), given_digest(snapshot, objects))

    def beside(self, propagator: NetworkPropagator) -> Ensemble:
        """Return the fine-tuned network together with the one that it comes from.

        Raises ModelError where it does not belong to that network.
        """
        name = f"{propagator.name} (fine-tuned)"
        return Ensemble([propagator, propagator.with_tensors(self.tensors, name)], name)

    def to_bytes(self) -> bytes:
        """Return it as safetensors."""
        about = {"format": _FORMAT, "model": self.model, "given": self.given, "note": self.note}
        return safetensors.torch.save(self.tensors, about)

    @classmethod
    def from_bytes(cls, data: bytes) -> FineTuned:
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
                "What was learned of this clip cannot be read. Fine-tune again."
            ) from error


def read_finetuned(project: Project, clip_id: int) -> FineTuned | None:
    """Return what is kept with a clip, or None; ModelError where it cannot be read."""
    data = project.blob(clip_id, _KEY)
    kept = FineTuned.from_bytes(data) if data else None
    # The first version kept no weights where flipped frames suited the clip best.
    return kept if kept and kept.tensors else None


def keep_finetuned(project: Project, clip_id: int, finetuned: FineTuned | None) -> None:
    """Keep it with a clip in place of what was there; TargetError where that fails."""
    project.set_blob(clip_id, _KEY, finetuned.to_bytes() if finetuned else None)


def given_digest(snapshot: Snapshot, objects: frozenset[int]) -> str:
    """Return what tells the masks that are learned from from others."""
    found = hashlib.sha256()
    for i, t in given_places(snapshot, objects):
        found.update(f"{i} {t} ".encode())
        found.update(np.packbits(snapshot.mask(t) == i).tobytes())
    return found.hexdigest()[:16]


def given_places(snapshot: Snapshot, objects: frozenset[int]) -> list[tuple[int, int]]:
    """Return (object, frame) where an object is given with a mask, evenly thinned out."""
    found = [
        (i, t) for i in sorted(objects & snapshot.tracks.keys()) for t in snapshot.given_masks(i)
    ]
    picked = np.linspace(0, len(found) - 1, min(len(found), _MOST_GIVEN)).round().astype(int)
    return [found[k] for k in picked]
