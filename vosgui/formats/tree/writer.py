"""Writing plain folders of palette masks: CLIP/FRAME.png, under the clip's own names."""

from __future__ import annotations

from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan, MaskImages, chosen_frames, own_ids, own_stems
from vosgui.formats.writer import Writer


class MaskTreeWriter(Writer):
    """Palette PNGs with the ids and the frame names that the clip has."""

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return one mask for each frame."""
        frames = chosen_frames(clip.annotation, self.options.frames)
        masks = (MaskImages(clip.name),)
        return ClipPlan(clip, frames, own_stems(clip, frames), own_ids(clip), masks=masks)
