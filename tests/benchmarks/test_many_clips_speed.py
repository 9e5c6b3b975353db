"""How fast many small clips are converted, checked and imported: what each clip and file costs.

`python tests/benchmarks/make_clips.py OUT` writes as many as YouTube-VOS trains on.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.make_clips import make_clips
from vosgui.datasets.convert import convert
from vosgui.datasets.import_ import ImportOptions, import_dataset
from vosgui.datasets.validate import validate
from vosgui.formats.registry import detect, write_format
from vosgui.formats.writer import WriteOptions

N_CLIPS = 200


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the clips as YouTube-VOS, and from there as YouTube-VIS and as COCO."""
    root = tmp_path_factory.mktemp("clips")
    found = {"youtube-vos": make_clips(root / "youtube-vos", N_CLIPS)}
    for before, name in (("youtube-vos", "youtube-vis"), ("youtube-vis", "coco")):
        writer = write_format(name).writer(WriteOptions())
        dataset = detect(found[before]).list_clips(found[before])
        found[name] = convert(dataset, writer, root / name, 1).target
    return found


@pytest.mark.parametrize("pair", ["youtube-vos youtube-vis", "youtube-vis coco"])
def test_convert(
    trees: dict[str, Path], tmp_path: Path, pair: str, benchmark: BenchmarkFixture
) -> None:
    source, target = pair.split()
    writer = write_format(target).writer(WriteOptions())
    n = iter(range(1000))

    def run() -> None:
        dataset = detect(trees[source]).list_clips(trees[source])
        convert(dataset, writer, tmp_path / str(next(n)), 1)

    benchmark.pedantic(run, rounds=3)


@pytest.mark.parametrize("name", ["youtube-vos", "youtube-vis", "coco"])
def test_validate(trees: dict[str, Path], name: str, benchmark: BenchmarkFixture) -> None:
    benchmark.pedantic(lambda: validate(trees[name], "auto", 1), rounds=3)


@pytest.mark.parametrize("name", ["youtube-vos", "youtube-vis", "coco"])
def test_import(
    trees: dict[str, Path], tmp_path: Path, name: str, benchmark: BenchmarkFixture
) -> None:
    n = iter(range(1000))

    def run() -> None:
        dataset = detect(trees[name]).list_clips(trees[name])
        import_dataset(dataset, tmp_path / f"{next(n)}.vosgui", ImportOptions())

    benchmark.pedantic(run, rounds=3)
