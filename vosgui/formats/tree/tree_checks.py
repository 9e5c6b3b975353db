"""What is to be checked of a tree of masks: its clips one by one, and the files about all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from vosgui.core.issues import Issue, error, note, warning
from vosgui.core.progress import Progress
from vosgui.errors import DatasetError, InputError
from vosgui.files.json_lines import JsonPath, json_lines
from vosgui.formats.dataset import ClipSource, Dataset, FaultySource
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.clip_checks import MaskClipCheck
from vosgui.formats.tree.splits import FRAMES, MASKS, RESOLUTIONS, Split, find_splits, folders_in

_ID_CHARACTERS = 10
_MOST_FAULTS = 100  # of one clip that cannot be read; who fixes these asks again


@dataclass(frozen=True)
class TreeChecks:
    """The checks of a tree. file : of its objects. lines : where they stand in it."""

    clips: tuple[MaskClipCheck, ...]
    issues: tuple[Issue, ...]


def tree_checks(root: Path, format_name: str, dataset: Dataset) -> TreeChecks:
    """Return the checks of the clips that are trees of masks, and what is wrong with the tree."""
    davis = format_name == "davis"
    digits = {"lvos": 8, "masks": 0}.get(format_name, 5)
    metas = _metas(root) if format_name in ("youtube-vos", "refer-youtube-vos") else {}
    issues = [*dataset.issues, *_strangers(root, davis=davis)]
    named = {split.masks for split in find_splits(root) if split.name}
    clips = []
    for source in dataset.clips:
        if not isinstance(source, MaskFolderClip):
            continue
        file = metas.get(source.masks.parent.parent)
        # Outside of valid and test, few masks are as likely to be those of a coarser grid.
        is_sparse = source.given == "first" and not davis and source.masks.parent not in named
        listed = source.listed if format_name != "davis" else None
        clips.append(
            MaskClipCheck(
                source.name,
                source.masks,
                _beside(source),
                "some" if is_sparse else source.given,
                davis,
                digits,
                listed,
                str(file) if file else "",
            )
        )
    for split, file in metas.items():
        issues += _meta_issues(Split("", split), file)
    return TreeChecks(tuple(clips), tuple(issues))


def _beside(source: MaskFolderClip) -> Path | None:
    """Return the frames that belong to the masks: of a valid set those of its own grid."""
    own = source.masks.parent.parent / FRAMES / source.name
    return own if own.is_dir() else source.frames


def with_lines(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Return the issues about objects of `meta.json` with the lines on which these stand."""
    lines: dict[str, Mapping[JsonPath, int]] = {}
    found = []
    for one in issues:
        if one.file.endswith(".json") and one.clip and one.line is None:
            if one.file not in lines:
                lines[one.file] = json_lines(Path(one.file))
            path: JsonPath = ("videos", one.clip)
            if one.object_id is not None:
                path = (*path, "objects", str(one.object_id))
            one = replace(one, line=lines[one.file].get(path))
        found.append(one)
    return tuple(found)


def _metas(root: Path) -> dict[Path, Path]:
    """Return the `meta.json` of each split, by the split's folder."""
    files = {split.root: split.root / "meta.json" for split in find_splits(root)}
    return {split: file for split, file in files.items() if file.is_file()}


def _strangers(root: Path, *, davis: bool) -> Iterator[Issue]:
    """Yield files where only clips' folders may be."""
    splits = find_splits(root)
    bases = [folder for split in splits for folder in (split.frames, split.masks)]
    if davis:
        bases = [root / kind / one for kind in (FRAMES, MASKS) for one in RESOLUTIONS]
    for base in bases:
        for path in sorted(base.iterdir()) if base.is_dir() else ():
            if not path.is_dir() or path.name.startswith("."):
                yield error(
                    "It is no clip's folder; readers take everything here for a clip.",
                    file=str(path),
                    fix="Remove it.",
                )


