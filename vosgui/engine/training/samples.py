"""Training clips from any mix of video trees, photographs and procedural textures.

A sample is drawn from a seed and its number alone, so a run goes on exactly where it stopped, and
any number of processes share one sequence of samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import Dataset

from vosgui.engine.training.augmentation import Augmentation, draw_augmentation
from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.synthetic import synthetic_clip
from vosgui.errors import DatasetError, InputError, MaskError
from vosgui.formats.tree.find_clips import find_clips
from vosgui.media.images import list_images
from vosgui.media.mask_files import fitted
from vosgui.media.palette import read_mask

Pixels = npt.NDArray[np.uint8]
_VOID = 255
_ATTEMPTS = 10  # to begin with a frame that shows an object


class Request(NamedTuple):
    """One sample asked for: its number in the run, length, size, and which frames may be used.

    vary : show real clips in part and in another light
    """

    number: int
    T: int
    hw: tuple[int, int]
    annotated_only: bool
    vary: bool = False


class Sample(NamedTuple):
    """One object in T frames.

    frames : uint8 (T, h, w, 3) RGB
    masks : uint8 (T, h, w), 0 and 1
    known : bool (T,), the frames that are annotated; always the first
    """

    frames: Pixels
    masks: Pixels
    known: npt.NDArray[np.bool_]


class Batch(NamedTuple):
    """Samples as the network takes them.

    frames : float (B, T, 3, h, w) in [0, 1]
    masks : float (B, T, 1, h, w), 0 or 1
    known : float (B, T)
    """

    frames: Tensor
    masks: Tensor
    known: Tensor


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
        frames, masks = synthetic_clip(rng, self.photographs, request.T, request.hw)
        return Sample(frames, masks, np.ones(request.T, np.bool_))


@dataclass(frozen=True)
class TreeClip:
    """A clip of a tree: its frames in order, and the mask file of each or None."""

    name: str
    frames: tuple[Path, ...]
    masks: tuple[Path | None, ...]

    def annotated(self) -> list[int]:
        """Return the frames that have a mask."""
        return [t for t, mask in enumerate(self.masks) if mask is not None]


def annotated_clips(tree: Path) -> list[TreeClip]:
    """Return the clips of a tree that have frames, and masks to some of them.

    Raises DatasetError for a tree without any, or with several splits.
    """
    found = []
    for clip in find_clips(tree).clips:
        frames = list_images(clip.frames) if clip.frames is not None else []
        there = set(clip.frame_names)
        masks = tuple(clip.path(path.stem) if path.stem in there else None for path in frames)
        if any(masks):
            found.append(TreeClip(clip.name, tuple(frames), masks))
    if not found:
        raise DatasetError(f"There are no annotated clips in {tree}: its masks have no frames.")
    return found


class TreeSource:
    """Real clips: a random object, T frames in order at a random spacing, mirrored at times.

    max_spacing : the largest distance between two frames taken, in frames that may be used
    """

    def __init__(self, clips: Sequence[TreeClip], max_spacing: int = 3) -> None:
        self.clips = list(clips)
        self.max_spacing = max_spacing

    def __len__(self) -> int:
        return len(self.clips)

    def sample(self, rng: np.random.Generator, request: Request) -> Sample:
        clip = self.clips[rng.integers(len(self.clips))]
        usable = clip.annotated() if request.annotated_only else list(range(len(clip.frames)))
        for _ in range(_ATTEMPTS):
            picked = self._pick(rng, usable, clip.annotated(), request.T)
            first = clip.masks[picked[0]]
            assert first is not None
            shown = read_mask(first)
            ids = object_ids(shown)
            if ids:
                break
        wanted = int(rng.choice(ids or [_VOID]))
        shown_as = draw_augmentation(rng, shown == wanted, vary=request.vary)
        pairs = [_load(clip, t, wanted, request.hw, shown_as) for t in picked]
        known = np.array([clip.masks[t] is not None for t in picked])
        return Sample(np.stack([p[0] for p in pairs]), np.stack([p[1] for p in pairs]), known)

    def _pick(
        self, rng: np.random.Generator, usable: list[int], annotated: list[int], T: int
    ) -> list[int]:
        """Pick T frames that start with an annotated one; a short clip is played back and forth."""
        fits = max(1, min(self.max_spacing, (len(usable) - 1) // max(1, T - 1)))
        spacing = int(rng.integers(1, fits + 1))
        last = max(0, len(usable) - 1 - spacing * (T - 1))
        known = set(annotated)
        starts = [i for i, t in enumerate(usable) if t in known]
        early = [i for i in starts if i <= last] or starts[:1]
        places = int(rng.choice(early)) + spacing * np.arange(T)
        period = max(1, 2 * (len(usable) - 1))
        folded = places % period
        return [usable[i] for i in np.minimum(folded, period - folded) % len(usable)]


def _load(
    clip: TreeClip, t: int, wanted: int, hw: tuple[int, int], shown_as: Augmentation
) -> tuple[Pixels, Pixels]:
    frame, ids = read_pair(clip, t)
    mask = np.zeros(hw, np.uint8) if ids is None else shown_as.mask(ids == wanted, hw)
    return shown_as.frame(frame, hw), mask


def read_pair(clip: TreeClip, t: int) -> tuple[Pixels, Pixels | None]:
    """Read frame t, uint8 (H, W, 3) RGB, and its ids, uint8 (H, W), where it is annotated.

    A mask that fits its frame but for its size is resized to it (nearest).
    Raises DatasetError or MaskError for a file that cannot be used.
    """
    image = cv2.imread(str(clip.frames[t]), cv2.IMREAD_COLOR)
    if image is None:
        raise DatasetError(f"{clip.frames[t]} cannot be read as an image.")
    frame = np.ascontiguousarray(image[..., ::-1]).astype(np.uint8, copy=False)
    path = clip.masks[t]
    if path is None:
        return frame, None
    mask, hw = read_mask(path), (frame.shape[0], frame.shape[1])
    ids = fitted(mask, hw)
    if ids is None:
        raise MaskError(
            f"The mask {path} is {mask.shape[1]}x{mask.shape[0]}, its frame {hw[1]}x{hw[0]}. Make "
            "it again at the size of the frame."
        )
    return frame, ids


def object_ids(mask: Pixels) -> list[int]:
    """Return the ids in a mask; 255 is one where there is no other, else it is void."""
    ids = [int(i) for i in np.unique(mask) if i != 0]
    return [i for i in ids if i != _VOID] or ids


class ClipDataset(Dataset[Sample]):
    """Samples of several sources, drawn in proportion to their weights."""

    def __init__(self, sources: Sequence[Source], weights: Sequence[float], seed: int) -> None:
        total = sum(weights)
        self.sources = list(sources)
        self.shares = [weight / total for weight in weights]
        self.seed = seed

    def n_clips(self) -> int:
        """Return how many real clips there are; 0 with synthetic ones alone."""
        return sum(len(source) for source in self.sources)

    def __getitem__(self, request: Request) -> Sample:
        rng = np.random.default_rng((self.seed, request.number))
        return self.sources[rng.choice(len(self.sources), p=self.shares)].sample(rng, request)


class Guarded(Dataset[Sample | InputError]):
    """The same samples, with an error as a value.

    A loader's process hands on an exception with its whole traceback as the message.
    """

    def __init__(self, data: ClipDataset) -> None:
        self.data = data

    def __getitem__(self, request: Request) -> Sample | InputError:
        try:
            return self.data[request]
        except InputError as error:
            return error


class Requests:
    """The batches of a run, as a DataLoader's batch sampler, from a step on."""

    def __init__(self, batches: Iterator[list[Request]]) -> None:
        self.batches = batches

    def __iter__(self) -> Iterator[list[Request]]:
        return self.batches


def collate_guarded(samples: Sequence[Sample | InputError]) -> Batch | InputError:
    """Stack samples, or return the first error among them."""
    found = []
    for sample in samples:
        if isinstance(sample, InputError):
            return sample
        found.append(sample)
    return collate(found)


def collate(samples: Sequence[Sample]) -> Batch:
    """Stack samples as float tensors."""
    frames = torch.from_numpy(np.stack([sample.frames for sample in samples]))
    masks = torch.from_numpy(np.stack([sample.masks for sample in samples]))
    known = torch.from_numpy(np.stack([sample.known for sample in samples]))
    return Batch(
        frames.permute(0, 1, 4, 2, 3).float() / 255, masks[:, :, None].float(), known.float()
    )
