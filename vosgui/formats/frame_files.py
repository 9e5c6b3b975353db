"""The frames of a clip and their masks as files, written in threads as a plan says."""

from __future__ import annotations

import io
import math
from collections import deque
from collections.abc import Callable, Sequence
from concurrent import futures  # it loads what a pool needs when one is made
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vosgui.core.clip import Clip, Frame
from vosgui.core.mask import Mask, renumbered
from vosgui.core.progress import Progress
from vosgui.errors import ClipError
from vosgui.files.atomic import atomic_file
from vosgui.files.ordinary import read_bytes
from vosgui.formats.plan import ClipPlan, MaskImages
from vosgui.media.image_files import write_jpeg, write_png
from vosgui.media.images import is_jpeg
from vosgui.media.jpeg_header import plain_jpeg_hw
from vosgui.media.palette import BROKEN_IMAGE, write_mask

_N_WRITERS = 4  # encoding PNG and JPEG runs outside Python's lock
_FEW_PX = 1 << 19  # of a whole clip: it is written sooner than threads are started
_ORIENTATION = 0x0112  # EXIF: how a viewer should turn the stored image

Tell = Callable[[Sequence[int], Mask], Any]


def write_frames(
    plan: ClipPlan, frames: Clip | None, root: Path, progress: Progress, tell: Tell | None = None
) -> list[Any]:
    """Write the images and the masks of a plan; return what `tell` makes of each frame.

    frames : the clip's, opened. A JPEG of theirs that is as it should be is copied byte for byte,
        other frames are encoded at quality 95.
    tell : called with the ids of the plan and a mask, uint8 (H, W) of ids, in any thread.
    progress : hears how many frames are done.
    Raises ClipError where a frame cannot be read, TargetError where a file cannot be written.
    """
    for folder in (plan.images, *(images.folder for images in plan.masks)):
        (root / folder).mkdir(parents=True, exist_ok=True)
    told: list[Any] = []
    if len(plan.frames) * math.prod(plan.clip.annotation.hw) < _FEW_PX:
        for n in range(len(plan.frames)):
            picture = _picture(plan, frames, n) if frames is not None else None
            told.append(_write_frame(plan, root, n, picture, tell))
            progress.report(n + 1, len(plan.frames))
        return told
    waiting: deque[futures.Future[Any]] = deque()

    def collect(n_left: int) -> None:
        while len(waiting) > n_left:
            told.append(waiting.popleft().result())
            progress.report(len(told), len(plan.frames))

    with futures.ThreadPoolExecutor(_N_WRITERS) as pool:
        try:
            for n in range(len(plan.frames)):
                picture = _picture(plan, frames, n) if frames is not None else None
                waiting.append(pool.submit(_write_frame, plan, root, n, picture, tell))
                collect(2 * _N_WRITERS)  # a bound on the decoded frames held
            collect(0)
        finally:
            pool.shutdown(cancel_futures=True)
    return told


def _picture(plan: ClipPlan, frames: Clip, n: int) -> Frame | bytes | None:
    """Return what is needed of a frame: its pixels, or the bytes of its own JPEG."""
    t = plan.frames[n]
    if any(images.kind == "alpha" and images.has(n) for images in plan.masks):
        return frames[t]
    return (jpeg_of(frames, t) or frames[t]) if plan.images else None


def _write_frame(
    plan: ClipPlan, root: Path, n: int, picture: Frame | bytes | None, tell: Tell | None
) -> Any:
    stem, annotation = plan.stems[n], plan.clip.annotation
    if plan.images and picture is not None:
        write_picture(root / plan.images / f"{stem}.jpg", picture)
    due = [images for images in plan.masks if images.has(n)]
    if not due and tell is None:
        return None
    packed = annotation.packed(plan.frames[n])
    mask = np.zeros(annotation.hw, np.uint8) if packed is None else packed.unpack()
    for images in due:
        _write_mask(root / images.folder / f"{stem}.png", images, mask, picture)
    return tell(tuple(plan.ids), mask) if tell is not None else None


def _write_mask(path: Path, images: MaskImages, mask: Mask, picture: Frame | bytes | None) -> None:
    if images.kind == "grey16":
        table16 = np.arange(256, dtype=np.uint16)
        if images.values is not None:
            table16[:] = 0
            table16[list(images.values)] = list(images.values.values())
        write_png(path, table16[mask])
        return
    if images.values is not None:
        table = np.zeros(256, np.uint8)
        table[list(images.values)] = list(images.values.values())
        mask = renumbered(mask, table)
    if images.kind == "palette":
        write_mask(path, mask, says_clip=images.says_clip)
    elif images.kind == "grey":
        write_png(path, mask)
    else:
        assert isinstance(picture, np.ndarray)
        pixels = np.dstack([picture, mask])  # (H, W, 4)
        pixels[mask == 0] = 0  # no hidden picture beneath what is transparent
        write_png(path, pixels)


def write_picture(path: Path, picture: Frame | bytes) -> None:
    """Write a frame, uint8 (H, W, 3) RGB, as JPEG of quality 95; bytes of one as they are."""
    if isinstance(picture, bytes):
        with atomic_file(path) as file:
            file.write(picture)
    else:
        write_jpeg(path, picture)


def jpeg_of(clip: Clip, t: int) -> bytes | None:
    """Return the bytes of a frame's own JPEG if readers will see in it what was annotated."""
    source = clip.source_file(t)
    if source is None or not is_jpeg(source):
        return None
    try:
        data = read_bytes(source)
        if plain_jpeg_hw(data) == clip.info.hw:
            return data
        with Image.open(io.BytesIO(data)) as image:
            height, width = clip.info.hw
            upright = image.getexif().get(_ORIENTATION, 1) == 1
            plain = image.format == "JPEG" and image.mode in ("RGB", "L")
            return data if plain and upright and image.size == (width, height) else None
    except BROKEN_IMAGE as error:
        raise ClipError(
            f"The frame {source} cannot be read: {error}. Put it back, or take it out of the clip."
        ) from error
