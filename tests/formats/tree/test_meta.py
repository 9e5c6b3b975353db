"""The objects that a YouTube-VOS meta.json lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from vosgui.core.metrics.lvos import Span
from vosgui.errors import DatasetError
from vosgui.formats.categories import lists
from vosgui.formats.tree.meta import (
    ListedObject,
    find_object_table,
    read_frame_lists,
    read_object_table,
    read_semantics,
)

META = """{"videos": {"a1b2c3d4e5": {"objects": {
   "1": {"category": "gaint_panda", "frames": ["00000", "00005"]},
   "12": {"category": "skateboard"}}}}, "more": 1}"""


def test_objects_by_clip_and_id(tmp_path: Path) -> None:
    path = tmp_path / "meta.json"
    path.write_text(META)
    objects = read_object_table(path)["a1b2c3d4e5"]
    assert objects[1].category == "giant_panda"
    assert objects[1].frames == {"00000", "00005"}
    assert objects[12].frames is None


def test_objects_of_mosev2_are_ids_alone(tmp_path: Path) -> None:
    path = tmp_path / "meta.json"
    path.write_text('{"videos": {"a": {"objects": ["1", 2], "length": 9}}}')
    assert read_object_table(path) == {"a": {i: ListedObject("", None) for i in (1, 2)}}
    assert read_frame_lists(path) == {"a": {}}


def test_ranges_of_lvos_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "valid_meta.json"
    span = '{"start": "00000006", "end": 31, "frame_nums": "6"}'
    path.write_text(f'{{"videos": {{"a": {{"objects": {{"1": {{"frame_range": {span}}}}}}}}}}}')
    one = read_object_table(path)["a"][1]
    assert (one.span, one.frames) == (Span(6, 31, 6), {"00000006"})


def test_frames_that_are_numbers_are_names(tmp_path: Path) -> None:
    path = tmp_path / "meta.json"
    path.write_text('{"videos": {"a": {"objects": {"1": {"frames": ["00005", 254]}}}}}')
    assert read_frame_lists(path) == {"a": {1: ["00005", "254"]}}


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"videos": [1]}', '{"videos": {"a": {"objects": {"one": {}}}}}', '{"videos": {"a'],
)
def test_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "meta.json"
    path.write_text(text)
    with pytest.raises(DatasetError, match=r"meta\.json"):
        read_object_table(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="Cannot read"):
        read_object_table(tmp_path / "meta.json")


def test_it_is_found_in_the_tree_and_above_its_clips(tmp_path: Path) -> None:
    (tmp_path / "Annotations").mkdir()
    assert find_object_table(tmp_path / "Annotations") is None
    (tmp_path / "meta.json").write_text(META)
    assert find_object_table(tmp_path / "Annotations") == tmp_path.resolve() / "meta.json"
    assert find_object_table(tmp_path) == tmp_path / "meta.json"


def test_davis_lists_categories_alone(tmp_path: Path) -> None:
    path = tmp_path / "davis_semantics.json"
    path.write_text('{"bear": {"1": "bear"}}')
    assert read_semantics(path) == {"bear": {1: ListedObject("bear", None)}}
    for text in ("[]", '{"bear": {"one": "bear"}}', '{"bear": "bear"}'):
        path.write_text(text)
        with pytest.raises(DatasetError, match=r"davis_semantics\.json"):
            read_semantics(path)


@pytest.mark.parametrize("given", [".", "Annotations", "Annotations/480p", "Annotations/480p/bear"])
def test_it_is_found_from_wherever_the_masks_are_given(tmp_path: Path, given: str) -> None:
    (tmp_path / "Annotations/480p/bear").mkdir(parents=True)
    (tmp_path / "davis_semantics.json").write_text("{}")
    found = find_object_table(tmp_path / given)
    assert found is not None
    assert found.resolve() == (tmp_path / "davis_semantics.json").resolve()


def test_published_categories() -> None:
    seen, unseen = lists().youtube_vos.seen, lists().youtube_vos.unseen
    assert (len(seen), len(unseen)) == (65, 26)
    assert not set(seen) & set(unseen)
    assert list(seen) == sorted(seen)
    assert {"giant_panda", "others"} <= set(seen)
