"""One broken file of many: it is left out alone, and named, or ends its clip alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.trees import masks_of, put_frames
from vosgui.cli.main import main
from vosgui.errors import DatasetError
from vosgui.formats.registry import detect

STEMS = ["00000", "00001", "00002", "00003"]
POINTS = [[1, 1], [8, 1], [8, 8], [1, 8]]


def labelme(root: Path, hw: tuple[int, int] = (12, 16)) -> dict[str, Any]:
    shape = {"label": "a", "points": POINTS, "shape_type": "polygon", "group_id": 1}
    return {"shapes": [shape], "imagePath": "", "imageHeight": hw[0], "imageWidth": hw[1]}


def isat(root: Path, hw: tuple[int, int] = (12, 16)) -> dict[str, Any]:
    one = {"category": "a", "group": 1, "segmentation": POINTS, "layer": 1, "bbox": []}
    about = {"description": "ISAT", "height": hw[0], "width": hw[1], "name": ""}
    return {"info": about, "objects": [one]}


def supervisely(root: Path, hw: tuple[int, int] = (12, 16)) -> dict[str, Any]:
    points = {"exterior": POINTS, "interior": []}
    one = {"classTitle": "a", "geometryType": "polygon", "points": points}
    return {"size": {"height": hw[0], "width": hw[1]}, "objects": [one]}


FORMS: dict[str, tuple[Callable[..., dict[str, Any]], str, str]] = {
    "labelme": (labelme, "{}.jpg", "{}.json"),
    "isat": (isat, "{}.jpg", "{}.json"),
    "supervisely": (supervisely, "img/{}.jpg", "ann/{}.jpg.json"),
}
BREAK: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda text: b"",
    "cut off": lambda text: text[: len(text) // 2],
    "another form": lambda text: text.replace(b'"objects": [', b'"objects": 3, "x": [').replace(
        b'"shapes": [', b'"shapes": 3, "x": ['
    ),
    "not UTF-8": lambda text: text.replace(b'"a"', b'"\xd6\xd0"'),
    "another size": lambda text: text.replace(b": 16", b": 24"),
}


def put(root: Path, form: str) -> list[Path]:
    """Write the frames and the files of a clip; return the files."""
    make, image, file = FORMS[form]
    put_frames((root / image).parent, STEMS)
    files = []
    for stem in STEMS:
        path = root / file.format(stem)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(make(root)), encoding="utf-8")
        files.append(path)
    return files


@pytest.mark.parametrize("n", [0, 2])
@pytest.mark.parametrize("how", BREAK)
@pytest.mark.parametrize("form", FORMS)
def test_a_broken_file_is_left_out_alone(tmp_path: Path, form: str, how: str, n: int) -> None:
    path = put(tmp_path, form)[n]
    path.write_bytes(BREAK[how](path.read_bytes()))
    assert detect(tmp_path).name == form
    (source,) = detect(tmp_path).list_clips(tmp_path).clips
    clip = source.read(skip_broken=True)
    assert sorted(masks_of(clip)) == [stem for stem in STEMS if stem != STEMS[n]]
    named = [one for one in clip.issues if path.name in str(one)]
    assert len(named) == 1
    assert clip.n_broken == 1
    with pytest.raises(DatasetError, match=path.name):
        source.read()


@pytest.mark.parametrize("form", FORMS)
def test_commands_leave_it_out_and_say_so(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(tmp_path / "in", form)[1]
    path.write_bytes(path.read_bytes()[:40])
    words = [str(tmp_path / "in"), "--to", "masks", "--out", str(tmp_path / "out")]
    assert main(["convert", *words]) == 2
    capsys.readouterr()
    assert main(["convert", *words, "--skip-broken"]) in (0, 1)
    assert path.name in "".join(capsys.readouterr())
    (out,) = detect(tmp_path / "out").list_clips(tmp_path / "out").clips
    assert len(masks_of(out.read())) == 3


@pytest.mark.parametrize("form", FORMS)
def test_a_clip_of_which_all_is_broken_says_so(tmp_path: Path, form: str) -> None:
    files = put(tmp_path, form)
    (source,) = detect(tmp_path).list_clips(tmp_path).clips
    for path in files:
        path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(DatasetError, match=files[0].name):
        source.read(skip_broken=True)


def coco(stem: str) -> dict[str, Any]:
    one = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[1, 1, 8, 1, 8, 8]]}
    image = {"id": 1, "file_name": f"{stem}/00000.jpg", "height": 12, "width": 16}
    categories = [{"id": 1, "name": "a"}]
    return {"images": [image], "annotations": [one | {"track_id": 1}], "categories": categories}


def youtubevis(stem: str) -> dict[str, Any]:
    video = {"id": 1, "file_names": [f"{stem}/00000.jpg"], "height": 12, "width": 16, "length": 1}
    rle = {"counts": [0, 20, 172], "size": [12, 16]}
    one = {"id": 1, "video_id": 1, "category_id": 1, "segmentations": [rle], "iscrowd": 0}
    return {"videos": [video], "annotations": [one], "categories": [{"id": 1, "name": "a"}]}


def datumaro(stem: str) -> dict[str, Any]:
    one = {"id": 1, "type": "polygon", "label_id": 0, "group": 0, "points": [1, 1, 8, 1, 8, 8]}
    image = {"path": f"{stem}.jpg", "size": [12, 16]}
    item = {"id": f"{stem}/00000", "annotations": [one], "attr": {}, "image": image}
    labels = {"labels": [{"name": "a"}]}
    return {"infos": {}, "categories": {"label": labels}, "items": [item]}


@pytest.mark.parametrize("form", [coco, youtubevis, datumaro])
def test_of_several_files_a_broken_one_ends_its_clips_alone(
    tmp_path: Path, form: Callable[[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    for stem in ("instances_a", "instances_b"):
        text = json.dumps(form(stem))
        (tmp_path / f"{stem}.json").write_text(text, encoding="utf-8")
    broken = tmp_path / "instances_b.json"
    broken.write_text(broken.read_text()[:-3] + ",,,", encoding="utf-8")
    dataset = detect(tmp_path).list_clips(tmp_path)
    assert len(dataset.clips) == 2
    words = [str(tmp_path), "--to", "masks", "--out", str(tmp_path / "out")]
    assert main(["convert", *words]) == 2
    assert main(["convert", *words, "--skip-broken"]) in (0, 1)
    assert broken.name in "".join(capsys.readouterr())
    assert len(detect(tmp_path / "out").list_clips(tmp_path / "out").clips) == 1
