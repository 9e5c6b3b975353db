"""Every command, given what it cannot use: one clear line, exit status 2, nothing half-written."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vosgui.cli.main import main
from vosgui.core import edits
from vosgui.media.open_clip import open_clip
from vosgui.media.palette import write_mask
from vosgui.project.project import Project

HW = (48, 64)
N_FRAMES = 5
ROOT = Path(__file__).resolve().parents[2]
IS_LINUX = sys.platform.startswith("linux")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Make a folder with a clip, masks, a project, and broken twins of each."""
    rng = np.random.default_rng(0)
    frames, masks = tmp_path / "clip", tmp_path / "masks"
    for folder in (frames, masks, tmp_path / "empty"):
        folder.mkdir()
    mask = np.zeros(HW, np.uint8)
    mask[10:30, 10:30] = 1
    for t in range(N_FRAMES):
        noise = rng.integers(0, 255, (*HW, 3), np.uint8)
        Image.fromarray(noise).save(frames / f"{t:05d}.jpg")
        write_mask(masks / f"{t:05d}.png", mask)
    with Project.create(tmp_path / "good.vosgui") as project, open_clip(frames) as clip:
        history = project.history(project.clips.add(clip.info).id)
        history.do("Add object", edits.add_object(history.annotation, "dog", "dog"))
        for t in range(N_FRAMES):
            history.do("Paint", edits.give_mask(history.annotation, t, mask, [1]))
    _broken_twins(tmp_path)
    return tmp_path


