"""A project keeps clips, annotations and history, and says clearly when it cannot."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.projects import HW, N_FRAMES, Painter, clip_info, history_of, state_of
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Expression
from vosgui.core.history import History
from vosgui.core.mask import Box
from vosgui.errors import ClipError, ProjectError, TargetError
from vosgui.formats import project_schema
from vosgui.formats.project import Project, automatic_project
from vosgui.formats.project_file import ProjectFile
from vosgui.formats.project_schema import bring_up_to_date


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "work" / "tennis.vosgui") as project:
        project.add_clip(clip_info(tmp_path / "clips"))
        yield project


def history_in(project: Project) -> History:
    return project.history(project.clips[0].id)


def paint(project: Project, n_steps: int, seed: int = 0) -> History:
    history = history_in(project)
    painter = Painter(history, seed)
    for n in range(n_steps):
        painter.step(n)
    painter.close_run()
    return history


def reopened(project: Project) -> Project:
    project.close()
    return Project.open(project.path)


# -- clips -----------------------------------------------------------------------------------


def test_a_clip_is_kept_with_all_that_is_known_of_it(project: Project, tmp_path: Path) -> None:
    record = project.clips[0]
    with reopened(project) as again:
        assert again.clips == (record,)
        assert again.clips[0].info == clip_info(tmp_path / "clips")
        assert again.clips[0].stored_path == "../clips/tennis"
        assert again.locate_clip(record) == tmp_path / "clips" / "tennis"


def test_the_same_clip_is_added_once_and_names_are_told_apart(
    project: Project, tmp_path: Path
) -> None:
    assert project.add_clip(clip_info(tmp_path / "clips")) == project.clips[0]
    other = project.add_clip(clip_info(tmp_path / "other"))
    assert [record.name for record in project.clips] == ["tennis", "tennis-2"]
    assert other.info.name == "tennis"


def test_a_project_moved_with_its_clips_finds_them(project: Project, tmp_path: Path) -> None:
    record = project.clips[0]
    project.close()
    (tmp_path / "disk").mkdir()
    for name in ("work", "clips"):
        (tmp_path / name).rename(tmp_path / "disk" / name)
    with Project.open(tmp_path / "disk" / "work" / "tennis.vosgui") as moved:
        assert moved.locate_clip(record) == tmp_path / "disk" / "clips" / "tennis"


def test_a_moved_clip_is_asked_for_and_another_one_refused(
    project: Project, tmp_path: Path
) -> None:
    record = project.clips[0]
    (tmp_path / "clips").rename(tmp_path / "elsewhere")
    with pytest.raises(ClipError, match=r"tennis is not at .* say where it is now"):
        project.locate_clip(record)
    info = clip_info(tmp_path / "elsewhere")
    others = {
        "12 frames, not 24": clip_info(tmp_path / "elsewhere", n_frames=12),
        "64x50, not 64x48": replace(info, hw=(50, 64)),
        "other names": replace(info, frame_names=tuple(f"x{t}" for t in range(N_FRAMES))),
        "content differs": replace(info, fingerprint="0"),
    }
    for reason, other in others.items():
        with pytest.raises(ClipError, match=reason):
            project.relocate_clip(record.id, other)
    assert project.relocate_clip(record.id, info).info.path == tmp_path / "elsewhere" / "tennis"
    with reopened(project) as again:
        assert again.locate_clip(again.clips[0]) == tmp_path / "elsewhere" / "tennis"


def test_a_video_file_of_another_size_is_not_taken_for_the_clip(
    project: Project, tmp_path: Path
) -> None:
    video = tmp_path / "cups.mp4"
    video.write_bytes(b"0123")
    record = project.add_clip(replace(clip_info(tmp_path), path=video, name="cups"))
    assert project.locate_clip(record) == video
    video.write_bytes(b"01234")
    with pytest.raises(ClipError, match=r"cups at .*has changed"):
        project.locate_clip(record)


def test_the_project_of_a_clip_opened_without_one(tmp_path: Path) -> None:
    info = replace(clip_info(tmp_path), name="a/b: ünïcode " + "x" * 200)
    path = automatic_project(info)
    assert path == automatic_project(replace(info, path=tmp_path / "moved"))
    assert path != automatic_project(replace(info, fingerprint="another"))
    with Project.create(path) as project:
        assert project.add_clip(info).info == info


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
    project.add_clip(clip_info(folder))
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
    other = project.add_clip(clip_info(tmp_path / "clips", "juggle"))
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
    serials = [history._journal.serial(i) for i in range(history._journal.n_edits)]
    with reopened(project) as again:
        history = history_in(again)
        history.do("Brush", brush(history.annotation, 7))
        assert history._journal.serial(history._journal.n_edits - 1) > max(serials)


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


def brush(annotation: Annotation, seed: int, t: int = 0) -> edits.Part:
    noise = np.random.default_rng(seed).integers(0, 2, (40, 40), np.uint8)
    return edits.paint(annotation, t, 1, Box(0, 0, 40, 40), noise)


def test_a_bounded_history_forgets_the_oldest_edits_of_all_clips(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "bounded.vosgui", history_bytes=60_000)
    first, second = (project.add_clip(clip_info(tmp_path, name)) for name in ("a", "b"))
    histories = [project.history(first.id), project.history(second.id)]
    for seed in range(120):
        history = histories[seed // 20 % 2]
        history.do(f"Brush {seed}", brush(history.annotation, seed, seed % N_FRAMES))
    undone = histories[1].undo(), histories[1].undo()
    assert all(undone)
    for seed in range(120, 200):
        histories[0].do(f"Brush {seed}", brush(histories[0].annotation, seed, seed % N_FRAMES))
    ((total,),) = project._file.rows("SELECT sum(n_bytes) FROM edits")
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
    project.add_clip(clip_info(tmp_path))
    history = history_in(project)
    for seed in range(3):
        history.do(f"Brush {seed}", brush(history.annotation, seed))
    run = history.open("Propagate")
    for seed in range(3, 6):
        run.extend(brush(history.annotation, seed))
    run.close()
    with reopened(project) as again:
        assert [label for label, _ in history_of(history_in(again))] == ["Propagate"]


# -- settings and copies ---------------------------------------------------------------------


def test_settings(project: Project) -> None:
    clip_id = project.clips[0].id
    project.set_setting(clip_id, "frame", 17)
    project.set_setting(None, "export", {"style": "train", "frames": [1, 2]})
    project.set_setting(clip_id, "frame", 18)
    with reopened(project) as again:
        assert again.setting(clip_id, "frame", 0) == 18
        assert again.setting(None, "frame", 0) == 0
        assert again.setting(None, "export") == {"style": "train", "frames": [1, 2]}


def test_blobs_are_kept_replaced_and_dropped(project: Project, tmp_path: Path) -> None:
    clip = project.clips[0].id
    assert project.blob(clip, "adapted") is None
    for data in (b"one", bytes(range(256)) * 10_000):
        project.set_blob(clip, "adapted", data)
        assert project.blob(clip, "adapted") == data
    with project.save_as(tmp_path / "copy.vosgui") as copy:
        assert copy.blob(clip, "adapted") == data
    with reopened(project) as again:
        assert again.blob(clip, "adapted") == data
        again.set_blob(clip, "adapted", None)
        assert again.blob(clip, "adapted") is None


def test_save_as_is_a_whole_copy_with_its_clips(project: Project, tmp_path: Path) -> None:
    paint(project, 30)
    state = state_of(history_in(project).annotation)
    target = tmp_path / "a" / "b" / "copy.vosgui"
    with project.save_as(target) as copy:
        assert copy.clips[0].stored_path == "../../clips/tennis"
        assert copy.locate_clip(copy.clips[0]) == tmp_path / "clips" / "tennis"
        history = history_in(copy)
        assert state_of(history.annotation) == state
        history.undo()
        assert state_of(history_in(project).annotation) == state
    assert [p.name for p in target.parent.iterdir()] == ["copy.vosgui"]


def test_save_as_over_another_project(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "old.vosgui"
    with Project.create(target) as old:
        with pytest.raises(TargetError, match=r"old\.vosgui is open in another window"):
            project.save_as(target)
        old.set_setting(None, "old", 1)
    target.with_name("old.vosgui-wal").write_bytes(b"left by a killed process")
    with project.save_as(target) as copy:
        assert copy.setting(None, "old") is None
        assert len(copy.clips) == 1
    with pytest.raises(TargetError, match="is the project itself"):
        project.save_as(project.path)


# -- files that are not right ----------------------------------------------------------------


def test_create_takes_no_existing_file(project: Project) -> None:
    with pytest.raises(TargetError, match=r"tennis\.vosgui exists already"):
        Project.create(project.path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no project file"),
        (b"", "is empty"),
        (b"\x00\x01garbage" * 1000, "is not a project"),
        (b"SQLite format 3\x00" + b"\xa5" * 5000, "is not a project"),
    ],
)
def test_not_a_project(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "bad.vosgui"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProjectError, match=rf"bad\.vosgui.*{message}|{message}.*bad\.vosgui"):
        Project.open(path)
    assert (path.read_bytes() if path.exists() else None) == content


def test_a_folder_is_not_a_project(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="directory"):
        Project.open(tmp_path)


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "other.vosgui"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (name)")
    with pytest.raises(ProjectError, match="of another program"):
        Project.open(path)


def test_a_truncated_file_anywhere(project: Project) -> None:
    paint(project, 40)
    project.close()
    data = project.path.read_bytes()
    for size in range(20, len(data), len(data) // 13):
        project.path.write_bytes(data[:size])
        with pytest.raises(ProjectError, match=r"tennis\.vosgui.*(damaged|not a project)"):
            Project.open(project.path)


def test_damage_is_met_when_reading_and_never_becomes_a_mask(project: Project) -> None:
    paint(project, 40)
    state = state_of(history_in(project).annotation)
    project.close()
    data = project.path.read_bytes()
    refused = 0
    for at in range(150, len(data), 2999):
        harmed = bytearray(data)
        harmed[at : at + 8] = bytes(b ^ 0x5A for b in harmed[at : at + 8])
        project.path.write_bytes(harmed)
        try:
            with Project.open(project.path) as opened:
                history = history_in(opened)
                masks_and_lanes = state_of(history.annotation)[1:]
                history_of(history)
        except ProjectError as error:
            assert "damaged" in str(error), error
            refused += 1
        else:
            assert masks_and_lanes[0] == state[1]
    assert refused > 3


def test_open_in_another_process(project: Project) -> None:
    code = (
        "import sys; from pathlib import Path; from vosgui.formats.project import Project\n"
        "from vosgui.errors import ProjectError\n"
        "try:\n Project.open(Path(sys.argv[1]))\nexcept ProjectError as e: print(e)"
    )
    command = [sys.executable, "-c", code, str(project.path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "is open in another window or program; close it there" in answer
    with pytest.raises(ProjectError, match="is open in another window"):
        Project.open(project.path)
    project.close()
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ""


def test_read_only_file_and_folder(unprivileged_folder: Path) -> None:
    folder = unprivileged_folder
    path = folder / "tennis.vosgui"
    Project.create(path).close()
    path.chmod(0o444)
    with pytest.raises(ProjectError, match=r"tennis\.vosgui is read-only"):
        Project.open(path)
    path.chmod(0o000)
    with pytest.raises(ProjectError, match="Permission denied"):
        Project.open(path)
    path.chmod(0o644)
    with Project.open(path) as project:
        (folder / "closed").mkdir(mode=0o555)
        with pytest.raises(TargetError, match=r"closed/copy\.vosgui"):
            project.save_as(folder / "closed" / "copy.vosgui")
        with pytest.raises(TargetError, match=r"closed/new\.vosgui"):
            Project.create(folder / "closed" / "new.vosgui")


def test_a_full_disk_loses_nothing(project: Project) -> None:
    history = paint(project, 20)
    before = state_of(history.annotation)
    ((pages,),) = project._file.rows("PRAGMA page_count")
    project._file.rows(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(TargetError, match=r"tennis\.vosgui cannot grow, the disk is full"):
        for seed in range(50):
            before = state_of(history.annotation)
            history.do("Brush", brush(history.annotation, seed))
    assert state_of(history.annotation) == before
    project._file.rows("PRAGMA max_page_count = 1073741823")
    assert history.do("Brush", brush(history.annotation, 99))
    after = state_of(history.annotation)
    with reopened(project) as again:
        history = history_in(again)
        assert state_of(history.annotation) == after
        history.undo()
        assert state_of(history.annotation) == before


def test_a_disk_that_is_really_full(small_disk: Path, project: Project) -> None:
    with Project.create(small_disk / "a.vosgui") as full:
        full.add_clip(clip_info(small_disk))
        history = history_in(full)
        with pytest.raises(TargetError, match=r"a\.vosgui (cannot grow|cannot be read or written)"):
            for seed in range(2000):
                before = state_of(history.annotation)
                history.do("Brush", brush(history.annotation, seed))
        assert state_of(history.annotation) == before
        with pytest.raises(TargetError, match=r"copy\.vosgui"):
            project.save_as(small_disk / "copy.vosgui")
    with Project.open(small_disk / "a.vosgui") as again:
        assert state_of(history_in(again).annotation) == before
    left = {p.name for p in small_disk.iterdir()}
    assert left <= {"a.vosgui", "a.vosgui-wal", "tennis"}  # the log stays until there is room


# -- versions --------------------------------------------------------------------------------


def set_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


def test_a_newer_version_is_refused_and_left_alone(project: Project) -> None:
    project.close()
    set_version(project.path, project_schema.VERSION + 1)
    before = project.path.read_bytes()
    with pytest.raises(ProjectError, match="newer version of this program"):
        Project.open(project.path)
    assert project.path.read_bytes() == before


def test_an_unknown_older_version_is_refused(project: Project) -> None:
    project.close()
    set_version(project.path, 0)
    with pytest.raises(ProjectError, match="format 0"):
        Project.open(project.path)


def test_an_older_version_is_migrated_after_a_backup(project: Project) -> None:
    paint(project, 20)
    state = state_of(history_in(project).annotation)
    project.close()
    now = project_schema.VERSION
    steps = {
        now: lambda c: c.execute("ALTER TABLE clips ADD COLUMN shot TEXT"),
        now + 1: lambda c: c.execute("UPDATE clips SET shot = 'first'"),
    }
    with closing(ProjectFile(project.path)) as file:
        bring_up_to_date(file, steps, now + 2)
        assert file.rows("PRAGMA user_version") == [(now + 2,)]
        assert file.rows("SELECT shot FROM clips") == [("first",)]
    backup = project.path.with_name(f"tennis.format{now}.backup.vosgui")
    with Project.open(backup) as old:
        assert state_of(history_in(old).annotation) == state


def test_a_project_of_version_1_is_opened(project: Project) -> None:
    state = state_of(paint(project, 5).annotation)
    project.close()
    with closing(sqlite3.connect(project.path)) as connection:
        connection.execute("DROP TABLE blobs")
    set_version(project.path, 1)
    with Project.open(project.path) as again:
        assert state_of(history_in(again).annotation) == state
        again.set_blob(again.clips[0].id, "adapted", b"learned")
        assert again.blob(again.clips[0].id, "adapted") == b"learned"
    assert project.path.with_name("tennis.format1.backup.vosgui").exists()


def test_a_migration_that_fails_changes_nothing(project: Project) -> None:
    project.close()
    now = project_schema.VERSION
    steps = {
        now: lambda c: c.execute("ALTER TABLE clips ADD COLUMN shot TEXT"),
        now + 1: lambda c: c.execute("UPDATE nothing SET shot = 'first'"),
    }
    for _ in range(2):
        with closing(ProjectFile(project.path)) as file, pytest.raises(TargetError):
            bring_up_to_date(file, steps, now + 2)
    with Project.open(project.path) as again:
        assert [record.name for record in again.clips] == ["tennis"]
    assert sorted(p.name for p in project.path.parent.iterdir()) == [
        f"tennis.format{now}-2.backup.vosgui",
        f"tennis.format{now}.backup.vosgui",
        "tennis.vosgui",
    ]


def test_a_batch_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "p.vosgui"
    with Project.create(path) as project:
        with project.batch():
            first = project.add_clip(clip_info(tmp_path))
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
