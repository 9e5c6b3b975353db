"""Writing plain folders of palette masks: CLIP/FRAME.png, under the clip's own names."""

from __future__ import annotations

from vosgui.core.issues import note
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan, MaskImages, chosen_frames, own_ids, own_stems
from vosgui.formats.tree.layout import is_reserved
from vosgui.formats.writer import Writer


class MaskTreeWriter(Writer):
    """Palette PNGs with the ids and the frame names that the clip has.

    Those of a clip that is called like what a folder holds, such as images, say that it is one.
    """

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return one mask for each frame."""
        frames = chosen_frames(clip.annotation, self.options.frames)
        says_clip = is_reserved(clip.name)
        masks = (MaskImages(clip.name, says_clip=says_clip),)
        text = "Many readers take a folder of this name for no clip; its masks say that it is one."
        issues = (note(text, clip=clip.name),) if says_clip else ()
        stems = own_stems(clip, frames)
        return ClipPlan(clip, frames, stems, own_ids(clip), masks=masks, issues=issues)
