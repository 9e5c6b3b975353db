"""Masks whose palettes are permuted from frame to frame, through every command that reads masks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.trees import boxes, masks_of, put_colours, put_frames, put_text
from vosgui.cli.main import main
from vosgui.core.colours import voc_palette
from vosgui.datasets.given_masks import read_masks
from vosgui.engine.training.tree_source import annotated_clips, read_pair
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import detect
from vosgui.media.open_clip import open_clip

BLACK, RED, GREEN = (0, 0, 0), (250, 0, 0), (0, 250, 0)
STEMS = ["00000", "00001", "00002", "00003"]
A, B = (1, 1, 5, 5), (6, 8, 4, 5)
TREES = {
    "mose": ("Annotations/c", "JPEGImages/c", ""),
    "davis": ("Annotations/480p/c", "JPEGImages/480p/c", ""),
    "youtube-vos": ("train/Annotations/c", "train/JPEGImages/c", "train/meta.json"),
    "masks": ("c", "", ""),
}
META = '{"videos": {"c": {"objects": {"1": {"category": "a"}, "2": {"category": "b"}}}}}'


@dataclass(frozen=True)
class Result:
    """What a call returned, and all that it wrote."""

    exit_code: int
    output: str


Run = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def called(*words: object) -> Result:
        status = main([*map(str, words)])
        return Result(status, "".join(capsys.readouterr()))

    return called


def put_masks(folder: Path, *, is_permuted: bool) -> None:
    for n, stem in enumerate(STEMS):
        if n % 2 and is_permuted:
            put_colours(folder / f"{stem}.png", boxes({2: A, 1: B}), [BLACK, GREEN, RED])
        else:
            put_colours(folder / f"{stem}.png", boxes({1: A, 2: B}), [BLACK, RED, GREEN])


def tree(root: Path, layout: str, *, is_permuted: bool = True) -> Path:
    masks, frames, meta = TREES[layout]
    put_masks(root / masks, is_permuted=is_permuted)
    if frames:
        put_frames(root / frames, STEMS)
    if meta:
        put_text(root / meta, META)
    if layout == "davis":
        put_text(root / "ImageSets/2017/train.txt", "c\n")
    return root


def only(root: Path) -> LabelledClip:
    (source,) = detect(root).list_clips(root).clips
    return source.read()


def assert_same_objects(clip: LabelledClip) -> None:
    for name in STEMS:
        np.testing.assert_array_equal(masks_of(clip)[name], boxes({1: A, 2: B}), err_msg=name)


@pytest.mark.parametrize("layout", TREES)
def test_convert_and_import_keep_who_is_who(tmp_path: Path, layout: str, run: Run) -> None:
    root = tree(tmp_path / "in", layout)
    assert detect(root).name == layout
    assert_same_objects(only(root))
    result = run("convert", root, "--out", tmp_path / "out", "--to", "masks")
    assert result.exit_code == 0
    assert_same_objects(only(tmp_path / "out"))
    said = [line for line in result.output.splitlines() if "palettes differ" in line]
    assert len(said) == 1 and "00001" in said[0] and "00003" in said[0]


def test_evaluate_and_compare_go_by_colour_and_say_so(tmp_path: Path, run: Run) -> None:
    truth = tree(tmp_path / "truth", "masks", is_permuted=False)
    pred = tree(tmp_path / "pred", "masks")
    report = tmp_path / "scores.json"
    result = run("evaluate", truth, pred, "--protocol", "all", "--json", report)
    assert result.exit_code == 0
    assert "palettes differ" in result.output
    assert json.loads(report.read_text())["overall"]["J"]["mean"] == 1
    result = run("compare", truth, pred)
    assert result.exit_code == 0
    assert "palettes differ" in result.output and "100.0" in result.output


@pytest.mark.parametrize(
    ("b", "ids"), [([BLACK, GREEN, RED], (2, 1)), ([BLACK, GREEN, (9, 9, 99), RED], (3, 1))]
)
def test_permuted_as_a_whole_both_sides_are_read_by_colour(
    tmp_path: Path, run: Run, b: list[tuple[int, int, int]], ids: tuple[int, int]
) -> None:
    for stem in STEMS:
        put_colours(tmp_path / f"a/c/{stem}.png", boxes({1: A, 2: B}), [BLACK, RED, GREEN])
        put_colours(tmp_path / f"b/c/{stem}.png", boxes({ids[0]: A, ids[1]: B}), b)
    result = run("compare", tmp_path / "a", tmp_path / "b")
    assert "c: A and B: Their palettes differ" in result.output
    report = tmp_path / "scores.json"
    run("evaluate", tmp_path / "a", tmp_path / "b", "--protocol", "all", "--json", report)
    assert json.loads(report.read_text())["overall"]["J"]["mean"] == 1


def test_a_tree_cut_down_to_the_colours_in_use_is_scored_like_the_whole_one(
    tmp_path: Path, run: Run
) -> None:
    voc = [tuple(row) for row in voc_palette().tolist()]
    for stem in STEMS:
        put_colours(tmp_path / f"a/c/{stem}.png", boxes({2: A, 5: B}), voc)
        put_colours(tmp_path / f"b/c/{stem}.png", boxes({1: A, 2: B}), [BLACK, voc[2], voc[5]])
    report = tmp_path / "scores.json"
    result = run("evaluate", tmp_path / "a", tmp_path / "b", "--protocol", "all", "--json", report)
    assert json.loads(report.read_text())["overall"]["J"]["mean"] == 1
    assert "c: predictions: Their palette is not in the order of ids" in result.output
    mask = tmp_path / f"b/c/{STEMS[0]}.png"
    assert_ids_of_first(tmp_path, mask)


def assert_ids_of_first(tmp_path: Path, mask: Path) -> None:
    put_frames(tmp_path / "frames", STEMS)
    with open_clip(tmp_path / "frames") as clip:
        given = read_masks(mask, clip.info)
    assert given.objects == {2, 5}
    assert "not in the order" in given.notes[0]


def test_validate_says_that_readers_take_the_index(tmp_path: Path, run: Run) -> None:
    result = run("validate", tree(tmp_path, "mose"))
    assert result.exit_code == 1
    assert "palettes differ" in result.output


def test_training_has_the_same_objects(tmp_path: Path) -> None:
    (clip,) = annotated_clips(tree(tmp_path, "mose"))
    for t in range(len(STEMS)):
        _, ids = read_pair(clip, t)
        np.testing.assert_array_equal(ids, boxes({1: A, 2: B}))


def test_binary_masks_whose_background_has_another_index_are_not_inverted(tmp_path: Path) -> None:
    white = (255, 255, 255)
    for one, box in (("1", A), ("2", B)):
        folder = tmp_path / f"c/{one}"
        put_colours(folder / "00000.png", boxes({1: box}), [BLACK, white])
        put_colours(folder / "00001.png", 1 - boxes({1: box}), [white, BLACK])
    clip = only(tmp_path)
    for name in STEMS[:2]:
        np.testing.assert_array_equal(masks_of(clip)[name], boxes({1: A, 2: B}))
