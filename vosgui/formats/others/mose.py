"""Writing MOSE: a tree of frames and masks, and no file about all clips."""

from __future__ import annotations

from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan, five_digit_stems
from vosgui.formats.tree.tree_plan import tree_plan
from vosgui.formats.writer import Writer


class MoseWriter(Writer):
    """train/{JPEGImages,Annotations}/CLIP, ids from 1 without gaps, as its two versions have it."""

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame with its mask."""
        return tree_plan(clip, self.options.frames, five_digit_stems, "train")
