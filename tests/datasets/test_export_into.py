"""An exported tree that is there already: added to, replaced in, or left as it was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.annotated import (
    N_FRAMES,
    annotated,
)
from tests.datasets.exporting import export, files, item, order, stop_at, stopped
from tests.youtubevos_reader import read_tree
from vosgui.core import edits
from vosgui.core.history import History
from vosgui.datasets.export import export_format
from vosgui.errors import TargetError


@pytest.fixture
def tree(sources: dict[str, Path], tmp_path: Path) -> Path:
    return export(tmp_path / "out", item(sources["jpg"], "first")).target


def test_a_tree_that_is_there_is_refused(tree: Path, sources: dict[str, Path]) -> None:
    before = files(tree.parent)
    with pytest.raises(TargetError, match=r"train exists and is not empty\.") as refused:
        export(tree.parent, item(sources["png"]))
    assert "--" not in str(refused.value)
    assert "--merge" in refused.value.option
    assert files(tree.parent) == before


def test_clips_are_added(tree: Path, sources: dict[str, Path]) -> None:
    before = files(tree)
    export(tree.parent, item(sources["png"], "second"), existing="merge")
    after = files(tree)
    assert {name: after[name] for name in before if name != "meta.json"} == {
        name: before[name] for name in before if name != "meta.json"
    }
    assert list(read_tree(tree, style="train")) == ["first", "second"]
    assert [path.name for path in tree.parent.iterdir()] == ["train"]
    with pytest.raises(TargetError, match="has the clip second already"):
        export(tree.parent, item(sources["png"], "second"), existing="merge")


def test_a_clip_is_replaced_and_the_others_kept(tree: Path, sources: dict[str, Path]) -> None:
    export(tree.parent, item(sources["png"], "second"), existing="merge")
    before = files(tree)
    history = History(annotated())
    gone = edits.remove_object(history.annotation, 4)
    history.do("Remove", gone)
    one = item(sources["png"], "second", history.annotation)
    export(tree.parent, one, frames="all", existing="overwrite")
    clips = read_tree(tree, style="train")
    assert len(clips["second"].frames) == N_FRAMES
    assert sorted(clips["second"].objects) == ["1", "2"]
    after = files(tree)
    first = {name for name in before if "/first/" in name}
    assert {name: after[name] for name in first} == {name: before[name] for name in first}
    assert [path.name for path in tree.parent.iterdir()] == ["train"]


def test_closed_early_an_existing_tree_is_as_it_was(tree: Path, sources: dict[str, Path]) -> None:
    before = files(tree.parent)
    replacing = order(tree.parent, existing="overwrite")
    items = [item(sources["png"], "first")]
    stopped(lambda progress: export_format(items, replacing, progress), stop_at(5))
    assert files(tree.parent) == before


def test_a_failure_while_joining_puts_everything_back(tree: Path, sources: dict[str, Path]) -> None:
    shutil.rmtree(tree / "Annotations")
    (tree / "Annotations").write_bytes(b"a file is in the way")
    before = files(tree.parent)
    with pytest.raises(TargetError, match="train: File exists"):
        export(tree.parent, item(sources["png"], "first"), existing="overwrite")
    assert {name: of for name, of in files(tree.parent).items() if name[0] != "."} == before


@pytest.mark.parametrize("meta", [None, "", "[]", '{"videos": []}', '{"clips": {}}'])
def test_only_datasets_are_added_to(
    tmp_path: Path, sources: dict[str, Path], meta: str | None
) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "holiday.txt").write_text("mine")
    if meta is not None:
        (tmp_path / "train" / "meta.json").write_text(meta)
    before = files(tmp_path)
    with pytest.raises(TargetError, match="not a dataset"):
        export(tmp_path, item(sources["png"]), existing="overwrite")
    assert files(tmp_path) == before


def test_what_others_wrote_in_meta_is_kept(tree: Path, sources: dict[str, Path]) -> None:
    meta = json.loads((tree / "meta.json").read_text())
    meta["info"] = {"by": "others"}
    (tree / "meta.json").write_text(json.dumps(meta))
    export(tree.parent, item(sources["png"], "second"), existing="merge")
    assert json.loads((tree / "meta.json").read_text())["info"] == {"by": "others"}


def test_an_empty_or_linked_folder_is_used(sources: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "train").symlink_to(tmp_path / "disk")
    report = export(tmp_path / "out", item(sources["png"]))
    assert (tmp_path / "out" / "train").is_symlink()
    assert report.target == tmp_path / "disk"
    read_tree(tmp_path / "out" / "train", style="train")
