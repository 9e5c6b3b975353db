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
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.errors import ModelError
from vosgui.project.project import Project

_KEY = "finetuned"  # under this name a project keeps it with a clip


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

    def applied_to(self, propagator: NetworkPropagator) -> NetworkPropagator:
        """Return the network that it comes from with these weights in place of its own.

        Raises ModelError where it does not belong to that network.
        """
        return propagator.with_tensors(self.tensors, f"{propagator.name} (fine-tuned)")


def keep_finetuned(project: Project, clip_id: int, finetuned: FineTuned | None) -> None:
    """Keep it with a clip in place of what was there; TargetError where that fails."""
    data = None
    if finetuned:
        about = {"model": finetuned.model, "given": finetuned.given, "note": finetuned.note}
        data = safetensors.torch.save(finetuned.tensors, about)
    project.set_blob(clip_id, _KEY, data)


def read_finetuned(project: Project, clip_id: int) -> FineTuned | None:
    """Return what is kept with a clip, or None; ModelError where it cannot be read."""
    data = project.blob(clip_id, _KEY)
    if data is None:
        return None
    try:
        tensors = safetensors.torch.load(data)
        about = msgspec.json.decode(data[8 : 8 + int.from_bytes(data[:8], "little")])
        about = about["__metadata__"]
        return FineTuned(about["model"], about["given"], tensors, about["note"])
    except (safetensors.SafetensorError, msgspec.DecodeError, KeyError) as error:
        raise ModelError(
            "What was learned of this clip cannot be read. Fine-tune again."
        ) from error


def given_digest(snapshot: Snapshot, objects: frozenset[int]) -> str:
    """Return what tells the masks that are learned from from others."""
    found = hashlib.sha256()
    for i, t in given_places(snapshot, objects):
        found.update(f"{i} {t} ".encode())
        found.update(np.packbits(snapshot.mask(t) == i).tobytes())
    return found.hexdigest()[:16]


def given_places(snapshot: Snapshot, objects: frozenset[int]) -> list[tuple[int, int]]:
    """Return (object, frame) where an object is given with a mask."""
    ids = sorted(objects & snapshot.tracks.keys())
    return [(i, t) for i in ids for t in snapshot.given_masks(i)]
