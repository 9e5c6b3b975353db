"""Large files take little more memory than their own size, however many numbers stand in them."""

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.large_files import KINDS
from vosgui.formats.coco.checks import check_coco
from vosgui.formats.locate import locate
from vosgui.formats.youtubevis.checks import check_youtubevis

_MB = 1_000_000
_LISTED = [
    *("coco-polygons", "coco-rle", "youtubevis-polygons", "youtubevis-rle", "burst", "mevis"),
    *("datumaro", "labelstudio-polygons", "labelstudio-brush"),
]


def traced(do: Callable[[], object]) -> int:
    """Return the most bytes that were held at once.

    It is done in a fork of this process, which has this one thread of it: what others take
    meanwhile would be counted, too.
    """
    readable, writable = os.pipe()
    child = os.fork()
    if not child:
        tracemalloc.start()
        try:
            do()
            os.write(writable, str(tracemalloc.get_traced_memory()[1]).encode())
        finally:
            os._exit(0)
    os.close(writable)
    with os.fdopen(readable) as told:
        peak = told.read()
    os.waitpid(child, 0)
    assert peak, "it failed in the fork"
    return int(peak)


@pytest.mark.parametrize("kind", _LISTED)
def test_what_is_listed_is_the_text_of_the_file(tmp_path: Path, kind: str) -> None:
    size = KINDS[kind](tmp_path, _MB).stat().st_size
    row, root = locate(tmp_path, "auto")
    row.list_clips(root)  # what is loaded once
    peak = traced(lambda: row.list_clips(root))
    assert peak < 2.5 * size, f"{peak / size:.1f} times"


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        ("coco-polygons", check_coco),
        ("youtubevis-polygons", check_youtubevis),
        ("youtubevis-rle", check_youtubevis),
    ],
)
def test_a_file_is_checked_entry_by_entry(
    tmp_path: Path, kind: str, check: Callable[[Path], object]
) -> None:
    file = KINDS[kind](tmp_path, 3 * _MB)
    check(file)  # what is loaded once
    peak = traced(lambda: check(file))
    assert peak < 2.5 * file.stat().st_size, f"{peak / file.stat().st_size:.1f} times"
