"""What datumaro writes of the clip in other forms, we read; what we write, it reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.interop.conftest import HW, N_FRAMES, OBJECTS, Figures, scene, truth, written
from tests.trees import put_frames
from vosgui.core.mask import Mask, ids_in
from vosgui.formats.registry import detect, read_format


def dataset(root: Path) -> Any:
    """Return the clip as datumaro holds one: masks with a label and a track."""
    from datumaro.components.annotation import Mask as TheirMask
    from datumaro.components.dataset import Dataset
    from datumaro.components.dataset_base import DatasetItem
    from datumaro.components.media import Image

    names = ["background", *OBJECTS.values()]
    put_frames(root / "frames", list(truth()), HW)
    items = []
    for t, mask in truth().items():
        masks = [
            TheirMask(
                image=(mask == i).astype(np.uint8),
                label=names.index(OBJECTS[i]),
                id=i,
                group=i,
                attributes={"track_id": i},
            )
            for i in ids_in(mask)
        ]
        media = Image.from_file(path=str(root / f"frames/{t}.jpg"))
        items.append(DatasetItem(id=f"{int(t):05d}", annotations=masks, media=media))
    return Dataset.from_iterable(items, categories=names, media_type=Image)


def by_frame(root: Path, form: str) -> dict[str, Mask]:
    """Return the masks of all clips that we read, by the number of their frame, with ids by class.

    Formats of single images number objects anew in each: their class tells them apart here.
    """
    ids = {category: i for i, category in OBJECTS.items()}
    found: dict[str, Mask] = {}
    for source in read_format(form).list_clips(root).clips:
        clip = source.read()
        table = np.zeros(256, np.uint8)
        for one in clip.annotation.objects:
            table[one.id] = ids[one.category]
        for t, name in enumerate(clip.frame_names):
            found[str(int(name.split("_")[0]))] = table[clip.annotation.mask(t)]
    return found


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("coco_panoptic", "panoptic"),
        ("voc_instance_segmentation", "voc"),
        ("cvat", "cvat"),
        ("datumaro", "datumaro"),
    ],
)
def test_we_read_what_datumaro_writes(
    tmp_path: Path, figures: Figures, theirs: str, ours: str
) -> None:
    out = tmp_path / "theirs"
    dataset(tmp_path).export(str(out), theirs, save_media=True)
    path = out / "default.xml" if theirs == "cvat" else out  # its name for annotations.xml
    assert detect(path).name == ours
    found = by_frame(path, ours)
    blank = np.zeros(HW, np.uint8)
    figures.compare(
        "datumaro", f"writes {ours}", {t: found.get(t, blank) for t in truth()}, truth()
    )


def test_datumaro_reads_cvat(tmp_path: Path, figures: Figures) -> None:
    from datumaro.components.dataset import Dataset

    data = Dataset.import_from(str(written(tmp_path, "cvat")), "cvat")
    found = {str(t): np.zeros(HW, np.uint8) for t in range(N_FRAMES)}
    for item in data:
        mask = found[str(int(item.id.rpartition("/")[2]))]
        for one in item.annotations:
            mask[one.image > 0] = one.group
    assert scene(0).any()
    figures.compare("datumaro", "reads cvat", truth(), found)
