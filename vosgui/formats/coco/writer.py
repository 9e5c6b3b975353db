"""Writing COCO instances: one image per frame, annotations with a track over the clip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

from vosgui.core.issues import Issue
from vosgui.core.progress import Progress
from vosgui.files.json_file import write_json
from vosgui.formats.coco.track_entries import (
    TrackWriter,
    category_entries,
    category_ids,
    category_names,
    with_images,
)
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan
from vosgui.formats.writer import WrittenClip


class CocoWriter(TrackWriter):
    """images/CLIP/FRAME.jpg and annotations/instances.json with `videos` and `track_id`.

    track_id tells objects apart over all clips; object_id is the object's id in its clip.
    """

    about_all: ClassVar[tuple[str, ...]] = ("annotations/instances.json",)

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame as an image."""
        return with_images(self, clip, f"images/{clip.name}")

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        """Return the clip's images with their masks, and its objects' categories."""
        images = [
            {
                "file_name": f"{plan.clip.name}/{stem}.jpg",
                "masks": [
                    {"id": i, "segmentation": one.rle, "area": one.area, "bbox": one.bbox}
                    for i, one in masks.items()
                ],
            }
            for stem, masks in zip(plan.stems, told, strict=True)
        ]
        objects = {str(i): name for i, name in category_names(plan.clip.annotation).items()}
        return {"hw": list(plan.clip.annotation.hw), "images": images, "objects": objects}

    def category_ids(self, used: Iterable[str]) -> tuple[Mapping[str, int], list[Issue]]:
        """Return the ids of the list of YouTube-VIS that fits, whatever year was asked for."""
        return category_ids(used)

    def write_about_all(
        self, clips: Sequence[WrittenClip], paths: Sequence[Path], progress: Progress
    ) -> tuple[Issue, ...]:
        """Write `instances.json`."""
        used = [name for clip in clips for name in clip.entry["objects"].values()]
        ids, issues = self.category_ids(used)
        images: list[dict[str, Any]] = []
        annotations: list[dict[str, Any]] = []
        number = count(1)
        for video_id, clip in enumerate(clips, start=1):
            progress.report(video_id, len(clips))
            objects = clip.entry["objects"]
            tracks = {key: next(number) for key in objects}
            height, width = clip.entry["hw"]
            for n, image in enumerate(clip.entry["images"]):
                name = {"file_name": image["file_name"], "width": width, "height": height}
                where = {"video_id": video_id, "frame_id": n}
                images.append({"id": len(images) + 1, **name, **where})
                for mask in image["masks"]:
                    key = str(mask["id"])
                    annotations.append(
                        {
                            "id": len(annotations) + 1,
                            "image_id": len(images),
                            "category_id": ids[objects[key]],
                            "video_id": video_id,
                            "track_id": tracks[key],
                            "instance_id": tracks[key],
                            "object_id": mask["id"],
                            "iscrowd": 0,
                            **{one: mask[one] for one in ("segmentation", "area", "bbox")},
                        }
                    )
        content = {
            "info": {"description": "Object masks of clips, written by vosgui"},
            "licenses": [],
            "videos": [{"id": n, "name": clip.name} for n, clip in enumerate(clips, start=1)],
            "images": images,
            "annotations": annotations,
            "categories": category_entries(ids),
        }
        write_json(paths[0], content)
        return tuple(issues)
