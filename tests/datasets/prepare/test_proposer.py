"""Proposals go around what a person decided, and follow the rules without another look."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.datasets.prepare.test_proposals import RATE, evenly, made_up
from vosgui.datasets.prepare.decisions import Decisions
from vosgui.datasets.prepare.proposer import Found, Proposer
from vosgui.datasets.prepare.rules import ClipRules, PrepareRules, ShotRules
from vosgui.datasets.prepare.scan import Scan
from vosgui.datasets.prepare.stretches import Stretch, shown

A, B = Path("/videos/a.mp4"), Path("/videos/b.mp4")
CUTS = (100, 200, 300, 400)
RULES = PrepareRules(
    ShotRules(min_length_s=0.1), ClipRules(margin=0, min_light=0, min_sharpness=1, max_shake=9)
)


def scan(seed: int) -> Scan:
    measures = made_up(500, seed)
    measures["hash"] = np.repeat(np.random.default_rng(seed).integers(0, 2**63, 5), 100)
    return Scan(RATE, CUTS, measures, evenly(500))


SCANS = {A: scan(1), B: scan(2)}


def found_in(decisions: Decisions) -> dict[Path, Found]:
    return Proposer().propose(SCANS, decisions)


@pytest.fixture
def decisions() -> Decisions:
    return Decisions().with_videos([A, B]).with_rules(RULES)


def test_nothing_is_proposed_over_or_like_what_was_decided(decisions: Decisions) -> None:
    first = found_in(decisions)[A]
    assert len(first.proposed) == 5
    taken, refused = first.proposed[1], first.proposed[3]
    decided = (
        Stretch(taken.start + 5, taken.stop, "accepted"),
        Stretch(refused.start, refused.stop, "rejected"),
    )
    again = found_in(decisions.decide(A, decided, "f"))[A]
    for one in again.proposed:
        assert not any(other.overlaps(one.start, one.stop) for other in decided)
        for hash_ in one.hashes:
            decided_hash = first.means.hashes(taken.start + 5, taken.stop)[0]
            assert (hash_ ^ decided_hash).bit_count() >= 10
    kept = [one for one in shown(decided, again.proposed) if one.is_kept]
    assert 4 <= len(kept) <= 5
    assert not any(no.start < taken.stop and taken.start < no.stop for no in again.refused)


def test_what_was_decided_counts(decisions: Decisions) -> None:
    most = decisions.with_rules(replace(RULES, clips=replace(RULES.clips, max_per_video=2)))
    made = found_in(most.decide(A, (Stretch(10, 40, "accepted"),), "f"))[A]
    assert len(made.proposed) == 1
    assert any("2 clips" in one.reason for one in made.refused)


def test_a_video_does_not_repeat_what_was_decided_of_a_later_one(decisions: Decisions) -> None:
    same = {A: SCANS[A], B: replace(SCANS[B], measures=SCANS[A].measures)}
    before = Proposer().propose(same, decisions)
    taken = before[A].proposed[0]
    decided = (Stretch(taken.start, taken.stop, "accepted"),)
    after = Proposer().propose(same, decisions.decide(B, decided, "f"))
    assert not any(one.start == taken.start for one in after[A].proposed)
    assert any("another clip" in one.reason for one in after[A].refused)


def test_shots_are_worked_out_anew_only_where_their_rules_change(decisions: Decisions) -> None:
    proposer = Proposer()
    first = proposer.propose(SCANS, decisions)
    clips = decisions.with_rules(replace(RULES, clips=ClipRules()))
    second = proposer.propose(SCANS, clips)
    assert second[A].shots is first[A].shots and second[A].proposed != first[A].proposed
    longer = decisions.with_rules(
        replace(RULES, shots=ShotRules(min_length_s=15, flashes="suppress"))
    )
    assert len(proposer.propose(SCANS, longer)[A].shots) < len(first[A].shots)


def test_what_depends_on_nothing_that_changed_is_kept(decisions: Decisions) -> None:
    proposer = Proposer()
    first = proposer.propose(SCANS, decisions)
    one = first[B].proposed[0]
    decided = decisions.decide(B, (Stretch(one.start, one.stop, "accepted"),), "f")
    second = proposer.propose(SCANS, decided)
    third = proposer.propose(SCANS, decided)
    assert third[A] is second[A] and third[B] is second[B]
    assert second[B] is not first[B]  # it was decided on
    fresh = Proposer().propose(SCANS, decided)
    assert [second[path].proposed for path in SCANS] == [fresh[path].proposed for path in SCANS]


def test_a_stretch_is_judged_as_proposals_are(decisions: Decisions) -> None:
    found = found_in(decisions)[A]
    one = found.proposed[2]
    assert found.judge(Stretch(one.start, one.stop), RULES.clips) == (one, "")
    assert "frame 100" in found.judge(Stretch(90, 130), RULES.clips)[1]
    strict = replace(RULES.clips, min_sharpness=1e6)
    assert "blurred" in found.judge(Stretch(one.start, one.stop), strict)[1]
    longer = replace(RULES.clips, min_length_s=RULES.clips.max_length_s + 1)
    shorter = replace(RULES.clips, min_length_s=0.1, max_length_s=0.2)
    for rules, seconds in ((longer, longer.min_length_s), (shorter, shorter.max_length_s)):
        assert f"{seconds:g} s" in found.judge(Stretch(one.start, one.stop), rules)[1]
