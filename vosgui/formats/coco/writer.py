"""Writing COCO instances: one image per frame, annotations with a track over the clip."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vosgui.files.json_file import write_json
from vosgui.formats.coco.track_entries import (
    category_entries,
    category_ids,
    category_names,
    track_masks,
)
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.tree.frame_files import opened_choice
from vosgui.formats.writer import Finishing, WriteOptions, WrittenClip


@dataclass(frozen=True)
class CocoWriter:
    """images/CLIP/FRAME.jpg and annotations/instances.json with `videos` and `track_id`.

    track_id tells objects apart over all clips; object_id is the object's id in its clip.
    """

    options: WriteOptions

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write a clip's frames; its masks are its entry."""
        names = category_names(clip.annotation)
        images: list[dict[str, Any]] = []
        with (yield from opened_choice(clip, self.options.frames)) as chosen:
            for t, stem in chosen.written(root / "images" / clip.name):
                masks = [
                    {"id": i, "segmentation": one.rle, "area": one.area, "bbox": one.bbox}
                    for i, one in track_masks(chosen.clip.annotation.mask(t), names).items()
                ]
                images.append({"file_name": f"{clip.name}/{stem}.jpg", "masks": masks})
                yield len(images)
        objects = {str(i): name for i, name in names.items()}
        entry = {"hw": list(clip.annotation.hw), "images": images, "objects": objects}
        return WrittenClip(clip.name, len(images), len(names), entry, chosen.issues)

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write `instances.json`."""
        used = [name for clip in clips for name in clip.entry["objects"].values()]
        ids, issues = category_ids(used)
        images: list[dict[str, Any]] = []
        annotations: list[dict[str, Any]] = []
        n_tracks = 0
        for video_id, clip in enumerate(clips, start=1):
            yield
            objects = clip.entry["objects"]
            tracks = {key: n for n, key in enumerate(objects, start=n_tracks + 1)}
            n_tracks += len(tracks)
            height, width = clip.entry["hw"]
            for n, image in enumerate(clip.entry["images"]):
                size = {"width": width, "height": height}
                where = {"video_id": video_id, "frame_id": n}
                name = {"file_name": image["file_name"]}
                images.append({"id": len(images) + 1, **name, **size, **where})
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
        folder = root / "annotations"
        folder.mkdir(parents=True, exist_ok=True)
        videos = [{"id": n, "name": clip.name} for n, clip in enumerate(clips, start=1)]
        content = {
            "info": {"description": "Object masks of clips, written by vosgui"},
            "licenses": [],
            "videos": videos,
            "images": images,
            "annotations": annotations,
            "categories": category_entries(ids),
        }
        write_json(folder / "instances.json", content)
        return tuple(issues)
