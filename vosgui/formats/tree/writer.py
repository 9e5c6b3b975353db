"""Writing plain folders of palette masks: CLIP/FRAME.png, under the clip's own names."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vosgui.formats.dataset import LabelledClip
from vosgui.formats.tree.frame_files import opened_frames
from vosgui.formats.writer import Finishing, WriteOptions, WrittenClip, chosen_frames
from vosgui.media.palette import write_mask


@dataclass(frozen=True)
class MaskTreeWriter:
    """Palette PNGs with the ids and the frame names that the clip has."""

    options: WriteOptions

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write a clip's masks."""
        with (yield from opened_frames(clip)) as (clip, _):
            frames = chosen_frames(clip, self.options.frames)
        folder = root / clip.name
        folder.mkdir(parents=True)
        for n, t in enumerate(frames, start=1):
            write_mask(folder / f"{clip.frame_names[t]}.png", clip.annotation.mask(t))
            yield n
        return WrittenClip(clip.name, len(frames), len(clip.annotation.objects))

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write nothing more."""
        yield from ()
        return ()
