"""Writing CVAT for images 1.1: `annotations.xml`, one <mask> per object and frame.

CVAT reads no tracks of masks, so an object is its `group_id`, the same in all images of a clip.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.xmlreader import AttributesImpl

import numpy as np

from vosgui.core.mask import Pixels, box_of
from vosgui.files.atomic import atomic_file
from vosgui.formats.coco.track_entries import category_names
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.tree.frame_files import opened_choice
from vosgui.formats.writer import Finishing, WriteOptions, WrittenClip

if TYPE_CHECKING:
    from xml.sax.saxutils import XMLGenerator

_UNUSABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class CvatWriter:
    """images/CLIP/FRAME.jpg and annotations.xml."""

    options: WriteOptions

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write a clip's frames; its masks are its entry."""
        names = category_names(clip.annotation)
        images: list[dict[str, Any]] = []
        with (yield from opened_choice(clip, self.options.frames)) as chosen:
            for t, stem in chosen.written(root / "images" / clip.name):
                mask = chosen.clip.annotation.mask(t)
                masks = [_mask(mask == i, i, label) for i, label in names.items()]
                shown = [one for one in masks if one]
                images.append({"name": f"{clip.name}/{stem}.jpg", "masks": shown})
                yield len(images)
        entry = {"hw": list(clip.annotation.hw), "images": images}
        return WrittenClip(clip.name, len(images), len(names), entry, chosen.issues)

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write `annotations.xml`."""
        images = [(clip, image) for clip in clips for image in clip.entry["images"]]
        labels = sorted({one["label"] for _, image in images for one in image["masks"]})
        with atomic_file(root / "annotations.xml") as file:
            from xml.sax.saxutils import XMLGenerator  # loads urllib, which the window need not

            xml = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)
            xml.startDocument()
            _open(xml, "annotations")
            _text(xml, "version", "1.1")
            _meta(xml, labels, len(images))
            for n, (clip, image) in enumerate(images):
                yield
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
    """Return the lengths of runs, row by row, zeros first, as CVAT has them."""
    flat = pixels.reshape(-1).astype(np.int8)
    ends = np.flatnonzero(np.diff(flat)) + 1
    lengths = np.diff(np.concatenate(([0], ends, [flat.size])))
    return [0, *lengths.tolist()] if flat[0] else lengths.tolist()


def _mask(pixels: Pixels, object_id: int, label: str) -> dict[str, str]:
    box = box_of(pixels)
    if not box:
        return {}
    runs = ", ".join(map(str, row_major_runs(pixels[box.slices])))
    place = {"left": box.x, "top": box.y, "width": box.w, "height": box.h}
    return {
        "label": label,
        "source": "manual",
        "occluded": "0",
        "rle": runs,
        **{key: str(value) for key, value in place.items()},
        "z_order": "0",
        "group_id": str(object_id),
    }


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
