"""Writing YouTube-VIS: `instances.json` beside the frames, and `results.json` for its server."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from vosgui.core.issues import Issue, warning
from vosgui.core.progress import Progress
from vosgui.errors import DatasetError
from vosgui.files.archive import add_file
from vosgui.files.atomic import atomic_file
from vosgui.files.json_file import write_json
from vosgui.formats.coco.track_entries import (
    NO_CATEGORY,
    TrackWriter,
    category_entries,
    used_categories,
    with_images,
)
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan, chosen_frames, own_ids, own_stems, starts_in
from vosgui.formats.tree.names import image_stem
from vosgui.formats.writer import Clips, Issues, Paths
from vosgui.formats.youtubevis.files import read_vis_clips

SPLIT = "train"
_INFO = {"description": "Video instance segmentation, written by vosgui"}
_VIDEO = {"license": 1, "coco_url": "", "flickr_url": "", "date_captured": ""}
_LISTS = {"segmentations": "segmentation", "areas": "area", "bboxes": "bbox"}


class YoutubeVisWriter(TrackWriter):
    """SPLIT/JPEGImages/CLIP/FRAME.jpg and SPLIT/instances.json with one track per object."""

    about_all: ClassVar[tuple[str, ...]] = (f"{SPLIT}/instances.json",)

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame as an image."""
        return self.of_visible(with_images(self, clip, f"{SPLIT}/JPEGImages/{clip.name}"))

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write `instances.json`."""
        ids, issues = self.category_ids(used_categories(clips))
        videos: list[dict[str, Any]] = []
        annotations: list[dict[str, Any]] = []
        for n, clip in enumerate(clips, start=1):
            progress.report(n, len(clips))
            names = [f"{clip.name}/{stem}.jpg" for stem in clip.entry["stems"]]
            height, width = clip.entry["hw"]
            size = {"width": width, "height": height, "length": len(names)}
            videos.append({"id": n, **size, "file_names": names, **_VIDEO})
            for track in clip.entry["tracks"]:
                about = {"id": len(annotations) + 1, "video_id": n}
                about |= {"category_id": ids[track["category"]], "iscrowd": 0, **size}
                about |= {"track_id": track["id"]}  # numbers of annotations are the file's
                lists = {key: _listed(track, one) for key, one in _LISTS.items()}
                annotations.append({**about, **lists})
        content = {"info": _INFO, "licenses": [], "videos": videos}
        entries = {"categories": category_entries(ids), "annotations": annotations}
        write_json(paths[0], {**content, **entries})
        return tuple(issues)

    def of_visible(self, plan: ClipPlan) -> ClipPlan:
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
        return self.of_visible(ClipPlan(clip, frames, own_stems(clip, frames), own_ids(clip)))

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write `results.json` and `results.zip`; raise DatasetError where the reference lacks."""
        issues: list[Issue] = []
        numbers: Mapping[str, tuple[int | str, Sequence[str]]]
        categories: Mapping[str, int | str]
        if self.options.reference is None:
            numbers = {clip.name: (n, clip.entry["stems"]) for n, clip in enumerate(clips, 1)}
            categories, issues = self.category_ids(used_categories(clips))
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
                masks = _listed(track, "segmentation")
                by_stem = dict(zip(clip.entry["stems"], masks, strict=True))
                about = {"video_id": number, "category_id": categories[track["category"]]}
                about |= {"score": track["score"]}
                results.append({**about, "segmentations": [by_stem.get(stem) for stem in stems]})
        write_json(paths[0], results)
        with atomic_file(paths[1]) as file, zipfile.ZipFile(file, "w") as archive:
            add_file(archive, paths[0], "results.json", progress)
        return tuple(issues)


def _listed(track: Mapping[str, Any], key: str) -> list[Any]:
    """Return one value of a track's mask in each frame, None where it has none."""
    return [mask and mask[key] for mask in track["masks"]]


def _numbers(
    reference: Path,
) -> tuple[Mapping[str, tuple[int | str, Sequence[str]]], Mapping[str, int | str]]:
    """Return the number and frame stems of each clip, and the number of each category."""
    clips, categories = read_vis_clips(reference)
    if not clips:
        raise DatasetError(f"{reference} has no clips.")
    numbers = {
        clip.name: (clip.id, [image_stem(name) for name in clip.file_names]) for clip in clips
    }
    return numbers, {name: n for n, name in categories.items()}
