"""Writing YouTube-VOS, Refer-YouTube-VOS and what their servers take, clip by clip.

What readers of YouTube-VOS need, and so what is written: frame stems of five digits in the order of
time; ids from 1 without gaps, the same through a clip; an object's `frames` from the first in which
it is really visible to the clip's end, gaps included; every listed frame with its JPEG and, in
train style, its PNG. In valid style there is one PNG per frame in which objects appear first,
holding these objects only: readers take any PNG there as masks of new objects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from vosgui.core.annotation import Expression
from vosgui.core.expressions import expressions_of
from vosgui.core.issues import Issue, note, warning
from vosgui.core.progress import Progress
from vosgui.core.words import counted
from vosgui.errors import NothingToDoError
from vosgui.files.archive import write_archive
from vosgui.files.json_file import write_json
from vosgui.formats.categories import published
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import (
    ClipPlan,
    MaskImages,
    chosen_frames,
    five_digit_stems,
    own_ids,
)
from vosgui.formats.tree.layout import MASKS
from vosgui.formats.tree.meta import META, write_meta
from vosgui.formats.tree.tree_plan import tree_plan
from vosgui.formats.writer import Clips, Issues, Paths, Writer

Style = Literal["train", "valid", "test"]  # tests are as validation is


@dataclass(frozen=True)
class YoutubeVosWriter(Writer):
    """STYLE/{JPEGImages,Annotations}/CLIP and STYLE/meta.json."""

    style: Style = "train"
    about_all: ClassVar[tuple[str, ...]] = (META,)

    def path(self, name: str) -> str:
        """Return where `name` lies: in the folder of the split, if it has one."""
        return f"{self.style}/{name}" if self.options.in_split else name

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame with its mask, in valid style with the masks of objects that start."""
        split = self.style if self.options.in_split else ""
        plan = tree_plan(clip, self.options.frames, five_digit_stems, split)
        masks, ids, starts = plan.masks, plan.ids, plan.starts
        if self.style != "train":
            (every,) = masks
            masks = tuple(
                replace(
                    every,
                    values={i: ids[i] for i in ids if starts[i] == at},
                    at=frozenset({at}),
                )
                for at in sorted(set(starts.values()))
            )
        odd = () if self.options.reviewed else _odd(clip, plan.frames, ids)
        return replace(plan, masks=masks, issues=(*plan.issues, *odd))

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        """Return the clip's entry in `meta.json`."""
        header = plan.clip.annotation.header
        objects = {
            str(new): {
                "category": header.object(old).category,
                "frames": list(plan.stems[plan.starts[old] :]),
            }
            for old, new in plan.ids.items()
        }
        return {"objects": objects}

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write `meta.json`."""
        write_meta(paths[0], {"videos": {clip.name: clip.entry for clip in clips}})
        return ()


def _odd(clip: LabelledClip, frames: Sequence[int], ids: Mapping[int, int]) -> Iterator[Issue]:
    """Yield what readers may stumble over in a clip that is written as it is."""
    if len(frames) == 1:
        text = "It has only one frame, which the loader of AOT cannot read."
        yield warning(text, clip=clip.name)
    for entry in clip.annotation.objects:
        if entry.id in ids and entry.category not in published():
            text = f"Its category {entry.category!r} is in no published list."
            text = text if entry.category else "It has no category."
            yield note(text, clip=clip.name, object_id=ids[entry.id])


class ReferYoutubeVosWriter(YoutubeVosWriter):
    """YouTube-VOS with meta_expressions/train/meta_expressions.json beside it.

    An expression written from the first frame alone carries `"first_frame": true`, which the
    published readers pass over.
    """

    about_all: ClassVar[tuple[str, ...]] = (META, "meta_expressions/train/meta_expressions.json")

    def path(self, name: str) -> str:
        """Return where `name` lies: expressions beside the split."""
        return name if name in self.about_all[1:] else super().path(name)

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return what YouTube-VOS has, and say it where no expression is written."""
        plan = super().plan(clip)
        said = _said(plan)
        text = "No object has an expression; it is not listed among the expressions."
        odd = () if said else (warning(text, clip=clip.name),)
        n_shared = sum(len(ids) > 1 for _, ids in said)
        if n_shared:
            text = "An expression speaks of several objects: its obj_id is a list."
            fix = "Readers of Refer-YouTube-VOS take one object; MeViS has several."
            odd = (warning(text, clip=clip.name, count=n_shared, fix=fix),)
        n_of = {i: sum(i in ids for _, ids in said) for i in plan.ids}
        words = {i: f"{plan.ids[i]}, {counted(n, 'expression')}" for i, n in n_of.items()}
        return replace(plan, words=words, issues=(*plan.issues, *odd))

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        """Return the entries in both files; expressions are numbered from 0, by object."""
        said = {
            str(number): {"exp": one.text, "obj_id": _meant(plan, ids)}
            | ({"first_frame": True} if one.first_frame_only else {})
            for number, (one, ids) in enumerate(_said(plan))
        }
        about = {"expressions": said, "frames": list(plan.stems)}
        return {"meta": super().entry(plan, told), "expressions": about}

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write `meta.json` and `meta_expressions.json`."""
        write_meta(paths[0], {"videos": {clip.name: clip.entry["meta"] for clip in clips}})
        said = {clip.name: clip.entry["expressions"] for clip in clips}
        videos = {name: entry for name, entry in said.items() if entry["expressions"]}
        write_json(paths[1], {"videos": videos}, indent=4)
        return ()


class SubmissionWriter(Writer):
    """Annotations/CLIP/FRAME.png and a zip of them, as the server of YouTube-VOS takes it."""

    about_all: ClassVar[tuple[str, ...]] = ("submission.zip",)

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return one mask for each frame, under the ids that the objects have."""
        frames = chosen_frames(clip.annotation, self.options.frames)
        stems, renamed = five_digit_stems(clip, frames)
        masks = (MaskImages(f"{MASKS}/{clip.name}"),)
        return ClipPlan(clip, frames, stems, own_ids(clip), masks=masks, issues=renamed)

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write `submission.zip`, its top folder `Annotations`."""
        write_archive(paths[0], paths[0].parent / MASKS, MASKS, progress)
        return ()


class ReferSubmissionWriter(SubmissionWriter):
    """Annotations/CLIP/EXPRESSION/FRAME.png, grey, 255 where its object is; and a zip of them."""

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return one mask for each frame and expression, these numbered from 0, by object."""
        plan = super().plan(clip)
        meant = [ids for _, ids in _said(plan)]
        if not meant:
            raise NothingToDoError(f"No object of {clip.name} has an expression.")
        masks = tuple(
            MaskImages(f"{MASKS}/{clip.name}/{number}", dict.fromkeys(ids, 255), kind="grey")
            for number, ids in enumerate(meant)
        )
        numbers = {
            i: [str(n) for n, ids in enumerate(meant) if i in ids] for one in meant for i in one
        }
        words = {i: f"expression {', '.join(numbers[i])}" for i in numbers}
        return replace(plan, ids={i: i for i in numbers}, words=words, masks=masks)


def _said(plan: ClipPlan) -> list[tuple[Expression, tuple[int, ...]]]:
    """Return each expression of the objects that are written, in their order, with their ids."""
    objects = plan.clip.annotation.objects
    return expressions_of(entry for entry in objects if entry.id in plan.ids)


def _meant(plan: ClipPlan, ids: Sequence[int]) -> str | list[str]:
    """Return what is written of the objects that an expression speaks of."""
    written = [str(plan.ids[i]) for i in ids]
    return written if len(written) > 1 else written[0]
