"""Writing OVIS: `annotations_train.json` and train/CLIP/img_0000001.jpg, as it is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from vosgui.core.issues import Issue, note, warning
from vosgui.formats.categories import OVIS_MISSPELT, lists
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan, chosen_frames, no_images, own_ids, own_stems
from vosgui.formats.youtubevis.writer import SPLIT, YoutubeVisWriter


class OvisWriter(YoutubeVisWriter):
    """A file in the root, frames in a folder for each clip; categories have OVIS's numbers."""

    about_all: ClassVar[tuple[str, ...]] = (f"annotations_{SPLIT}.json",)
    heeds_year: ClassVar[bool] = False

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame as an image, counted from 1."""
        frames = chosen_frames(clip.annotation, self.options.frames)
        own = own_stems(clip, frames)
        stems = tuple(f"img_{n:07d}" for n in range(1, len(frames) + 1))
        issues = no_images(clip)
        if own != stems:
            text = f"Frames renamed as OVIS's: {own[0]} is {stems[0]}, {own[-1]} is {stems[-1]}."
            issues = (note(text, clip=clip.name), *issues)
        images = f"{SPLIT}/{clip.name}" if clip.frames else ""
        plan = ClipPlan(clip, frames, stems, own_ids(clip), images=images, issues=issues)
        return self.of_visible(plan)

    def category_ids(self, used: Iterable[str]) -> tuple[Mapping[str, int], list[Issue]]:
        """Return OVIS's numbers; others come after its 25."""
        known, names = lists().ovis, sorted(set(used))
        spelt = {_folded(OVIS_MISSPELT.get(name, name)): name for name in known}
        ids = {name: n for n, name in enumerate(known, start=1)}
        issues: list[Issue] = []
        added = [name for name in names if _folded(name) not in spelt]
        for n, name in enumerate(added, start=len(known) + 1):
            text = f"The category {name!r} is not in the list of OVIS."
            issues.append(warning(text, fix="It was added after the list."))
            ids[name] = n
        ids |= {name: ids[spelt[_folded(name)]] for name in names if _folded(name) in spelt}
        return ids, issues


def _folded(name: str) -> str:
    return name.casefold().replace(" ", "_")
