"""Which frames of an object are scored, and by which measures: protocols of the field, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

First = Literal["clip", "object", "keep"]
Last = Literal["drop", "keep"]
Since = Literal["object", "clip", "listed"]


@dataclass(frozen=True)
class Protocol:
    """The frames that count, and the measures.

    first : "clip" leaves out the clip's first frame (davis2017-evaluation, semi-supervised),
        "object" leaves out each object's own first frame, the one a method is given.
    last : "drop" leaves out the clip's last frame (davis2017-evaluation).
    since : "object" scores an object from its first frame in the truth on; "clip" from the clip's
        first on, where it may be absent (MOSEv2). "listed" scores it in the range that a file lists
        (LVOS), whatever `first` and `last` say.
    is_mosev2 : whether J and F are those of MOSEv2, not those of DAVIS.
    """

    name: str
    first: First
    last: Last
    since: Since = "object"
    is_mosev2: bool = False

    def scores(self, t: int, first_t: int, n_frames: int) -> bool:
        """Return whether frame `t` counts for an object that is first in the truth at `first_t`."""
        if t < first_t or (self.first == "object" and t == first_t):
            return False
        return t in self.candidates(n_frames)

    def candidates(self, n_frames: int) -> range:
        """Return the frames that can count for some object of a clip."""
        return range(self.first != "keep", n_frames - (self.last == "drop"))

    def describe(self) -> str:
        """Return one line for the report."""
        if self.since == "listed":
            return (
                f"{self.name}: every fifth frame of the range that is listed for an object, "
                "without its first and last"
            )
        first = {
            "clip": "the clip's first frame is left out",
            "object": "each object's first frame is left out",
            "keep": "first frames are scored",
        }[self.first]
        last = "left out" if self.last == "drop" else "scored"
        absent = ", objects are scored before they first appear" if self.since == "clip" else ""
        return f"{self.name}: {first}, the clip's last frame is {last}{absent}"


# What the YouTube-VOS server does with first and last frames is not published; its public stand-in
# (pytracking) leaves out each object's first frame.
PROTOCOLS = {
    protocol.name: protocol
    for protocol in (
        Protocol("davis", first="clip", last="drop"),
        Protocol("youtube-vos", first="object", last="keep"),
        Protocol("all", first="keep", last="keep"),
        Protocol("lvos", first="keep", last="keep", since="listed"),
        Protocol("mosev2", first="clip", last="drop", since="clip", is_mosev2=True),
    )
}
