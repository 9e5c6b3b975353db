"""A format of one row, as somebody may add one: CLIP.toy holds masks as numbers, toy.json a list.

Run as a program it does what the command line does, with this format in the table.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from vosgui.core.clip import Clip
from vosgui.core.edits import new_object
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError
from vosgui.files.json_file import write_json
from vosgui.formats import registry
from vosgui.formats.dataset import AnnotationBuilder, Dataset, LabelledClip
from vosgui.formats.format import Format
from vosgui.formats.plan import ClipPlan, chosen_frames, own_ids, own_stems
from vosgui.formats.writer import Clips, Issues, Paths, Writer


class ToyWriter(Writer):
    about_all: ClassVar[tuple[str, ...]] = ("toy.json",)

    def plan(self, clip: LabelledClip) -> ClipPlan:
        frames = chosen_frames(clip.annotation, self.options.frames)
        stems, ids = own_stems(clip, frames), own_ids(clip)
        return ClipPlan(clip, frames, stems, ids, others=(f"{clip.name}.toy",))

    def write(
        self, plan: ClipPlan, frames: Clip | None, root: Path, progress: Progress
    ) -> list[Any]:
        masks = {}
        for n, (t, stem) in enumerate(zip(plan.frames, plan.stems, strict=True), start=1):
            masks[stem] = plan.clip.annotation.mask(t).tolist()
            progress.report(n, len(plan.frames))
        (path,) = plan.others
        write_json(root / path, masks)
        return []

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        return {str(entry.id): entry.category for entry in plan.clip.annotation.objects}

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        write_json(paths[0], {clip.name: clip.entry for clip in clips})
        return ()


@dataclass(frozen=True)
class ToyClip:
    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    def read(self, progress: Progress = NO_PROGRESS, *, skip_broken: bool = False) -> LabelledClip:
        try:
            masks = {
                stem: np.array(rows) for stem, rows in json.loads(self.path.read_text()).items()
            }
            builder = AnnotationBuilder(next(iter(masks.values())).shape, len(masks), 1)
            for t, mask in enumerate(masks.values()):
                builder.add(t, mask.astype(np.uint8))
        except (ValueError, StopIteration) as error:
            raise DatasetError(f"{self.path} is no toy: {error}.", file=str(self.path)) from error
        listed = json.loads((self.path.parent / "toy.json").read_text())[self.name]
        objects = [new_object(int(key), category=name) for key, name in listed.items()]
        return LabelledClip(self.name, None, tuple(masks), builder.build(objects))


def is_toy(path: Path) -> bool:
    return (path / "toy.json").is_file()


def list_toy(path: Path) -> Dataset:
    return Dataset(tuple(ToyClip(one) for one in sorted(path.glob("*.toy"))))


ROW = Format("toy", "toys of one row", is_toy, list_toy, ToyWriter, fixed_as="toy")

if __name__ == "__main__":
    registry.FORMATS = (ROW, *registry.FORMATS)
    from vosgui.cli.main import main

    statuses = [main(words) for words in json.loads(sys.argv[1])]
    print(json.dumps(statuses))
