"""What the Prepare view says in words of a clip, a refusal, a shot."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from vosgui.core.words import counted
from vosgui.datasets.prepare.proposals import Proposal, Refusal
from vosgui.datasets.prepare.stretches import Stretch
from vosgui.ui.prepare.view import CLIPS_TOP, REFUSED_TOP, RULER_H, StripView

WORDS = {"open": "proposed", "accepted": "accepted", "rejected": "rejected"}


def state_of(view: StripView, one: Stretch) -> str:
    """Return what has become of a stretch, in a word."""
    return "written" if one in view.written else WORDS[one.verdict]


def describe_span(view: StripView, start: int, stop: int) -> str:
    """Return from when to when some frames are, and how long."""
    frames = counted(stop - start, "frame")
    span = f"{view.clock(start)} to {view.clock(stop)}"
    return f"{span} · {view.length(start, stop)} · {frames}"


def describe_clip(view: StripView, one: Stretch, measured: Proposal | None = None) -> str:
    """Return what is known of a clip, on one line. measured : what is measured of it."""
    words = [describe_span(view, one.start, one.stop), state_of(view, one)]
    if one in view.warnings:  # first of all, where there is not room for everything
        words[-1] += f", but {view.warnings[one]}"
    words += [text for text in (one.name, one.category) if text]
    if measured is not None:
        words.append(
            f"score {100 * measured.score:.0f} · sharpness {measured.sharpness:.0f} · "
            f"light {measured.light:.2f} · shake {measured.shake:.2f} · "
            f"motion {measured.motion:.2f}"
        )
    return " · ".join(words)


def describe_refusal(view: StripView, one: Refusal) -> str:
    """Return why a stretch is no clip, on one line."""
    return f"{describe_span(view, one.start, one.stop)} · refused: {one.reason}"


def describe(view: StripView, at: QPointF) -> str:
    """Return what is at a point of the strip."""
    t = view.scale.frame_at(at.x())
    if at.y() < RULER_H:
        return f"frame {t} · {view.clock(t, 2)}"
    if at.y() >= REFUSED_TOP:
        refusal = view.refusal_at(t)
        return describe_refusal(view, refusal) if refusal else ""
    if at.y() >= CLIPS_TOP:
        clip = view.clip_at(t)
        return describe_clip(view, clip) if clip else ""
    shot = view.shot_at(t)
    if shot is None:
        return f"frame {t} · {view.clock(t, 2)}"
    number = view.shots.index(shot) + 1
    return f"shot {number} of {len(view.shots)} · {describe_span(view, shot.start, shot.stop)}"
