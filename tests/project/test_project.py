"""A project keeps clips, annotations and history."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.project.projects import (
    HW,
    N_FRAMES,
    Painter,
    brush,
    clip_info,
    history_in,
    history_of,
    paint,
    reopened,
    state_of,
)
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Expression
from vosgui.core.history import History
from vosgui.errors import ClipError, TargetError
from vosgui.project.project import Project, automatic_project

# -- clips -----------------------------------------------------------------------------------


def test_a_clip_is_kept_with_all_that_is_known_of_it(project: Project, tmp_path: Path) -> None:
    record = project.clips[0]
    with reopened(project) as again:
        assert tuple(again.clips) == (record,)
        assert again.clips[0].info == clip_info(tmp_path / "clips")
        assert again.clips[0].stored_path == "../clips/tennis"
        assert again.clips.locate(record) == tmp_path / "clips" / "tennis"


def test_the_same_clip_is_added_once_and_names_are_told_apart(
    project: Project, tmp_path: Path
) -> None:
    assert project.clips.add(clip_info(tmp_path / "clips")) == project.clips[0]
    other = project.clips.add(clip_info(tmp_path / "other"))
    assert [record.name for record in project.clips] == ["tennis", "tennis-2"]
    assert other.info.name == "tennis"


def test_a_project_moved_with_its_clips_finds_them(project: Project, tmp_path: Path) -> None:
    record = project.clips[0]
    project.close()
    (tmp_path / "disk").mkdir()
    for name in ("work", "clips"):
        (tmp_path / name).rename(tmp_path / "disk" / name)
    with Project.open(tmp_path / "disk" / "work" / "tennis.vosgui") as moved:
        assert moved.clips.locate(record) == tmp_path / "disk" / "clips" / "tennis"


def test_a_moved_clip_is_asked_for_and_another_one_refused(
    project: Project, tmp_path: Path
) -> None:
    record = project.clips[0]
    (tmp_path / "clips").rename(tmp_path / "elsewhere")
    with pytest.raises(ClipError, match=r"tennis is not at .* say where it is now"):
        project.clips.locate(record)
    info = clip_info(tmp_path / "elsewhere")
    others = {
        "12 frames, not 24": clip_info(tmp_path / "elsewhere", n_frames=12),
        "64x50, not 64x48": replace(info, hw=(50, 64)),
        "other names": replace(info, frame_names=tuple(f"x{t}" for t in range(N_FRAMES))),
        "content differs": replace(info, fingerprint="0"),
    }
    for reason, other in others.items():
        with pytest.raises(ClipError, match=reason):
            project.clips.relocate(record, other)
    assert project.clips.relocate(record, info).info.path == tmp_path / "elsewhere" / "tennis"
    with reopened(project) as again:
        assert again.clips.locate(again.clips[0]) == tmp_path / "elsewhere" / "tennis"


def test_a_video_file_of_another_size_is_not_taken_for_the_clip(
    project: Project, tmp_path: Path
) -> None:
    video = tmp_path / "cups.mp4"
    video.write_bytes(b"0123")
    record = project.clips.add(replace(clip_info(tmp_path), path=video, name="cups"))
    assert project.clips.locate(record) == video
    video.write_bytes(b"01234")
    with pytest.raises(ClipError, match=r"cups at .*has changed"):
        project.clips.locate(record)


def test_the_project_of_a_clip_opened_without_one(tmp_path: Path) -> None:
    info = replace(clip_info(tmp_path), name="a/b: ünïcode " + "x" * 200)
    path = automatic_project(info)
    assert path == automatic_project(replace(info, path=tmp_path / "moved"))
    assert path != automatic_project(replace(info, fingerprint="another"))
    with Project.create(path) as project:
        assert project.clips.add(info).info == info


# -- history ---------------------------------------------------------------------------------


def test_annotation_and_undo_history_survive_a_restart(project: Project) -> None:
    twin = Painter(History(Annotation(HW, N_FRAMES)), 0)
    for n in range(60):
        twin.step(n)
    paint(project, 60)
    twin.close_run()
    with reopened(project) as again:
        history = history_in(again)
        assert state_of(history.annotation) == state_of(twin.history.annotation)
        assert history_of(history) == history_of(twin.history)
        while twin.history.redo():
            assert history.redo()
        assert not history.can_redo
        assert state_of(history.annotation) == state_of(twin.history.annotation)


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(st.integers(0, 500), max_size=25),
    restarts=st.sets(st.integers(0, 25), max_size=3),
    seed=st.integers(0, 9),
)
def test_any_edits_are_the_same_after_a_restart(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], restarts: set[int], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("any")
    project = Project.create(folder / "any.vosgui")
    project.clips.add(clip_info(folder))
    twin = Painter(History(Annotation(HW, N_FRAMES)), seed)
    painter = Painter(history_in(project), seed)
    for at, n in enumerate(steps):
        if at in restarts:
            project = reopened(project)
            painter = Painter(history_in(project), seed)
            twin.close_run()
        twin.step(n)
        painter.step(n)
        assert painter.history.can_undo == twin.history.can_undo
        assert painter.history.redo_label == twin.history.redo_label
    twin.close_run()
    with reopened(project) as again:
        history = history_in(again)
        assert state_of(history.annotation) == state_of(twin.history.annotation)
        assert history_of(history) == history_of(twin.history)


def test_one_history_for_a_clip(project: Project) -> None:
    assert history_in(project) is history_in(project)


def test_two_clips_have_histories_of_their_own(project: Project, tmp_path: Path) -> None:
    paint(project, 20)
    other = project.clips.add(clip_info(tmp_path / "clips", "juggle"))
    history = project.history(other.id)
    assert not history.can_undo
    history.do("Add object", edits.add_object(history.annotation, "ball"))
    history.undo()
    with reopened(project) as again:
        assert again.history(other.id).redo_label == "Add object"
        assert history_in(again).annotation.frames_with_mask()


def test_a_clean_mark_is_not_met_by_another_edit_after_a_restart(project: Project) -> None:
    history = paint(project, 5)
    history.undo()
    serials = [history.journal.serial(i) for i in range(history.journal.n_edits)]
    with reopened(project) as again:
        history = history_in(again)
        history.do("Brush", brush(history.annotation, 7))
        assert history.journal.serial(history.journal.n_edits - 1) > max(serials)


def test_objects_keep_everything(project: Project) -> None:
    history = history_in(project)
    history.do("Add object", edits.add_object(history.annotation, "Größe 狗", "dog"))
    entry = replace(
        history.annotation.objects[0],
        locked=True,
        runs=False,
        visible=False,
        expressions=(Expression("the dog on the left", True), Expression("a dog")),
    )
    history.do("Describe", edits.set_object(history.annotation, entry))
    history.do(
        "Stride", edits.set_header(history.annotation, replace(history.annotation.header, stride=7))
    )
    header = history.annotation.header
    with reopened(project) as again:
        assert history_in(again).annotation.header == header
        assert history_in(again).undo_label == "Stride"


def test_a_bounded_history_forgets_the_oldest_edits_of_all_clips(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "bounded.vosgui", history_bytes=60_000)
    first, second = (project.clips.add(clip_info(tmp_path, name)) for name in ("a", "b"))
    histories = [project.history(first.id), project.history(second.id)]
    for seed in range(120):
        history = histories[seed // 20 % 2]
        history.do(f"Brush {seed}", brush(history.annotation, seed, seed % N_FRAMES))
    undone = histories[1].undo(), histories[1].undo()
    assert all(undone)
    for seed in range(120, 200):
        histories[0].do(f"Brush {seed}", brush(histories[0].annotation, seed, seed % N_FRAMES))
    ((total,),) = project.file.rows(tuple[int], "SELECT sum(n_bytes) FROM edits")
    assert 30_000 < total <= 60_000
    assert not histories[1].can_undo
    states = [state_of(history.annotation) for history in histories]
    with reopened(project) as again:
        assert [state_of(again.history(i).annotation) for i in (first.id, second.id)] == states
        labels = [label for label, _ in history_of(again.history(first.id))]
        assert labels == [f"Brush {seed}" for seed in range(199, 199 - len(labels), -1)]
        assert 5 < len(labels) < 80
        while again.history(first.id).redo():
            pass
        assert state_of(again.history(first.id).annotation) == states[0]


def test_one_edit_larger_than_the_bound_is_kept(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "bounded.vosgui", history_bytes=100)
    project.clips.add(clip_info(tmp_path))
    history = history_in(project)
    for seed in range(3):
        history.do(f"Brush {seed}", brush(history.annotation, seed))
    run = history.open("Propagate")
    for seed in range(3, 6):
        run.extend(brush(history.annotation, seed))
    run.close()
    with reopened(project) as again:
        assert [label for label, _ in history_of(history_in(again))] == ["Propagate"]


def test_a_batch_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "p.vosgui"
    with Project.create(path) as project:
        with project.batch():
            first = project.clips.add(clip_info(tmp_path))
            project.set_setting(first.id, "frame", 3)
        with pytest.raises(ZeroDivisionError), project.batch():
            project.set_setting(first.id, "frame", 4)
            1 / 0
        assert project.setting(first.id, "frame") == 3
        with project.batch():
            project.set_setting(first.id, "frame", 5)
            with pytest.raises(TargetError):
                project.set_blob(first.id + 1, "image", b"x")  # there is no such clip
            project.set_setting(first.id, "shown", True)
    with Project.open(path) as project:
        assert [project.setting(first.id, key) for key in ("frame", "shown")] == [5, True]
