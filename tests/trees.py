"""Trees of published formats, made by hand: with Pillow and text, never with our own writers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.hearing import Heard
from vosgui.core.mask import Mask
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.writer import Writer, WrittenClip

HW = (12, 16)


def boxes(objects: Mapping[int, tuple[int, int, int, int]], hw: tuple[int, int] = HW) -> Mask:
    """Return a mask with a box (y, x, h, w) for each object id."""
    mask = np.zeros(hw, np.uint8)
    for object_id, (y, x, h, w) in objects.items():
        mask[y : y + h, x : x + w] = object_id
    return mask


def put_palette(path: Path, mask: np.ndarray) -> Path:
    """Write a palette PNG of 256 grey colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(mask.astype(np.uint8))
    image.putpalette([level for level in range(256) for _ in range(3)])
    image.save(path)
    return path


def put_colours(path: Path, mask: np.ndarray, colours: Sequence[tuple[int, int, int]]) -> Path:
    """Write a palette PNG of the indices of a mask, with no more colours than these."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(mask.astype(np.uint8))
    image.putpalette([level for colour in colours for level in colour])
    image.save(path)
    return path


def put_image(path: Path, pixels: np.ndarray) -> Path:
    """Write pixels as they are: grey (H, W), RGB or RGBA."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def put_frames(folder: Path, stems: Sequence[str], hw: tuple[int, int] = HW) -> None:
    """Write grey JPEGs."""
    for n, stem in enumerate(stems):
        put_image(folder / f"{stem}.jpg", np.full((*hw, 3), 10 * n % 250, np.uint8))


def put_text(path: Path, text: str) -> Path:
    """Write a text file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def written_by(writer: Writer, clip: LabelledClip, root: Path) -> WrittenClip:
    """Let a writer write a clip to the end, and return what it says of it."""
    heard = Heard()
    written = writer.write_clip(clip, root, heard)
    told = [n_done for n_done, _, _ in heard.said]
    assert told == sorted(told)
    return written


def masks_of(clip: LabelledClip) -> dict[str, Mask]:
    """Return the masks of a clip by frame name, those that were given."""
    annotation = clip.annotation
    names = enumerate(clip.frame_names)
    return {name: annotation.mask(t) for t, name in names if annotation.packed(t) is not None}


def texts(clip: LabelledClip) -> str:
    """Return all that was remarked on reading, as one text."""
    return "\n".join(str(issue) for issue in clip.issues)


def assert_masks(clip: LabelledClip, expected: Mapping[str, Any]) -> None:
    """Compare the masks of a clip, by frame name."""
    found = masks_of(clip)
    assert sorted(found) == sorted(expected)
    for name, mask in expected.items():
        np.testing.assert_array_equal(found[name], mask, err_msg=name)
