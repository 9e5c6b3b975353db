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


class Source(Protocol):
    """Where samples come from."""

    def __len__(self) -> int:
        """Return how many clips there are; 0 where they never end."""

    def sample(self, rng: np.random.Generator, request: Request) -> Sample:
        """Draw one sample."""


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


class ClipDataset(Dataset[Sample | InputError]):
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

    def __getitem__(self, request: Request) -> Sample | InputError:
        rng = np.random.default_rng((self.seed, request.number))
        source = self.sources[rng.choice(len(self.sources), p=self.shares)]
        try:
            return source.sample(rng, request)
        except InputError as error:
            return error


def collate_or_error(samples: Sequence[Sample | InputError]) -> Batch | InputError:
    """Stack samples, or return the first error among them."""
    found = [one for one in samples if not isinstance(one, InputError)]
    errors = (one for one in samples if isinstance(one, InputError))
    return next(errors, None) or collate(found)


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
