"""Sharing videos out: the rules of the paper's section 5.1 hold for any dataset and seed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vosgui.datasets.composition.split import SplitRules, share_out
from vosgui.errors import InputError

CATEGORIES = ["ant", "bear", "cat", "dog", ""]


@given(
    videos=st.dictionaries(
        st.text("abcdefgh", min_size=1, max_size=4),
        st.lists(st.sampled_from(CATEGORIES[:-1]), max_size=3),
        max_size=60,
    ),
    unseen=st.lists(st.sampled_from(CATEGORIES[:-1]), unique=True, max_size=2),
    n_valid=st.integers(0, 3),
    n_test=st.integers(0, 5),
    seed=st.integers(0, 5),
)
def test_every_video_has_one_part_and_no_unseen_category_is_trained_on(
    videos: dict[str, list[str]], unseen: list[str], n_valid: int, n_test: int, seed: int
) -> None:
    there = {one for categories in videos.values() for one in categories}
    rules = SplitRules(tuple(one for one in unseen if one in there), n_valid, n_test, seed)
    shares = share_out(videos, rules)
    parts = shares.parts()
    assert sorted(name for names in parts.values() for name in names) == sorted(videos)
    hidden = set(rules.unseen)
    for part, names in parts.items():
        for name in names:
            assert bool(hidden & set(videos[name])) == (part == "test-unseen")
        assert list(names) == sorted(names)
    own = {name: categories[0] for name, categories in videos.items() if categories}
    for category in {own[n] for n in (*shares.train, *shares.valid, *shares.test_seen) if n in own}:
        n = {part: sum(own.get(one) == category for one in names) for part, names in parts.items()}
        total = n["train"] + n["valid"] + n["test-seen"]
        assert n["train"] >= 1
        assert n["valid"] == min(n_valid, total - 1)
        assert n["test-seen"] == min(n_test, total - 1 - n["valid"])
    assert share_out(dict(reversed(videos.items())), rules) == shares


def test_the_numbers_of_the_paper() -> None:
    videos = {f"{c:02d}-{n:02d}": [f"category {c}"] for c in range(78) for n in range(12)}
    unseen = tuple(f"category {c}" for c in range(10))
    shares = share_out(videos, SplitRules(unseen))
    assert {part: len(names) for part, names in shares.parts().items()} == {
        "train": 68 * 6,
        "valid": 68 * 2,
        "test-seen": 68 * 4,
        "test-unseen": 10 * 12,
    }
    assert shares.issues == ()


def test_a_category_more_changes_no_other_and_another_seed_does() -> None:
    videos = {f"{c}{n}": [c] for c in "ab" for n in range(20)}
    more = videos | {f"c{n}": ["c"] for n in range(20)}
    few = share_out(videos, SplitRules())
    assert {one for one in share_out(more, SplitRules()).valid if one[0] != "c"} == {*few.valid}
    assert share_out(videos, SplitRules(seed=1)).valid != few.valid


def test_what_falls_short_is_told() -> None:
    shares = share_out({"a": ["ant"], "b": ["bee"], "c": ["bee"], "d": []}, SplitRules())
    assert shares.parts()["train"] == ("a", shares.train[1], "d")
    assert len(shares.valid) == 1 and not shares.test_seen
    assert [one.count for one in shares.issues] == [1, 2]
    assert "ant, bee" in str(shares.issues[1])
    with pytest.raises(InputError, match=r"'bees'.*bee\?"):
        share_out({"a": ["bee"]}, SplitRules(("bees",)))


def test_where_no_object_has_a_category_it_is_said() -> None:
    with pytest.raises(InputError, match=r"'cat'\. No object has one\."):
        share_out({"clip": []}, SplitRules(("cat",)))
