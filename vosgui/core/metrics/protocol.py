"""Which frames of an object are scored: the protocols of the field, as named choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

First = Literal["clip", "object", "keep"]
Last = Literal["drop", "keep"]


@dataclass(frozen=True)
class Protocol:
    """The frames that count. Every object is scored from its first frame in the truth on.

    first : "clip" leaves out the clip's first frame (davis2017-evaluation, semi-supervised),
        "object" leaves out each object's own first frame, the one a method is given.
    last : "drop" leaves out the clip's last frame (davis2017-evaluation).
    """

    name: str
    first: First
    last: Last

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
        first = {
            "clip": "the clip's first frame is left out",
            "object": "each object's first frame is left out",
            "keep": "first frames are scored",
        }[self.first]
        last = "left out" if self.last == "drop" else "scored"
        return f"{self.name}: {first}, the clip's last frame is {last}"


# What the YouTube-VOS server does with first and last frames is not published; its public stand-in
# (pytracking) leaves out each object's first frame.
PROTOCOLS = {
    protocol.name: protocol
    for protocol in (
        Protocol("davis", first="clip", last="drop"),
        Protocol("youtube-vos", first="object", last="keep"),
        Protocol("all", first="keep", last="keep"),
    )
}
