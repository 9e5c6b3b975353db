"""Writing YouTube-VIS: `instances.json` beside the frames, and `results.json` for its server."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from vosgui.core.annotation import Annotation
from vosgui.core.issues import Issue, warning
from vosgui.core.progress import Progress
from vosgui.core.track import Source
from vosgui.errors import DatasetError
from vosgui.files.archive import add_file
from vosgui.files.atomic import atomic_file
from vosgui.files.json_file import write_json
from vosgui.formats.coco.track_entries import (
    NO_CATEGORY,
    TrackMask,
    TrackWriter,
    category_entries,
    category_names,
    with_images,
)
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan, chosen_frames, own_ids, own_stems, starts_in
from vosgui.formats.writer import WrittenClip
from vosgui.formats.youtubevis.files import read_vis_clips

SPLIT = "train"
_INFO = {"description": "Video instance segmentation, written by vosgui"}
_VIDEO = {"license": 1, "coco_url": "", "flickr_url": "", "date_captured": ""}


class YoutubeVisWriter(TrackWriter):
    """SPLIT/JPEGImages/CLIP/FRAME.jpg and SPLIT/instances.json with one track per object."""

    about_all: ClassVar[tuple[str, ...]] = (f"{SPLIT}/instances.json",)

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame as an image."""
        return self._of_visible(with_images(self, clip, f"{SPLIT}/JPEGImages/{clip.name}"))

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        """Return the clip's frames and its tracks."""
        names = [f"{plan.clip.name}/{stem}.jpg" for stem in plan.stems]
        tracks = _tracks(plan, told)
        return {"hw": list(plan.clip.annotation.hw), "file_names": names, "tracks": tracks}

    def write_about_all(
        self, clips: Sequence[WrittenClip], paths: Sequence[Path], progress: Progress
    ) -> tuple[Issue, ...]:
        """Write `instances.json`."""
        ids, issues = self.category_ids(_used(clips))
        videos: list[dict[str, Any]] = []
        annotations: list[dict[str, Any]] = []
        for n, clip in enumerate(clips, start=1):
            progress.report(n, len(clips))
            height, width = clip.entry["hw"]
            size = {"width": width, "height": height, "length": len(clip.entry["file_names"])}
            videos.append({"id": n, **size, "file_names": clip.entry["file_names"], **_VIDEO})
            for track in clip.entry["tracks"]:
                annotations.append(
                    {
                        "id": len(annotations) + 1,
                        "video_id": n,
                        "category_id": ids[track["category"]],
                        "iscrowd": 0,
                        **size,
                        **{key: track[key] for key in ("segmentations", "areas", "bboxes")},
                    }
                )
        content = {"info": _INFO, "licenses": [], "videos": videos}
        entries = {"categories": category_entries(ids), "annotations": annotations}
        write_json(paths[0], {**content, **entries})
        return tuple(issues)

    def _of_visible(self, plan: ClipPlan) -> ClipPlan:
        """Return a plan whose tracks are those of visible objects, numbered from 1."""
        clip, odd = plan.clip, []
        starts = starts_in(clip, plan.frames)
        for entry in clip.annotation.objects:
            where = {"clip": clip.name, "object_id": entry.id}
            if entry.id not in starts:
                text = "It has no pixel in these frames; it was left out."
                odd.append(warning(text, **where))
            elif not entry.category:
                odd.append(warning(f"It has no category: {NO_CATEGORY!r} was written.", **where))
        issues = (*plan.issues, *(() if self.options.reviewed else odd))
        ids = {object_id: n for n, object_id in enumerate(starts, start=1)}
        return replace(plan, ids=ids, starts=starts, issues=issues)


class YoutubeVisResultsWriter(YoutubeVisWriter):
    """results.json and a zip of it alone; clips and categories have the reference's numbers."""

    about_all: ClassVar[tuple[str, ...]] = ("results.json", "results.zip")

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return no files: a clip's tracks are its entry."""
        frames = chosen_frames(clip.annotation, self.options.frames)
        return self._of_visible(ClipPlan(clip, frames, own_stems(clip, frames), own_ids(clip)))

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        """Return the names of the clip's frames and its tracks."""
        return {"stems": list(plan.stems), "tracks": _tracks(plan, told)}

    def write_about_all(
        self, clips: Sequence[WrittenClip], paths: Sequence[Path], progress: Progress
    ) -> tuple[Issue, ...]:
        """Write `results.json` and `results.zip`; raise DatasetError where the reference lacks."""
        issues: list[Issue] = []
        numbers: Mapping[str, tuple[int, Sequence[str]]]
        if self.options.reference is None:
            numbers = {clip.name: (n, clip.entry["stems"]) for n, clip in enumerate(clips, 1)}
            categories, issues = self.category_ids(_used(clips))
            text = "Clips were numbered in their order."
            fix = "Give the benchmark's own file for its numbers."
            issues.append(warning(text, fix=fix, option="--reference"))
        else:
            numbers, categories = _numbers(self.options.reference)
        results = []
        for n, clip in enumerate(clips, start=1):
            progress.report(n, len(clips))
            if clip.name not in numbers:
                issues.append(warning("The reference lacks it; left out.", clip=clip.name))
                continue
            number, stems = numbers[clip.name]
            for track in clip.entry["tracks"]:
                if track["category"] not in categories:
                    text = f"The reference lacks the category {track['category']}; left out."
                    issues.append(warning(text, clip=clip.name, object_id=track["id"]))
                    continue
                by_stem = dict(zip(clip.entry["stems"], track["segmentations"], strict=True))
                results.append(
                    {
                        "video_id": number,
                        "category_id": categories[track["category"]],
                        "score": track["score"],
                        "segmentations": [by_stem.get(stem) for stem in stems],
                    }
                )
        write_json(paths[0], results)
        with atomic_file(paths[1]) as file, zipfile.ZipFile(file, "w") as archive:
            add_file(archive, paths[0], "results.json", progress)
        return tuple(issues)


def _used(clips: Sequence[WrittenClip]) -> list[str]:
    return [track["category"] for clip in clips for track in clip.entry["tracks"]]


def _tracks(plan: ClipPlan, told: Sequence[Mapping[int, TrackMask]]) -> list[dict[str, Any]]:
    annotation = plan.clip.annotation
    names = category_names(annotation)
    tracks = []
    for object_id in plan.ids:
        masks = [found.get(object_id) for found in told]
        tracks.append(
            {
                "id": object_id,
                "category": names[object_id],
                "score": _score(annotation, object_id, plan.frames),
                "segmentations": [mask and mask.rle for mask in masks],
                "areas": [mask and mask.area for mask in masks],
                "bboxes": [mask and mask.bbox for mask in masks],
            }
        )
    return tracks


def _score(annotation: Annotation, object_id: int, frames: Sequence[int]) -> float:
    """Return the mean confidence of an object's masks, a given one's being 1."""
    track = annotation.track(object_id)[list(frames)]
    propagated = track["source"] == Source.PROPAGATED
    confidence = np.where(propagated & np.isfinite(track["confidence"]), track["confidence"], 1.0)
    return round(float(confidence.mean()), 4)


def _numbers(
    reference: Path,
) -> tuple[Mapping[str, tuple[int, Sequence[str]]], Mapping[str, int]]:
    """Return the number and frame stems of each clip, and the number of each category."""
    clips, categories = read_vis_clips(reference)
    if not clips:
        raise DatasetError(f"{reference} has no clips.")
    numbers = {
        clip.name: (clip.id, [Path(name).stem for name in clip.file_names]) for clip in clips
    }
    return numbers, {name: n for n, name in categories.items()}
