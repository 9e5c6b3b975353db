"""Writing MOTS: PNGs of 16 bits, or one text file per clip.

Both hold the number of an object's class, which all clips share: they are written when every clip
has said which classes it has.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from vosgui.core.issues import Issue, note
from vosgui.core.progress import Progress
from vosgui.core.words import some_of
from vosgui.errors import DatasetError
from vosgui.files.atomic import atomic_file
from vosgui.formats.coco.rle import pixels_of
from vosgui.formats.coco.track_entries import TrackWriter, category_names, used_categories
from vosgui.formats.coded.mots import CLASSES, IGNORED, IMAGES, INSTANCES, LABELS, PER_CLASS
from vosgui.formats.coded.mots_text import TEXTS
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import (
    ClipPlan,
    chosen_frames,
    needed_starts,
    no_images,
    own_stems,
)
from vosgui.formats.writer import Clips, Issues, Paths, WrittenClip
from vosgui.media.image_files import write_png

_DIGITS = 6
_LAST_CLASS = 65  # class * 1000 + 254 fits into 16 bits
_NO_CLASS = "ignored"  # what the class of regions to ignore is called


class _MotsWriter(TrackWriter):
    """What the two forms share: images/CLIP, frames numbered from 0, one number per class."""

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame as an image, and the files of its masks."""
        frames = chosen_frames(clip.annotation, self.options.frames)
        starts = needed_starts(clip, frames)
        stems, own = tuple(f"{n:0{_DIGITS}d}" for n in range(len(frames))), own_stems(clip, frames)
        text = f"Frames were numbered from {stems[0]}: {own[0]} to {own[-1]} are to {stems[-1]}."
        renamed = () if own == stems else (note(text, clip=clip.name),)
        images = f"{IMAGES}/{clip.name}" if clip.frames else ""
        later = tuple(self.mask_files(clip.name, stems))
        issues = (*renamed, *no_images(clip))
        ids = {i: i for i in starts}
        return ClipPlan(
            clip, frames, stems, ids, starts=starts, images=images, later=later, issues=issues
        )

    def in_words(self, plans: Sequence[ClipPlan]) -> list[Mapping[int, str]]:
        """Return what an object's pixels become: its class and its number in one."""
        names = [category_names(plan.clip.annotation) for plan in plans]
        used = [of[i] for plan, of in zip(plans, names, strict=True) for i in plan.ids]
        numbers = class_numbers(used)
        return [
            {i: str(PER_CLASS * numbers[of[i]] + i) for i in plan.ids}
            for plan, of in zip(plans, names, strict=True)
        ]

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write the names of the classes, and then every mask."""
        numbers = class_numbers(used_categories(clips))
        names = {number: name for name, number in numbers.items()}
        last = max(names)
        lines = [names.get(n, _NO_CLASS if n == IGNORED else "") for n in range(1, last + 1)]
        with atomic_file(paths[0]) as file:
            file.write("".join(f"{line}\n" for line in lines).encode())
        root = paths[0].parents[len(Path(self.about_all[0]).parts) - 1]
        for n, clip in enumerate(clips, start=1):
            self.write_masks(clip, numbers, root)
            progress.report(n, len(clips))
        said = [f"{name} is {number}" for name, number in numbers.items() if name not in CLASSES]
        if not said:
            return ()
        text = f"Classes that MOTS does not have were numbered: {some_of(said, 12)}."
        issues: list[Issue] = [note(text)]
        return tuple(issues)

    @abstractmethod
    def mask_files(self, name: str, stems: Sequence[str]) -> list[str]:
        """Return the paths of a clip's masks."""

    @abstractmethod
    def write_masks(self, clip: WrittenClip, numbers: Mapping[str, int], root: Path) -> None:
        """Write the masks of a clip. numbers : of the classes, by name."""


class MotsWriter(_MotsWriter):
    """images/CLIP, instances/CLIP/000000.png of class * 1000 + object, instances/labels.txt."""

    about_all: ClassVar[tuple[str, ...]] = (f"{INSTANCES}/{LABELS}",)

    def mask_files(self, name: str, stems: Sequence[str]) -> list[str]:
        """Return one PNG for each frame."""
        return [f"{INSTANCES}/{name}/{stem}.png" for stem in stems]

    def write_masks(self, clip: WrittenClip, numbers: Mapping[str, int], root: Path) -> None:
        """Write the PNGs of a clip."""
        files = self.mask_files(clip.name, clip.entry["stems"])
        (root / files[0]).parent.mkdir(parents=True, exist_ok=True)
        for n, file in enumerate(files):
            mask = np.zeros(clip.entry["hw"], np.uint16)
            for track in clip.entry["tracks"]:
                if found := track["masks"][n]:
                    pixels = pixels_of(found["segmentation"])
                    mask[pixels] = PER_CLASS * numbers[track["category"]] + track["id"]
            write_png(root / file, mask)


class MotsTextWriter(_MotsWriter):
    """images/CLIP, instances_txt/CLIP.txt, and labels.txt beside them."""

    about_all: ClassVar[tuple[str, ...]] = (LABELS,)

    def mask_files(self, name: str, stems: Sequence[str]) -> list[str]:
        """Return the one file of a clip."""
        return [f"{TEXTS}/{name}.txt"]

    def write_masks(self, clip: WrittenClip, numbers: Mapping[str, int], root: Path) -> None:
        """Write the file of a clip, in the order of time."""
        height, width = clip.entry["hw"]
        (file,) = self.mask_files(clip.name, ())
        lines = []
        for n in range(len(clip.entry["stems"])):
            for track in clip.entry["tracks"]:
                if found := track["masks"][n]:
                    kind = numbers[track["category"]]
                    counts = found["segmentation"]["counts"]
                    code = PER_CLASS * kind + track["id"]
                    lines.append(f"{n} {code} {kind} {height} {width} {counts}\n")
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(root / file) as opened:
            opened.write("".join(lines).encode())


def class_numbers(used: Sequence[str]) -> dict[str, int]:
    """Return the number of each class: MOTS's own, and others in order from 3 on, without 10.

    Raises DatasetError where there are more than 16 bits hold.
    """
    others = sorted(set(used) - set(CLASSES))
    free = [n for n in range(1, _LAST_CLASS + 1) if n != IGNORED]
    names = (*CLASSES, *others)
    if len(names) > len(free):
        raise DatasetError(
            f"The objects are of {len(names)} classes; MOTS has room for {len(free)}. Write "
            "another format, or give fewer categories."
        )
    return dict(zip(names, free, strict=False))
