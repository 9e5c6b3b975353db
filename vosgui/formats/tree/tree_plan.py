"""What trees of frames and masks have in common: a folder of each per clip, below a split."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vosgui.core.issues import Issue
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import (
    ClipPlan,
    FrameChoice,
    MaskImages,
    chosen_frames,
    needed_starts,
    no_images,
    numbered_note,
)
from vosgui.formats.tree.layout import FRAMES, MASKS

NameFrames = Callable[[LabelledClip, Sequence[int]], tuple[tuple[str, ...], tuple[Issue, ...]]]


def tree_plan(
    clip: LabelledClip, choice: FrameChoice, name_frames: NameFrames, split: str
) -> ClipPlan:
    """Return each chosen frame with its mask, ids from 1 without gaps.

    name_frames : gives the stems of frames, and what was renamed. split : the folder of the split,
        "" where the tree has none.
    Raises NothingToDoError where no object is visible, and what `name_frames` raises.
    """
    frames = chosen_frames(clip.annotation, choice)
    starts = needed_starts(clip, frames)
    ids = {old: new for new, old in enumerate(sorted(starts), 1)}
    stems, renamed = name_frames(clip, frames)
    below = f"{split}/" if split else ""
    masks = (MaskImages(f"{below}{MASKS}/{clip.name}", ids),)
    images = f"{below}{FRAMES}/{clip.name}" if clip.frames else ""
    issues = (*renamed, *numbered_note(clip, ids), *no_images(clip))
    return ClipPlan(
        clip, frames, stems, ids, starts=starts, images=images, masks=masks, issues=issues
    )
