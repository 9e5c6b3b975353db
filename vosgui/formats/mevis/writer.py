"""Writing MeViS: masks of all objects in `mask_dict.json`, each expression with those it means."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any, ClassVar

from vosgui.core.expressions import expressions_of
from vosgui.core.issues import note, warning
from vosgui.core.progress import Progress
from vosgui.core.words import counted
from vosgui.errors import NothingToDoError
from vosgui.files.json_file import write_json
from vosgui.formats.coco.track_entries import track_masks
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.mevis.reader import EXPRESSIONS, MASKS
from vosgui.formats.plan import ClipPlan, chosen_frames, no_images, own_stems
from vosgui.formats.writer import Clips, Issues, Paths, Writer

SPLIT = "train"


class MevisWriter(Writer):
    """train/JPEGImages/CLIP/FRAME.jpg, train/mask_dict.json and train/meta_expressions.json."""

    about_all: ClassVar[tuple[str, ...]] = (f"{SPLIT}/{MASKS}", f"{SPLIT}/{EXPRESSIONS}")
    tell = staticmethod(track_masks)

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame as an image, called by its place: loaders take the mask by it."""
        frames = chosen_frames(clip.annotation, self.options.frames)
        own, stems = own_stems(clip, frames), tuple(f"{n:05d}" for n in range(len(frames)))
        issues = list(no_images(clip))
        if own != stems:
            text = f"Frames renamed by their place: {own[0]} is {stems[0]}, {own[-1]} {stems[-1]}."
            issues.append(note(text, clip=clip.name))
        said = [entry for entry in clip.annotation.objects if entry.expressions]
        if not said:
            raise NothingToDoError(
                f"No object of {clip.name} has an expression, and MeViS lists objects by theirs."
            )
        for entry in clip.annotation.objects:
            if not entry.expressions:
                text = "It has no expression, by which MeViS lists objects; it was left out."
                issues.append(warning(text, clip=clip.name, object_id=entry.id))
        ids = {entry.id: number for number, entry in enumerate(said)}
        images = f"{SPLIT}/JPEGImages/{clip.name}" if clip.frames else ""
        plan = ClipPlan(clip, frames, stems, ids, images=images, issues=tuple(issues))
        n_of = {entry.id: len(entry.expressions) for entry in said}
        words = {i: f"{ids[i]}, {counted(n_of[i], 'expression')}" for i in ids}
        return replace(plan, words=words)

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        """Return the clip's frames, its objects' masks, and its expressions."""
        objects = [one for one in plan.clip.annotation.objects if one.id in plan.ids]
        masks = [
            [found[i]["segmentation"] if i in found else None for found in told] for i in plan.ids
        ]
        said = [
            {"exp": one.text, "obj_id": [plan.ids[i] for i in ids]}
            | ({"first_frame": True} if one.first_frame_only else {})
            for one, ids in expressions_of(objects)
        ]
        return {"frames": list(plan.stems), "masks": masks, "expressions": said}

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write both files; masks are numbered over all clips."""
        number = count()
        masks: dict[str, Any] = {}
        videos: dict[str, Any] = {}
        for n, clip in enumerate(clips):
            progress.report(n + 1, len(clips))
            keys = [next(number) for _ in clip.entry["masks"]]
            masks |= {str(key): one for key, one in zip(keys, clip.entry["masks"], strict=True)}
            said = {
                str(k): {**one, "anno_id": [keys[i] for i in one["obj_id"]]}
                for k, one in enumerate(clip.entry["expressions"])
            }
            about = {"vid_id": n, "expressions": said, "frames": clip.entry["frames"]}
            videos[clip.name] = about
        write_json(paths[0], masks)
        write_json(paths[1], {"videos": videos}, indent=1)
        return ()
