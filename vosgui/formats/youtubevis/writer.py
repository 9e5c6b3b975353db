"""Writing YouTube-VIS: `instances.json` beside the frames, and `results.json` for its server."""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vosgui.core.annotation import Annotation
from vosgui.core.issues import Issue, warning
from vosgui.core.track import Source
from vosgui.errors import DatasetError
from vosgui.files.archive import add_file
from vosgui.files.atomic import atomic_file
from vosgui.files.json_file import write_json
from vosgui.formats.coco.track_entries import (
    NO_CATEGORY,
    TrackMask,
    category_entries,
    category_ids,
    category_names,
    track_masks,
)
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.tree.frame_files import opened_choice, opened_frames
from vosgui.formats.writer import Finishing, WriteOptions, WrittenClip, chosen_frames
from vosgui.formats.youtubevis.files import read_vis_clips

SPLIT = "train"
_INFO = {"description": "Video instance segmentation, written by vosgui"}


@dataclass(frozen=True)
class YoutubeVisWriter:
    """SPLIT/JPEGImages/CLIP/FRAME.jpg and SPLIT/instances.json with one track per object."""

    options: WriteOptions

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write a clip's frames; its tracks are its entry."""
        names = category_names(clip.annotation)
        masks: list[dict[int, TrackMask]] = []
        with (yield from opened_choice(clip, self.options.frames)) as chosen:
            for t, _ in chosen.written(root / SPLIT / "JPEGImages" / clip.name):
                masks.append(track_masks(chosen.clip.annotation.mask(t), names))
                yield len(masks)
        tracks, odd = _tracks(chosen.clip, chosen.frames, masks)
        entry = {
            "hw": list(clip.annotation.hw),
            "file_names": [f"{clip.name}/{stem}.jpg" for stem in chosen.stems],
            "tracks": tracks,
        }
        issues = (*chosen.issues, *(() if self.options.reviewed else odd))
        return WrittenClip(clip.name, len(masks), len(tracks), entry, issues)

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write `instances.json`."""
        used = [track["category"] for clip in clips for track in clip.entry["tracks"]]
        ids, issues = category_ids(used, self.options.vis_year)
        videos: list[dict[str, Any]] = []
        annotations: list[dict[str, Any]] = []
        for n, clip in enumerate(clips, start=1):
            yield
            height, width = clip.entry["hw"]
            size = {"width": width, "height": height, "length": len(clip.entry["file_names"])}
            names = {"file_names": clip.entry["file_names"]}
            videos.append({"id": n, **size, **names, **_VIDEO})
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
        categories = category_entries(ids)
        content = {"info": _INFO, "licenses": [], "videos": videos, "categories": categories}
        write_json(_made(root / SPLIT) / "instances.json", {**content, "annotations": annotations})
        return tuple(issues)


_VIDEO = {"license": 1, "coco_url": "", "flickr_url": "", "date_captured": ""}


@dataclass(frozen=True)
class YoutubeVisResultsWriter:
    """results.json and a zip of it alone; clips and categories have the reference's numbers."""

    options: WriteOptions

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write nothing yet: a clip's tracks are its entry."""
        with (yield from opened_frames(clip)) as (clip, _):
            frames = chosen_frames(clip, self.options.frames)
        names = category_names(clip.annotation)
        masks: list[dict[int, TrackMask]] = []
        for t in frames:
            masks.append(track_masks(clip.annotation.mask(t), names))
            yield len(masks)
        tracks, odd = _tracks(clip, frames, masks)
        entry = {"stems": [clip.frame_names[t] for t in frames], "tracks": tracks}
        issues = () if self.options.reviewed else tuple(odd)
        return WrittenClip(clip.name, len(frames), len(tracks), entry, issues)

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write `results.json` and `results.zip`; raise DatasetError where the reference lacks."""
        used = [track["category"] for clip in clips for track in clip.entry["tracks"]]
        issues: list[Issue] = []
        numbers: Mapping[str, tuple[int, Sequence[str]]]
        if self.options.reference is None:
            numbers = {clip.name: (n, clip.entry["stems"]) for n, clip in enumerate(clips, 1)}
            categories, issues = category_ids(used, self.options.vis_year)
            text = "Clips were numbered in their order."
            fix = "Give the benchmark's own file for its numbers."
            issues.append(warning(text, fix=fix, option="--reference"))
        else:
            numbers, categories = _numbers(self.options.reference)
        results = []
        for clip in clips:
            yield
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
        write_json(root / "results.json", results)
        with (
            atomic_file(root / "results.zip") as file,
            zipfile.ZipFile(file, "w") as archive,
        ):
            yield from add_file(archive, root / "results.json", "results.json")
        return tuple(issues)


def _tracks(
    clip: LabelledClip, frames: Sequence[int], per_frame: Sequence[Mapping[int, TrackMask]]
) -> tuple[list[dict[str, Any]], list[Issue]]:
    annotation = clip.annotation
    tracks, issues = [], []
    for object_id, category in category_names(annotation).items():
        masks = [found.get(object_id) for found in per_frame]
        if not any(masks):
            text = "It has no pixel in these frames; it was left out."
            issues.append(warning(text, clip=clip.name, object_id=object_id))
            continue
        tracks.append(
            {
                "id": object_id,
                "category": category,
                "score": _score(annotation, object_id, frames),
                "segmentations": [mask and mask.rle for mask in masks],
                "areas": [mask and mask.area for mask in masks],
                "bboxes": [mask and mask.bbox for mask in masks],
            }
        )
        if not annotation.header.object(object_id).category:
            text = f"It has no category: {NO_CATEGORY!r} was written."
            issues.append(warning(text, clip=clip.name, object_id=object_id))
    return tracks, issues


def _score(annotation: Annotation, object_id: int, frames: Sequence[int]) -> float:
    """Return the mean confidence of an object's masks, a given one's being 1."""
    lane = annotation.track(object_id)[list(frames)]
    propagated = lane["source"] == Source.PROPAGATED
    confidence = np.where(propagated & np.isfinite(lane["confidence"]), lane["confidence"], 1.0)
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


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
