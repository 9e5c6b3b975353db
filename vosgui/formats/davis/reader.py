"""Reading DAVIS 2016 and 2017: a tree of one resolution or more, with lists in `ImageSets`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vosgui.core.issues import warning
from vosgui.files.text_file import read_text
from vosgui.formats.tree.find_clips import Tree, list_tree
from vosgui.formats.tree.layout import FRAMES, find_splits, is_plain_name
from vosgui.formats.tree.meta import SEMANTICS, read_semantics


def is_davis(root: Path) -> bool:
    """Return whether a folder is a DAVIS tree."""
    sized = any(split.resolutions for split in find_splits(root))
    return sized or ((root / "ImageSets").is_dir() and (root / FRAMES).is_dir())


def list_davis(root: Path) -> Tree:
    """Return the clips of a DAVIS tree, with the categories that its own file lists.

    Raises DatasetError where there is none.
    """
    tree, file = list_tree(root), root / SEMANTICS
    listed = read_semantics(file) if file.is_file() else {}
    clips = tuple(replace(clip, listed=listed.get(clip.name)) for clip in tree.clips)
    sets, there = _image_sets(root), {clip.name for clip in clips}
    text = "It is listed but has no masks; it was left out."
    missing = (
        warning(text, clip=name, file=str(sets[name])) for name in sorted(sets.keys() - there)
    )
    return Tree(clips, (*tree.issues, *missing))


def image_set(path: Path) -> tuple[str, ...]:
    """Return the clips that a list names, in its order: one name a line, or one pair of files.

    DAVIS 2016 lists pairs, `/JPEGImages/480p/CLIP/00000.jpg /Annotations/480p/CLIP/00000.png `.
    A clip's name may have spaces. Raises DatasetError where the file cannot be read.
    """
    lines = (line.strip() for line in read_text(path).splitlines())
    names: dict[str, None] = {}
    for line in filter(None, lines):
        parts = line.split("/")
        names.setdefault(parts[3] if line.startswith("/") and len(parts) > 4 else line)
    return tuple(names)


def _image_sets(root: Path) -> dict[str, Path]:
    """Return each clip that a list names, with the file that does."""
    folder = root / "ImageSets"
    lists = sorted(folder.glob("*/*.txt")) if folder.is_dir() else []
    # The lists of the test sets name clips whose masks are not published.
    lists = [path for path in lists if not path.stem.startswith("test")]
    return {name: path for path in lists for name in image_set(path) if is_plain_name(name)}