def _broken_twins(here: Path) -> None:
    mask = here / "masks" / "00000.png"
    (here / "empty.png").touch()
    (here / "empty.mp4").touch()
    (here / "empty.vosgui").touch()
    (here / "cut.png").write_bytes(mask.read_bytes()[:80])
    (here / "noise.mp4").write_bytes(bytes(range(256)) * 40)
    (here / "noise.vosgui").write_bytes(b"\x07" * 5000)
    project = (here / "good.vosgui").read_bytes()
    (here / "cut.vosgui").write_bytes(project[: len(project) // 2])
    write_mask(here / "small.png", np.ones((8, 8), np.uint8))
    shutil.copytree(here / "clip", here / "sizes")
    Image.new("RGB", (20, 20)).save(here / "sizes" / "00009.jpg")
    shutil.copytree(here / "masks", here / "few")
    (here / "few" / "00003.png").unlink()
    _broken_datasets(here)


def _broken_datasets(here: Path) -> None:
    """Make files that break off and an archive that leads out of its folder."""
    for name, text in {
        "cut-coco/annotations/instances_a.json": '{"images": [{"id": 1, "file_name": "c/0.jpg", ',
        "cut-vis/instances.json": '{"videos": [{"id": 1, "file_names": ["c/0.jpg"]',
        "cut-meta/train/meta.json": '{"videos": {"c": {"objects": {"1": {"category"',
        "cut-said/meta_expressions/train/meta_expressions.json": '{"videos": {"c": {"expressions"',
        "cut-cvat/annotations.xml": "<annotations><version>1.1</version><image id=",
        "cut-labelme/0.json": '{"shapes": [{"label": "a", "points": [[1, 2]',
    }.items():
        (here / name).parent.mkdir(parents=True)
        (here / name).write_text(text)
    for name in ("cut-meta/train/Annotations/c", "cut-said/train/Annotations/c"):
        shutil.copytree(here / "masks", here / name)
    with zipfile.ZipFile(here / "climbing.zip", "w") as archive:
        archive.write(here / "masks/00000.png", "Annotations/c/00000.png")
        archive.writestr("../../out.txt", "out")


PROPAGATE = ("propagate", "clip", "--out", "out", "--model", "flow", "--masks")
# a name : (words of the command, what its one line must say)
BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "propagate missing clip": (("propagate", "none", "--masks", "masks", "--out", "out"), "none"),
    "propagate empty folder": (("propagate", "empty", "--masks", "masks", "--out", "out"), "empty"),
    "propagate empty video": (
        ("propagate", "empty.mp4", "--masks", "masks", "--out", "out"),
        "empty.mp4",
    ),
    "propagate no video": (
        ("propagate", "noise.mp4", "--masks", "masks", "--out", "out"),
        "noise.mp4",
    ),
    "propagate sizes differ": (
        ("propagate", "sizes", "--masks", "masks", "--out", "out"),
        "00009.jpg",
    ),
    "propagate missing mask": ((*PROPAGATE, "none.png"), "none.png"),
    "propagate empty mask": ((*PROPAGATE, "empty.png"), "empty.png"),
    "propagate cut mask": ((*PROPAGATE, "cut.png"), "cut.png"),
    "propagate wrong size": ((*PROPAGATE, "small.png"), "8x8"),
    "propagate no masks": ((*PROPAGATE, "empty"), "empty"),
    "propagate unknown model": (
        ("propagate", "clip", "--masks", "masks", "--out", "out", "--model", "zzz"),
        "zzz",
    ),
    "propagate bad range": ((*PROPAGATE, "masks", "--range", "9:2"), "9:2"),
    "propagate bad object": ((*PROPAGATE, "masks", "--objects", "77"), "77"),
    "propagate read-only target": (
        ("propagate", "clip", "--masks", "masks", "--out", "/proc/out", "--model", "flow"),
        "/proc/out",
    ),
    "propagate onto a file": (
        ("propagate", "clip", "--masks", "masks", "--out", "cut.png", "--model", "flow"),
        "cut.png",
    ),
    "propagate broken project": ((*PROPAGATE, "masks", "--project", "noise.vosgui"), "noise"),
    "propagate no tree": (("propagate", "--dataset", "empty", "--out", "out"), "empty"),
    "export missing project": (("export", "none.vosgui", "--out", "out"), "none.vosgui"),
    "export empty project": (("export", "empty.vosgui", "--out", "out"), "empty.vosgui"),
    "export cut project": (("export", "cut.vosgui", "--out", "out"), "cut.vosgui"),
    "export no project": (("export", "noise.vosgui", "--out", "out"), "noise.vosgui"),
    "export read-only target": (("export", "good.vosgui", "--out", "/proc/out"), "/proc/out"),
    "export onto a file": (("export", "good.vosgui", "--out", "cut.png"), "cut.png"),
    "export unknown clip": (
        ("export", "good.vosgui", "--out", "out", "--clips", "zzz"),
        "zzz",
    ),
    "evaluate missing truth": (("evaluate", "none", "masks"), "none"),
    "evaluate empty predictions": (("evaluate", "masks", "empty"), "empty"),
    "evaluate missing frames": (("evaluate", "masks", "few"), "00003"),
    "evaluate read-only target": (
        ("evaluate", "masks", "masks", "--json", "/proc/out.json"),
        "/proc/out.json",
    ),
    "compare missing": (("compare", "masks", "none"), "none"),
    "import missing": (("import", "none", "--project", "new.vosgui"), "none"),
    "import empty": (("import", "empty", "--project", "new.vosgui"), "empty"),
    "import into noise": (("import", "masks", "--project", "noise.vosgui"), "noise.vosgui"),
    "import a zip that climbs out": (
        ("import", "climbing.zip", "--project", "new.vosgui", "--frames", "clip"),
        "leads out",
    ),
    **{
        f"{command} cut {kind}": ((command, f"cut-{kind}", *more), f"cut-{kind}")
        for kind in ("coco", "vis", "meta", "said", "cvat", "labelme")
        for command, *more in (
            ("convert", "--to", "masks", "--out", "out"),
            ("import", "--project", "new.vosgui"),
        )
    },
    "convert missing": (("convert", "none", "--to", "masks", "--out", "out"), "none"),
    "convert to nothing known": (("convert", "masks", "--to", "zzz", "--out", "out"), "zzz"),
    "convert onto others' files": (
        ("convert", "masks", "--to", "masks", "--out", "clip"),
        "not empty",
    ),
    "validate missing": (("validate", "none"), "none"),
    "validate nothing known": (("validate", "clip"), "clip"),
    "validate a zip that climbs out": (("validate", "climbing.zip"), "leads out"),
    "evaluate vis missing": (("evaluate", "--task", "vis", "none.json", "none.json"), "none.json"),
    "evaluate rvos missing": (("evaluate", "--task", "rvos", "none", "masks"), "no folder none"),
    "demo onto a file": (("demo", "--no-window", "--model", "flow", "--out", "cut.png"), "cut.png"),
    "train no data": (("model", "train", "run", "--tree", "empty", "--steps", "1"), "empty"),
    "unknown command": (("frobnicate", "clip"), "frobnicate"),
}


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


@pytest.mark.skipif(not IS_LINUX, reason="/proc stands for a read-only place")
@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_one_clear_line(
    name: str, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words, said = BAD[name]
    monkeypatch.chdir(here)
    before = everything(here)
    assert main(list(words)) == 2
    printed = capsys.readouterr().err
    lines = [line for line in printed.splitlines() if line.startswith("vosgui: ")]
    assert len(lines) == 1, printed
    assert said in lines[0]
    assert "Traceback" not in printed
    assert everything(here) == before


def _no_room() -> None:
    # As on a full disk, a write past this size fails (EFBIG in place of ENOSPC).
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.skipif(not IS_LINUX, reason="needs a limit on the size of files")
@pytest.mark.parametrize(
    ("words", "finished"),
    [
        (("export", "big.vosgui", "--out", "out"), lambda out: (out / "train").exists()),
        ((*PROPAGATE, "masks.big", "--quiet"), lambda out: (out / "run.json").exists()),
    ],
    ids=["export", "propagate"],
)
def test_a_full_disk_leaves_nothing_that_looks_finished(
    words: tuple[str, ...], finished: Callable[[Path], bool], here: Path
) -> None:
    _make_big(here)
    clip = ["big" if word == "clip" else word for word in words]
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *clip],
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_no_room,
    )
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("vosgui: ")]
    assert len(lines) == 1, done.stderr
    assert not finished(here / "out")
    assert not [path for path in here.rglob("*.png") if path.stat().st_size == 0][1:]


def _make_big(here: Path) -> None:
    """Make a clip whose files do not fit under the limit."""
    rng = np.random.default_rng(1)
    (here / "big").mkdir()
    (here / "masks.big").mkdir()
    mask = rng.integers(1, 250, (200, 300)).astype(np.uint8)
    for t in range(3):
        noise = rng.integers(0, 255, (200, 300, 3), np.uint8)
        Image.fromarray(noise).save(here / "big" / f"{t:05d}.jpg", quality=95)
    write_mask(here / "masks.big" / "00000.png", mask)
    with Project.create(here / "big.vosgui") as project, open_clip(here / "big") as clip:
        history = project.history(project.clips.add(clip.info).id)
        history.do("Add object", edits.add_object(history.annotation, "dog", "dog"))
        history.do("Paint", edits.give_mask(history.annotation, 0, np.minimum(mask, 1), [1]))
