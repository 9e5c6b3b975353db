"""What every writer of a dataset is: it writes clips one at a time, then the files about all."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from vosgui.core.issues import Issue
from vosgui.formats.dataset import LabelledClip, annotated_frames

FrameChoice = Literal["annotated", "grid", "all"]


Finishing = Generator[None, None, tuple[Issue, ...]]


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
    """

    name: str
    n_frames: int
    n_objects: int
    entry: Any = None
    issues: tuple[Issue, ...] = ()


class Writer(Protocol):
    """A format to write: a small value that another process can be handed."""

    def write_clip(self, clip: LabelledClip, root: Path) -> Generator[int, None, WrittenClip]:
        """Write a clip's own files under `root`, yielding how many of its frames are done.

        Closed early it may leave files there. Raises InputError where it cannot be written.
        """

    def finish(self, clips: Sequence[WrittenClip], root: Path) -> Finishing:
        """Write the files about all clips, in this order, beside those of the clips.

        Yields now and then; closed early it leaves no half of a file, and can be begun again.
        """


def chosen_frames(clip: LabelledClip, choice: FrameChoice) -> tuple[int, ...]:
    """Return the frames to write, ascending."""
    if choice == "all":
        return tuple(range(clip.annotation.n_frames))
    known = annotated_frames(clip.annotation)
    grid = clip.annotation.grid()
    return tuple(t for t in known if choice == "annotated" or t in grid)
