"""Readers of JSON and XML files, against files made by hand after the formats' descriptions."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.trees import (
    assert_masks,
    boxes,
    put_frames,
    put_palette,
    put_text,
    texts,
)
from vosgui.core.annotation import Expression
from vosgui.core.issues import Severity
from vosgui.core.track import Source
from vosgui.errors import DatasetError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import detect

SMALL = (3, 4)
# (0, 1) and (1, 1) set of 3x4, as maskApi.c writes it: runs 3, 2, 7, column by column.
PAIR = np.zeros(SMALL, np.uint8)
PAIR[:2, 1] = 1
NONE = np.zeros(SMALL, np.uint8)


def only(path: Path, format_name: str) -> LabelledClip:
    row = detect(path)
    assert row.name == format_name
    (source,) = row.list_clips(path).clips
    return source.read()


def youtube_vis(segmentations: list[Any], **more: Any) -> dict[str, Any]:
    annotation = {"id": 1, "video_id": 7, "category_id": 2, "iscrowd": 0, **more}
    return {
        "videos": [
            {
                "id": 7,
                "width": 4,
                "height": 3,
                "length": 3,
                "file_names": [f"a1b2c3d4e5/{stem}.jpg" for stem in ("00000", "00005", "00010")],
            }
        ],
        "categories": [{"id": 2, "name": "person", "supercategory": "object"}],
        "annotations": [{**annotation, "segmentations": segmentations}],
    }


def test_youtube_vis_takes_all_three_forms_of_masks(tmp_path: Path) -> None:
    text, plain = {"size": [3, 4], "counts": "327"}, {"size": [3, 4], "counts": [3, 2, 7]}
    square = [[0.0, 0.0, 2.0, 0.0, 2.0, 2.0, 0.0, 2.0]]
    put_text(tmp_path / "instances.json", json.dumps(youtube_vis([text, plain, square])))
    clip = only(tmp_path, "youtube-vis")
    assert clip.name == "a1b2c3d4e5"
    assert clip.annotation.header.object(1).category == "person"
    corner = NONE.copy()
    corner[:2, :2] = 1
    assert_masks(clip, {"00000": PAIR, "00005": PAIR, "00010": corner})


def test_youtube_vis_null_is_absent_and_crowds_are_left_out(tmp_path: Path) -> None:
    content = youtube_vis([None, {"size": [3, 4], "counts": "327"}, None])
    crowd = {**content["annotations"][0], "id": 2, "iscrowd": 1}
    content["annotations"].append(crowd)
    file = put_text(tmp_path / "instances.json", json.dumps(content))
    clip = only(file, "youtube-vis")
    assert clip.annotation.track(1)["source"].tolist() == [
        Source.ABSENT,
        Source.PAINTED,
        Source.ABSENT,
    ]
    assert len(clip.annotation.objects) == 1
    assert "crowd" in texts(clip)


@pytest.mark.parametrize("masks", [[None], [{"size": [3, 4], "counts": "3279"}, None, None]])
def test_youtube_vis_broken_masks_are_one_clear_error(tmp_path: Path, masks: list[Any]) -> None:
    put_text(tmp_path / "instances.json", json.dumps(youtube_vis(masks)))
    with pytest.raises(DatasetError, match="annotation 1"):
        only(tmp_path, "youtube-vis")


def test_refer_youtube_vos_expressions_find_their_objects(tmp_path: Path) -> None:
    put_frames(tmp_path / "train/JPEGImages/c", ["00000"])
    put_palette(tmp_path / "train/Annotations/c/00000.png", boxes({1: (1, 1, 5, 5)}))
    meta = '{"videos": {"c": {"objects": {"1": {"category": "cat", "frames": ["00000"]}}}}}'
    put_text(tmp_path / "train/meta.json", meta)
    put_text(
        tmp_path / "meta_expressions/train/meta_expressions.json",
        '{"videos": {"c": {"frames": ["00000"], "expressions": {'
        '"0": {"exp": "a cat", "obj_id": "1"}, "1": {"exp": "the only cat", "obj_id": "1"},'
        '"2": {"exp": "a cat", "obj_id": "1"}, "3": {"exp": "whose?"}}}}}',
    )
    row = detect(tmp_path)
    dataset = row.list_clips(tmp_path)
    clip = dataset.clips[0].read()
    assert row.name == "refer-youtube-vos"
    assert clip.annotation.header.object(1).expressions == (
        Expression("a cat"),
        Expression("the only cat"),
    )
    said = "\n".join(map(str, dataset.issues))
    assert "'a cat' is there twice" in said
    assert "does not say which object" in said


def coco_file(annotations: list[dict[str, Any]]) -> str:
    images = [
        {"id": 9, "file_name": "c/00001.jpg", "width": 4, "height": 3},
        {"id": 4, "file_name": "c/00000.jpg", "width": 4, "height": 3},
    ]
    categories = [{"id": 5, "name": "dog"}]
    return json.dumps({"images": images, "annotations": annotations, "categories": categories})


def test_coco_tracks_tie_annotations_together(tmp_path: Path) -> None:
    mask = {"size": [3, 4], "counts": "327"}
    one = {"category_id": 5, "iscrowd": 0, "segmentation": mask}
    text = coco_file(
        [
            {"id": 1, "image_id": 4, "track_id": 700, **one},
            {"id": 2, "image_id": 9, "track_id": 700, **one},
            {"id": 3, "image_id": 9, "track_id": 650, **one, "segmentation": [[0, 0, 1, 0]]},
        ]
    )
    put_text(tmp_path / "annotations/instances_train.json", text)
    put_frames(tmp_path / "images/c", ["00000", "00001"], SMALL)
    clip = only(tmp_path, "coco")
    assert clip.frames == tmp_path / "images/c"
    assert_masks(clip, {"00000": PAIR * 2, "00001": PAIR * 2})
    assert "650 is 1, 700 is 2" in texts(clip)
    assert "has no mask" in texts(clip)


def test_coco_without_tracks_says_how_objects_were_told_apart(tmp_path: Path) -> None:
    one = {"category_id": 5, "segmentation": {"size": [3, 4], "counts": [3, 2, 7]}}
    text = coco_file([{"id": 1, "image_id": 4, **one}, {"id": 2, "image_id": 9, **one}])
    clip = only(put_text(tmp_path / "x.json", text), "coco")
    assert_masks(clip, {"00000": PAIR, "00001": PAIR})
    assert "has no track" in texts(clip)


CVAT = """<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version>
<meta><task><name>street.mp4</name><size>20</size>
<original_size><width>12</width><height>10</height></original_size></task></meta>
{}
</annotations>"""


def test_cvat_images_rows_first_and_groups_as_ids(tmp_path: Path) -> None:
    # rle "1, 2, 3": in a box of 3x2, row by row: .XX ...
    images = """<image id="0" name="c/frame_000000" width="12" height="10">
      <mask label="person" source="manual" rle="1, 2, 3" left="4" top="5" width="3" height="2"
        z_order="0" group_id="4"/>
      <polygon label="dog" points="0.0,0.0;3.0,0.0;3.0,3.0;0.0,3.0" z_order="1" group_id="2"/>
      <points label="eye" points="1,1"/>
    </image>"""
    put_text(tmp_path / "annotations.xml", CVAT.format(images))
    clip = only(tmp_path, "cvat")
    expected = boxes({2: (0, 0, 3, 3), 4: (5, 5, 1, 2)}, (10, 12))
    assert_masks(clip, {"frame_000000": expected})
    assert [(entry.id, entry.category) for entry in clip.annotation.objects] == [
        (2, "dog"),
        (4, "person"),
    ]
    assert re.search("frame frame_000000.*points.*'eye'", texts(clip))


def test_cvat_tracks_keep_keyframes_and_say_where_an_object_left(tmp_path: Path) -> None:
    shape = '<polygon frame="{}" outside="{}" keyframe="{}" points="0,0;4,0;4,4;0,4" z_order="0"/>'
    shapes = [shape.format(10, 0, 1), shape.format(11, 0, 0), shape.format(15, 1, 1)]
    track = f'<track id="0" label="car">{"".join(shapes)}</track>'
    put_text(tmp_path / "annotations.xml", CVAT.format(track))
    clip = only(tmp_path, "cvat")
    assert clip.name == "street"
    assert clip.frame_names == ("000010", "000015")
    assert clip.annotation.track(1)["source"].tolist() == [Source.PAINTED, Source.ABSENT]
    assert "interpolated were left out" in texts(clip)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]>',
        '<!DOCTYPE a SYSTEM "http://localhost/x.dtd">',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_cvat_with_entities_is_refused(tmp_path: Path, head: str) -> None:
    body = CVAT.format('<image id="0" name="x" width="4" height="3"/>').split("?>")[1]
    put_text(tmp_path / "annotations.xml", f'<?xml version="1.0"?>{head}{body}')
    with pytest.raises(DatasetError, match="entities"):
        only(tmp_path, "cvat")


def labelme(shapes: list[dict[str, Any]], image: str = "C:\\clip\\00000.jpg") -> str:
    return json.dumps(
        {"version": "5", "shapes": shapes, "imagePath": image, "imageHeight": 10, "imageWidth": 12}
    )


def test_labelme_shapes_and_groups(tmp_path: Path) -> None:
    crop = Image.fromarray(np.full((2, 3), 255, np.uint8))
    stream = io.BytesIO()
    crop.save(stream, format="PNG")
    shapes = [
        {"label": "cat", "group_id": 3, "points": [[9, 7], [5, 5]], "shape_type": "rectangle"},
        {
            "label": "dog",
            "points": [[0, 0], [2, 1]],
            "shape_type": "mask",
            "mask": base64.b64encode(stream.getvalue()).decode(),
        },
        {"label": "way", "points": [[0, 0], [1, 1]], "shape_type": "line"},
    ]
    put_frames(tmp_path / "clip", ["00000", "00001"], (10, 12))
    put_text(tmp_path / "clip/00000.json", labelme(shapes))
    clip = only(tmp_path, "labelme")
    assert_masks(clip, {"00000": boxes({1: (5, 5, 3, 5), 2: (0, 0, 2, 3)}, (10, 12))})
    assert len(clip.frame_names) == 2
    (left_out,) = (one for one in clip.issues if one.severity is Severity.WARNING)
    for word in ("00000.json", "frame 00000", "'way'", "line"):
        assert word in str(left_out)


def test_labelme_polygons_have_their_border(tmp_path: Path) -> None:
    points = [[2, 2], [6, 2], [6, 5], [2, 5]]
    put_text(tmp_path / "00000.json", labelme([{"label": "cat", "points": points}]))
    clip = only(tmp_path, "labelme")
    assert_masks(clip, {"00000": boxes({1: (2, 2, 4, 5)}, (10, 12))})
