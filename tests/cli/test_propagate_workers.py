"""`propagate --dataset` by several workers, stopped and gone on with, and on a Dask cluster."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.cli.propagating import N, refused, run, write_frames
from tests.dask_cluster import dask_workers, scheduler
from vosgui.cli.main import main
from vosgui.core.mask import Mask
from vosgui.datasets.resuming.kept_clips import UNFINISHED
from vosgui.media.palette import write_mask

CLIPS = ("a", "b", "c")
Scene = tuple[list[np.ndarray], list[Mask]]


def write_tree(root: Path, scene: Scene, n_times: int = 1) -> Path:
    """Write clips that differ, each of the scene so many times over, with its first mask."""
    frames, truth = scene
    for n, name in enumerate(CLIPS):
        shown = [np.roll(frame, 3 * n, axis=1) for frame in frames]
        write_frames(root / "JPEGImages" / name, (shown + shown[::-1]) * n_times)
        (root / "Annotations" / name).mkdir(parents=True)
        write_mask(root / "Annotations" / name / "00000.png", np.roll(truth[0], 3 * n, axis=1))
    return root


@pytest.fixture
def dataset(tmp_path: Path, scene: Scene) -> Path:
    return write_tree(tmp_path / "tree", scene)


def files_in(out: Path) -> dict[str, bytes]:
    """Return the content of all files, but for the report, which tells seconds."""
    found = {str(one.relative_to(out)): one for one in sorted(out.rglob("*")) if one.is_file()}
    assert found.pop("run.json")
    return {name: path.read_bytes() for name, path in found.items()}


def test_the_same_bytes_however_many_workers(tmp_path: Path, dataset: Path) -> None:
    for n in (1, 2):
        assert run("--dataset", dataset, "--out", tmp_path / str(n), "--workers", n) == 0
    assert files_in(tmp_path / "1") == files_in(tmp_path / "2")
    assert len(files_in(tmp_path / "1")) == 2 * N * len(CLIPS)
    assert list(json.loads((tmp_path / "2/run.json").read_bytes())["clips"]) == list(CLIPS)


def test_a_second_start_does_what_is_missing(
    tmp_path: Path, dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out = dataset / "Annotations/b/00000.png", tmp_path / "out"
    whole = given.read_bytes()
    given.write_bytes(b"broken")
    assert run("--dataset", dataset, "--out", out) == 2
    assert "1 of 3 clips" in capsys.readouterr().err
    assert (out / "a/00000.png").exists() and not (out / "b").exists()
    made = (out / "a/00000.png").stat().st_ino
    given.write_bytes(whole)
    assert run("--dataset", dataset, "--out", out) == 0
    assert (out / "a/00000.png").stat().st_ino == made
    assert not (out / UNFINISHED).exists()
    report = json.loads((out / "run.json").read_bytes())
    assert list(report["clips"]) == list(CLIPS) and report["failed"] == {}
    assert run("--dataset", dataset, "--out", tmp_path / "at once") == 0
    assert files_in(out) == files_in(tmp_path / "at once")
    assert "not empty" in refused(capsys, "--dataset", dataset, "--out", out)


def test_what_was_made_in_another_way_or_is_not_whole_is_made_again(
    tmp_path: Path, dataset: Path
) -> None:
    (dataset / "Annotations/b/00000.png").write_bytes(b"broken")
    out = tmp_path / "out"
    assert run("--dataset", dataset, "--out", out, "--quiet") == 2
    made = {name: (out / name).stat().st_ino for name in ("a", "c")}
    (out / "c/00003.png").unlink()
    assert run("--dataset", dataset, "--out", out, "--quiet") == 2
    assert (out / "a").stat().st_ino == made["a"] and (out / "c/00003.png").exists()
    assert run("--dataset", dataset, "--out", out, "--quiet", "--range", "0:4") == 2
    assert len(list((out / "a").iterdir())) == 4


def test_a_worker_of_a_cluster_that_is_killed_loses_nothing(tmp_path: Path, scene: Scene) -> None:
    dataset = write_tree(tmp_path / "tree", scene, n_times=6)
    assert run("--dataset", dataset, "--out", tmp_path / "here", "--quiet") == 0
    out = tmp_path / "there"
    with scheduler() as address, dask_workers(address, ["", ""]) as workers:

        def kill() -> None:
            for _ in range(2000):
                if any(out.glob(f"{UNFINISHED}/stage/*/*.png")):
                    break
                threading.Event().wait(0.01)
            workers[0].kill()

        killer = threading.Thread(target=kill)
        killer.start()
        words = ("--dataset", dataset, "--out", out, "--quiet", "--scheduler", address)
        assert run(*words) == 0
        killer.join()
        assert workers[0].wait() < 0
    assert files_in(out) == files_in(tmp_path / "here")


def test_every_command_by_the_clip_takes_a_cluster(
    tmp_path: Path, dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same bytes and lines as by processes of this machine."""
    project = tmp_path / "a.vosgui"
    steps = (
        ("import", dataset, "--project", project),
        ("export", project, "--out", tmp_path / "exported", "--frames", "all"),
        ("convert", dataset, "--to", "masks", "--out", tmp_path / "converted"),
        ("validate", dataset),
        ("evaluate", dataset / "Annotations", dataset / "Annotations"),
        ("compare", dataset / "Annotations", dataset / "Annotations"),
    )
    said: dict[str, str] = {}
    with scheduler() as address, dask_workers(address, ["", ""]):
        for way in (("--scheduler", address), ("--workers", "1")):
            for step in steps:
                status = main([*(str(word) for word in step), *way])
                text = f"{status} {capsys.readouterr().out}"
                assert said.setdefault(str(step[0]), text) == text, step
            project.unlink()
            for name in ("exported", "converted"):
                (tmp_path / name).rename(tmp_path / f"{name} {way[0]}")
    for name in ("exported", "converted"):
        one, other = (
            {
                str(p.relative_to(root)): p.read_bytes()
                for p in root.rglob("*")
                if p.is_file() and not p.name.endswith(".exported")  # it names the project
            }
            for root in (tmp_path / f"{name} --scheduler", tmp_path / f"{name} --workers")
        )
        assert one == other and one


def test_workers_that_make_no_sense_are_refused(
    tmp_path: Path, dataset: Path, clip: Path, mask: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    line = refused(capsys, clip, "--masks", mask, "--out", out, "--workers", 2)
    assert "--dataset" in line
    both = ("--workers", 2, "--scheduler", "tcp://127.0.0.1:1")
    assert "one of" in refused(capsys, "--dataset", dataset, "--out", out, *both)
