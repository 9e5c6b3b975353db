"""Export of annotated clips as a dataset: a generator that yields its progress."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vosgui.core.annotation import Annotation
from vosgui.core.clip import Clip, ClipInfo
from vosgui.core.review import Finding, Severity, review
from vosgui.errors import ClipError, NothingToDoError
from vosgui.formats.categories import youtube_vos_seen, youtube_vos_unseen
from vosgui.formats.dataset_tree import (
    Existing,
    check_target,
    put_tree,
    temporary_tree,
    writing_to,
)
from vosgui.formats.youtubevos import (
    FRAMES_FOLDER,
    MASKS_FOLDER,
    ClipPlan,
    FrameChoice,
    Style,
    chosen_frames,
    plan_clip,
    write_clip,
)

_FOLDERS = (FRAMES_FOLDER, MASKS_FOLDER)


@dataclass(frozen=True)
class ExportItem:
    """One clip to export. Nothing else may use or change `annotation` meanwhile: give a copy.

    open_clip : called in the thread of the export, for a reader of its own.
    """

    name: str
    annotation: Annotation
    info: ClipInfo
    open_clip: Callable[[], Clip]


@dataclass(frozen=True)
class ExportOptions:
    """Where and how to export; the tree is `out`/train or `out`/valid, after the style."""

    out: Path
    frames: FrameChoice = "grid"
    style: Style = "train"
    existing: Existing = Existing.REFUSE

    @property
    def target(self) -> Path:
        """Return the folder of the tree."""
        target = self.out / self.style
        return target.resolve() if target.is_symlink() else target


@dataclass(frozen=True)
class ExportProgress:
    """How far an export is; n_done and n_total count frames of all clips."""

    clip: str
    n_done: int
    n_total: int


@dataclass(frozen=True)
class ExportReport:
    """What an export has written: the last thing that it yields.

    notes : (clip, line) of what differs from the project. skipped : clips left out.
    """

    target: Path
    n_clips: int
    n_frames: int
    n_objects: int
    notes: tuple[tuple[str, str], ...]
    skipped: tuple[str, ...]


def check_export(
    items: Sequence[ExportItem], options: ExportOptions
) -> Iterator[tuple[str, list[Finding]]]:
    """Yield the name of each clip with what a person should know before it is exported."""
    categories = frozenset(youtube_vos_seen() + youtube_vos_unseen())
    for item in items:
        frames = chosen_frames(item.annotation, options.frames)
        names = item.info.frame_names
        yield item.name, review(item.annotation, frames, names, item.name, categories)


def export_youtube_vos(
    items: Sequence[ExportItem], options: ExportOptions
) -> Generator[ExportProgress | ExportReport, None, None]:
    """Write clips as a YouTube-VOS tree; closed early, or on an error, it leaves nothing behind.

    Clips that cannot be exported (see `check_export`) are left out and named in the report.
    Raises NothingToDoError where none is left, TargetError where the tree cannot be written,
    ClipError where a frame cannot be read.
    """
    plans, skipped = _plans(items, options)
    clips = {plan.name: plan.meta() for _, plan in plans}
    target = options.target
    meta = check_target(target, _FOLDERS, clips, options.existing)
    n_done, n_total = 0, sum(len(plan.frames) for _, plan in plans)
    with temporary_tree(target) as temporary:
        for item, plan in plans:
            with _opened(item) as clip, writing_to(target):
                for n in write_clip(temporary, plan, options.style, item.annotation, clip):
                    yield ExportProgress(plan.name, n_done + n, n_total)
            n_done += len(plan.frames)
        put_tree(temporary, target, _FOLDERS, clips, meta)
    yield ExportReport(
        target,
        len(plans),
        n_total,
        sum(len(plan.ids) for _, plan in plans),
        tuple((item.name, note) for item, plan in plans for note in _notes(item, plan)),
        skipped,
    )


def _opened(item: ExportItem) -> Clip:
    clip = item.open_clip()
    if (clip.info.hw, clip.info.frame_names) != (item.info.hw, item.info.frame_names):
        clip.close()
        raise ClipError(
            f"The clip {item.name} at {item.info.path} has changed while it was open. "
            "Open it again, or put its frames back."
        )
    return clip


def _notes(item: ExportItem, plan: ClipPlan) -> tuple[str, ...]:
    if plan.name == item.name:
        return plan.notes
    return (f"written as {plan.name}, a name that every system takes", *plan.notes)


def _plans(
    items: Sequence[ExportItem], options: ExportOptions
) -> tuple[list[tuple[ExportItem, ClipPlan]], tuple[str, ...]]:
    plans: list[tuple[ExportItem, ClipPlan]] = []
    skipped = []
    findings = dict(check_export(items, options))
    for item in items:
        errors = [f for f in findings[item.name] if f.severity == Severity.ERROR]
        name = folder_name(item.name, {plan.name for _, plan in plans})
        plan = None if errors else plan_clip(item.annotation, item.info, name, options.frames)
        if plan is None:
            skipped.append(f"{item.name}: {errors[0].text}" if errors else item.name)
        else:
            plans.append((item, plan))
    if not plans:
        reason = "; ".join(skipped) or "there are no clips"
        raise NothingToDoError(f"There is nothing to export: {reason}.")
    return plans, tuple(skipped)


def folder_name(name: str, taken: set[str]) -> str:
    """Return a clip's name as a folder that every system takes, told apart from those taken."""
    safe = re.sub(r'[\x00-\x1f<>:"/\\|?*\s]+', "_", name).strip("._") or "clip"
    candidate, n = safe, 2
    while candidate.lower() in {other.lower() for other in taken}:
        candidate, n = f"{safe}-{n}", n + 1
    return candidate
