"""Writing plain folders of palette masks: CLIP/FRAME.png, under the clip's own names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vosgui.core.clip import Clip
from vosgui.core.issues import note
from vosgui.core.progress import Progress
from vosgui.files.atomic import atomic_file
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan, MaskImages, chosen_frames, own_ids, own_stems
from vosgui.formats.tree.folders import CLIP_FILE
from vosgui.formats.tree.layout import is_reserved
from vosgui.formats.writer import Writer


class MaskTreeWriter(Writer):
    """Palette PNGs with the ids and the frame names that the clip has.

    A clip that is called like what a folder holds, such as images, has a file that says it is one.
    """

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return one mask for each frame."""
        frames = chosen_frames(clip.annotation, self.options.frames)
        stems, masks = own_stems(clip, frames), (MaskImages(clip.name),)
        if not is_reserved(clip.name):
            return ClipPlan(clip, frames, stems, own_ids(clip), masks=masks)
        file = f"{clip.name}/{CLIP_FILE}"
        text = f"{file} says that it is a clip: many readers take a folder of this name for none."
        issues = (note(text, clip=clip.name),)
        return ClipPlan(
            clip, frames, stems, own_ids(clip), masks=masks, others=(file,), issues=issues
        )

    def write(
        self, plan: ClipPlan, frames: Clip | None, root: Path, progress: Progress
    ) -> list[Any]:
        """Write the masks, and what says that they are a clip's."""
        told = super().write(plan, frames, root, progress)
        for file in plan.others:
            with atomic_file(root / file) as opened:
                opened.write(f"{plan.clip.name}\n".encode())
        return told
