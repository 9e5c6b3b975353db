"""The published lists of categories: names as the datasets spell them."""

from __future__ import annotations

from functools import cache

import msgspec

from vosgui.paths import resources

# The name as it stands in published files: what it should be.
MISSPELT = {"gaint_panda": "giant_panda"}


class _YoutubeVos(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    seen: tuple[str, ...]
    unseen: tuple[str, ...]


class _Lists(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    youtube_vos: _YoutubeVos
    youtube_vis_2019: tuple[str, ...]
    youtube_vis_2021: tuple[str, ...]


@cache
def _lists() -> _Lists:
    return msgspec.json.decode((resources() / "categories.json").read_bytes(), type=_Lists)


def youtube_vos_seen() -> tuple[str, ...]:
    """Return the 65 categories that YouTube-VOS trains on, "seen" in its challenge."""
    return _lists().youtube_vos.seen


def youtube_vos_unseen() -> tuple[str, ...]:
    """Return the 26 categories that YouTube-VOS only validates on."""
    return _lists().youtube_vos.unseen


def youtube_vis_2019() -> tuple[str, ...]:
    """Return the 40 categories of YouTube-VIS 2019 in the order of their ids, from 1."""
    return _lists().youtube_vis_2019


def youtube_vis_2021() -> tuple[str, ...]:
    """Return the 40 categories of YouTube-VIS 2021 and 2022 in the order of their ids, from 1."""
    return _lists().youtube_vis_2021


@cache
def published() -> tuple[str, ...]:
    """Return every published name once, alphabetically, for search as one types."""
    vos = youtube_vos_seen() + youtube_vos_unseen()
    return tuple(sorted({*vos, *youtube_vis_2019(), *youtube_vis_2021()}))
