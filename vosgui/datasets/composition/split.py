"""Videos shared out for training, validation and tests, as the YouTube-VOS paper's section 5.1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from random import Random

from vosgui.core.issues import Issue, note, warning
from vosgui.core.words import some_of
from vosgui.errors import InputError

PARTS = ("train", "valid", "test-seen", "test-unseen")


@dataclass(frozen=True)
class SplitRules:
    """How videos are shared out.

    unseen : categories that training must not see; every video with an object of one is for tests.
    n_valid, n_test : videos of each other category for validation, and for tests.
    seed : of the draw.
    """

    unseen: tuple[str, ...] = ()
    n_valid: int = 2
    n_test: int = 4
    seed: int = 0


@dataclass(frozen=True)
class Shares:
    """The names of the videos in each part, sorted. issues : where the rules could not be kept."""

    train: tuple[str, ...]
    valid: tuple[str, ...]
    test_seen: tuple[str, ...]
    test_unseen: tuple[str, ...]
    issues: tuple[Issue, ...] = ()

    def parts(self) -> dict[str, tuple[str, ...]]:
        """Return the names by the parts' own names, those of PARTS."""
        videos = (self.train, self.valid, self.test_seen, self.test_unseen)
        return dict(zip(PARTS, videos, strict=True))

    def part_of(self) -> dict[str, str]:
        """Return the part of each video."""
        return {name: part for part, names in self.parts().items() for name in names}


def share_out(videos: Mapping[str, Sequence[str]], rules: SplitRules) -> Shares:
    """Share out videos.

    videos : of each the categories of its objects, by id; the first one is what the video was
        chosen for, and counts as its own.
    The draw depends on the seed and on the names of the videos of a category, on nothing else:
    another category more changes none. Each seen category keeps a video for training.
    Raises InputError for an unseen category of which there is no video.
    """
    known = {category for categories in videos.values() for category in categories}
    for name in rules.unseen:
        if name not in known:
            near = get_close_matches(name, known, 1)
            there = f" There are {some_of(sorted(known))}." if known else " No object has one."
            hint = f" Is it {near[0]}?" if near else there
            raise InputError(f"No video has an object of the category {name!r}.{hint}")
    unseen = {name for name, own in videos.items() if set(own) & set(rules.unseen)}
    of: dict[str, list[str]] = {}
    train: list[str] = []
    for name in sorted(videos.keys() - unseen):
        if videos[name]:
            of.setdefault(videos[name][0], []).append(name)
        else:
            train.append(name)
    n_without = len(train)
    valid: list[str] = []
    test: list[str] = []
    short: list[str] = []
    for category, names in sorted(of.items()):
        Random(f"{rules.seed} {category}").shuffle(names)
        n_valid = min(rules.n_valid, len(names) - 1)
        n_test = min(rules.n_test, len(names) - 1 - n_valid)
        if (n_valid, n_test) != (rules.n_valid, rules.n_test):
            short.append(category)
        valid += names[:n_valid]
        test += names[n_valid : n_valid + n_test]
        train += names[n_valid + n_test :]
    issues = []
    if n_without:
        text = "Videos without a category are for training."
        issues.append(note(text, count=n_without))
    if short:
        text = (
            f"Too few videos for {rules.n_valid} of validation, {rules.n_test} of tests and one of "
            f"training: {some_of(short)}. What there is goes to them in the order of training, "
            "validation, tests."
        )
        issues.append(warning(text, count=len(short)))
    drawn, checked, tested = (tuple(sorted(part)) for part in (train, valid, test))
    return Shares(drawn, checked, tested, tuple(sorted(unseen)), tuple(issues))
