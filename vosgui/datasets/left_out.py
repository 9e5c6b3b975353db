"""Clips of a dataset that are left out, and what is said where that leaves nothing."""

from __future__ import annotations

from collections.abc import Sequence

from vosgui.core.issues import Issue, Severity, error
from vosgui.errors import InputError, NothingToDoError

LEFT_OUT = "It was left out. "  # and why


def left_out(clip: str, broken: InputError) -> Issue:
    """Return that a clip was left out, and why."""
    return error(f"{LEFT_OUT}{broken}", clip=clip, option=broken.option)


def check_left(
    done: str, issues: Sequence[Issue], n_clips: int, n_objects: int, n_frames: int
) -> None:
    """Raise NothingToDoError where nothing was done of a dataset, with what stood against it.

    done : in one word, "written". n_clips, n_objects, n_frames : of how many it was.
    """
    if not n_clips:
        why = f" {issues[-1].text.removeprefix(LEFT_OUT)}" if issues else ""
        raise NothingToDoError(f"No clip could be {done}.{why}")
    lost = (one for one in issues if one.severity >= Severity.WARNING and "left out" in one.text)
    if not n_objects and (first := next(lost, None)) is not None:
        raise NothingToDoError(f"No object could be {done}. {first.words}")
    if not n_frames:
        unknown = (one.words for one in issues if "not annotated" in one.text)
        why = next(unknown, "No mask shows an object.")
        raise NothingToDoError(f"Nothing is annotated, so that nothing was {done}. {why}")
