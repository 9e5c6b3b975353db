"""Large files take little more memory than their own size, however many numbers stand in them."""

import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
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


@pytest.fixture(scope="module")
def alone() -> Iterator[ProcessPoolExecutor]:
    """Yield a process that does nothing else: what other threads take would be counted, too."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        yield process


def peak_of(do: Callable[[Path], object], path: Path) -> int:
    """Return the most bytes that were held at once, when all that it needs is loaded."""
    do(path)
    tracemalloc.start()
    do(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def list_clips(root: Path) -> object:
    row, found = locate(root, "auto")
    return row.list_clips(found)


@pytest.mark.parametrize("kind", _LISTED)
def test_what_is_listed_is_the_text_of_the_file(
    tmp_path: Path, alone: ProcessPoolExecutor, kind: str
) -> None:
    size = KINDS[kind](tmp_path, _MB).stat().st_size
    peak = alone.submit(peak_of, list_clips, tmp_path).result()
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
    tmp_path: Path, alone: ProcessPoolExecutor, kind: str, check: Callable[[Path], object]
) -> None:
    file = KINDS[kind](tmp_path, 3 * _MB)
    peak = alone.submit(peak_of, check, file).result()
    assert peak < 2.5 * file.stat().st_size, f"{peak / file.stat().st_size:.1f} times"
