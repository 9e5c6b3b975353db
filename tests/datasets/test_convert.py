"""Conversion of many clips: whole at the end, resumed where it was stopped, the same each time."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

import pytest

from tests.datasets.exporting import stop_at, stopped
from tests.hearing import Heard
from tests.trees import boxes, put_frames, put_palette, put_text
from vosgui.cli.main import main
from vosgui.core.annotation import Annotation
from vosgui.datasets.convert import ConvertReport, Unpacked, convert
from vosgui.errors import DatasetError, InputError, NothingToDoError, TargetError
from vosgui.files.archive import unpacked, write_archive
from vosgui.formats.dataset import Dataset, LabelledClip
from vosgui.formats.plan import ClipPlan, MaskImages
from vosgui.formats.registry import detect, writable, write_format
from vosgui.formats.writer import WriteOptions


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for n, name in enumerate(("a", "b", "c")):
        put_frames(root / "JPEGImages" / name, ["00000", "00001"])
        for stem in ("00000", "00001"):
            put_palette(root / f"Annotations/{name}/{stem}.png", boxes({n + 1: (n, 1, 5, 5)}))
    return root


def listed(root: Path) -> Dataset:
    return detect(root).list_clips(root)


def bytes_of(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    digest = hashlib.sha256
    return {str(p.relative_to(root)): digest(p.read_bytes()).hexdigest() for p in files}


def stopped_after_a_clip(root: Path, out: Path, to: str) -> None:
    """Begin a conversion and stop it when the first clip is whole."""
    writer = write_format(to).writer(WriteOptions())
    stopped(lambda progress: convert(listed(root), writer, out, 1, progress), stop_at(1))


def run(root: Path, out: Path, to: str = "youtube-vos", n_workers: int = 1) -> ConvertReport:
    writer = write_format(to).writer(WriteOptions())
    return convert(listed(root), writer, out, n_workers)


def test_one_process_or_two_stopped_or_not_the_bytes_are_the_same(
    tree: Path, tmp_path: Path
) -> None:
    for to in ("youtube-vos", "youtube-vis", "youtube-vos-submission", "overlay"):
        one, two, three = (tmp_path / f"{to}-{n}" for n in (1, 2, 3))
        run(tree, one, to)
        if to == "youtube-vos":
            run(tree, two, to, n_workers=2)
            assert bytes_of(one) == bytes_of(two)
        stopped_after_a_clip(tree, three, to)
        assert not three.exists()
        run(tree, three, to)
        assert bytes_of(one) == bytes_of(three)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    "to",
    ["youtube-vos-submission", "refer-youtube-vos", "youtube-vis-results", "coco", "cvat", "davis"],
)
def test_stopped_while_the_files_about_all_are_written(tree: Path, tmp_path: Path, to: str) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    writer = write_format(to).writer(WriteOptions())

    def n_last(heard: Heard) -> int:
        return sum(n_clips == 3 for n_clips, _, _ in heard.said)

    heard = Heard()
    convert(listed(tree), writer, whole, 1, heard)
    for n in range(1, n_last(heard) + 1):
        at_n = Heard(lambda heard, n=n: n_last(heard) == n)  # type: ignore[misc]
        stopped(lambda progress: convert(listed(tree), writer, out, 1, progress), at_n)
        assert not out.exists()
        assert not list(tmp_path.rglob("*.tmp"))
    run(tree, out, to)
    assert bytes_of(out) == bytes_of(whole)
    assert not list(tmp_path.glob(".*"))


def test_a_resumed_run_does_not_write_finished_clips_again(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stopped_after_a_clip(tree, out, "masks")
    (kept,) = (tmp_path / ".out.partial/clips").glob("*/files/a/00000.png")
    before = kept.stat().st_ino
    run(tree, out, "masks")
    assert (out / "a/00000.png").stat().st_ino == before


def test_a_dataset_that_is_unpacked_anew_is_gone_on_with(tree: Path, tmp_path: Path) -> None:
    write_archive(tmp_path / "tree.zip", tree)
    writer = write_format("masks").writer(WriteOptions())
    n_before = []  # reports before the first clip is whole
    for _ in range(2):
        with unpacked(tmp_path / "tree.zip") as folder:
            came = {"unpacked": Unpacked(folder, tmp_path / "tree.zip")}
            work = partial(convert, listed(folder), writer, tmp_path / "out", 1, **came)
            n_before.append(len(stopped(work, stop_at(1))) - 1)
    assert n_before[0] >= 2  # its frames
    assert n_before[1] == 1  # the clip at once


def test_what_other_work_left_is_not_taken_over(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stopped_after_a_clip(tree, out, "davis")
    run(tree, out, "masks")
    assert sorted(path.name for path in out.iterdir()) == ["a", "b", "c"]


def test_a_broken_clip_stops_it_or_is_left_out(tree: Path, tmp_path: Path) -> None:
    for mask in (tree / "Annotations/b").iterdir():
        mask.write_bytes(b"broken")
    with pytest.raises(InputError, match=r"b/0000[01]\.png"):
        run(tree, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    words = ["convert", str(tree), "--to", "masks", "--out", str(tmp_path / "out")]
    assert main([*words, "--workers", "1", "--skip-broken"]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "c"]


def test_a_run_that_failed_says_where_it_goes_on(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = [tree / "Annotations" / name / "00001.png" for name in ("a", "b")]
    whole = [path.read_bytes() for path in broken]
    for path in broken:
        path.write_bytes(b"broken")
    words = ["convert", str(tree), "--to", "masks", "--out", str(tmp_path / "out")]
    assert main([*words, "--workers", "1"]) == 2
    said = capsys.readouterr().err
    assert "1 clip done and kept" in said, "those after it are done, too"
    assert "2 of 3 clips could not be done" in said and all(str(path) in said for path in broken)
    for path, content in zip(broken, whole, strict=True):
        path.write_bytes(content)
    assert main([*words, "--workers", "1"]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "b", "c"]


def test_a_taken_target_is_left_alone(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    with pytest.raises(TargetError, match="not empty"):
        run(tree, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
    with pytest.raises(NothingToDoError):
        convert(Dataset(()), write_format("masks").writer(WriteOptions()), tmp_path / "n", 1)


def test_an_unknown_format_names_those_there_are(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", str(tree), "--to", "vos", "--out", str(tmp_path / "out")]) == 2
    assert "youtube-vis-results" in capsys.readouterr().err


def test_a_submission_without_an_expression_is_none(tree: Path, tmp_path: Path) -> None:
    with pytest.raises(NothingToDoError, match="No object of c has an expression"):
        run(tree, tmp_path / "out", "refer-youtube-vos-submission")
    assert not (tmp_path / "out").exists()


SAME_NAMES = """<annotations><version>1.1</version>
<image id="0" name="cam0/frame_000000.jpg" width="16" height="12">{0}</image>
<image id="1" name="cam0/frame_000001.jpg" width="16" height="12">{0}</image>
<image id="2" name="cam0/frame_000000.png" width="16" height="12">{0}</image>
</annotations>"""


@pytest.mark.parametrize("form", [row.name for row in writable()])
def test_two_frames_of_one_name_are_refused_before_anything_is_written(
    tmp_path: Path, form: str
) -> None:
    shape = '<polygon label="a" points="1,1;9,1;9,9;1,9" z_order="0" group_id="1"/>'
    put_text(tmp_path / "in/annotations.xml", SAME_NAMES.format(shape))
    with pytest.raises(DatasetError, match="Frames 0 and 2 of the clip cam0 are both called frame"):
        run(tmp_path / "in", tmp_path / "out", form)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_plan_with_one_path_twice_is_refused() -> None:
    clip = LabelledClip("c", None, ("a", "b"), Annotation((4, 5), 2))
    for masks, others in (
        ((MaskImages("c"), MaskImages("c", at=frozenset({1}))), ()),
        ((MaskImages("c"),), ("c/a.png",)),
    ):
        with pytest.raises(DatasetError, match=r"both be c/[ab]\.png"):
            ClipPlan(clip, (0, 1), ("a", "b"), {}, masks=masks, others=others)
