"""Who is who in a clip whose shapes are told apart by what people wrote on them, not by tracks.

It is taken from what the file says: an attribute that every shape has, else a group within a label,
else the label. Only where a frame has several of a label is their order left, and that is said.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vosgui.core.issues import Issue, note, warning
from vosgui.core.words import counted
from vosgui.formats.shapes import FileObject

Ids = Hashable  # a number, a name, or what a format has for one


@dataclass(frozen=True)
class Told:
    """What a file says of whose a shape is.

    group : what ties it to others, None for nothing. identity : who the object is, by an attribute.
    track : the object that it is of, whatever its label; None where the file has no objects.
    is_drawn : it is of a kind that has an area.
    """

    label: str
    group: Ids | None = None
    identity: Ids | None = None
    is_drawn: bool = True
    track: Ids | None = None

    @property
    def is_object(self) -> bool:
        """Return whether it is of an object, and drawn."""
        return self.is_drawn and not FileObject(category=self.label).is_background


@dataclass
class Ties:
    """Whose each shape is, by its frame and place there, and what objects are drawn anywhere."""

    keys: list[list[Hashable]]
    objects: dict[Hashable, FileObject] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def tie(
    frames: Sequence[tuple[str, Sequence[Told]]],
    clip: str,
    group: str,
    *,
    sure: bool = True,
    ties_parts: bool = True,
) -> Ties:
    """Return whose each shape of a clip is.

    frames : their names, each with its shapes. group : what the format calls what ties shapes.
    sure : a group is the same in all frames; else it says nothing beyond its own, and that is told.
    ties_parts : a group is there to tie parts of an object; else they are doubted.
    """
    by_identity = _tells(frames)
    ties = Ties([_keys(shapes, by_identity) for _, shapes in frames])
    labels: dict[Hashable, set[str]] = {}
    for told, key in _each(frames, ties.keys):
        number = told.identity if by_identity else told.group
        number = told.track if told.track is not None else number
        if told.is_drawn and told.track is not None:
            whole = number if isinstance(number, int) else None
            ties.objects.setdefault(key, FileObject(whole, told.label))
        elif told.is_drawn:
            labels.setdefault(number, set()).add(told.label)
            called = number if isinstance(number, str) else ""
            whole = number if isinstance(number, int) else None  # a word is a name
            ties.objects.setdefault(key, FileObject(whole, told.label, called=called))
    shared = {n for n, of in labels.items() if n is not None and len(of) > 1}
    for key, one in ties.objects.items():
        if {one.number, one.called} & shared:
            ties.objects[key] = FileObject(
                one.number, one.category, called=f"{one.called or one.number} ({one.category})"
            )
    ties.issues += _said_of_order(frames, ties.keys, clip, group)
    if not by_identity:
        ties.issues += _said_of_groups(frames, clip, group, sure=sure, ties_parts=ties_parts)
    return ties


def _each(
    frames: Sequence[tuple[str, Sequence[Told]]], keys: Sequence[Sequence[Hashable]]
) -> Iterator[tuple[Told, Hashable]]:
    for (_, shapes), of_frame in zip(frames, keys, strict=True):
        yield from zip(shapes, of_frame, strict=True)


def _tells(frames: Sequence[tuple[str, Sequence[Told]]]) -> bool:
    """Return whether an attribute says of every shape whose it is.

    It does not where it is the same for all of a label, of which a frame has several: then it is
    what the tool filled in, and nobody changed it.
    """
    drawn = [[one for one in shapes if one.is_object] for _, shapes in frames]
    every = [one for shapes in drawn for one in shapes]
    if not every or any(one.identity is None for one in every):
        return False
    values: dict[str, set[Ids | None]] = {}
    for one in every:
        values.setdefault(one.label, set()).add(one.identity)
    unchanged = {label for label, found in values.items() if len(found) == 1}
    return not any(
        sum(one.label == label for one in shapes) > 1 for shapes in drawn for label in unchanged
    )


def _keys(shapes: Sequence[Told], by_identity: bool) -> list[Hashable]:
    n_of: dict[str, int] = {}
    keys: dict[int, Hashable] = {}
    # What is not drawn takes nobody's place in the order, but may be of an object drawn elsewhere.
    for n, one in sorted(enumerate(shapes), key=lambda pair: not pair[1].is_drawn):
        if one.track is not None:
            keys[n] = "track", one.track
        elif one.is_drawn and not one.is_object:
            keys[n] = "background", one.label
        elif by_identity and one.identity is not None:
            keys[n] = "identity", one.label, one.identity
        elif one.group is not None and not by_identity:
            keys[n] = "group", one.label, one.group
        else:
            n_of[one.label] = n_of.get(one.label, 0) + 1
            keys[n] = "order", one.label, n_of[one.label]
    return [keys[n] for n in range(len(shapes))]


def _said_of_order(
    frames: Sequence[tuple[str, Sequence[Told]]],
    keys: Sequence[Sequence[Hashable]],
    clip: str,
    group: str,
) -> Iterator[Issue]:
    """Yield in which frames order alone tells objects apart, and what was tied by its label."""
    n_frames: dict[str, int] = {}  # that have a shape of a label alone
    several: dict[str, list[str]] = {}
    for (frame, shapes), of_frame in zip(frames, keys, strict=True):
        for one, key in zip(shapes, of_frame, strict=True):
            if one.is_object and key == ("order", one.label, 1):
                n_frames[one.label] = n_frames.get(one.label, 0) + 1
            elif one.is_object and key == ("order", one.label, 2):
                several.setdefault(one.label, []).append(frame)
    if several:
        names = list(dict.fromkeys(name for found in several.values() for name in found))
        text = (
            f"Several shapes {_listed(several)} have no {group}: they were told apart by their "
            "order in each frame."
        )
        fix = "Check who is who."
        frame, *further = names
        yield warning(text, clip=clip, frame=frame, further=tuple(further), fix=fix)
    alone = [label for label, n in n_frames.items() if n > 1 and label not in several]
    if alone:
        text = f"Shapes {_listed(alone)} have no {group}: those of a label are one object."
        yield note(text, clip=clip)


def _said_of_groups(
    frames: Sequence[tuple[str, Sequence[Told]]],
    clip: str,
    group: str,
    *,
    sure: bool,
    ties_parts: bool,
) -> Iterator[Issue]:
    """Yield which groups hold several labels or parts, and what may be of one frame alone."""
    labels: dict[Ids, dict[str, None]] = {}
    n_frames: dict[tuple[str, Ids], int] = {}
    parts: list[str] = []
    for frame, shapes in frames:
        tied = [(one.label, one.group) for one in shapes if one.group is not None and one.is_object]
        for label, number in dict.fromkeys(tied):
            labels.setdefault(number, {})[label] = None
            n_frames[label, number] = n_frames.get((label, number), 0) + 1
        if len(set(tied)) < len(tied):
            parts.append(frame)
    mixed = {number: found for number, found in labels.items() if len(found) > 1}
    why = "" if sure else f" A {group} is of one frame in this format."
    fix = "" if sure else "Check who is who."
    if mixed:
        number, found = next(iter(mixed.items()))
        number = number[-1] if isinstance(number, tuple) else number
        more = f" (and {counted(len(mixed) - 1, 'more')})" if len(mixed) > 1 else ""
        text = (
            f"The {group} {number}{more} has several labels ({', '.join(found)}): each is an "
            f"object of its own.{why}"
        )
        yield warning(text, clip=clip, fix=fix)
    elif not sure and any(n > 1 for n in n_frames.values()):
        text = f"Shapes of one label and {group} are one object in all frames.{why}"
        yield note(text, clip=clip, fix=fix)
    if parts:
        text = f"Several shapes of one label and {group} in a frame are parts of one object."
        frame, *further = parts
        say, fix = (note, "") if ties_parts else (warning, "Check who is who.")
        yield say(text, clip=clip, frame=frame, further=tuple(further), fix=fix)


def _listed(labels: Mapping[str, object] | Sequence[str]) -> str:
    return ", ".join(repr(label) for label in labels)
