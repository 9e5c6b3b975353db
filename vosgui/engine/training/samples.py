"""Training samples from any mix of real clips, photographs and procedural textures.

A sample is drawn from a seed and its number alone, so a run goes on exactly where it stopped, and
any number of processes share one sequence of samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import Dataset

from vosgui.core.mask import ids_in
from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.scenes.photograph_tensors import ObjectTable
from vosgui.engine.training.scenes.plan import ScenePlan, draw_scene
from vosgui.engine.training.synthetic import synthetic_clip
from vosgui.errors import InputError

Pixels = npt.NDArray[np.uint8]


class Request(NamedTuple):
    """One sample asked for: its number in the run, length, size, and which frames may be used.

    vary : show real clips in part and in another light
    objects : how many objects it may show at most
    """

    number: int
    T: int
    hw: tuple[int, int]
    annotated_only: bool
    vary: bool = False
    objects: int = 1


class Sample(NamedTuple):
    """Objects in T frames.

    frames : uint8 (T, h, w, 3) RGB
    masks : uint8 (T, h, w), the objects' numbers, from 1 on, and 0
    known : bool (T,), the frames that are annotated; always the first
    """

    frames: Pixels
    masks: Pixels
    known: npt.NDArray[np.bool_]


class Batch(NamedTuple):
    """B samples with N objects in all, as the network takes them.

    frames : float (B, T, 3, h, w) in [0, 1]
    masks : float (N, T, 1, h, w), 0 or 1
    known : float (N, T)
    clips : int64 (N,), the clip of each object, in order
    """

    frames: Tensor
    masks: Tensor
    known: Tensor
    clips: Tensor

    def to(self, device: torch.device) -> Batch:
        """Return it on a device."""
        return Batch(*(tensor.to(device, non_blocking=True) for tensor in self))


class Source(Protocol):
    """Where samples come from."""

    def __len__(self) -> int:
        """Return how many clips there are; 0 where they never end."""

    def sample(self, rng: np.random.Generator, request: Request) -> Sample | ScenePlan:
        """Draw one sample, or what one will be made of on the device that trains."""


class SyntheticSource:
    """Clips of photographs (or textures alone) in synthetic motion; they never end."""

    def __init__(self, photographs: Photographs) -> None:
        self.photographs = photographs

    def __len__(self) -> int:
        return 0

    def sample(self, rng: np.random.Generator, request: Request) -> Sample:
        """Draw one sample, all of whose frames are known."""
        frames, masks = synthetic_clip(rng, self.photographs, request.T, request.hw)
        return Sample(frames, masks, np.ones(request.T, np.bool_))


class SceneSource:
    """Clips of photographs in synthetic motion that the device makes; they never end."""

    def __init__(self, table: ObjectTable) -> None:
        self.table = table

    def __len__(self) -> int:
        return 0

    def sample(self, rng: np.random.Generator, request: Request) -> ScenePlan:
        """Draw what a sample is made of."""
        return draw_scene(rng, self.table, request.T, request.hw, request.objects)


class ClipDataset(Dataset["Sample | ScenePlan | InputError"]):
    """Samples of several sources, drawn in proportion to their weights.

    An error is an item too: a loader's process hands on an exception with its whole traceback as
    the message.
    """

    def __init__(self, sources: Sequence[Source], weights: Sequence[float], seed: int) -> None:
        total = sum(weights)
        self.sources = list(sources)
        self.shares = [weight / total for weight in weights]
        self.seed = seed

    def n_clips(self) -> int:
        """Return how many real clips there are; 0 with synthetic ones alone."""
        return sum(len(source) for source in self.sources)

    def __getitem__(self, request: Request) -> Sample | ScenePlan | InputError:
        rng = np.random.default_rng((self.seed, request.number))
        source = self.sources[rng.choice(len(self.sources), p=self.shares)]
        try:
            return source.sample(rng, request)
        except InputError as error:
            return error


class Loaded(NamedTuple):
    """A batch as it is loaded: samples, and the plans of others.

    drawn : the samples, None where there are none. places : of the plans, among all clips
    """

    drawn: Batch | None
    plans: list[ScenePlan]
    places: list[int]


def collate_or_error(samples: Sequence[Sample | ScenePlan | InputError]) -> Loaded | InputError:
    """Stack samples beside plans, or return the first error among them."""
    for one in samples:
        if isinstance(one, InputError):
            return one
    drawn = [one for one in samples if isinstance(one, Sample)]
    plans = {i: one for i, one in enumerate(samples) if isinstance(one, ScenePlan)}
    return Loaded(collate(drawn) if drawn else None, list(plans.values()), list(plans))


def collate(samples: Sequence[Sample]) -> Batch:
    """Stack samples as float tensors, with the objects that their first frames show."""
    frames = torch.from_numpy(np.stack([sample.frames for sample in samples]))
    masks, known, clips = [], [], []
    for clip, sample in enumerate(samples):
        for number in ids_in(sample.masks[0]) or [1]:
            masks.append(sample.masks == number)
            known.append(sample.known)
            clips.append(clip)
    return Batch(
        frames.permute(0, 1, 4, 2, 3).float() / 255,
        torch.from_numpy(np.stack(masks))[:, :, None].float(),
        torch.from_numpy(np.stack(known)).float(),
        torch.tensor(clips),
    )
