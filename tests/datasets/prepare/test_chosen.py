"""Clips chosen by hand: those that the command line would write are the same bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.media.video_factory import number_of
from vosgui.core.annotation import Header
from vosgui.core.edits import new_object, set_object
from vosgui.datasets.prepare.chosen import (
    accepted,
    add_to_project,
    is_written,
    named,
    write_chosen,
)
from vosgui.datasets.prepare.decisions import Decisions
from vosgui.datasets.prepare.prepare import prepare, scan_videos
from vosgui.datasets.prepare.proposer import Found, Proposer
from vosgui.datasets.prepare.rules import ClipRules, FileRules, PrepareRules
from vosgui.datasets.prepare.stretches import Stretch
from vosgui.errors import InputError
from vosgui.media.image_files import read_image
from vosgui.project.project import Project

RULES = PrepareRules(clips=ClipRules(max_length_s=3.0, margin=0.05))


def look(video: Path, target: Path, decisions: Decisions) -> dict[Path, Found]:
    scans = {}
    for path, result in scan_videos([video], target, decisions.rules.shots, 1):
        assert not isinstance(result, InputError)
        scans[path] = result[0]
    return Proposer().propose(scans, decisions)


def files(root: Path) -> dict[str, bytes]:
    there = (path for path in root.rglob("*") if path.is_file() and ".scans" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in there}


@pytest.fixture
def decisions(three_shots: Path) -> Decisions:
    return Decisions().with_videos([three_shots]).with_rules(RULES)


def test_all_proposals_accepted_are_what_the_command_line_writes(
    three_shots: Path, tmp_path: Path, decisions: Decisions
) -> None:
    prepare([three_shots], tmp_path / "a", RULES, 1)
    found = look(three_shots, tmp_path / "b", decisions)
    all_ = tuple(Stretch(one.start, one.stop, "accepted") for one in found[three_shots].proposed)
    ready = named(decisions.decide(three_shots, all_, "f"), tmp_path / "b")
    report = write_chosen(ready, found, tmp_path / "b", 1)
    assert report.written == ("three_01", "three_02", "three_03")
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert all(is_written(tmp_path / "b", one) for one in accepted(ready.videos))
    path = add_to_project(tmp_path / "b", report.written, tmp_path / "p.vosgui")
    with Project.open(path) as project:
        assert [one.name for one in project.clips] == [*report.written]


def test_a_clip_keeps_its_name_and_takes_nobody_elses(
    three_shots: Path, tmp_path: Path, decisions: Decisions
) -> None:
    found = look(three_shots, tmp_path, decisions)
    one = Stretch(110, 180, "accepted", "dog")
    ready = named(decisions.decide(three_shots, (one,), "f"), tmp_path)
    write_chosen(ready, found, tmp_path, 1)
    about = json.loads((tmp_path / "provenance" / "three_01.json").read_text())
    assert about["category"] == "dog" and about["first_frame"] == 110
    report = json.loads((tmp_path / "prepare.json").read_text())
    assert report["videos"][0]["clips"][0]["category"] == "dog"
    # An earlier stretch comes second; a third one is what lies there under the first name.
    earlier = Stretch(10, 60, "accepted")
    assert [s.name for s in accepted(named(
        decisions.decide(three_shots, (earlier, *accepted(ready.videos)), "f"), tmp_path
    ).videos)] == ["three_02", "three_01"]  # fmt: skip
    anew = named(decisions.decide(three_shots, (one,), "f"), tmp_path)  # the decisions were lost
    assert [s.name for s in accepted(anew.videos)] == ["three_01"]
    other = named(decisions.decide(three_shots, (one.changed(stop=170),), "f"), tmp_path)
    assert [s.name for s in accepted(other.videos)] == ["three_02"]
    write_chosen(other, look(three_shots, tmp_path, other), tmp_path, 1)
    first = sorted((tmp_path / "JPEGImages" / "three_02").iterdir())
    assert len(first) == 60 and number_of(read_image(first[0])) == 110


@pytest.mark.parametrize(("every", "stride"), [(1, 5), (5, 1), (10, 1)])
def test_a_project_begins_with_the_category_and_grid_of_its_clips(
    three_shots: Path, tmp_path: Path, decisions: Decisions, every: int, stride: int
) -> None:
    rules = replace(RULES, files=FileRules(stride=every))
    found = look(three_shots, tmp_path, decisions)
    both = (Stretch(10, 60, "accepted", "dog"), Stretch(110, 180, "accepted"))
    ready = named(decisions.decide(three_shots, both, "f").with_rules(rules), tmp_path)
    report = write_chosen(ready, found, tmp_path, 1)
    path = add_to_project(tmp_path, report.written, tmp_path / "p.vosgui")
    with Project.open(path) as project:
        dog, other = (project.history(one.id) for one in project.clips)
        assert [(o.id, o.category) for o in dog.annotation.header.objects] == [(1, "dog")]
        assert other.annotation.header == Header(stride=stride)
        assert dog.annotation.header.stride == stride
        dog.do("Rename", set_object(dog.annotation, new_object(1, category="cat")))
    add_to_project(tmp_path, report.written, path)  # once more: what was done there stays
    with Project.open(path) as project:
        (entry,) = project.history(1).annotation.header.objects
        assert entry.category == "cat" and len(project.clips) == 2


def test_what_was_rejected_is_in_the_report(
    three_shots: Path, tmp_path: Path, decisions: Decisions
) -> None:
    decided = decisions.decide(three_shots, (Stretch(20, 90, "rejected"),), "f")
    write_chosen(decided, look(three_shots, tmp_path, decided), tmp_path, 1)
    (video,) = json.loads((tmp_path / "prepare.json").read_text())["videos"]
    assert video["clips"] == []
    by_hand = {"start": 20, "stop": 90, "reason": "it was rejected by hand"}
    assert by_hand | {"start_s": 0.8, "stop_s": 3.6} in video["refused"]
