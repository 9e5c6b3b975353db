"""The clips that a person chose, named and written as those of the command line are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import msgspec

from vosgui.core.annotation import Header
from vosgui.core.edits import new_object, set_header
from vosgui.core.history import History
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import free_name
from vosgui.datasets.prepare.decisions import DecidedVideo, Decisions
from vosgui.datasets.prepare.prepare import Looked, PrepareReport, write_clips
from vosgui.datasets.prepare.proposals import Proposals, Refusal
from vosgui.datasets.prepare.proposer import Found
from vosgui.datasets.prepare.stretches import Stretch
from vosgui.datasets.prepare.write import Cut
from vosgui.datasets.workers import Workers
from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json
from vosgui.media.open_clip import open_clip
from vosgui.media.provenance import FRAMES, PROVENANCE, Provenance
from vosgui.project.project import Project


def named(decisions: Decisions, target: Path) -> Decisions:
    """Return decisions whose accepted stretches all have names, as the command line names clips.

    A name that was given stays. A clip that lies in `target` already, of the same video and frames,
    gives its name; no other clip's is taken.
    """
    stems: set[str] = set()
    taken = {one.name for video in decisions.videos for one in video.decided if one.name}
    there = _written(target)
    videos = []
    for video in decisions.videos:
        stem = free_name(video.path.stem, stems.__contains__)
        stems.add(stem)
        videos.append(_named(video, stem, taken, there))
    return msgspec.structs.replace(decisions, videos=tuple(videos))


def _named(
    video: DecidedVideo, stem: str, taken: set[str], there: Mapping[str, Provenance]
) -> DecidedVideo:
    decided = []
    for one in video.decided:
        if one.verdict == "accepted" and not one.name:
            numbered = (f"{stem}_{n:02d}" for n in count(1))
            free = (
                name
                for name in numbered
                if name not in taken and _is_free(there.get(name), video, one)
            )
            one = one.changed(name=next(free))
            taken.add(one.name)
        decided.append(one)
    return msgspec.structs.replace(video, decided=tuple(decided))


def _is_free(there: Provenance | None, video: DecidedVideo, one: Stretch) -> bool:
    if there is None:
        return True
    frames = there.first_frame, there.last_frame + 1
    return there.video == video.path.name and frames == (one.start, one.stop)


def _written(target: Path) -> dict[str, Provenance]:
    """Return where the clips come from that lie in a folder; of damaged files nothing is known."""
    found = {}
    for path in (target / PROVENANCE).glob("*.json"):
        try:
            found[path.stem] = read_json(path, Provenance, "a clip's provenance")
        except DatasetError:
            continue
    return found


def is_written(target: Path, one: Stretch) -> bool:
    """Return whether a stretch lies in a folder as a clip."""
    return bool(one.name) and (target / FRAMES / one.name).is_dir()


def write_chosen(
    decisions: Decisions,
    found: Mapping[Path, Found],
    target: Path,
    workers: Workers,
    progress: Progress = NO_PROGRESS,
) -> PrepareReport:
    """Write all accepted stretches under `target`; one that is there is left as it is.

    decisions : `named`. found : of the videos.
    """
    looked = [
        _looked(video, found[video.path], decisions)
        for video in decisions.videos
        if video.path in found
    ]
    return write_clips(looked, (), target, decisions.rules, workers, progress)


def _looked(video: DecidedVideo, found: Found, decisions: Decisions) -> Looked:
    accepted = [one for one in video.decided if one.verdict == "accepted"]
    rejected = [one for one in video.decided if one.verdict == "rejected"]
    clips = tuple(found.judge(one, decisions.rules.clips)[0] for one in accepted)
    by_hand = [Refusal(one.start, one.stop, "it was rejected by hand") for one in rejected]
    refused = sorted([*found.refused, *by_hand], key=lambda one: one.start)
    cuts = tuple(Cut(one.name, one.start, one.stop, one.category) for one in accepted)
    proposals = Proposals(clips, tuple(refused))
    return Looked.of(video.path, found.scan, found.shots, proposals, cuts)


def add_to_project(target: Path, names: Iterable[str], path: Path) -> Path:
    """Add written clips to a project, a new one where there is none, and return its path.

    A clip in which nothing was done yet gets an object of the category for which it was chosen, and
    is annotated in every frame where only those on the grid were written.
    Raises ProjectError where the project cannot be read or written, ClipError for a clip that has
    gone.
    """
    there = _written(target)
    opened = Project.open(path) if path.exists() else Project.create(path)
    with opened as project, project.batch():
        for name in names:
            with open_clip(target / FRAMES / name) as clip:
                record = project.clips.add(clip.info)
            if (made := there.get(name)) is not None:
                _begin(project.history(record.id), made)
    return path


def _begin(history: History, made: Provenance) -> None:
    """Say in a clip's annotation, where it is empty, what is known of the clip."""
    annotation = history.annotation
    header = annotation.header
    if header != Header():
        return
    if made.category:
        header = header.with_object(new_object(1, category=made.category))
    stride = int(made.settings.get("stride") or 1)
    header = replace(header, stride=max(1, header.stride // stride))
    history.do(f"Prepared: {made.category or 'clip'}", set_header(annotation, header))


def accepted(videos: Sequence[DecidedVideo]) -> list[Stretch]:
    """Return all stretches that are to be clips."""
    return [one for video in videos for one in video.decided if one.verdict == "accepted"]
