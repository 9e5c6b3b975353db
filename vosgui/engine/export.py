"""Export of a project's clips: what is exported, and what a person should know before it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vosgui.core.annotation import Annotation
from vosgui.core.clip import ClipInfo
from vosgui.core.review import Finding, review
from vosgui.formats.categories import youtube_vos_seen, youtube_vos_unseen
from vosgui.formats.formats_table import write_format
from vosgui.formats.youtubevos import FrameChoice, chosen_frames


@dataclass(frozen=True)
class ExportItem:
    """One clip to export. Nothing else may change `annotation` while an export begins.

    path : where the clip lies now, which need not be where it lay when `info` was noted.
    """

    name: str
    annotation: Annotation
    info: ClipInfo
    path: Path


def check_export(
    items: Sequence[ExportItem], frames: FrameChoice, form: str = "youtube-vos"
) -> Iterator[tuple[str, list[Finding]]]:
    """Yield the name of each clip with what a person should know before it is exported.

    form : the format it is for; what that has no place for is not asked after.
    """
    row = write_format(form)
    published = frozenset(youtube_vos_seen() + youtube_vos_unseen())
    categories = published if row.has_categories else None
    for item in items:
        chosen = chosen_frames(item.annotation, frames)
        names = item.info.frame_names
        name = item.name if row.wants_ten_digits else None
        yield item.name, review(item.annotation, chosen, names, name, categories, row.no_category)


def folder_name(name: str, taken: set[str]) -> str:
    """Return a clip's name as a folder that every system takes, told apart from those taken."""
    safe = re.sub(r'[\x00-\x1f<>:"/\\|?*\s]+', "_", name).strip("._") or "clip"
    candidate, n = safe, 2
    while candidate.lower() in {other.lower() for other in taken}:
        candidate, n = f"{safe}-{n}", n + 1
    return candidate
