"""The published category lists: their counts, no name twice, and their spelling."""

from __future__ import annotations

import re

from vosgui.formats import categories


def test_youtube_vos_has_the_published_counts_and_no_overlap() -> None:
    seen, unseen = categories.lists().youtube_vos.seen, categories.lists().youtube_vos.unseen
    assert (len(seen), len(unseen)) == (65, 26)
    assert len({*seen, *unseen}) == 91
    assert list(seen) == sorted(seen)
    assert list(unseen) == sorted(unseen)


def test_youtube_vis_lists_are_in_id_order() -> None:
    first, second = categories.lists().youtube_vis_2019, categories.lists().youtube_vis_2021
    assert len(first) == len(set(first)) == 40
    assert len(second) == len(set(second)) == 40
    assert (first[0], first[25], first[39]) == ("person", "owl", "tennis_racket")
    assert (second[0], second[25], second[39]) == ("airplane", "person", "zebra")


def test_2021_changed_the_2019_list_as_its_page_says() -> None:
    first, second = (
        set(categories.lists().youtube_vis_2019),
        set(categories.lists().youtube_vis_2021),
    )
    assert first - second == {"eagle", "owl", "ape", "hand", "sedan"}
    assert second - first == {"bird", "car", "flying_disc", "squirrel", "whale"}


def test_all_names_are_offered_once() -> None:
    names = categories.published()
    assert len(names) == len(set(names)) == 93  # 91 of YouTube-VOS, and car and flying_disc
    assert {"others", "flying_disc", "car", "small_panda"} <= set(names)


def test_names_are_lower_case_with_underscores_and_misspellings_are_not_among_them() -> None:
    names = categories.published()
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []
    assert set(categories.MISSPELT.values()) <= set(names)
    assert not set(categories.MISSPELT) & set(names)
