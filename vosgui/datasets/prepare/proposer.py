"""Clips proposed anew as rules are adjusted and stretches decided on: no frame is read for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vosgui.datasets.prepare.decisions import Decisions
from vosgui.datasets.prepare.proposals import (
    Hashes,
    Held,
    Means,
    Proposal,
    Refusal,
    judge,
    propose,
)
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
        return judge(one.start, one.stop, self.shots, self.means, self.scan.times, rules)


class Proposer:
    """Proposes clips of many videos; what is worked out is kept until something of it changes."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[Scan, ShotRules, Found]] = {}
        # with all that it depends on
        self._made: dict[Path, tuple[Hashes, ClipRules, list[Held], Found]] = {}

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
        by_hand = {path: own for path, own in decided.items() if own}
        found: dict[Path, Found] = {}
        earlier = np.zeros(0, np.uint64)
        for path, base in bases.items():
            others = [h for other, own in by_hand.items() if other != path for h in own]
            known = np.concatenate([earlier, np.array(others, np.uint64)])
            found[path] = self._propose(path, base, rules.clips, known, held[path])
            new = [value for clip in found[path].proposed for value in clip.hashes]
            earlier = np.concatenate([earlier, np.array(new, np.uint64)])
        return found

    def _propose(
        self, path: Path, base: Found, rules: ClipRules, known: Hashes, held: list[Held]
    ) -> Found:
        """Return what is proposed of one video. known : hashes, uint64 (n,)."""
        made = self._made.get(path)
        if made is not None:
            before, of_rules, of_held, found = made
            is_same = found.shots is base.shots and (of_rules, of_held) == (rules, held)
            if is_same and np.array_equal(before, known):
                return found
        args = base.shots, base.scan.measures, base.scan.times, rules
        proposals = propose(*args, known.tolist(), held)
        found = Found(base.scan, base.shots, base.means, proposals.clips, proposals.refused)
        self._made[path] = known, rules, held, found
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
