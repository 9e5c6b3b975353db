"""Trees of masks: vos-benchmark, trackeval's DAVIS and YouTube-VIS, and Cutie's reader."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco

from tests.interop.conftest import HW, N_FRAMES, Figures, truth, written
from vosgui.core.mask import Mask
from vosgui.core.metrics.protocol import PROTOCOLS
from vosgui.datasets.evaluate import Rules, plan, score_clip
from vosgui.datasets.find_masks import find_masks
from vosgui.formats.coco.rle import runs

TABLE = np.array([0, 1, 2, 0, 3], np.uint8)  # ids without gaps, as these formats have them


def cutie_reader() -> Any:
    """Return the module that reads a clip for Cutie."""
    try:
        import torchvision
    except RuntimeError:
        # Its compiled part is of another build of torch; the reader needs the transforms alone.
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        name = "torchvision._meta_registrations"
        sys.modules[name] = types.ModuleType(name)
        import torchvision  # noqa: F401
    return pytest.importorskip("cutie.inference.data.video_reader")


def renumbered() -> dict[str, Mask]:
    return {t: TABLE[mask] for t, mask in truth().items()}


@pytest.mark.parametrize(
    ("form", "split"),
    [("mose", "train"), ("lvos", "train"), ("youtube-vos", "train")],
)
def test_cutie_reads_trees(tmp_path: Path, figures: Figures, form: str, split: str) -> None:
    reader = cutie_reader()
    root = written(tmp_path, form) / split
    frames: Any = reader.VideoReader(
        "0002",
        str(root / "JPEGImages/0002"),
        str(root / "Annotations/0002"),
        use_all_masks=True,
    )
    found = {}
    for t in range(len(frames)):
        data = frames[t]
        found[str(t)] = data["mask"].numpy().astype(np.uint8)
        assert data["rgb"].shape[1:] == HW
    figures.compare("rf-cutie", f"reads {form}", renumbered(), found)


def test_vos_benchmark_scores_trees_as_we_do(tmp_path: Path, figures: Figures) -> None:
    from vos_benchmark.evaluator import Evaluator

    root = written(tmp_path, "mose") / "train/Annotations"
    pred = tmp_path / "pred/0002"
    pred.mkdir(parents=True)
    found, evaluator = {}, Evaluator(name="0002")
    for t, path in enumerate(sorted((root / "0002").iterdir())):
        with Image.open(path) as image:
            found[str(t)] = mask = np.array(image)
        moved = np.roll(mask, 2, axis=1)
        Image.fromarray(moved).save(pred / path.name)
        evaluator.feed_frame(moved, mask)
    figures.compare("vos_benchmark", "reads mose", renumbered(), found)
    J, F = evaluator.conclude()
    (job,) = plan(find_masks(root), find_masks(pred.parent), Rules(PROTOCOLS["all"]))
    for one in score_clip(job).series:
        # It reports percent.
        assert np.mean(one.J) * 100 == pytest.approx(J[int(one.object_id)], abs=1e-9)
        assert np.mean(one.F) * 100 == pytest.approx(F[int(one.object_id)], abs=1e-9)


def test_trackeval_reads_youtube_vis(tmp_path: Path, figures: Figures) -> None:
    from trackeval.datasets import YouTubeVIS

    out = written(tmp_path, "youtube-vis")
    results = written(tmp_path, "youtube-vis-results")
    gt = tmp_path / "gt/youtube_vis_train_sub_split"
    gt.mkdir(parents=True)
    content = json.loads((out / "train/instances.json").read_text())
    for track in content["annotations"]:  # it takes no run lengths as text in the truth
        for mask in filter(None, track["segmentations"]):
            mask["counts"] = runs(mask["counts"]).tolist()
    (gt / "instances.json").write_text(json.dumps(content))
    theirs = tmp_path / "trackers/youtube_vis_train_sub_split/ours/data"
    theirs.mkdir(parents=True)
    (theirs / "results.json").write_bytes((results / "results.json").read_bytes())
    config = {
        "GT_FOLDER": f"{tmp_path}/gt/",
        "TRACKERS_FOLDER": f"{tmp_path}/trackers/",
        "TRACKERS_TO_EVAL": ["ours"],
        "SPLIT_TO_EVAL": "train_sub_split",
        "PRINT_CONFIG": False,
    }
    data = YouTubeVIS(config)
    raw = data.get_raw_seq_data("ours", data.seq_list[0])
    for side in ("gt", "tracker"):
        found = {str(t): np.zeros(HW, np.uint8) for t in range(N_FRAMES)}
        there = sorted({number for ids in raw[f"{side}_ids"] for number in ids})
        for t in range(N_FRAMES):
            dets, ids = raw[f"{side}_dets"][t], raw[f"{side}_ids"][t]
            for number, rle in zip(ids, dets, strict=True):
                found[str(t)][coco.decode(rle) > 0] = there.index(number) + 1
        what = "youtube-vis" if side == "gt" else "youtube-vis-results"
        figures.compare("trackeval", f"reads {what}", renumbered(), found)
