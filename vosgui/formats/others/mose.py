"""Writing MOSE: a tree of frames and masks, and no file about all clips."""

from __future__ import annotations

from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import (
    ClipPlan,
    MaskImages,
    chosen_frames,
    five_digit_stems,
    needed_starts,
    no_images,
    numbered_note,
)
from vosgui.formats.tree.layout import FRAMES, MASKS
from vosgui.formats.writer import Writer

_SPLIT = "train"


class MoseWriter(Writer):
    """train/{JPEGImages,Annotations}/CLIP, ids from 1 without gaps, as its two versions have it."""

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame with its mask."""
        frames = chosen_frames(clip.annotation, self.options.frames)
        starts = needed_starts(clip, frames)
        ids = {old: new for new, old in enumerate(sorted(starts), 1)}
        stems, renamed = five_digit_stems(clip, frames)
        masks = (MaskImages(f"{_SPLIT}/{MASKS}/{clip.name}", ids),)
        images = f"{_SPLIT}/{FRAMES}/{clip.name}" if clip.frames else ""
        issues = (*renamed, *numbered_note(clip, ids), *no_images(clip))
        return ClipPlan(
            clip, frames, stems, ids, starts=starts, images=images, masks=masks, issues=issues
        )
