"""Writing CVAT for images 1.1: `annotations.xml`, one <mask> per object and frame.

CVAT reads no tracks of masks, so an object is its `group_id`, the same in all images of a clip.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from xml.sax.xmlreader import AttributesImpl

import numpy as np

from vosgui.core.mask import Mask, Pixels, box_of
from vosgui.core.progress import Progress
from vosgui.files.atomic import atomic_file
from vosgui.formats.coco.track_entries import category_names, with_images
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan
from vosgui.formats.writer import Clips, Issues, Paths, Writer

if TYPE_CHECKING:
    from xml.sax.saxutils import XMLGenerator

_UNUSABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
        labels = category_names(plan.clip.annotation)
        images = [
            {
                "name": f"{plan.clip.name}/{stem}.jpg",
                "masks": [{"label": labels[i], **about} for i, about in masks],
            }
            for stem, masks in zip(plan.stems, told, strict=True)
        ]
        return {"hw": list(plan.clip.annotation.hw), "images": images}

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write `annotations.xml`."""
        images = [(clip, image) for clip in clips for image in clip.entry["images"]]
        labels = sorted({one["label"] for _, image in images for one in image["masks"]})
        with atomic_file(paths[0]) as file:
            from xml.sax.saxutils import XMLGenerator  # loads urllib, which the window need not

            xml = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)
            xml.startDocument()
            _open(xml, "annotations")
            _text(xml, "version", "1.1")
            _meta(xml, labels, len(images))
            for n, (clip, image) in enumerate(images):
                progress.report(n, len(images))
                height, width = clip.entry["hw"]
                size = {"width": str(width), "height": str(height)}
                _open(xml, "image", {"id": str(n), "name": image["name"], **size})
                for mask in image["masks"]:
                    _open(xml, "mask", mask)
                    xml.endElement("mask")
                xml.endElement("image")
            xml.endElement("annotations")
            xml.endDocument()
        return ()


def row_major_runs(pixels: Pixels) -> list[int]:
    """Return the lengths of runs of bool (H, W), row by row, zeros first, as CVAT has them."""
    flat = pixels.reshape(-1).astype(np.int8)
    ends = np.flatnonzero(np.diff(flat)) + 1
    lengths = np.diff(np.concatenate(([0], ends, [flat.size])))
    return [0, *lengths.tolist()] if flat[0] else lengths.tolist()


def _meta(xml: XMLGenerator, labels: Sequence[str], n_images: int) -> None:
    _open(xml, "meta")
    _open(xml, "task")
    _text(xml, "name", "vosgui")
    _text(xml, "size", str(n_images))
    _text(xml, "mode", "annotation")
    _open(xml, "labels")
    for label in labels:
        _open(xml, "label")
        _text(xml, "name", label)
        _text(xml, "type", "mask")
        xml.endElement("label")
    for name in ("labels", "task", "meta"):
        xml.endElement(name)


def _text(xml: XMLGenerator, name: str, text: Any) -> None:
    _open(xml, name)
    xml.characters(_UNUSABLE.sub("?", text))
    xml.endElement(name)


def _open(xml: XMLGenerator, name: str, attributes: Mapping[str, str] | None = None) -> None:
    # What XML 1.0 cannot hold, not even escaped, would make the whole file unreadable.
    clean = {key: _UNUSABLE.sub("?", value) for key, value in (attributes or {}).items()}
    xml.startElement(name, AttributesImpl(clean))
