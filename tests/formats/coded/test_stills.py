"""Cityscapes and PASCAL VOC: single images whose instances are numbered anew in each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.formats.coded.test_mots import CAR, MAN, coded
from tests.trees import (
    assert_masks,
    boxes,
    put_colours,
    put_frames,
    put_image,
    put_palette,
    put_text,
    texts,
)
from vosgui.core.colours import voc_palette
from vosgui.errors import MaskError
from vosgui.formats.registry import detect
from vosgui.media.open_clip import open_clip

STEM = "aachen_000000_000019"


def cityscapes(root: Path, n: int = 1) -> None:
    for k in range(n):
        stem = f"aachen_{k:06d}_000019"
        frames = root / "leftImg8bit/train/aachen"
        put_image(frames / f"{stem}_leftImg8bit.png", np.zeros((12, 16, 3), np.uint8))
        values = {7: (0, 0, 12, 16), 26000: CAR, 24001: MAN, 25: (0, 14, 3, 2)}
        masks = root / "gtFine/train/aachen"
        put_image(masks / f"{stem}_gtFine_instanceIds.png", coded(values))
        put_image(masks / f"{stem}_gtFine_labelIds.png", np.zeros((12, 16), np.uint8))


def test_cityscapes_instances_are_objects_and_classes_are_not(tmp_path: Path) -> None:
    cityscapes(tmp_path)
    row = detect(tmp_path)
    assert row.name == "cityscapes"
    (source,) = row.list_clips(tmp_path).clips
    clip = source.read()
    assert clip.name == STEM
    assert_masks(clip, {f"{STEM}_leftImg8bit": boxes({2: CAR, 1: MAN})})
    assert [one.category for one in clip.annotation.objects] == ["person", "car"]
    said = texts(clip)
    assert "24001 is 1, 26000 is 2" in said
    assert "became background: 7" in said
    assert "left out: rider (25)" in said
    assert clip.frames is not None
    with open_clip(clip.frames) as frames:
        assert frames.info.frame_names == clip.frame_names


def test_each_image_of_cityscapes_is_a_clip_of_its_own(tmp_path: Path) -> None:
    cityscapes(tmp_path, 3)
    found = detect(tmp_path / "gtFine").list_clips(tmp_path / "gtFine")
    assert [one.name for one in found.clips] == [f"aachen_{k:06d}_000019" for k in range(3)]
    assert "clip of its own" in str(found.issues[0])


def voc(root: Path) -> None:
    put_frames(root / "JPEGImages", ["2007_000032", "2007_000033", "2008_000001"])
    put_text(root / "ImageSets/Segmentation/train.txt", "2007_000032\n2007_000099\n")
    put_text(root / "Annotations/2007_000032.xml", "<annotation/>")
    border = boxes({255: (0, 0, 12, 1)})
    put_palette(root / "SegmentationObject/2007_000032.png", boxes({1: CAR, 2: MAN}) + border)
    put_palette(root / "SegmentationClass/2007_000032.png", boxes({15: CAR, 7: MAN}) + border)


def test_voc_has_void_borders_and_classes(tmp_path: Path) -> None:
    voc(tmp_path / "VOC2012")
    row = detect(tmp_path)
    assert row.name == detect(tmp_path / "VOC2012").name == "voc"
    dataset = row.list_clips(tmp_path)
    assert [one.name for one in dataset.clips] == ["2007_000032"]
    assert [issue.clip for issue in dataset.issues] == ["2007_000099"]
    clip = dataset.clips[0].read()
    assert_masks(clip, {"2007_000032": boxes({1: CAR, 2: MAN})})
    assert [one.category for one in clip.annotation.objects] == ["person", "car"]
    assert "void became background: 255" in texts(clip)


def test_voc_in_colours_has_the_ids_of_its_palette(tmp_path: Path) -> None:
    palette = voc_palette()
    put_image(tmp_path / "SegmentationObject/a.png", palette[boxes({1: CAR, 3: MAN})])
    kinds = np.zeros((12, 16, 3), np.uint8)
    kinds[boxes({1: CAR}) > 0] = (250, 50, 83)
    put_image(tmp_path / "SegmentationClass/a.png", kinds)
    put_text(
        tmp_path / "labelmap.txt",
        "# label:color_rgb:parts:actions\nbackground:0,0,0::\nyacht:250,50,83::\n",
    )
    (source,) = detect(tmp_path).list_clips(tmp_path).clips
    clip = source.read()
    assert_masks(clip, {"a": boxes({1: CAR, 3: MAN})})
    assert [one.category for one in clip.annotation.objects] == ["yacht", ""]
    put_text(tmp_path / "labelmap.txt", "background:::\nbird:::\ncat:::\n")  # as datumaro does
    put_image(tmp_path / "SegmentationClass/a.png", palette[boxes({2: CAR, 1: MAN})])
    (source,) = detect(tmp_path).list_clips(tmp_path).clips
    assert [one.category for one in source.read().annotation.objects] == ["cat", "bird"]
    strange = np.full((12, 16, 3), 77, np.uint8)
    put_image(tmp_path / "SegmentationObject/a.png", strange)
    with pytest.raises(MaskError, match=r"a\.png.*77, 77, 77"):
        source.read()


def test_voc_whose_palettes_were_sorted_is_read_by_colour(tmp_path: Path) -> None:
    """What makes files smaller keeps the colours in use, by frequency or light."""
    rows = [tuple(row) for row in voc_palette().tolist()]
    objects, kinds = (5, 0, 2, 255), (15, 0, 7, 255)
    for folder, order in (("SegmentationObject", objects), ("SegmentationClass", kinds)):
        mask = np.where(boxes({1: CAR}) > 0, np.uint8(0), np.where(boxes({1: MAN}) > 0, 2, 1))
        mask[11, :] = 3
        put_colours(tmp_path / folder / "a.png", mask, [rows[i] for i in order])
    (source,) = detect(tmp_path).list_clips(tmp_path).clips
    clip = source.read()
    assert_masks(clip, {"a": np.where(np.arange(12)[:, None] < 11, boxes({5: CAR, 2: MAN}), 0)})
    found = {one.id: one.category for one in clip.annotation.objects}
    assert found == {2: "car", 5: "person"}
    said = texts(clip)
    assert "0 (128, 0, 128) is 5" in said and "1 (0, 0, 0) is 0" in said
    assert "void became background: 255" in said
