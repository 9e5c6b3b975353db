"""Writing COCO instances: one image per frame, annotations with a track over the clip."""

from __future__ import annotations

from itertools import count
from typing import Any, ClassVar

from vosgui.core.progress import Progress
from vosgui.files.json_file import write_json
from vosgui.formats.coco.track_entries import (
    TrackWriter,
    category_entries,
    used_categories,
    with_images,
)
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan
from vosgui.formats.writer import Clips, Issues, Paths

WRITTEN_BY = "Object masks of clips, written by vosgui"


class CocoWriter(TrackWriter):
    """images/CLIP/FRAME.jpg and annotations/instances_default.json with `videos` and `track_id`.

    track_id tells objects apart over all clips; object_id is the object's id in its clip.
    """

    about_all: ClassVar[tuple[str, ...]] = ("annotations/instances_default.json",)
    heeds_year: ClassVar[bool] = False

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame as an image."""
        return with_images(self, clip, f"images/{clip.name}")

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write `instances_default.json`, which others find by its name."""
        ids, issues = self.category_ids(used_categories(clips))
        images: list[dict[str, Any]] = []
        annotations: list[dict[str, Any]] = []
        number = count(1)
        for video_id, clip in enumerate(clips, start=1):
            progress.report(video_id, len(clips))
            height, width = clip.entry["hw"]
            tracks = [(next(number), track) for track in clip.entry["tracks"]]
            for n, stem in enumerate(clip.entry["stems"]):
                name = {"file_name": f"{clip.name}/{stem}.jpg", "width": width, "height": height}
                where = {"video_id": video_id, "frame_id": n}
                images.append({"id": len(images) + 1, **name, **where})
                for track_id, track in tracks:
                    if track["masks"][n] is not None:
                        about = {
                            "id": len(annotations) + 1,
                            "image_id": len(images),
                            "category_id": ids[track["category"]],
                            "video_id": video_id,
                            "track_id": track_id,
                            "instance_id": track_id,
                            "object_id": track["id"],
                            "iscrowd": 0,
                            # CVAT and datumaro keep nothing else of an object's identity.
                            "attributes": {"track_id": track_id},
                        }
                        annotations.append({**about, **track["masks"][n]})
        content = {
            "info": {"description": WRITTEN_BY},
            "licenses": [],
            "videos": [{"id": n, "name": clip.name} for n, clip in enumerate(clips, start=1)],
            "images": images,
            "annotations": annotations,
            "categories": category_entries(ids),
        }
        write_json(paths[0], content)
        return tuple(issues)
