"""A second export to the same place goes on from the first, and touches nothing of others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.annotated import annotated
from tests.datasets.exporting import export, files, item
from tests.hearing import Heard
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.mask import Box
from vosgui.datasets import target_tree
from vosgui.datasets.convert import ConvertReport
from vosgui.datasets.export import (
    ExportItem,
    ExportOrder,
    check_written,
    export_format,
    identity_of,
)
from vosgui.datasets.resuming.earlier_export import Identity, place_of
from vosgui.errors import TargetError
from vosgui.project.project import Project

MINE, ALL = Identity("mine"), Identity("mine", is_all=True)


@pytest.fixture
def clips(sources: dict[str, Path]) -> list[ExportItem]:
    return [item(sources["jpg"], name, annotated()) for name in ("a", "b", "c")]


def painted(annotation: Annotation) -> None:
    """Change the mask of frame 0."""
    after = np.full((9, 9), 1, np.uint8)
    annotation.apply(edits.paint(annotation, 0, 1, Box(5, 5, 9, 9), after))


def changed_in(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def write(form: str, out: Path, clips: list[ExportItem], of: Identity = ALL) -> ConvertReport:
    return export_format(clips, ExportOrder(form, out, of=of))


FORMS = ["youtube-vos", "coco", "davis", "masks"]


@pytest.mark.parametrize("form", FORMS)
def test_what_has_changed_is_written_and_the_result_is_that_of_a_new_export(
    tmp_path: Path, clips: list[ExportItem], form: str
) -> None:
    write(form, tmp_path / "out", clips)
    first = files(tmp_path / "out")
    again = write(form, tmp_path / "out", clips)
    assert (again.n_clips, again.n_as_before) == (0, 3)
    assert "3 clips as before" in str(again)
    assert files(tmp_path / "out") == first
    painted(clips[1].annotation)
    write(form, tmp_path / "out", clips)
    write(form, tmp_path / "anew", clips)
    assert files(tmp_path / "out") == files(tmp_path / "anew") != first


@pytest.mark.parametrize("form", FORMS)
def test_a_clip_that_was_renamed_or_removed_does_not_stay(
    tmp_path: Path, clips: list[ExportItem], form: str
) -> None:
    write(form, tmp_path / "out", clips)
    now = [clips[0], replace(clips[1], name="wasp")]
    write(form, tmp_path / "out", now)
    write(form, tmp_path / "anew", now)
    assert files(tmp_path / "out") == files(tmp_path / "anew")


def test_only_changed_clips_of_a_split_are_written(tmp_path: Path, clips: list[ExportItem]) -> None:
    write("youtube-vos", tmp_path, clips)
    painted(clips[2].annotation)
    report = write("youtube-vos", tmp_path, clips)
    assert (report.n_clips, report.n_as_before) == (1, 2)


def test_a_file_that_is_gone_is_written_again(tmp_path: Path, clips: list[ExportItem]) -> None:
    write("youtube-vos", tmp_path, clips)
    before = files(tmp_path)
    (tmp_path / "train" / "Annotations" / "b" / "00005.png").unlink()
    write("youtube-vos", tmp_path, clips)
    assert files(tmp_path) == before


def test_one_clip_of_many_is_exported_and_the_others_stay(
    tmp_path: Path, clips: list[ExportItem]
) -> None:
    write("youtube-vos", tmp_path, clips)
    painted(clips[0].annotation)
    write("youtube-vos", tmp_path, clips[:1], MINE)
    listed = json.loads((tmp_path / "train" / "meta.json").read_text())["videos"]
    assert sorted(listed) == ["a", "b", "c"]
    write("coco", tmp_path / "coco", clips)
    with pytest.raises(TargetError, match="b, c"):
        write("coco", tmp_path / "coco", clips[:1], MINE)


@pytest.mark.parametrize("of", [Identity(), Identity("another's", is_all=True)])
def test_what_is_another_s_is_refused_as_before(
    tmp_path: Path, clips: list[ExportItem], of: Identity
) -> None:
    export(tmp_path, *clips, of=ALL)
    write("coco", tmp_path / "coco", clips)
    before = files(tmp_path)
    painted(clips[0].annotation)
    for form, out in (("youtube-vos", tmp_path), ("coco", tmp_path / "coco")):
        with pytest.raises(TargetError, match="not empty"):
            write(form, out, clips, of)
    assert files(tmp_path) == before


def test_a_clip_of_another_project_in_the_same_tree_is_never_replaced(
    tmp_path: Path, clips: list[ExportItem]
) -> None:
    export(tmp_path, clips[0], of=ALL)
    export(tmp_path, clips[1], of=Identity("theirs", is_all=True), existing="merge")
    theirs = files(tmp_path / "train" / "Annotations" / "b")
    with pytest.raises(TargetError, match="not empty"):  # the note is theirs now
        export(tmp_path, *clips, of=ALL)
    assert files(tmp_path / "train" / "Annotations" / "b") == theirs


@pytest.mark.parametrize("form", ["coco", "masks"])
def test_files_of_others_beside_a_dataset_stay(
    tmp_path: Path, clips: list[ExportItem], form: str
) -> None:
    write(form, tmp_path / "out", clips)
    note = tmp_path / "out" / "train.py"
    note.write_text("print(1)")
    painted(clips[0].annotation)
    write(form, tmp_path / "out", clips)
    assert note.read_text() == "print(1)"


def test_a_replacement_that_fails_midway_leaves_what_was_there(
    tmp_path: Path, clips: list[ExportItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("coco", tmp_path / "out", clips)
    before = files(tmp_path / "out")
    painted(clips[0].annotation)
    exchange, n = target_tree._exchange, iter(range(1000))

    def failing(new: Path, old: Path, aside: Path) -> None:
        if next(n) == 3:
            raise OSError(28, "No space left on device")
        exchange(new, old, aside)

    monkeypatch.setattr(target_tree, "_exchange", failing)
    with pytest.raises(TargetError):
        write("coco", tmp_path / "out", clips[:2])
    assert files(tmp_path / "out") == before
    monkeypatch.undo()
    write("coco", tmp_path / "out", clips[:2])
    write("coco", tmp_path / "anew", clips[:2])
    assert files(tmp_path / "out") == files(tmp_path / "anew")


def test_a_note_that_cannot_be_read_is_as_none(tmp_path: Path, clips: list[ExportItem]) -> None:
    write("coco", tmp_path / "out", clips)
    place_of(tmp_path / "out").write_bytes(b"{")
    with pytest.raises(TargetError, match="not empty"):
        write("coco", tmp_path / "out", clips)


def test_a_project_is_known_again_also_as_a_copy(tmp_path: Path) -> None:
    with Project.create(tmp_path / "a.vosgui") as project:
        known = identity_of(project, is_all=True)
        assert known.project and identity_of(project, is_all=True) == known
        project.move_to(tmp_path / "b.vosgui")
        assert identity_of(project, is_all=True) == known
    with Project.create(tmp_path / "c.vosgui") as other:
        assert identity_of(other, is_all=True) != known


def test_what_was_written_is_checked(tmp_path: Path, clips: list[ExportItem]) -> None:
    order = ExportOrder("youtube-vos", tmp_path, of=ALL)
    export_format(clips, order, Heard())
    report = check_written(order)
    assert report is not None and not [one for one in report.issues if one.severity > 1]
    (tmp_path / "train" / "Annotations" / "b" / "00005.png").write_bytes(b"broken")
    report = check_written(order)
    assert report is not None and any("b" in one.words for one in report.issues)
