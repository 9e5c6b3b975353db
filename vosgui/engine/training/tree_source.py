"""Training samples of real clips: those of trees whose frames have masks, all or some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from vosgui.core.mask import VOID, ids_in
from vosgui.engine.training.augmentation import draw_augmentation
from vosgui.engine.training.samples import Pixels, Request, Sample
from vosgui.errors import DatasetError, MaskError
from vosgui.formats.frame_matching import match_frames
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.find_clips import find_clips
from vosgui.formats.tree.mask_values import MaskValues
from vosgui.media.image_files import read_image
from vosgui.media.mask_files import fitted

_MOST_SPACING = 3  # between two frames taken, in frames that may be used
_ATTEMPTS = 10  # to begin with a frame that shows an object


@dataclass(frozen=True)
class TreeClip:
    """A clip of a tree: its frames in order, and the mask file of each or None."""

    source: MaskFolderClip
    frames: tuple[Path, ...]
    masks: tuple[Path | None, ...]

    @property
    def name(self) -> str:
        """Return the clip's name."""
        return self.source.name

    def annotated(self) -> list[int]:
        """Return the frames that have a mask."""
        return [t for t, mask in enumerate(self.masks) if mask is not None]

    def ids(self, mask: Path) -> Pixels:
        """Return the ids of one of its masks, uint8 (H, W), as every reader of the clip has them.

        255 is void. Raises MaskError for a broken one, and where values tell no ids.
        """
        return self._values.ids(mask)[0]

    @cached_property
    def _values(self) -> MaskValues:
        return MaskValues([mask for mask in self.masks if mask is not None])


def annotated_clips(tree: Path) -> list[TreeClip]:
    """Return the clips of a tree that have frames, and masks to some of them.

    Raises DatasetError for a tree without any, or with several splits.
    """
    found = []
    for clip in find_clips(tree).clips:
        frames = clip.frame_files
        places = match_frames(clip.frame_names, [path.stem for path in frames]).places
        files = {t: clip.path(stem) for stem, t in places.items()}
        masks = tuple(files.get(t) for t in range(len(frames)))
        if any(masks):
            found.append(TreeClip(clip, tuple(frames), masks))
    if not found:
        raise DatasetError(f"There are no annotated clips in {tree}: its masks have no frames.")
    return found


class TreeSource:
    """Real clips: random objects, T frames in order at a random spacing, mirrored at times."""

    def __init__(self, clips: Sequence[TreeClip]) -> None:
        self.clips = list(clips)

    def __len__(self) -> int:
        return len(self.clips)

    def sample(self, rng: np.random.Generator, request: Request) -> Sample:
        """Draw one sample; raises what `read_pair` raises."""
        clip = self.clips[rng.integers(len(self.clips))]
        usable = clip.annotated() if request.annotated_only else list(range(len(clip.frames)))
        for _ in range(_ATTEMPTS):
            picked = _pick(rng, clip, usable, request.T)
            first = clip.masks[picked[0]]
            assert first is not None
            shown = clip.ids(first)
            ids = object_ids(shown)
            if ids:
                break
        wanted = _some(rng, ids or [VOID], request.objects)
        shown_as = draw_augmentation(rng, np.isin(shown, wanted), vary=request.vary)
        frames = []
        masks = np.zeros((len(picked), *request.hw), np.uint8)
        for mask, t in zip(masks, picked, strict=True):
            frame, found = read_pair(clip, t)
            frames.append(shown_as.frame(frame, request.hw))
            if found is not None:
                for number, one in enumerate(wanted, 1):
                    mask[shown_as.mask(np.equal(found, one), request.hw) > 0] = number
        known = np.array([clip.masks[t] is not None for t in picked])
        return Sample(np.stack(frames), masks, known)


def _some(rng: np.random.Generator, ids: list[int], most: int) -> list[int]:
    """Draw some of the ids, at most so many."""
    n = 1 if most == 1 else int(rng.integers(1, min(most, len(ids)) + 1))
    return [int(one) for one in rng.choice(ids, n, replace=False)]


def _pick(rng: np.random.Generator, clip: TreeClip, usable: list[int], T: int) -> list[int]:
    """Pick T frames that start with an annotated one; a short clip is played back and forth."""
    fits = max(1, min(_MOST_SPACING, (len(usable) - 1) // max(1, T - 1)))
    spacing = int(rng.integers(1, fits + 1))
    last = max(0, len(usable) - 1 - spacing * (T - 1))
    starts = [i for i, t in enumerate(usable) if clip.masks[t] is not None]
    early = [i for i in starts if i <= last] or starts[:1]
    places = int(rng.choice(early)) + spacing * np.arange(T)
    period = max(1, 2 * (len(usable) - 1))
    folded = places % period
    return [usable[i] for i in np.minimum(folded, period - folded) % len(usable)]


def read_pair(clip: TreeClip, t: int) -> tuple[Pixels, Pixels | None]:
    """Read frame t, uint8 (H, W, 3) RGB, and its ids, uint8 (H, W), where it is annotated.

    A mask that fits its frame but for its size is resized to it (nearest).
    Raises ClipError or MaskError for a file that cannot be used.
    """
    frame, path = read_image(clip.frames[t]), clip.masks[t]
    if path is None:
        return frame, None
    mask, hw = clip.ids(path), (frame.shape[0], frame.shape[1])
    ids = fitted(mask, hw)
    if ids is None:
        raise MaskError(
            f"The mask {path} is {mask.shape[1]}x{mask.shape[0]}, its frame {hw[1]}x{hw[0]}. Make "
            "it again at the size of the frame."
        )
    return frame, ids


def object_ids(mask: Pixels) -> list[int]:
    """Return the ids in a mask, uint8 (H, W); 255 is one where there is no other, else void."""
    ids = list(ids_in(mask))
    return [i for i in ids if i != VOID] or ids
