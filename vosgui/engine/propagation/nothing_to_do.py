"""Why a run would do nothing, in words that say what to do about it."""

from __future__ import annotations

from vosgui.core.annotation import Snapshot
from vosgui.core.track import Source


def why_nothing(
    snapshot: Snapshot, start: int, direction: str, objects: frozenset[int], frames: range
) -> str:
    """Say why a run from a frame that goes one way, or both ways, would change nothing."""
    shown = {i for i in objects if snapshot.has_mask(start, i)}
    if not shown:
        absent = {i for i in objects if snapshot.tracks[i]["source"][start] == Source.ABSENT}
        if absent == objects:
            return f"{named(objects)} marked absent in frame {start}."
        return (
            f"{named(objects, 'has', 'have')} no mask in frame {start}. "
            "Paint one there, or go to a frame that has one."
        )
    at_end = {"backward": start == frames[0], "forward": start == frames[-1]}
    if at_end.get(direction, all(at_end.values())):
        where = {"forward": "last", "backward": "first", "both": "only"}[direction]
        return f"Frame {start} is the {where} one of {_range(frames)}."
    return (
        f"Nothing to do from frame {start}: what follows is given already. "
        "Start from the last keyframe before the frames that are to change."
    )


def why_all_given(objects: frozenset[int], frames: range, has_keyframes: bool) -> str:
    """Say why a bidirectional run would change nothing, where no keyframe of the range helps."""
    where = _range(frames)
    if not has_keyframes:
        return (
            f"{named(objects, 'has', 'have')} no given mask in {where}. "
            "Paint one there, or widen the range."
        )
    return f"Nothing to carry: what is chosen is given in every frame of {where}."


def why_no_gap(objects: frozenset[int], start: int) -> str:
    """Say why there is nothing between keyframes around a frame."""
    return (
        f"{named(objects, 'has', 'have')} no keyframe on one side of frame {start}. "
        "Give a mask there, or let the run go to the end."
    )


def named(ids: frozenset[int], one: str = "is", several: str = "are") -> str:
    """Return objects as the subject of a sentence, with its verb: "Objects 1 and 2 are"."""
    return f"Object {words(ids)} {one}" if len(ids) == 1 else f"Objects {words(ids)} {several}"


def words(ids: frozenset[int]) -> str:
    """Return ids in words: "1, 2 and 3"."""
    *most, last = (str(i) for i in sorted(ids))
    return f"{', '.join(most)} and {last}" if most else last


def _range(frames: range) -> str:
    return f"the range {frames.start}:{frames.stop}"
