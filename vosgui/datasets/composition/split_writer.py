"""Writing a dataset shared out: training whole, the rest as YouTube-VOS publishes it."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from vosgui import __version__
from vosgui.core.clip import Clip
from vosgui.core.progress import Progress
from vosgui.datasets.composition.split import PARTS, SplitRules
from vosgui.errors import TargetError
from vosgui.files.json_file import write_json
from vosgui.formats.dataset import LabelledClip, annotated_frames
from vosgui.formats.frame_files import jpeg_of, write_picture
from vosgui.formats.plan import ClipPlan, MaskImages
from vosgui.formats.tree.meta import META, write_meta
from vosgui.formats.writer import Clips, Issues, Paths, Writer
from vosgui.formats.youtubevos.writer import Style, YoutubeVosWriter

Images = Literal["copy", "link", "symlink"]
LIST, TRUTH = "split.json", "truth"
# The folder of each part; tests are one, as they are published, and LIST tells them apart.
_FOLDERS: dict[str, Style] = dict(zip(PARTS, ("train", "valid", "test", "test"), strict=True))


@dataclass(frozen=True)
class SplitWriter(Writer):
    """{train,valid,test}/{JPEGImages,Annotations}/CLIP, meta.json of each, split.json, truth.

    parts : the part of each clip, in pairs. rules : by which they were shared out.
    images : frames that are JPEGs as they should be are copied, or linked: a `link` is the same
        file under a second name, a `symlink` a pointer to where it lies. Others are encoded.
    """

    parts: tuple[tuple[str, str], ...]
    rules: SplitRules
    images: Images = "copy"

    @property
    def about_all(self) -> tuple[str, ...]:  # type: ignore[override]
        """Return the `meta.json` of each part that has a clip, and the list of all."""
        there = {_FOLDERS[part] for _, part in self.parts}
        return (*(f"{one}/{META}" for one in ("train", "valid", "test") if one in there), LIST)

    def _of(self, name: str) -> YoutubeVosWriter:
        return YoutubeVosWriter(self.options, _FOLDERS[dict(self.parts)[name]])

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return what YouTube-VOS has of such a clip: of tests the first masks, and the truth."""
        plan, part = self._of(clip.name).plan(clip), dict(self.parts)[clip.name]
        if part == "train":
            return plan
        known = {*annotated_frames(plan.clip.annotation)}
        at = frozenset(n for n, t in enumerate(plan.frames) if t in known)
        truth = MaskImages(f"{TRUTH}/{part}/{clip.name}", plan.ids, at)
        return replace(plan, masks=(*plan.masks, truth))

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        """Return the clip's entry in its part's `meta.json`."""
        return self._of(plan.clip.name).entry(plan, told)

    def write(
        self, plan: ClipPlan, frames: Clip | None, root: Path, progress: Progress
    ) -> list[Any]:
        """Write the files of a plan, links where these are wanted."""
        if self.images == "copy" or frames is None or not plan.images:
            return super().write(plan, frames, root, progress)
        (root / plan.images).mkdir(parents=True, exist_ok=True)
        for t, stem in zip(plan.frames, plan.stems, strict=True):
            path, source = root / plan.images / f"{stem}.jpg", frames.source_file(t)
            if source is None or jpeg_of(frames, t) is None:
                write_picture(path, frames[t])
            else:
                _link(source.resolve(), path, self.images)
        return super().write(replace(plan, images=""), None, root, progress)

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write each `meta.json`, and which clip is in which part, and why."""
        part_of = dict(self.parts)
        for path in paths[:-1]:
            own = [one for one in clips if _FOLDERS[part_of[one.name]] == path.parent.name]
            write_meta(path, {"videos": {one.name: one.entry for one in own}})
        written = {one.name for one in clips}
        lists = {
            part: sorted(name for name, own in self.parts if own == part and name in written)
            for part in PARTS
        }
        about = {"program": f"vosgui {__version__}", **asdict(self.rules), "videos": lists}
        write_json(paths[-1], about, indent=2)
        return ()


def _link(source: Path, path: Path, images: Images) -> None:
    try:
        if images == "symlink":
            path.symlink_to(source)
        else:
            os.link(source, path)
    except OSError as problem:
        raise TargetError(
            f"{path} cannot be linked to {source}: {problem.strerror}. Links need one file system "
            "that has them; copy the images instead."
        ) from problem