def _meta_issues(split: Split, file: Path) -> Iterator[Issue]:
    videos = raw_videos(file)
    there = {*folders_in(split.masks), *folders_in(split.frames)}
    for name in sorted(set(videos) - there):
        text = "It is listed, but has no folder."
        yield error(text, clip=name, file=str(file), fix="Take it out of the list.")
    for name in sorted(there - set(videos)):
        text = "It has a folder, but is not listed."
        yield error(text, clip=name, file=str(file), fix="List it, or remove the folder.")
    odd = [name for name in videos if len(name) != _ID_CHARACTERS]
    if odd:
        text = f"{len(odd)} clips have names of other than {_ID_CHARACTERS} characters."
        fix = "Only the converter of YouTube-VIS's authors minds."
        yield note(text, clip=odd[0], file=str(file), fix=fix)
    for name, video in videos.items():
        objects = video.get("objects") if isinstance(video, dict) else None
        for key, entry in (objects or {}).items():
            frames = entry.get("frames") if isinstance(entry, dict) else None
            where: dict[str, Any] = {"clip": name, "file": str(file)}
            where |= {"object_id": int(key)} if key.isdecimal() else {}
            if not isinstance(frames, list) or not frames:
                yield error("It lists no frames.", **where, fix="List those it is in.")
            elif not all(isinstance(frame, str) for frame in frames):
                yield error("Its frames are not text.", **where, fix='Write "00000", not 0.')
            elif sorted(set(frames)) != frames:
                yield error("Its frames are not sorted.", **where, fix="Sort them, each once.")


def raw_videos(file: Path) -> dict[str, Any]:
    """Return the `videos` of a file that was read before; empty where it has none."""
    try:
        videos = json.loads(file.read_text(encoding="utf-8")).get("videos", {})
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}
    return videos if isinstance(videos, dict) else {}


def syntax_issue(path: Path, problem: InputError) -> Issue:
    """Return what keeps a dataset from being listed, with the line of a broken JSON file."""
    for file in sorted((*path.glob("*.json"), *path.glob("*/*.json"), *path.glob("*/*/*.json"))):
        if str(file) not in str(problem):
            continue
        try:
            json.loads(file.read_text(encoding="utf-8"))
        except json.JSONDecodeError as broken:
            return error(f"It is no JSON: {broken.msg}.", file=str(file), line=broken.lineno)
        except (OSError, ValueError, RecursionError):
            break
    if isinstance(problem, DatasetError):
        return error(str(problem), file=problem.file, line=problem.line)
    return error(str(problem))


def check_expressions(file: Path, ids: Mapping[str, set[int]]) -> Iterator[Issue]:
    """Yield what is wrong with a `meta_expressions.json`; ids are those of each clip's objects."""
    for name, video in raw_videos(file).items():
        where: dict[str, Any] = {"clip": name, "file": str(file)}
        said = video.get("expressions") if isinstance(video, dict) else None
        frames = video.get("frames") if isinstance(video, dict) else None
        if not isinstance(frames, list) or sorted(map(str, frames)) != frames:
            yield error("Its frames are not a sorted list of names.", **where)
        seen: set[tuple[str, str]] = set()
        for key, entry in (said or {}).items():
            entry = entry if isinstance(entry, dict) else {}
            text, meant = str(entry.get("exp", "")).strip(), entry.get("obj_id")
            if not text:
                yield error(f"Expression {key} is empty.", **where, fix="Take it out.")
            if meant is not None and not isinstance(meant, str):
                fix = 'Write "1", not 1.'
                yield error(f"The obj_id of expression {key} is no text.", **where, fix=fix)
            elif name in ids and meant not in (None, *map(str, ids[name])):
                yield error(f"Expression {key} is about object {meant}: not there.", **where)
            if (text.lower(), str(meant)) in seen:
                yield warning(f"Expression {key} is there twice: {text!r}.", **where)
            elif any(text.lower() == other for other, _ in seen) and text:
                warn = f"Expression {key} means two objects: {text!r}."
                yield warning(warn, **where, fix="Say what tells them apart.")
            seen.add((text.lower(), str(meant)))


def read_check(source: ClipSource, progress: Progress) -> tuple[Issue, ...]:
    """Return what reading a clip has to say: for formats whose files have no stricter check."""
    try:
        return source.read(progress).issues
    except InputError as broken:
        faults = islice(source.faults(), _MOST_FAULTS) if isinstance(source, FaultySource) else ()
        return tuple(_fault(source.name, one) for one in list(faults) or [broken])


def _fault(clip: str, broken: InputError) -> Issue:
    if isinstance(broken, DatasetError):
        return error(str(broken), clip=clip, file=broken.file, line=broken.line)
    return error(str(broken), clip=clip)
