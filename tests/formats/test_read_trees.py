"""Readers of mask trees, against trees made by hand after the formats' own descriptions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.trees import (
    HW,
    assert_masks,
    boxes,
    put_frames,
    put_image,
    put_palette,
    put_text,
    texts,
)
from vosgui.core.track import Source
from vosgui.errors import DatasetError, InputError, MaskError
from vosgui.formats.dataset import Dataset, LabelledClip
from vosgui.formats.registry import detect, read_format

A, B = {1: (1, 1, 5, 5)}, {2: (6, 8, 4, 5)}
EMPTY = boxes({})


def listed(root: Path, format_name: str) -> Dataset:
    """Return the clips of a tree that is recognised as the format."""
    assert detect(root).name == format_name
    return read_format(format_name).list_clips(root)


def only(root: Path, format_name: str) -> LabelledClip:
    """Return the one clip of a tree."""
    (source,) = listed(root, format_name).clips
    return source.read()


def sources(clip: LabelledClip, object_id: int) -> list[int]:
    return list(clip.annotation.track(object_id)["source"].tolist())


def youtube_vos(root: Path, meta: str) -> Path:
    put_frames(root / "train/JPEGImages/a1b2c3d4e5", ["00000", "00005", "00010"])
    masks = root / "train/Annotations/a1b2c3d4e5"
    put_palette(masks / "00000.png", EMPTY)
    put_palette(masks / "00005.png", boxes(A))
    put_palette(masks / "00010.png", boxes({**A, **B}))
    put_text(root / "train/meta.json", '{"videos": {"a1b2c3d4e5": {"objects": ' + meta + "}}}")
    return root


def test_youtube_vos_train_with_an_empty_first_mask_and_a_late_object(tmp_path: Path) -> None:
    root = youtube_vos(
        tmp_path,
        '{"1": {"category": "person", "frames": ["00005", "00010"]},'
        ' "2": {"category": "skateboard", "frames": ["00010"]}}',
    )
    clip = only(root, "youtube-vos")
    assert clip.frame_names == ("00000", "00005", "00010")
    assert [entry.category for entry in clip.annotation.objects] == ["person", "skateboard"]
    masks = {"00000": EMPTY, "00005": boxes(A), "00010": boxes({**A, **B})}
    assert_masks(clip, masks)
    assert sources(clip, 2) == [Source.ABSENT, Source.ABSENT, Source.PAINTED]
    assert clip.issues == ()
    assert only(root / "train", "youtube-vos").name == "a1b2c3d4e5"


def test_youtube_vos_faults_of_meta_are_mended_and_reported(tmp_path: Path) -> None:
    root = youtube_vos(
        tmp_path,
        '{"1": {"category": "gaint_panda", "frames": ["00000", "00005", "00010"]},'
        ' "4": {"category": "cat", "frames": ["00000"]}, "300": {"category": "dog"}}',
    )
    clip = only(root, "youtube-vos")
    assert [entry.id for entry in clip.annotation.objects] == [1, 2, 4]
    assert clip.annotation.header.object(1).category == "giant_panda"
    said = texts(clip)
    assert "gaint_panda is misspelt" in said
    assert "listed from 00000 on but first seen in 00005" in said
    assert "object 2: It has pixels but is not listed" in said
    assert "object 4: It is listed but has no pixel" in said
    assert "object 300: Its id is not in 1-254" in said


@pytest.mark.parametrize("dense", ["all_frames/valid_all_frames", "valid_all_frames"])
def test_youtube_vos_valid_takes_every_frame_and_knows_first_masks_alone(
    tmp_path: Path, dense: str
) -> None:
    put_frames(tmp_path / "valid/JPEGImages/c", ["00000", "00005", "00010"])
    put_frames(tmp_path / dense / "JPEGImages/c", [f"{t:05d}" for t in range(11)])
    put_palette(tmp_path / "valid/Annotations/c/00000.png", boxes(A))
    put_palette(tmp_path / "valid/Annotations/c/00005.png", boxes(B))
    put_text(
        tmp_path / "valid/meta.json",
        '{"videos": {"c": {"objects": {"1": {"frames": ["00000", "00005", "00010"]},'
        ' "2": {"frames": ["00005", "00010"]}}}}}',
    )
    clip = only(tmp_path, "youtube-vos")
    assert len(clip.frame_names) == 11
    assert clip.frames == tmp_path / dense / "JPEGImages/c"
    assert clip.annotation.stride == 5
    assert_masks(clip, {"00000": boxes(A), "00005": boxes(B)})
    assert sources(clip, 1) == [Source.PAINTED] + [Source.NONE] * 10
    assert sources(clip, 2)[5] == Source.PAINTED


@pytest.mark.parametrize("meta", ["{", "[]", '{"videos": {"c": 3}}', "[" * 5000])
def test_a_broken_meta_is_one_clear_error(tmp_path: Path, meta: str) -> None:
    youtube_vos(tmp_path, "{}")
    put_text(tmp_path / "train/meta.json", meta)
    with pytest.raises(DatasetError, match=r"meta\.json"):
        listed(tmp_path, "youtube-vos")


def test_a_clip_named_like_a_path_is_refused(tmp_path: Path) -> None:
    youtube_vos(tmp_path, "{}")
    put_text(tmp_path / "train/meta.json", '{"videos": {"../../out": {"objects": {}}}}')
    dataset = listed(tmp_path, "youtube-vos")
    assert [source.name for source in dataset.clips] == ["a1b2c3d4e5"]
    assert "name is a path" in str(dataset.issues[0])


def davis(root: Path) -> Path:
    put_frames(root / "JPEGImages/480p/bear", ["00000", "00001"])
    put_text(root / "ImageSets/2017/train.txt", "bear\n")
    return root


def test_davis_2017_void_and_semantics(tmp_path: Path) -> None:
    davis(tmp_path)
    void = boxes({**A, 255: (6, 8, 4, 5)})
    put_palette(tmp_path / "Annotations/480p/bear/00000.png", void)
    put_palette(tmp_path / "Annotations/480p/bear/00001.png", boxes(A))
    put_text(tmp_path / "davis_semantics.json", '{"bear": {"1": "bear"}}')
    clip = only(tmp_path, "davis")
    assert_masks(clip, {"00000": boxes(A), "00001": boxes(A)})
    assert clip.annotation.header.object(1).category == "bear"
    assert "255 (void) became background" in texts(clip)


def test_davis_2016_binary_masks_and_lists_of_pairs(tmp_path: Path) -> None:
    davis(tmp_path)
    for stem in ("00000", "00001"):
        put_image(tmp_path / f"Annotations/480p/bear/{stem}.png", boxes({255: (1, 1, 5, 5)}))
    lines = "/JPEGImages/480p/bear/00000.jpg /Annotations/480p/bear/00000.png \n" * 2
    put_text(tmp_path / "ImageSets/480p/train.txt", lines)
    put_text(tmp_path / "ImageSets/2016/val.txt", "gone\n")
    dataset = listed(tmp_path, "davis")
    assert [source.name for source in dataset.clips] == ["bear"]
    assert "val.txt, clip gone" in str(dataset.issues[0])
    assert dataset.issues[0].clip == "gone"
    clip = dataset.clips[0].read()
    assert_masks(clip, {"00000": boxes(A), "00001": boxes(A)})
    assert "255 was read as object 1" in texts(clip)


def test_mose_and_lvos(tmp_path: Path) -> None:
    stems = ["00000001", "00000006"]
    put_frames(tmp_path / "train/JPEGImages/v", stems)
    put_palette(tmp_path / "train/Annotations/v/00000001.png", boxes(A))
    put_palette(tmp_path / "train/Annotations/v/00000006.png", EMPTY)
    clip = only(tmp_path, "mose")
    assert_masks(clip, {"00000001": boxes(A), "00000006": EMPTY})
    put_text(
        tmp_path / "train_meta.json",
        '{"videos": {"v": {"objects": {"1": {"frame_range": '
        '{"start": "00000001", "end": 6, "frame_nums": "2"}}}}}}',
    )
    clip = only(tmp_path, "lvos")
    assert clip.issues == ()
    assert [entry.id for entry in clip.annotation.objects] == [1]


def test_sa_v_folders_of_binary_masks(tmp_path: Path) -> None:
    put_frames(tmp_path / "JPEGImages_24fps/sav_1", [f"{t:05d}" for t in range(9)])
    masks = tmp_path / "Annotations_6fps/sav_1"
    for stem in ("00000", "00004", "00008"):
        put_image(masks / f"000/{stem}.png", boxes({1: (1, 1, 5, 5)}) * 255)
        put_image(masks / f"001/{stem}.png", boxes({1: (3, 3, 5, 5)}) * 255)
    clip = only(tmp_path, "sa-v-masks")
    both = boxes({2: (3, 3, 5, 5), 1: (1, 1, 5, 5)})  # the first in the list is on top
    assert_masks(clip, {"00000": both, "00004": both, "00008": both})
    assert clip.annotation.stride == 4
    said = texts(clip)
    assert "000 is 1, 001 is 2" in said
    assert "Objects overlap" in said


def test_sa_v_json_with_floats_and_nulls(tmp_path: Path) -> None:
    # 3x4, (0, 1) and (1, 1) set: "327"; all of it: "0<" (column by column, after maskApi.c)
    put_text(
        tmp_path / "sav_1_manual.json",
        '{"video_height": 3.0, "video_width": 4.0, "video_frame_count": 9.0, '
        '"masklet_stability_score": [null], "masklet": ['
        '[{"size": [3, 4], "counts": "327"}], [null], [{"size": [3, 4], "counts": "0<"}]]}',
    )
    clip = only(tmp_path, "sa-v")
    first = np.zeros((3, 4), np.uint8)
    first[:2, 1] = 1
    masks = {"00000": first, "00004": first * 0, "00008": first * 0 + 1}
    assert_masks(clip, masks)
    assert len(clip.frame_names) == 9
    put_text(
        tmp_path / "sav_1_manual.json",
        '{"video_height": 3, "video_width": 4, "masklet": [[{"size": [3, 4], "counts": "3279"}]]}',
    )
    with pytest.raises(DatasetError, match=r"frame 00000.*do not fill"):
        only(tmp_path, "sa-v")


def test_an_object_beyond_a_frame_s_list_in_sa_v_json_is_unknown_there(tmp_path: Path) -> None:
    one, other = ({"size": [3, 4], "counts": counts} for counts in ("327", "039"))
    frames = [[one, other], [one], [one, None]]
    content = {"video_height": 3, "video_width": 4, "masklet": frames}
    put_text(tmp_path / "sav_1_manual.json", json.dumps(content))
    track = only(tmp_path, "sa-v").annotation.track(2)["source"]
    assert track[[0, 4, 8]].tolist() == [Source.PAINTED, Source.NONE, Source.ABSENT]


def test_plain_masks_of_palette_and_of_grey(tmp_path: Path) -> None:
    put_palette(tmp_path / "b/x1.png", boxes({**A, 254: (6, 8, 4, 5)}))
    put_image(tmp_path / "a/x1.png", boxes({3: (1, 1, 5, 5)}))
    first, second = (source.read() for source in listed(tmp_path, "masks").clips)
    assert_masks(first, {"x1": boxes({3: (1, 1, 5, 5)})})
    assert_masks(second, {"x1": boxes({**A, 254: (6, 8, 4, 5)})})
    assert "254 was read as an object" in texts(second)


def test_one_binary_file_per_object(tmp_path: Path) -> None:
    put_image(tmp_path / "clip/person/0.png", boxes({255: (1, 1, 5, 5)}))
    put_image(tmp_path / "clip/dog/0.png", boxes({255: (6, 8, 4, 5)}))
    put_image(tmp_path / "clip/dog/1.png", boxes({255: (6, 8, 4, 5)}))
    clip = only(tmp_path, "object-folders")
    assert [(entry.id, entry.name) for entry in clip.annotation.objects] == [
        (1, "dog"),
        (2, "person"),
    ]
    assert_masks(
        clip, {"0": boxes({1: (6, 8, 4, 5), 2: (1, 1, 5, 5)}), "1": boxes({1: (6, 8, 4, 5)})}
    )


def smooth(mask: np.ndarray, colours: dict[int, tuple[int, int, int]]) -> np.ndarray:
    """Return the mask in colours, its edges blended as an anti-aliased brush leaves them."""
    import cv2

    image = np.zeros((*mask.shape, 3), np.uint8)
    for object_id, colour in colours.items():
        image[mask == object_id] = colour
    large = cv2.resize(image, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
    shifted = np.roll(large, (1, 2), axis=(0, 1))
    return np.asarray(cv2.resize(shifted, mask.shape[::-1], interpolation=cv2.INTER_AREA))


def test_anti_aliased_colours_are_matched_and_snapped(tmp_path: Path) -> None:
    mask = boxes({1: (2, 2, 12, 10), 2: (18, 16, 10, 12)}, (32, 40))
    colours = {1: (250, 30, 20), 2: (20, 60, 240)}
    image = smooth(mask, colours)
    assert len(np.unique(image.reshape(-1, 3), axis=0)) > 3
    put_image(tmp_path / "c/0.png", image)
    put_image(tmp_path / "c/1.png", smooth(boxes({2: (5, 5, 8, 8)}, (32, 40)), colours))
    clip = only(tmp_path, "masks")
    found = clip.annotation.mask(0)
    assert set(np.unique(found)) == {0, 1, 2}
    assert np.count_nonzero(found != mask) < 60  # along the edges only
    np.testing.assert_array_equal(found[4:12, 4:10], 1)
    assert set(np.unique(clip.annotation.mask(1))) == {0, 2}  # the same colour, the same object
    assert "(250, 30, 20) is 1, (20, 60, 240) is 2" in texts(clip)
    assert "Blended edge pixels were snapped" in texts(clip)


def test_published_colours_keep_their_ids_and_thin_objects_stay(tmp_path: Path) -> None:
    mask = boxes({1: (1, 1, 5, 5), 3: (0, 12, 12, 1)})
    voc = {1: (128, 0, 0), 3: (128, 128, 0)}
    image = np.zeros((*HW, 3), np.uint8)
    for object_id, colour in voc.items():
        image[mask == object_id] = colour
    put_image(tmp_path / "c/0.png", image)
    assert_masks(only(tmp_path, "masks"), {"0": mask})


def test_a_photograph_is_no_mask(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    put_image(tmp_path / "c/0.png", noise)
    with pytest.raises(MaskError, match="photographs"):
        only(tmp_path, "masks")


def test_an_anti_aliased_grey_mask_is_cut_in_the_middle(tmp_path: Path) -> None:
    mask = boxes({255: (2, 2, 12, 12)}, (20, 20))
    mask[1, 2:14], mask[14, 2:14] = 100, 200
    put_image(tmp_path / "c/0.png", mask)
    clip = only(tmp_path, "masks")
    assert_masks(clip, {"0": boxes({1: (2, 2, 13, 12)}, (20, 20))})
    assert "snapped to object or not. (24 times)" in texts(clip)


def test_masks_of_another_size(tmp_path: Path) -> None:
    put_frames(tmp_path / "JPEGImages/c", ["0", "1"], (100, 200))
    put_palette(tmp_path / "Annotations/c/0.png", boxes({1: (10, 10, 30, 30)}, (100, 199)))
    put_palette(tmp_path / "Annotations/c/1.png", boxes({1: (10, 10, 30, 30)}, (200, 100)))
    clip = only(tmp_path, "mose")
    assert_masks(clip, {"0": boxes({1: (10, 10, 30, 30)}, (100, 200))})
    assert "is 199x100, its frame 200x100; it was resized" in texts(clip)
    assert "proportions differ; it was left out" in texts(clip)


def test_a_broken_mask_names_its_file(tmp_path: Path) -> None:
    path = put_palette(tmp_path / "c/0.png", boxes(A, (300, 300)))
    path.write_bytes(path.read_bytes()[:150])
    with pytest.raises(InputError, match=r"c/0\.png"):
        only(tmp_path, "masks")


def test_a_folder_of_nothing_known_says_which_formats_there_are(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"no known format.*youtube-vos"):
        detect(tmp_path)
    with pytest.raises(DatasetError, match="There is nothing at"):
        detect(tmp_path / "gone")


LISTED = (
    '{"1": {"category": "person", "frames": ["00000", "00005", "00010"]},'
    ' "2": {"category": "skateboard", "frames": ["00005", "00010"]}}'
)


@pytest.mark.parametrize("lost", ["00000", "00005", "00010"])
def test_a_listed_frame_without_its_mask_is_unknown_and_not_absent(
    tmp_path: Path, lost: str
) -> None:
    root = youtube_vos(tmp_path, LISTED)
    (root / f"train/Annotations/a1b2c3d4e5/{lost}.png").unlink()
    clip = only(root, "youtube-vos")
    t = clip.frame_names.index(lost)
    assert clip.frame_names == ("00000", "00005", "00010")
    assert clip.annotation.packed(t) is None
    for one in clip.annotation.objects:
        found = sources(clip, one.id)
        assert found[t] == Source.NONE
        assert Source.NONE not in found[:t] + found[t + 1 :]


@pytest.mark.parametrize("form", ["masks", "davis"])
def test_a_frame_without_a_mask_is_unknown_in_every_tree(tmp_path: Path, form: str) -> None:
    inner = "480p/c" if form == "davis" else "c"
    put_frames(tmp_path / f"JPEGImages/{inner}", ["00000", "00001", "00002"])
    for stem, mask in (("00000", boxes({**A, **B})), ("00002", boxes(A))):
        put_palette(tmp_path / f"Annotations/{inner}/{stem}.png", mask)
    if form == "davis":
        put_text(tmp_path / "ImageSets/2017/train.txt", "c\n")
    (source,) = read_format(form).list_clips(tmp_path).clips
    clip = source.read()
    assert sources(clip, 1) == [Source.PAINTED, Source.NONE, Source.PAINTED]
    assert sources(clip, 2)[:2] == [Source.PAINTED, Source.NONE]
    assert clip.annotation.packed(1) is None
