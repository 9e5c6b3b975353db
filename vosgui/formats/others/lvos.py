"""LVOS: a tree of frames of eight digits, from 1 on, with `*_meta.json`."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from vosgui.core.issues import Issue, warning
from vosgui.core.progress import Progress
from vosgui.core.review import visible_frames
from vosgui.files.json_file import write_json
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan, numbered_stems
from vosgui.formats.tree.layout import Split, find_splits
from vosgui.formats.tree.meta import ObjectTable, read_object_table
from vosgui.formats.tree.tree_plan import tree_plan
from vosgui.formats.writer import Clips, Issues, Paths, Writer

STEP = 5  # numbers between two frames: its evaluation looks at every fifth
_SPLIT = "train"
_DIGITS = 8


def is_lvos(root: Path) -> bool:
    """Return whether a folder is an LVOS tree or one of its splits."""
    return any(_meta_of(split) is not None for split in find_splits(root))


def listed_objects(split: Split) -> ObjectTable | None:
    """Return what the meta file of a split lists; DatasetError where it is broken."""
    meta = _meta_of(split)
    return read_object_table(meta, "the meta file of LVOS") if meta else None


def _meta_of(split: Split) -> Path | None:
    name = split.name or "train"
    spellings = [f"{name}_meta.json"] + (["valid_meta.json"] if name == "val" else [])
    folders = (split.root, split.root.parent)
    files = (folder / spelling for folder in folders for spelling in spellings)
    return next((file for file in files if file.is_file()), None)


class LvosWriter(Writer):
    """train/{JPEGImages,Annotations}/CLIP and train/train_meta.json.

    An object's range goes from the first frame with a pixel of it to the last. Categories, which
    LVOS has no place for, stand beside it: its readers pass over them, ours does not.
    """

    about_all: ClassVar[tuple[str, ...]] = (f"{_SPLIT}/{_SPLIT}_meta.json",)

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame with its mask, numbered from 1 with eight digits."""
        name_frames = partial(numbered_stems, n_digits=_DIGITS, first=1)
        plan = tree_plan(clip, self.options.frames, name_frames, _SPLIT)
        return replace(plan, issues=(*plan.issues, *_other_step(clip, plan.stems)))

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        """Return the clip's entry in the meta file."""
        place = {t: position for position, t in enumerate(plan.frames)}
        visible = visible_frames(plan.clip.annotation, plan.frames)
        header = plan.clip.annotation.header
        objects = {}
        for old, new in plan.ids.items():
            first, last = plan.starts[old], place[visible[old][-1]]
            n = str(last - first + 1)
            frames = {"start": plan.stems[first], "end": plan.stems[last], "frame_nums": n}
            category = header.object(old).category
            said = {"category": category} if category else {}
            objects[str(new)] = {"frame_range": frames, **said}
        return {"objects": objects}

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write the meta file."""
        write_json(paths[0], {"videos": {clip.name: clip.entry for clip in clips}}, indent=4)
        return ()


def _other_step(clip: LabelledClip, stems: tuple[str, ...]) -> tuple[Issue, ...]:
    """Return what LVOS's own evaluation would stumble over."""
    steps = {int(b) - int(a) for a, b in itertools.pairwise(stems)}
    if steps <= {STEP}:
        return ()
    text = "Its frames are not five numbers apart; LVOS's own evaluation looks at every fifth."
    return (warning(text, clip=clip.name, fix="Export the grid of a stride of 5."),)
