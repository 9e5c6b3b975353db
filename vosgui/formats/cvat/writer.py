"""Writing CVAT for images 1.1: `annotations.xml`, one <mask> per object and frame.

CVAT reads no tracks of masks, so an object is its `group_id`, the same in all images of a clip.
The meta says, where CVAT skips it, that every image is annotated, one without a mask as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from vosgui.core.mask import Mask, Pixels, box_of
from vosgui.core.progress import Progress
from vosgui.files.atomic import atomic_file
from vosgui.formats.coco.track_entries import category_names, with_images
from vosgui.formats.cvat.elements import WHOLE
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan
from vosgui.formats.writer import Clips, Issues, Paths, Writer

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# What XML 1.0 cannot hold, not even escaped, would make the whole file unreadable.
_UNUSABLE = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def _masks(ids: Sequence[int], mask: Mask) -> list[tuple[int, dict[str, str]]]:
    """Return the attributes of the mask of each object that is visible, but for its label."""
    boxes = {object_id: box_of(mask == object_id) for object_id in ids}
    return [
        (
            object_id,
            {
                "source": "manual",
                "occluded": "0",
                "rle": ", ".join(map(str, row_major_runs(mask[box.slices] == object_id))),
                "left": str(box.x),
                "top": str(box.y),
                "width": str(box.w),
                "height": str(box.h),
                "z_order": "0",
                "group_id": str(object_id),
            },
        )
        for object_id, box in boxes.items()
        if box
    ]


class CvatWriter(Writer):
    """images/CLIP/FRAME.jpg and annotations.xml."""

    about_all: ClassVar[tuple[str, ...]] = ("annotations.xml",)
    tell = staticmethod(_masks)

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame as an image."""
        return with_images(self, clip, f"images/{clip.name}")

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        """Return the clip's images with their masks."""
        names = category_names(plan.clip.annotation)
        labels = {i: re.sub(_UNUSABLE, "?", name) for i, name in names.items()}
        images = [
            {
                "name": re.sub(_UNUSABLE, "?", f"{plan.clip.name}/{stem}.jpg"),
                "masks": [{"label": labels[i], **about} for i, about in masks],
            }
            for stem, masks in zip(plan.stems, told, strict=True)
        ]
        return {"hw": list(plan.clip.annotation.hw), "images": images}

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write `annotations.xml`."""
        from xml.etree.ElementTree import Element, SubElement, tostring

        images = [(clip.entry["hw"], image) for clip in clips for image in clip.entry["images"]]
        labels = sorted({one["label"] for _, image in images for one in image["masks"]})
        with atomic_file(paths[0]) as file:
            file.write(b'<?xml version="1.0" encoding="utf-8"?>\n')
            file.write(b"<annotations><version>1.1</version>")
            file.write(tostring(_meta(labels, len(images)), "utf-8"))
            for n, ((height, width), image) in enumerate(images):
                progress.report(n, len(images))
                size = {"width": str(width), "height": str(height)}
                element = Element("image", {"id": str(n), "name": image["name"], **size})
                for mask in image["masks"]:
                    SubElement(element, "mask", mask)
                file.write(tostring(element, "utf-8"))
            file.write(b"</annotations>")
        return ()


def row_major_runs(pixels: Pixels) -> list[int]:
    """Return the lengths of runs of bool (H, W), row by row, zeros first, as CVAT has them."""
    flat = pixels.reshape(-1).astype(np.int8)
    ends = np.flatnonzero(np.diff(flat)) + 1
    lengths = np.diff(np.concatenate(([0], ends, [flat.size])))
    return [0, *lengths.tolist()] if flat[0] else lengths.tolist()


def _meta(labels: Sequence[str], n_images: int) -> Element:
    from xml.etree.ElementTree import Element, SubElement

    meta = Element("meta")
    SubElement(meta, WHOLE).text = "True"
    task = SubElement(meta, "task")
    for name, text in (("name", "vosgui"), ("size", str(n_images)), ("mode", "annotation")):
        SubElement(task, name).text = text
    listed = SubElement(task, "labels")
    for label in labels:
        one = SubElement(listed, "label")
        SubElement(one, "name").text = label
        SubElement(one, "type").text = "mask"
    return meta
