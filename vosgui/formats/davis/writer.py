"""Writing DAVIS 2016 and 2017: frames from 00000 without gaps, `ImageSets`, semantics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from vosgui.core.issues import Issue, note, warning
from vosgui.core.progress import Progress
from vosgui.files.atomic import atomic_file
from vosgui.files.json_file import write_json
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import (
    ClipPlan,
    MaskImages,
    chosen_frames,
    needed_starts,
    no_images,
    numbered_note,
    own_stems,
)
from vosgui.formats.tree.layout import FRAMES, MASKS
from vosgui.formats.tree.meta import SEMANTICS
from vosgui.formats.writer import Clips, Issues, Paths, Writer

_SIZE = "480p"


class DavisWriter(Writer):
    """JPEGImages/480p/CLIP, Annotations/480p/CLIP, ImageSets/2017/train.txt, davis_semantics.json.

    Its readers count as many objects as the highest id of the first frame: ids are written from 1
    without gaps, in the order of first appearance.
    """

    about_all: ClassVar[tuple[str, ...]] = ("ImageSets/2017/train.txt", SEMANTICS)

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame with its mask, frames numbered from 0."""
        plan = _planned(self, clip)
        issues = (*plan.issues, *numbered_note(clip, plan.ids), *_late(plan), *no_images(clip))
        return replace(plan, issues=issues)

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        """Return the category of each object, by its id in the files."""
        header = plan.clip.annotation.header
        return {str(new): header.object(old).category for old, new in plan.ids.items()}

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write the list of clips and their categories."""
        _write_list(paths[0], [clip.name for clip in clips])
        write_json(paths[1], {clip.name: clip.entry for clip in clips}, indent=4)
        return ()


class Davis2016Writer(Writer):
    """All objects as one in grey, 255 where they are; lists of pairs of a frame and its mask."""

    about_all: ClassVar[tuple[str, ...]] = (
        "ImageSets/2016/train.txt",
        f"ImageSets/{_SIZE}/train.txt",
    )

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame with its mask, frames numbered from 0."""
        plan = _planned(self, clip)
        (masks,) = plan.masks
        any_id = dict.fromkeys(range(1, 256), 255)
        text = f"Its {len(plan.ids)} objects became one."
        joined = (warning(text, clip=clip.name),) if len(plan.ids) > 1 else ()
        if len(clip.name.split()) > 1:
            text = "Its name has a space, where readers cut the lines of the lists of pairs."
            joined = (*joined, warning(text, clip=clip.name, fix="Rename it."))
        return replace(
            plan,
            ids=dict.fromkeys(plan.ids, 255),
            masks=(replace(masks, values=any_id, kind="grey"),),
            issues=(*plan.issues, *no_images(clip), *joined),
        )

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write the list of names and that of pairs."""
        _write_list(paths[0], [clip.name for clip in clips])
        pairs = [
            f"/{FRAMES}/{_SIZE}/{clip.name}/{n:05d}.jpg /{MASKS}/{_SIZE}/{clip.name}/{n:05d}.png"
            for clip in clips
            for n in range(clip.n_frames)
        ]
        _write_list(paths[1], pairs)
        return ()


def _planned(writer: Writer, clip: LabelledClip) -> ClipPlan:
    """Return each frame with its mask; raise NothingToDoError where no object is visible."""
    frames = chosen_frames(clip.annotation, writer.options.frames)
    starts = needed_starts(clip, frames)
    ordered = sorted(starts, key=lambda object_id: (starts[object_id], object_id))
    ids = {old: new for new, old in enumerate(ordered, 1)}
    stems, own = tuple(f"{n:05d}" for n in range(len(frames))), own_stems(clip, frames)
    text = f"Frames were numbered from 00000: {own[0]} to {own[-1]} are 00000 to {stems[-1]}."
    renamed = () if own == stems else (note(text, clip=clip.name),)
    masks = (MaskImages(f"{MASKS}/{_SIZE}/{clip.name}", ids),)
    images = f"{FRAMES}/{_SIZE}/{clip.name}" if clip.frames else ""
    more: Any = {"starts": starts, "images": images, "masks": masks, "issues": renamed}
    return ClipPlan(clip, frames, stems, ids, **more)


def _late(plan: ClipPlan) -> list[Issue]:
    text = "It is not in the first frame; DAVIS's own evaluation does not count it."
    late = [new for old, new in plan.ids.items() if plan.starts[old] > 0]
    issues = [warning(text, clip=plan.clip.name, object_id=new) for new in late]
    if len(plan.frames) < 3:
        text = "It has fewer than 3 frames; DAVIS's evaluation drops the first and the last."
        issues.append(warning(text, clip=plan.clip.name))
    return issues


def _write_list(path: Path, lines: Sequence[str]) -> None:
    with atomic_file(path) as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
