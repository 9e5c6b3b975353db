"""Write clips as YouTube-VOS: JPEGs, palette PNGs and `meta.json`.

What its readers need, and so what is written: frame stems of five digits in the order of time;
ids from 1 without gaps, the same through a clip; an object's `frames` from the first in which it
is really visible to the clip's end, gaps included; every listed frame with its JPEG and, in train
style, its PNG. In valid style there is one PNG per frame in which objects appear first, holding
these objects only: readers take any PNG there as masks of new objects.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from vosgui.core.annotation import Annotation
from vosgui.core.clip import Clip, ClipInfo, Frame
from vosgui.core.mask import PackedMask, renumbered
from vosgui.core.review import known_frames, visible_frames
from vosgui.formats.tree.frame_files import five_digit_stems, jpeg_of, write_picture
from vosgui.media.palette import write_mask

Style = Literal["train", "valid"]
FrameChoice = Literal["grid", "all"]

FRAMES_FOLDER, MASKS_FOLDER, META = "JPEGImages", "Annotations", "meta.json"

_N_WRITERS = 4  # encoding PNG and JPEG runs outside Python's lock


@dataclass(frozen=True)
class ClipPlan:
    """What is written of one clip.

    frames : frame indices, ascending. stems : the file stem of each.
    ids : id in the project to id in the files. starts : id in the files to a position in `frames`.
    categories : by id in the files. notes : what differs from the project, one line each.
    """

    name: str
    frames: tuple[int, ...]
    stems: tuple[str, ...]
    ids: Mapping[int, int]
    starts: Mapping[int, int]
    categories: Mapping[int, str]
    notes: tuple[str, ...]

    def meta(self) -> dict[str, object]:
        """Return the clip's entry in `meta.json`."""
        objects = {
            str(new): {"category": self.categories[new], "frames": list(self.stems[start:])}
            for new, start in self.starts.items()
        }
        return {"objects": objects}


def chosen_frames(annotation: Annotation, choice: FrameChoice) -> range:
    """Return the frames that an export asks for: the grid, or all."""
    return annotation.grid() if choice == "grid" else range(annotation.n_frames)


def plan_clip(
    annotation: Annotation, info: ClipInfo, name: str, choice: FrameChoice
) -> ClipPlan | None:
    """Return what is to be written of a clip; None where no object is visible.

    Frames in which nothing is known of any object are left out: an empty mask would be a claim.
    """
    known = known_frames(annotation)
    frames = tuple(t for t in chosen_frames(annotation, choice) if known[t])
    return plan_frames(annotation, info, name, frames)


def plan_frames(
    annotation: Annotation, info: ClipInfo, name: str, frames: tuple[int, ...]
) -> ClipPlan | None:
    """Return what is to be written of a clip's frames; None where no object is visible in them."""
    visible = visible_frames(annotation, frames)
    shown = [entry for entry in annotation.objects if entry.id in visible]
    if not shown:
        return None
    ids = {old: new for new, old in enumerate(sorted(entry.id for entry in shown), 1)}
    position = {t: n for n, t in enumerate(frames)}
    stems, renamed = five_digit_stems([info.frame_names[t] for t in frames], frames, info.name)
    notes = [renamed] if renamed else []
    if any(old != new for old, new in ids.items()):
        pairs = ", ".join(f"{old} as {new}" for old, new in ids.items())
        notes.append(f"object ids without gaps: {pairs}")
    return ClipPlan(
        name,
        frames,
        stems,
        ids,
        {ids[entry.id]: position[visible[entry.id][0]] for entry in shown},
        {ids[entry.id]: entry.category for entry in shown},
        tuple(notes),
    )


def write_clip(
    root: Path, plan: ClipPlan, style: Style, annotation: Annotation, clip: Clip
) -> Iterator[int]:
    """Write the frames and masks of one clip under `root`, yielding how many frames are done.

    A JPEG of the right size is copied byte for byte; anything else is encoded at quality 95.
    Raises ClipError where a frame cannot be read, TargetError where a file cannot be written.
    """
    for folder in (FRAMES_FOLDER, MASKS_FOLDER):
        (root / folder / plan.name).mkdir(parents=True)
    with ThreadPoolExecutor(_N_WRITERS) as pool:
        waiting: deque[Future[None]] = deque()
        try:
            for n, t in enumerate(plan.frames):
                table = _table(plan, style, n)
                packed = annotation.packed(t) if table is not None else None
                picture = jpeg_of(clip, t) or clip[t]
                work = (root, plan.name, plan.stems[n], picture, packed, table, annotation.hw)
                waiting.append(pool.submit(_write_frame, *work))
                if len(waiting) > 2 * _N_WRITERS:  # a bound on the decoded frames held
                    waiting.popleft().result()
                    yield n + 1 - len(waiting)
            while waiting:
                waiting.popleft().result()
                yield len(plan.frames) - len(waiting)
        finally:
            pool.shutdown(cancel_futures=True)


def write_masks(root: Path, plan: ClipPlan, style: Style, annotation: Annotation) -> Iterator[int]:
    """Write the masks of one clip whose frames are not at hand, yielding as `write_clip`."""
    folder = root / MASKS_FOLDER / plan.name
    folder.mkdir(parents=True)
    for n, t in enumerate(plan.frames):
        table = _table(plan, style, n)
        if table is not None:
            write_mask(folder / f"{plan.stems[n]}.png", renumbered(annotation.mask(t), table))
        yield n + 1


def _write_frame(
    root: Path,
    name: str,
    stem: str,
    picture: Frame | bytes,
    packed: PackedMask | None,
    table: np.ndarray | None,
    hw: tuple[int, int],
) -> None:
    target = root / FRAMES_FOLDER / name / f"{stem}.jpg"
    write_picture(target, picture)
    if table is not None:
        mask = np.zeros(hw, np.uint8) if packed is None else renumbered(packed.unpack(), table)
        write_mask(root / MASKS_FOLDER / name / f"{stem}.png", mask)


def _table(plan: ClipPlan, style: Style, n: int) -> np.ndarray | None:
    """Return what each id of the project is in mask number n, uint8 (256,); None for no mask."""
    table = np.zeros(256, np.uint8)
    for old, new in plan.ids.items():
        if style == "train" or plan.starts[new] == n:
            table[old] = new
    return table if style == "train" or table.any() else None
