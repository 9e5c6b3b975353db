"""What every writer of a dataset is: it plans a clip, writes that, then the files about all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from vosgui.core.clip import Clip
from vosgui.core.issues import Issue
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.formats.dataset import LabelledClip, placed_on
from vosgui.formats.frame_files import write_frames
from vosgui.formats.plan import ClipPlan, FrameChoice
from vosgui.media.open_clip import open_clip


@dataclass(frozen=True)
class WriteOptions:
    """What a person may choose about an export.

    frames : those with an annotation, those of them on the grid, or all of the clip.
    objects : the only ones that pictures show; empty for all.
    reference : the benchmark's own file, from which results take their numbers.
    vis_year : of the list whose category ids YouTube-VIS files have; None for the one that fits.
    reviewed : what core.review says of an annotation was said before, and is not said again.
    in_split : whether a dataset of splits has a folder for its one; else it is itself that split.
    """

    frames: FrameChoice = "annotated"
    objects: frozenset[int] = frozenset()
    reference: Path | None = None
    vis_year: Literal[2019, 2021] | None = None
    reviewed: bool = False
    in_split: bool = True


@dataclass(frozen=True)
class WrittenClip:
    """What a writer says of a clip that it wrote.

    entry : what the files about all clips will say of it, JSON values only.
    files : its own, as paths below the root of the dataset. later : those that are written when
        what is said of all clips is known. n_broken : how much of its
        frames was left out because it could not be read.
    """

    name: str
    n_frames: int
    n_objects: int
    entry: Any = None
    issues: tuple[Issue, ...] = ()
    files: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    n_broken: int = 0


Clips = Sequence[WrittenClip]
Paths = Sequence[Path]
Issues = tuple[Issue, ...]


@dataclass(frozen=True)
class Writer(ABC):
    """A format to write: a small value that another process can be handed.

    about_all : paths of the files about all clips, below the root of the dataset.
    tell : what `entry` wants to know of a frame, made of its objects' ids and its mask.
    """

    options: WriteOptions
    about_all: ClassVar[tuple[str, ...]] = ()
    tell: ClassVar[Any] = None  # a Tell, or None

    @abstractmethod
    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return what is written of a clip.

        clip : laid onto its frames, where it has some.
        Raises NothingToDoError where that is nothing, DatasetError where it cannot be written.
        """

    def in_words(self, plans: Sequence[ClipPlan]) -> list[Mapping[int, str]]:
        """Return for each clip what its objects are written as, by their id, for a person."""
        return [plan.words or {i: str(new) for i, new in plan.ids.items()} for plan in plans]

    def path(self, name: str) -> str:
        """Return where what the format calls `name` lies below the root of the dataset."""
        return name

    def write_clip(
        self, clip: LabelledClip, root: Path, progress: Progress = NO_PROGRESS
    ) -> WrittenClip:
        """Write what is planned of a clip under `root`.

        progress : hears how many of its frames are done. Stopped, it may leave files there.
        Raises what `plan` raises, ClipError where a frame cannot be read, TargetError where a file
        cannot be written.
        """
        opened: AbstractContextManager[Clip | None] = nullcontext()
        if clip.frames is not None:
            opened = open_clip(clip.frames, once=True, progress=progress.within(0, 0))
        with opened as frames:
            plan = self.plan(clip if frames is None else placed_on(clip, frames.info))
            told = self.write(plan, frames, root, progress)
        n_objects = len(set(plan.ids.values()))
        entry = self.entry(plan, told)
        about = len(plan.frames), n_objects, entry, plan.issues, tuple(plan.own_files())
        return WrittenClip(clip.name, *about, plan.later)

    def write(
        self, plan: ClipPlan, frames: Clip | None, root: Path, progress: Progress
    ) -> list[Any]:
        """Write the files of a plan; return what is told of each frame."""
        return write_frames(plan, frames, root, progress, self.tell)

    def entry(self, plan: ClipPlan, told: list[Any]) -> Any:
        """Return what the files about all clips say of one, JSON values only."""
        return None

    def finish(self, clips: Clips, root: Path, progress: Progress = NO_PROGRESS) -> Issues:
        """Write the files about all clips, in this order, beside those of the clips.

        progress : hears now and then that it goes on. Stopped, it leaves no half of a file, and can
        be begun again.
        """
        paths = [root / self.path(name) for name in self.about_all]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
        return self.write_about_all(clips, paths, progress)

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write the files at `paths`, those of `about_all`."""
        return ()
