"""Reading Ref-DAVIS17: DAVIS 2017 and the sentences about its objects, a text file an annotator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from vosgui.core.issues import Issue, note, warning
from vosgui.errors import DatasetError
from vosgui.files.ordinary import read_bytes
from vosgui.formats.davis.reader import is_davis, list_davis
from vosgui.formats.tree.find_clips import Tree
from vosgui.formats.tree.layout import folders_in
from vosgui.formats.youtubevos.refer_expressions import ListedExpression, Said

_TEXTS = "Davis17_annot*.txt"  # annot1, annot2; of the whole clip: annot1_full_video, ...
_WHOLE_CLIP = "full_video"
_LINE = re.compile(r'\s*(\S+)\s+([0-9]+(?:\s*,\s*[0-9]+)*)\s+"?(.*?)"?\s*')
# As the files call clips, and as DAVIS does.
_MISSPELT = {"clasic-car": "classic-car", "dog-scale": "dogs-scale", "motor-bike": "motorbike"}


def is_ref_davis(root: Path) -> bool:
    """Return whether a folder holds a DAVIS tree and sentences about it."""
    return bool(_texts(root)) and _davis(root) is not None


def list_ref_davis(root: Path) -> Tree:
    """Return the clips of the DAVIS tree with their sentences; DatasetError where there is none."""
    davis = _davis(root)
    if davis is None:
        raise DatasetError(f"There is no DAVIS tree beside the sentences in {root}.")
    tree, issues = list_davis(davis), list[Issue]()
    said: dict[str, Said] = {}
    names = {clip.name for clip in tree.clips}
    others: dict[str, None] = {}
    for file in _texts(root):
        for name, ids, text in _lines(file, issues):
            if name in names:
                one = ListedExpression(text, first_frame_only=_WHOLE_CLIP not in file.stem)
                said.setdefault(name, Said(name, file)).add(one, ids)
            else:
                others[name] = None
    for gathered in said.values():
        issues += gathered.issues()
    if others:
        text = f"Sentences about {len(others)} clips that are not here were left out."
        issues.append(note(text, file=str(_texts(root)[0].parent)))
    clips = tuple(
        replace(clip, expressions=said[clip.name].of) if clip.name in said else clip
        for clip in tree.clips
    )
    return Tree(clips, (*tree.issues, *issues))


def _lines(file: Path, issues: list[Issue]) -> Iterator[tuple[str, tuple[int, ...], str]]:
    """Yield of each line the clip, the objects and the sentence; note what is none."""
    try:
        data = read_bytes(file)
    except OSError as problem:
        raise DatasetError(f"Cannot read {file}: {problem.strerror}.") from problem
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:  # of annotator 2
        text = data.decode("latin-1")
    for n, line in enumerate(text.splitlines(), start=1):
        found = _LINE.fullmatch(line)
        if found is not None and found[3].strip():
            ids = tuple(dict.fromkeys(int(one) for one in found[2].split(",")))
            yield _MISSPELT.get(found[1], found[1]), ids, found[3].strip()
        elif line.strip():
            said = "It is no line of a clip, an object's number and a sentence; it was left out."
            issues.append(warning(said, file=str(file), line=n))


def _texts(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    folders = [root, *(root / name for name in folders_in(root))]
    inner = [folder / "davis_text_annotations" for folder in folders]
    every = dict.fromkeys((*folders, *inner))
    return [file for folder in every for file in sorted(folder.glob(_TEXTS))]


def _davis(root: Path) -> Path | None:
    folders = [root, *(root / name for name in folders_in(root))]
    return next((folder for folder in folders if is_davis(folder)), None)
