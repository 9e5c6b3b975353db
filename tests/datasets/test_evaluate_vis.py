"""AP and AR of tracks: published numbers, COCO's own evaluator, and files that are refused."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from vosgui.core.metrics.average_precision import summary_numbers
from vosgui.datasets.evaluate_vis import VisJob, compare_tracks, precisions
from vosgui.datasets.workers import each_job
from vosgui.errors import DatasetError
from vosgui.formats.youtubevis.files import read_vis_texts, read_vis_truth

Pixels = npt.NDArray[np.bool_]
HW = (100, 120)


def rle(mask: Pixels) -> dict[str, Any] | None:
    if not mask.any():
        return None
    found = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": list(mask.shape), "counts": found["counts"].decode()}


def box(x: int, y: int, w: int, h: int) -> Pixels:
    mask = np.zeros(HW, dtype=bool)
    mask[y : y + h, x : x + w] = True
    return mask


NOTHING = box(0, 0, 0, 0)


def truth_of(
    tracks: list[tuple[int, int, list[Pixels]]], n_clips: int = 1, n_categories: int = 2
) -> dict[str, Any]:
    """Return instances.json of tracks (clip, category, masks)."""
    length = len(tracks[0][2])
    height, width = tracks[0][2][0].shape
    return {
        "videos": [
            {
                "id": i + 1,
                "width": width,
                "height": height,
                "length": length,
                "file_names": [f"clip{i}/{t:05d}.jpg" for t in range(length)],
            }
            for i in range(n_clips)
        ],
        "categories": [{"id": i + 1, "name": f"kind{i + 1}"} for i in range(n_categories)],
        "annotations": [
            {
                "id": i + 1,
                "video_id": clip,
                "category_id": category,
                "iscrowd": 0,
                "segmentations": [rle(mask) for mask in masks],
                "areas": [int(mask.sum()) or None for mask in masks],
            }
            for i, (clip, category, masks) in enumerate(tracks)
        ],
    }


def results_of(tracks: list[tuple[int, int, list[Pixels], float]]) -> list[dict[str, Any]]:
    return [
        {
            "video_id": clip,
            "category_id": category,
            "score": score,
            "segmentations": [rle(mask) for mask in masks],
        }
        for clip, category, masks, score in tracks
    ]


def score(folder: Path, truth: Any, results: Any, n_workers: int = 1) -> list[float]:
    """Return the twelve numbers, -1 where there is none."""
    (folder / "GT.json").write_text(json.dumps(truth))
    (folder / "results.json").write_text(json.dumps(results))
    texts, categories = read_vis_texts(folder / "GT.json", folder / "results.json")
    clips = list(each_job(compare_tracks, [VisJob(one) for one in texts], n_workers))
    numbers = summary_numbers(list(precisions(clips, categories).values()))
    return [-1 if value is None else value for value in numbers.values()]


TRUE_A, TRUE_B = [box(10, 10, 40, 40)] * 6, [NOTHING] * 2 + [box(60, 20, 30, 30)] * 4
TRUTH = truth_of([(1, 1, TRUE_A), (1, 2, TRUE_B)])


@pytest.mark.parametrize("n_workers", [1, 2])
def test_published_numbers(tmp_path: Path, n_workers: int) -> None:
    perfect = results_of([(1, 1, TRUE_A, 0.9), (1, 2, TRUE_B, 0.8)])
    assert score(tmp_path, TRUTH, perfect, n_workers) == pytest.approx(
        [1, 1, 1, 1, -1, -1, 1, 1, 1, 1, -1, -1]
    )
    half = results_of([(1, 1, TRUE_A[:3] + [NOTHING] * 3, 0.9), (1, 2, TRUE_B, 0.8)])
    assert score(tmp_path, TRUTH, half) == pytest.approx(
        [0.55, 1, 0.5, 0.55, -1, -1, 0.55, 0.55, 0.55, 0.55, -1, -1]
    )


def test_nothing_found_is_zero(tmp_path: Path) -> None:
    assert score(tmp_path, TRUTH, []) == [0, 0, 0, 0, -1, -1, 0, 0, 0, 0, -1, -1]


def test_a_track_found_in_a_clip_without_truth_is_wrong(tmp_path: Path) -> None:
    truth = truth_of([(1, 1, TRUE_A)], n_clips=2)
    right = (1, 1, TRUE_A, 0.5)
    assert score(tmp_path, truth, results_of([right]))[0] == pytest.approx(1)
    elsewhere = score(tmp_path, truth, results_of([right, (2, 1, TRUE_A, 0.9)]))
    assert elsewhere[0] == pytest.approx(0.5)
    assert elsewhere[8] == pytest.approx(1)


def test_tracks_without_a_mask_overlap_nothing(tmp_path: Path) -> None:
    truth = truth_of([(1, 1, TRUE_A), (1, 1, [NOTHING] * 6)])
    numbers = score(tmp_path, truth, results_of([(1, 1, [NOTHING] * 6, 0.9), (1, 1, TRUE_A, 0.8)]))
    assert numbers[8] == pytest.approx(0.5)  # one of two true tracks is found
    assert numbers[0] == pytest.approx(51 / 101 * 0.5)  # by the second of two


def test_frames_of_one_side_only_add_to_the_union(tmp_path: Path) -> None:
    truth = truth_of([(1, 1, [NOTHING, *TRUE_A[1:]])])
    numbers = score(tmp_path, truth, results_of([(1, 1, [*TRUE_A[:5], NOTHING], 0.9)]))
    assert numbers[0] == pytest.approx(0.4)  # overlap 4 / 6: right at 0.5, 0.55, 0.6 and 0.65


def test_of_a_clip_the_best_hundred_count(tmp_path: Path) -> None:
    truth = truth_of([(1, 1, TRUE_A), (1, 2, TRUE_B)])
    wrong = [(1, 1, TRUE_B, 0.5 + i / 1000) for i in range(99)]
    last = (1, 1, TRUE_A, 0.4)
    beyond = (1, 1, TRUE_B, 0.45)
    other = (1, 2, TRUE_B, 0.1)  # another category has a hundred of its own
    recall = [8]
    found = score(tmp_path, truth, results_of([*wrong, last, other]))
    assert [found[i] for i in recall] == pytest.approx([1])
    pushed_out = score(tmp_path, truth, results_of([*wrong, last, beyond, other]))
    assert [pushed_out[i] for i in recall] == pytest.approx([0.5])


def test_a_crowd_is_found_many_times_and_never_missed(tmp_path: Path) -> None:
    truth = truth_of([(1, 1, TRUE_A), (1, 1, TRUE_B)])
    truth["annotations"][1]["iscrowd"] = 1
    on_crowd = [(1, 1, TRUE_B, 0.9 - i / 100) for i in range(3)]
    assert score(tmp_path, truth, results_of([*on_crowd, (1, 1, TRUE_A, 0.1)]))[0] == pytest.approx(
        1
    )
    assert score(tmp_path, truth, results_of([(1, 1, TRUE_A, 0.1)]))[8] == pytest.approx(1)


def test_a_size_at_the_border_belongs_to_both(tmp_path: Path) -> None:
    truth = truth_of([(1, 1, TRUE_A)])
    truth["annotations"][0]["areas"] = [128**2] * 6
    numbers = score(tmp_path, truth, results_of([(1, 1, TRUE_A, 0.9)]))
    assert numbers[3:6] == pytest.approx([1, 1, -1])


def random_tracks(rng: np.random.Generator, n_frames: int) -> tuple[Any, Any]:
    """Return truth and results of three clips and two categories, found with some luck."""
    side = 700  # so that tracks of every size occur
    true, found = [], []
    for clip in range(1, 4):
        for _ in range(rng.integers(0, 4)):
            category = int(rng.integers(1, 3))
            size, at = int(rng.choice([60, 170, 400])), rng.integers(0, 300, 2)
            masks = [np.zeros((side, side), dtype=bool) for _ in range(n_frames)]
            for t, mask in enumerate(masks):
                mask[at[0] + 9 * t : at[0] + 9 * t + size, at[1] : at[1] + size] = True
            true.append((clip, category, masks))
            for _ in range(rng.integers(0, 4)):
                shift = int(rng.integers(0, size // 2))
                moved = [np.roll(mask, shift, axis=1) for mask in masks]
                kind = category if rng.random() < 0.8 else 3 - category
                found.append((clip, kind, moved, float(rng.choice([0.2, 0.5, 0.7, 0.9]))))
    if not true:
        return random_tracks(rng, n_frames)
    return truth_of(true, n_clips=3), results_of(found)


def coco_numbers(truth: Any, results: Any) -> list[float]:
    """Return what pycocotools says of clips of one frame, with the sizes of YouTube-VIS."""
    truth = json.loads(json.dumps(truth))
    content = {
        "info": {},
        "images": [{**one, "file_name": one["file_names"][0]} for one in truth["videos"]],
        "categories": truth["categories"],
        "annotations": [
            {
                **one,
                "image_id": one["video_id"],
                "segmentation": one["segmentations"][0],
                "area": one["areas"][0],
                "bbox": [0, 0, 1, 1],
            }
            for one in truth["annotations"]
        ],
    }
    with contextlib.redirect_stdout(io.StringIO()):
        dataset = COCO()
        dataset.dataset = content
        dataset.createIndex()
        found = dataset.loadRes(
            [
                {**one, "image_id": one["video_id"], "segmentation": one["segmentations"][0]}
                for one in results
            ]
        )
        evaluator = COCOeval(dataset, found, "segm")
        evaluator.params.areaRng = [[0, 1e10], [0, 128**2], [128**2, 256**2], [256**2, 1e10]]
        evaluator.params.maxDets = [1, 10, 100]
        evaluator.evaluate()
        evaluator.accumulate()
        evaluator.summarize()
    numbers: list[float] = evaluator.stats.tolist()
    return numbers


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_clips_of_one_frame_score_as_images_of_coco(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    truth, results = random_tracks(np.random.default_rng(seed), 1)
    if not results:
        return
    folder = tmp_path_factory.mktemp("vis")
    assert score(folder, truth, results) == pytest.approx(coco_numbers(truth, results), abs=1e-9)


def test_processes_give_the_same_numbers(tmp_path: Path) -> None:
    truth, results = random_tracks(np.random.default_rng(3), 2)
    assert len({one["video_id"] for one in results}) > 1
    assert score(tmp_path, truth, results, n_workers=2) == score(tmp_path, truth, results)


def side_by_side(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return tracks whose frames lie beside one another in one large frame."""
    joined = []
    for one in entries:
        size = next(mask["size"] for mask in one["segmentations"] if mask)
        frames = [
            coco.decode(mask) if mask else np.zeros(size, np.uint8) for mask in one["segmentations"]
        ]
        mask = np.hstack(frames).astype(bool)
        joined.append({**one, "segmentations": [rle(mask)], "areas": [int(mask.sum())]})
    return joined


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_overlap_is_that_of_all_frames_together(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    truth, results = random_tracks(np.random.default_rng(seed), 3)
    if not results:
        return
    wide = {**truth, "annotations": side_by_side(truth["annotations"])}
    for video in wide["videos"]:
        video["width"] *= 3
    expected = coco_numbers(wide, side_by_side(results))
    for video in truth["videos"]:
        video["width"] //= 3
    numbers = score(tmp_path_factory.mktemp("vis"), truth, results)
    any_size = [0, 1, 2, 6, 7, 8]  # small and large are of the mean over frames, not of the sum
    assert [numbers[i] for i in any_size] == pytest.approx(
        [expected[i] for i in any_size], abs=1e-9
    )


def test_uncompressed_runs_and_polygons_of_the_truth(tmp_path: Path) -> None:
    truth = truth_of([(1, 1, [box(10, 10, 40, 40)])])
    results = results_of([(1, 1, [box(10, 10, 40, 40)], 0.9)])
    (annotation,) = truth["annotations"]
    plain = [10 * 100 + 10, *[40, 60] * 39, 40, 100 * 120 - 1010 - 39 * 100 - 40]
    annotation["segmentations"] = [{"size": [100, 120], "counts": plain}]
    assert score(tmp_path, truth, results)[0] == pytest.approx(1)
    annotation["segmentations"] = [[[10, 10, 50, 10, 50, 50, 10, 50]]]
    assert score(tmp_path, truth, results)[0] == pytest.approx(1)


def test_areas_of_the_file_decide_its_size(tmp_path: Path) -> None:
    truth = truth_of([(1, 1, [box(10, 10, 40, 40)])])
    truth["annotations"][0]["areas"] = [20_000]
    (tmp_path / "GT.json").write_text(json.dumps(truth))
    (texts, *_), _ = read_vis_truth(tmp_path / "GT.json")
    (by_file,) = texts.true_tracks(areas_of_file=True)
    (by_masks,) = texts.true_tracks(areas_of_file=False)
    assert (by_file.mean_area, by_masks.mean_area) == (20_000, 1600)


def broken(what: str) -> tuple[Any, Any]:
    truth = truth_of([(1, 1, TRUE_A), (1, 2, TRUE_B)])
    results = results_of([(1, 1, TRUE_A, 0.9)])
    if what == "too short":
        results[0]["segmentations"] = results[0]["segmentations"][:3]
    elif what == "unknown clip":
        results[0]["video_id"] = 9
    elif what == "unknown category":
        results[0]["category_id"] = 9
    elif what == "other size":
        results[0]["segmentations"][4]["size"] = [120, 100]
    elif what == "broken runs":
        results[0]["segmentations"][4]["counts"] += "1"
    elif what == "no list":
        results = {"results": results}
    elif what == "no annotations":
        del truth["annotations"]
    return truth, results


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("too short", r"result 0 has 3 masks, its clip clip0 has 6 frames"),
        ("unknown clip", "result 0 is of clip 9"),
        ("unknown category", "result 0 is of category 9"),
        ("other size", r"result 0, frame 4 of clip clip0: its mask is of size \[120, 100\]"),
        ("broken runs", "result 0, frame 4 of clip clip0: its run lengths"),
        ("no list", "not a results.json"),
        ("no annotations", "no annotations"),
    ],
)
def test_what_would_score_wrongly_is_refused(tmp_path: Path, what: str, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        score(tmp_path, *broken(what))
