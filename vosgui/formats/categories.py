"""The published lists of categories: names as the datasets spell them."""

from __future__ import annotations

from functools import cache

import msgspec

from vosgui.paths import resources

# The name as it stands in published files: what it should be.
MISSPELT = {"gaint_panda": "giant_panda"}
OVIS_MISSPELT = {"Vehical": "Vehicle"}


class YoutubeVos(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The 65 categories that it trains on, and the 26 that it only validates on."""

    seen: tuple[str, ...]
    unseen: tuple[str, ...]


class Lists(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """The categories of each dataset; YouTube-VIS 2022 has those of 2021.

    youtube_vis_2019, youtube_vis_2021, ovis : 40, 40 and 25, in the order of their ids, from 1.
    """

    youtube_vos: YoutubeVos
    youtube_vis_2019: tuple[str, ...]
    youtube_vis_2021: tuple[str, ...]
    ovis: tuple[str, ...]


@cache
def lists() -> Lists:
    """Return the published lists."""
    return msgspec.json.decode((resources() / "categories.json").read_bytes(), type=Lists)


@cache
def published() -> tuple[str, ...]:
    """Return every published name once, alphabetically, for search as one types."""
    known = lists()
    vis = known.youtube_vis_2019 + known.youtube_vis_2021
    return tuple(sorted({*known.youtube_vos.seen, *known.youtube_vos.unseen, *vis}))
