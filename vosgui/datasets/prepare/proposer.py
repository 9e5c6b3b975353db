"""Clips proposed anew as rules are adjusted and stretches decided on: no frame is read for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vosgui.datasets.prepare.decisions import Decisions
from vosgui.datasets.prepare.proposals import Held, Means, Proposal, Refusal, judge, propose
from vosgui.datasets.prepare.rules import ClipRules, ShotRules
from vosgui.datasets.prepare.scan import Scan
from vosgui.datasets.prepare.stretches import Stretch


@dataclass(frozen=True)
class Found:
    """What is known of a video that was looked at.

    shots : its frames, shot by shot. means : of its measures. proposed, refused : by the rules.
    """

    scan: Scan
    shots: tuple[range, ...]
    means: Means
    proposed: tuple[Proposal, ...] = ()
    refused: tuple[Refusal, ...] = ()

    def judge(self, one: Stretch, rules: ClipRules) -> tuple[Proposal, str]:
        """Return what is measured of a stretch, and which rule it breaks, if one."""
        return judge(one.start, one.stop, self.shots, self.means, rules)


class Proposer:
    """Proposes clips of many videos; shots and sums are worked out anew only where they change."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[Scan, ShotRules, Found]] = {}

    def propose(self, scans: Mapping[Path, Scan], decisions: Decisions) -> dict[Path, Found]:
        """Return what is found in the videos that were looked at, in the order of the decisions.

        A video's clips repeat neither those of videos before it, nor what was decided of any.
        """
        rules = decisions.rules
        there = [one for one in decisions.videos if one.path in scans]
        bases = {one.path: self._base(one.path, scans[one.path], rules.shots) for one in there}
        held = {
            one.path: [Held(part.start, part.stop, part.is_kept) for part in one.decided]
            for one in there
        }
        decided = {
            path: [h for one in parts if one.is_kept for h in _hashes(bases[path], one)]
            for path, parts in held.items()
        }
        found: dict[Path, Found] = {}
        earlier: list[int] = []
        for path, base in bases.items():
            known = [*earlier, *(h for other, own in decided.items() if other != path for h in own)]
            args = base.shots, base.scan.measures, base.scan.rate, rules.clips
            made = propose(*args, known, held[path])
            earlier += [value for clip in made.clips for value in clip.hashes]
            found[path] = Found(base.scan, base.shots, base.means, made.clips, made.refused)
        return found

    def _base(self, path: Path, scan: Scan, rules: ShotRules) -> Found:
        """Return shots and sums of a video."""
        known = self._known.get(path)
        if known is None or known[0] is not scan or known[1] != rules:
            found = Found(scan, tuple(scan.shots(rules)), Means(scan.measures))
            self._known[path] = known = scan, rules, found
        return known[2]


def _hashes(base: Found, one: Held) -> tuple[int, ...]:
    return base.means.hashes(one.start, one.stop)
