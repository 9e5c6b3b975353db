"""Mutated files: no crash, no hang, no memory blow-up, one clear error or a clip."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.tools import TOOLS, label_studio_video, supervisely_video
from tests.trees import boxes, put_frames, put_image, put_palette, put_text, written_by
from vosgui.core.annotation import Expression
from vosgui.core.edits import new_object
from vosgui.datasets.import_ import ImportOptions, import_dataset
from vosgui.errors import InputError
from vosgui.formats.coco.checks import check_coco
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip
from vosgui.formats.registry import read_format, readable, write_format
from vosgui.formats.tree.tree_checks import with_lines
from vosgui.formats.writer import WriteOptions
from vosgui.formats.youtubevis.checks import check_youtubevis
from vosgui.project.project import Project

HW = (9, 14)


def example(root: Path) -> LabelledClip:
    builder = AnnotationBuilder(HW, 2, 1)
    builder.add(0, boxes({1: (1, 1, 4, 4), 3: (5, 6, 3, 5)}, HW))
    builder.add(1, boxes({1: (2, 2, 4, 4)}, HW))
    objects = [replace(new_object(1, category="cat"), expressions=(Expression("a cat"),))]
    put_frames(root / "frames", ("00000", "00005"), HW)
    return LabelledClip("c", root / "frames", ("00000", "00005"), builder.build(objects))


def written(name: str) -> Callable[[Path], Path]:
    def make(root: Path) -> Path:
        writer = write_format(name).writer(WriteOptions())
        out = root / "out"
        out.mkdir()
        writer.finish([written_by(writer, example(root), out)], out)
        return out

    return make


def labelme(root: Path) -> Path:
    shape = {"label": "a", "points": [[0, 0], [3, 0], [3, 3]], "shape_type": "polygon"}
    content = {"shapes": [shape], "imageHeight": 9, "imageWidth": 14, "imagePath": "0.jpg"}
    put_text(root / "out/0.json", json.dumps(content))
    return root / "out"


def x_anylabeling(root: Path) -> Path:
    kinds = ("rectangle", "rotation", "circle", "line", "__ignore__")
    points = [[0, 0], [3, 0], [3, 3], [0, 3]]
    shapes = [
        {"label": kind, "points": points, "shape_type": kind, "attributes": {"track_id": n}}
        for n, kind in enumerate(kinds)
    ]
    content = {"shapes": shapes, "imagePath": "..\\images\\0.jpg", "imageData": None}
    put_text(root / "out/labels/0.json", json.dumps(content))
    put_frames(root / "out/images", ["0"], HW)
    return root / "out"


def cvat_tracks(root: Path) -> Path:
    shapes = (
        '<box {} xtl="1" ytl="1" xbr="5" ybr="4" rotation="30.0"/>',
        '<ellipse {} cx="5" cy="5" rx="3" ry="2" rotation="30.0"/>',
        '<mask {} rle="0, 4" left="1" top="1" width="2" height="2"/>',
        '<polyline {} points="1,1;2,2"/>',
    )
    key = 'frame="{}" keyframe="1" outside="{}"'
    tracks = "".join(
        f'<track id="{n}" label="a" task_id="1" group_id="1">{one.format(key.format(10, 0))}'
        f"{one.format(key.format(15, 1))}</track>"
        for n, one in enumerate(shapes)
    )
    size = "<original_size><width>14</width><height>9</height></original_size>"
    more = "<start_frame>10</start_frame><frame_filter>step=5</frame_filter>"
    task = f"<task><id>1</id><name>c</name><size>2</size>{more}{size}</task>"
    meta = f"<meta><project><tasks>{task}</tasks></project></meta>"
    put_text(root / "out/annotations.xml", f"<annotations>{meta}{tracks}</annotations>")
    put_frames(root / "out/images", ["frame_000010", "frame_000015"], HW)
    return root / "out"


def lvos(root: Path) -> Path:
    put_palette(root / "out/train/Annotations/c/00000001.png", boxes({1: (1, 1, 4, 4)}))
    put_text(
        root / "out/train_meta.json",
        '{"videos": {"c": {"objects": {"1": {"frame_range": {"start": "1", "end": "1"}}}}}}',
    )
    return root / "out"


def sav(root: Path) -> Path:
    masks = [[{"size": [3, 4], "counts": "327"}], [None]]
    content = {"video_height": 3.0, "video_width": 4.0, "video_frame_count": 8.0, "masklet": masks}
    put_text(root / "out/v_manual.json", json.dumps(content))
    return root / "out"


def panoptic(root: Path) -> Path:
    colours = np.zeros((9, 14, 3), np.uint8)
    colours[1:5, 1:5] = (44, 1, 0)  # 300
    put_image(root / "out/panomasksRGB/v/0.png", colours)
    segments = [{"id": 300, "category_id": 1, "iscrowd": 0}]
    frame = {"image_id": "0", "file_name": "0.png", "segments_info": segments}
    clip = {"video_id": "v", "annotations": [frame]}
    kinds = [{"id": 1, "name": "cat", "isthing": 1}]
    put_text(root / "out/p.json", json.dumps({"annotations": [clip], "categories": kinds}))
    return root / "out"


def cityscapes(root: Path) -> Path:
    mask = boxes({1: (1, 1, 4, 4)}, HW).astype(np.uint16) * 26001
    put_image(root / "out/a_0_0_gtFine_instanceIds.png", mask)
    return root / "out"


def voc(root: Path) -> Path:
    for folder, value in (("SegmentationObject", 1), ("SegmentationClass", 15)):
        put_palette(root / f"out/{folder}/a.png", boxes({value: (1, 1, 4, 4)}, HW))
    put_text(root / "out/labelmap.txt", "background:0,0,0::\ncat:128,0,0::\n")
    return root / "out"


def ref_davis(root: Path) -> Path:
    out = written("davis")(root)
    put_text(out / "Davis17_annot1.txt", 'c 1 "a cat"\nc 2 "a dog"\n')
    return out


def sa_1b(root: Path) -> Path:
    mask = {"id": 7, "area": 2, "segmentation": {"size": [3, 4], "counts": "327"}}
    image = {"image_id": 1, "width": 4, "height": 3, "file_name": "sa_1.jpg"}
    put_text(root / "out/sa_1.json", json.dumps({"image": image, "annotations": [mask]}))
    return root / "out"


def refer_submission(root: Path) -> Path:
    for expression, where in (("0", (1, 1, 4, 4)), ("1", (5, 6, 3, 5))):
        put_image(root / f"out/Annotations/c/{expression}/00000.png", boxes({255: where}, HW))
    return root / "out"


# format: how it is made, which file is mutated
FORMATS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "youtube-vos": (written("youtube-vos"), "train/meta.json"),
    "refer-youtube-vos": (
        written("refer-youtube-vos"),
        "meta_expressions/train/meta_expressions.json",
    ),
    "youtube-vis": (written("youtube-vis"), "train/instances.json"),
    "coco": (written("coco"), "annotations/instances_default.json"),
    "mevis": (written("mevis"), "train/mask_dict.json"),
    "mevis expressions": (written("mevis"), "train/meta_expressions.json"),
    "burst": (written("burst"), "train/train.json"),
    "youtube-vis of OVIS": (written("ovis"), "annotations_train.json"),
    "sa-1b": (sa_1b, "sa_1.json"),
    "ref-davis": (ref_davis, "Davis17_annot1.txt"),
    "cvat": (written("cvat"), "annotations.xml"),
    "cvat tracks": (cvat_tracks, "annotations.xml"),
    "davis": (written("davis"), "davis_semantics.json"),
    "davis frames": (written("davis"), "JPEGImages/480p/c/00000.jpg"),
    "davis masks": (written("davis"), "Annotations/480p/c/00000.png"),
    "labelme": (labelme, "0.json"),
    "labelme of x-anylabeling": (x_anylabeling, "labels/0.json"),
    "lvos": (lvos, "train_meta.json"),
    "sa-v": (sav, "v_manual.json"),
    "masks": (written("masks"), "c/00000.png"),
    "object-folders": (written("cutouts"), "c/001/00000.png"),
    "sa-v written": (written("sa-v"), "c_manual.json"),
    "sa-v-masks": (written("sa-v-masks"), "Annotations_6fps/c/001/00000.png"),
    "lvos written": (written("lvos"), "train/train_meta.json"),
    "refer-youtube-vos-submission": (refer_submission, "Annotations/c/0/00000.png"),
    "mose": (written("mose"), "train/Annotations/c/00000.png"),
    "mots": (written("mots"), "instances/c/000000.png"),
    "mots labels": (written("mots"), "instances/labels.txt"),
    "mots-txt": (written("mots-txt"), "instances_txt/c.txt"),
    "panoptic": (panoptic, "p.json"),
    "panoptic masks": (panoptic, "panomasksRGB/v/0.png"),
    "cityscapes": (cityscapes, "a_0_0_gtFine_instanceIds.png"),
    "voc": (voc, "SegmentationObject/a.png"),
    "voc classes": (voc, "SegmentationClass/a.png"),
    "voc labels": (voc, "labelmap.txt"),
    **TOOLS,
    "label-studio video": (label_studio_video, "export.json"),
    "supervisely video": (supervisely_video, "ds/ann/c.mp4.json"),
}


def test_every_format_that_is_read_has_files_that_are_mutated() -> None:
    assert {row.name for row in readable()} == {name.partition(" ")[0] for name in FORMATS}


PIECES = [b"", b"null", b"-1", b"1e999", b"NaN", b'"', b"[", b"}", b"99999999999", b"\x00", b"\xff"]
PIECES += [b"0", b"254", b"255", b"256", b'""', b"../", b"<", b"&x;", b"[]", b"{}", b"1.5", b"true"]


@st.composite
def mutations(draw: st.DrawFn) -> list[tuple[float, int, bytes]]:
    """Return cuts: where, as a part of the file, how many bytes, and what takes their place."""
    cut = st.tuples(
        st.floats(0, 1), st.integers(0, 12), st.sampled_from(PIECES) | st.binary(max_size=4)
    )
    return draw(st.lists(cut, min_size=1, max_size=4))


def mutated(data: bytes, cuts: list[tuple[float, int, bytes]]) -> bytes:
    for where, n_bytes, piece in cuts:
        at = int(where * len(data))
        data = data[:at] + piece + data[at + n_bytes :]
    return data


@pytest.mark.parametrize("name", FORMATS)
@given(cuts=mutations())
@settings(max_examples=60, deadline=5000, suppress_health_check=list(HealthCheck))
def test_mutated_files_are_read_or_refused(
    name: str, cuts: list[tuple[float, int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    make, file = FORMATS[name]
    root = _made(tmp_path_factory, name, make)
    form = name.partition(" ")[0]
    original = root.parent / "original"
    if not original.exists():
        shutil.copyfile(root / file, original)
    (root / file).write_bytes(mutated(original.read_bytes(), cuts))
    try:
        row = read_format(form)
        dataset = row.list_clips(root)
        with_lines(row.checks(root, row.list_clips).issues)
        for source in dataset.clips:
            clip = source.read()
            for t in range(min(clip.annotation.n_frames, 3)):
                assert clip.annotation.mask(t).max(initial=0) <= 254
    except InputError as refused:
        assert "\n" not in str(refused).strip()
    if name == "youtube-vis":
        check_youtubevis(root / file)
    if name == "coco":
        check_coco(root / file)


@pytest.mark.parametrize(
    "name", ["youtube-vos", "coco", "cvat", "cvat tracks", "davis frames", "davis masks"]
)
@given(cuts=mutations())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_project_takes_a_mutated_dataset_whole_or_not_at_all(
    name: str, cuts: list[tuple[float, int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    make, file = FORMATS[name]
    root = _made(tmp_path_factory, f"{name} for a project", make)
    original, project = root.parent / "original", root.parent / "p.vosgui"
    if not original.exists():
        shutil.copyfile(root / file, original)
        Project.create(project).close()
    before = project.read_bytes()
    (root / file).write_bytes(mutated(original.read_bytes(), cuts))
    form = name.partition(" ")[0]
    try:
        dataset = read_format(form).list_clips(root)
        import_dataset(dataset, project, ImportOptions(overwrite=True))
    except InputError:
        assert project.read_bytes() == before
    else:
        with Project.open(project) as opened:
            assert opened.clips
            for record in opened.clips:
                assert opened.history(record.id).annotation.hw == HW
    assert not list(root.parent.glob(".*"))


_ROOTS: dict[str, Path] = {}


def _made(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Path]) -> Path:
    if name not in _ROOTS:
        _ROOTS[name] = make(factory.mktemp(name))
    return _ROOTS[name]


def test_masks_of_every_cut_length_are_read_or_refused(tmp_path: Path) -> None:
    path = put_palette(tmp_path / "c/0.png", boxes({1: (1, 1, 5, 5)}))
    data = path.read_bytes()
    for length in range(0, len(data), 7):
        path.write_bytes(data[:length])
        with tempfile.TemporaryDirectory():
            try:
                clip = read_format("masks").list_clips(tmp_path).clips[0].read()
                assert clip.annotation.hw == (12, 16)
            except InputError as refused:
                assert str(path) in str(refused)


def test_a_deeply_nested_file_is_refused(tmp_path: Path) -> None:
    put_text(tmp_path / "train/Annotations/c/x", "")
    for opening in ("[", '{"videos": '):
        put_text(tmp_path / "train/meta.json", opening * 100_000)
        with pytest.raises(InputError, match=r"meta\.json"):
            read_format("youtube-vos").list_clips(tmp_path)


def test_a_huge_size_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    mask = {"size": [3, 4], "counts": "327"}
    content = {"video_height": 3e9, "video_width": 4e9, "masklet": [[mask]]}
    put_text(tmp_path / "v_manual.json", json.dumps(content))
    with pytest.raises(InputError, match="size"):
        read_format("sa-v").list_clips(tmp_path).clips[0].read()
    head = (
        '<annotations><image id="0" name="c/0" width="30000000" height="30000000"/></annotations>'
    )
    put_text(tmp_path / "annotations.xml", head)
    with pytest.raises(InputError, match="size"):
        read_format("cvat").list_clips(tmp_path).clips[0].read()
