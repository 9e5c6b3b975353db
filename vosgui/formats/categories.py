"""The published lists of categories."""

from __future__ import annotations

from functools import cache

from vosgui.paths import resources

# The name as it stands in published files: what it should be.
MISSPELT = {"gaint_panda": "giant_panda"}


@cache
def youtube_vos_seen() -> tuple[str, ...]:
    """Return the 65 categories that YouTube-VOS trains on, "seen" in its challenge."""
    return _listed("youtube-vos-seen")


@cache
def youtube_vos_unseen() -> tuple[str, ...]:
    """Return the 26 categories that YouTube-VOS only validates on."""
    return _listed("youtube-vos-unseen")


def _listed(name: str) -> tuple[str, ...]:
    text = (resources() / "categories" / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(text.split())
