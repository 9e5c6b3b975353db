"""Writing SA-V: its training files of run lengths, and its valid set's folders of binary masks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from vosgui.core.clip import Clip
from vosgui.core.issues import note, warning
from vosgui.core.progress import Progress
from vosgui.core.track import Source
from vosgui.errors import DatasetError
from vosgui.files.atomic import atomic_file
from vosgui.files.json_file import write_json
from vosgui.formats.coco.track_entries import track_masks
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.frame_files import write_frames
from vosgui.formats.others.sav import STEP
from vosgui.formats.plan import (
    MAX_STEM,
    ClipPlan,
    MaskImages,
    chosen_frames,
    five_digit_stems,
    needed_starts,
    no_images,
    own_ids,
    own_stems,
)
from vosgui.formats.writer import Clips, Issues, Paths, Writer

_FRAMES, _MASKS, _LIST = "JPEGImages_24fps", "Annotations_6fps", "sav_val.txt"


class SavMasksWriter(Writer):
    """JPEGImages_24fps/CLIP, Annotations_6fps/CLIP/OBJECT, sav_val.txt.

    A mask, 0 and 255, for each frame in which an object is known, empty where it is absent.
    """

    about_all: ClassVar[tuple[str, ...]] = (_LIST,)

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame, and a folder of masks for each object that is visible."""
        frames = chosen_frames(clip.annotation, self.options.frames)
        starts = needed_starts(clip, frames)
        stems, renamed = five_digit_stems(clip, frames)
        masks = tuple(
            MaskImages(f"{_MASKS}/{clip.name}/{i:03d}", {i: 255}, _known(clip, frames, i), "grey")
            for i in starts
        )
        ids, words = {i: i for i in starts}, {i: f"{i:03d}" for i in starts}
        images = f"{_FRAMES}/{clip.name}" if clip.frames else ""
        issues = (*renamed, *no_images(clip))
        return ClipPlan(clip, frames, stems, ids, words, starts, images, masks, issues=issues)

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write the list of clips."""
        with atomic_file(paths[0]) as file:
            file.write("".join(f"{clip.name}\n" for clip in clips).encode())
        return ()


def _known(clip: LabelledClip, frames: tuple[int, ...], object_id: int) -> frozenset[int]:
    """Return the positions of the frames in which it is known where an object is, or that not."""
    source = clip.annotation.track(object_id)["source"]
    return frozenset(n for n, t in enumerate(frames) if source[t] != Source.NONE)


class SavWriter(Writer):
    """CLIP_manual.json, with the frames as JPEGImages_24fps/CLIP/00000.jpg, 00004.jpg, ...

    Each frame that is written counts as one of the six a second that SA-V annotates. Of an object a
    frame says null where nothing is known of it, as where it is absent.
    """

    tell = staticmethod(track_masks)

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame, and the file of masks."""
        frames = chosen_frames(clip.annotation, self.options.frames)
        starts = needed_starts(clip, frames)
        if STEP * (len(frames) - 1) > MAX_STEM:
            raise DatasetError(
                f"{clip.name} has {len(frames)} frames, more than five digits number."
            )
        stems, own = tuple(f"{STEP * n:05d}" for n in range(len(frames))), own_stems(clip, frames)
        text = f"Frames were numbered by fours: {own[0]} to {own[-1]} are 00000 to {stems[-1]}."
        ids = {i: n for n, i in enumerate(i for i in own_ids(clip) if i in starts)}
        pairs = ", ".join(f"{old} as {new}" for old, new in ids.items())
        issues = [note(f"Objects are counted from 0: {pairs}.", clip=clip.name)]
        issues += [note(text, clip=clip.name)] if own != stems else []
        unknown = [i for i in starts if len(_known(clip, frames, i)) < len(frames)]
        for object_id in unknown:
            text = "It is unknown in some frames, which the file cannot tell from absent."
            issues.append(warning(text, clip=clip.name, object_id=object_id))
        images = f"{_FRAMES}/{clip.name}" if clip.frames else ""
        plan = ClipPlan(clip, frames, stems, ids, starts=starts, images=images)
        issues += no_images(clip)
        return replace(plan, others=(f"{clip.name}_manual.json",), issues=tuple(issues))

    def write(
        self, plan: ClipPlan, frames: Clip | None, root: Path, progress: Progress
    ) -> list[Any]:
        """Write the frames and the file of masks."""
        told = write_frames(plan, frames, root, progress, self.tell)
        write_json(root / plan.others[0], _content(plan, told))
        return []


def _content(plan: ClipPlan, told: list[Any]) -> dict[str, Any]:
    """Return the file as SA-V has it, its numbers of the video those of the frames written."""
    height, width = plan.clip.annotation.hw
    masks = [[found[i]["segmentation"] if i in found else None for i in plan.ids] for found in told]
    n_frames = STEP * (len(plan.frames) - 1) + 1
    return {
        "video_id": plan.clip.name,
        "video_duration": n_frames / 24,
        "video_frame_count": n_frames,
        "video_height": height,
        "video_width": width,
        "video_resolution": height * width,
        "masklet": masks,
        "masklet_id": list(range(len(plan.ids))),
        "masklet_first_appeared_frame": [STEP * plan.starts[i] for i in plan.ids],
        "masklet_frame_count": [sum(i in found for found in told) for i in plan.ids],
        "masklet_type": "manual",
        "masklet_num": len(plan.ids),
    }
