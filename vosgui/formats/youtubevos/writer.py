"""Writing YouTube-VOS, Refer-YouTube-VOS and what their servers take, clip by clip."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vosgui.core.clip import ClipInfo
from vosgui.core.issues import Issue, note, warning
from vosgui.errors import NothingToDoError
from vosgui.files.archive import write_archive
from vosgui.files.json_file import write_json
from vosgui.formats.categories import published
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.tree.frame_files import no_images, opened_frames, stems_of
from vosgui.formats.tree.meta import META, write_meta
from vosgui.formats.writer import Finishing, WriteOptions, WrittenClip, chosen_frames
from vosgui.formats.youtubevos.plan import ClipPlan, Style, plan_frames, write_clip, write_masks
from vosgui.media.image_files import write_png
from vosgui.media.palette import write_mask


@dataclass(frozen=True)
class YoutubeVosWriter:
    """STYLE/{JPEGImages,Annotations}/CLIP and STYLE/meta.json, as formats.youtubevos.plan says."""

    options: WriteOptions
    style: Style = "train"

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write a clip; NothingToDoError where no object is visible in its frames."""
        return (yield from self.planned(clip, root))[1]

    def planned(
        self, clip: LabelledClip, root: Path
    ) -> Generator[int, None, tuple[ClipPlan, WrittenClip]]:
        """Write a clip and return how its objects and frames are called in the files."""
        split = self._split(root)
        with (yield from opened_frames(clip)) as (clip, opened):
            annotation = clip.annotation
            info = opened.info if opened is not None else _info(clip)
            frames = chosen_frames(clip, self.options.frames)
            plan = plan_frames(annotation, info, clip.name, frames)
            if plan is None:
                raise NothingToDoError(f"No object of {clip.name} is visible in its frames.")
            issues = [note(f"{text[:1].upper()}{text[1:]}.", clip=clip.name) for text in plan.notes]
            if opened is not None:
                yield from write_clip(split, plan, self.style, annotation, opened)
            else:
                yield from write_masks(split, plan, self.style, annotation)
                issues += no_images(clip, opened)
        if not self.options.reviewed:
            issues += _odd(plan)
        written = WrittenClip(
            clip.name, len(plan.frames), len(plan.ids), plan.meta(), tuple(issues)
        )
        return plan, written

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write `meta.json`."""
        videos = {clip.name: clip.entry for clip in clips}
        write_meta(self._split(root) / META, {"videos": videos})
        yield from ()
        return ()

    def _split(self, root: Path) -> Path:
        return root / self.style if self.options.in_split else root


@dataclass(frozen=True)
class SubmissionWriter:
    """Annotations/CLIP/FRAME.png and a zip of them, as the server of YouTube-VOS takes it."""

    options: WriteOptions

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write a clip's masks under the ids and the frame names that it has."""
        with (yield from opened_frames(clip)) as (clip, _):
            frames = chosen_frames(clip, self.options.frames)
            stems, issues = stems_of(clip, frames)
        folder = root / "Annotations" / clip.name
        folder.mkdir(parents=True)
        for n, (t, stem) in enumerate(zip(frames, stems, strict=True), start=1):
            write_mask(folder / f"{stem}.png", clip.annotation.mask(t))
            yield n
        n_objects = len(clip.annotation.objects)
        return WrittenClip(clip.name, len(frames), n_objects, None, tuple(issues))

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write `submission.zip`, its top folder `Annotations`."""
        yield from write_archive(root / "submission.zip", root / "Annotations", "Annotations")
        return ()


@dataclass(frozen=True)
class ReferYoutubeVosWriter:
    """YouTube-VOS with meta_expressions/train/meta_expressions.json beside it.

    An expression written from the first frame alone carries `"first_frame": true`, which the
    published readers pass over.
    """

    options: WriteOptions

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write a clip; its expressions are numbered from 0, by object."""
        plan, written = yield from YoutubeVosWriter(self.options).planned(clip, root)
        expressions: dict[str, Any] = {}
        for entry in clip.annotation.objects:
            for one in entry.expressions if entry.id in plan.ids else ():
                said = {"exp": one.text, "obj_id": str(plan.ids[entry.id])}
                first = {"first_frame": True} if one.first_frame_only else {}
                expressions[str(len(expressions))] = {**said, **first}
        issues = list(written.issues)
        if not expressions:
            text = "No object has an expression; it is not listed among the expressions."
            issues.append(warning(text, clip=clip.name))
        about = {
            "meta": written.entry,
            "expressions": {"expressions": expressions, "frames": list(plan.stems)},
        }
        return WrittenClip(clip.name, written.n_frames, written.n_objects, about, tuple(issues))

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write `meta.json` and `meta_expressions.json`."""
        write_meta(
            root / "train/meta.json", {"videos": {clip.name: clip.entry["meta"] for clip in clips}}
        )
        said = {clip.name: clip.entry["expressions"] for clip in clips}
        folder = root / "meta_expressions/train"
        folder.mkdir(parents=True, exist_ok=True)
        videos = {name: entry for name, entry in said.items() if entry["expressions"]}
        write_json(folder / "meta_expressions.json", {"videos": videos}, indent=4)
        yield from ()
        return ()


@dataclass(frozen=True)
class ReferSubmissionWriter:
    """Annotations/CLIP/EXPRESSION/FRAME.png, binary, and a zip of them."""

    options: WriteOptions

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write the mask of each expression's object: grey, 255 where it is."""
        with (yield from opened_frames(clip)) as (clip, _):
            frames = chosen_frames(clip, self.options.frames)
            stems, issues = stems_of(clip, frames)
        meant = [entry.id for entry in clip.annotation.objects for _ in entry.expressions]
        if not meant:
            raise NothingToDoError(f"No object of {clip.name} has an expression.")
        folders = [root / "Annotations" / clip.name / str(number) for number in range(len(meant))]
        for folder in folders:
            folder.mkdir(parents=True)
        for n, (t, stem) in enumerate(zip(frames, stems, strict=True), start=1):
            mask = clip.annotation.mask(t)
            for folder, object_id in zip(folders, meant, strict=True):
                pixels = mask == object_id
                write_png(folder / f"{stem}.png", pixels.astype(np.uint8) * 255)
            yield n
        return WrittenClip(clip.name, len(frames), len(set(meant)), None, tuple(issues))

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write `submission.zip`, its top folder `Annotations`."""
        yield from write_archive(root / "submission.zip", root / "Annotations", "Annotations")
        return ()


def _odd(plan: ClipPlan) -> Iterator[Issue]:
    """Yield what readers may stumble over in a clip that is written as it is."""
    if len(plan.frames) == 1:
        text = "It has only one frame, which the loader of AOT cannot read."
        yield warning(text, clip=plan.name)
    for new, category in plan.categories.items():
        if category not in published():
            text = f"Its category {category!r} is in no published list." if category else ""
            yield note(text or "It has no category.", clip=plan.name, object_id=new)


def _info(clip: LabelledClip) -> ClipInfo:
    times = tuple(float(t) for t in range(len(clip.frame_names)))
    return ClipInfo(
        Path(clip.name), clip.name, clip.annotation.hw, clip.frame_names, times, 1.0, ""
    )
