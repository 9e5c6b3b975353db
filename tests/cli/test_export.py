"""`export` from its words to the tree."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.annotated import N_FRAMES, image_folder, make_project, video_file
from tests.youtubevos_reader import read_tree
from vosgui.cli.main import main
from vosgui.project.project import Project


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    clips = image_folder(folder / "00aa11bb22"), video_file(folder / "video.avi")
    make_project(folder / "work.vosgui", *clips).close()
    return folder / "work.vosgui"


def test_a_whole_project(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(made), "--format", "youtube-vos", "--out", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    last = out.splitlines()[-1]
    assert last.endswith(str(tmp_path / "train"))
    assert re.findall(r"(\d+) (\w+)s\b", last)[:3] == [
        ("2", "clip"),
        ("14", "frame"),
        ("6", "object"),
    ]
    assert re.search(r"^note: clip video: .*1 as 1, 3 as 2, 4 as 3", out, re.MULTILINE)
    assert re.search(r"^note: clip video, object 1 \(the person\): .*verified", err, re.MULTILINE)
    assert sorted(read_tree(tmp_path / "train", style="train")) == ["00aa11bb22", "video"]


def test_one_clip_all_frames_valid_style_quiet(
    made: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["--frames", "all", "--style", "valid", "--clips", "video", "--quiet"]
    assert main(["export", str(made), "--out", str(tmp_path), *words]) == 0
    assert capfd.readouterr() == ("", "")
    clips = read_tree(tmp_path / "valid", style="valid")
    assert [(name, len(clip.frames)) for name, clip in clips.items()] == [("video", N_FRAMES)]


def test_check_writes_nothing(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(made), "--out", str(tmp_path / "out"), "--check"]) == 0
    assert re.search(r"^note: clip video: .*hexadecimal", capsys.readouterr().out, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


def test_check_of_a_clip_that_cannot_be_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with make_project(tmp_path / "work.vosgui", image_folder(tmp_path / "frames")) as project:
        history = project.history(project.clips[0].id)
        while history.undo():
            pass
    found = tmp_path / "found.json"
    assert main(["export", str(tmp_path / "work.vosgui"), "--check", "--json", str(found)]) == 2
    (issue,) = json.loads(found.read_bytes())["issues"]
    assert (issue["severity"], issue["clip"]) == ("error", "frames")
    out, err = capsys.readouterr()
    assert out.startswith("error: clip frames: ") and out.count("\n") == 1
    assert err.startswith("vosgui: ") and "frames" in err and err.count("\n") == 1


def test_merge_and_overwrite(made: Path, tmp_path: Path) -> None:
    words = ["export", str(made), "--out", str(tmp_path), "--quiet", "--clips"]
    assert main([*words, "video"]) == 0
    assert main([*words, "00aa11bb22"]) == 0  # it goes on with an export of its own
    (tmp_path / ".train.exported").unlink()
    assert main([*words, "00aa11bb22"]) == 2  # whose it is cannot be told
    assert main([*words, "00aa11bb22", "--merge"]) == 2
    assert main([*words, "video,00aa11bb22", "--merge"]) == 2
    assert main([*words, "video", "--overwrite", "--frames", "all"]) == 0
    clips = read_tree(tmp_path / "train", style="train")
    assert {name: len(clip.frames) for name, clip in clips.items()} == {
        "00aa11bb22": 7,
        "video": N_FRAMES,
    }


def test_bad_input_is_one_line(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    garbage = tmp_path / "garbage.vosgui"
    garbage.write_bytes(b"\0" * 5000)
    out = ["--out", str(tmp_path / "out")]
    for words, message in (
        ([str(tmp_path / "none.vosgui"), *out], "none.vosgui"),
        ([str(garbage), *out], "garbage.vosgui"),
        ([str(tmp_path), *out], str(tmp_path)),
        ([str(made), *out, "--clips", " , "], "00aa11bb22, video"),
        ([str(made), *out, "--clips", "juggle"], "juggle"),
        ([str(made), "--out", str(garbage)], "garbage.vosgui"),
    ):
        assert main(["export", *words]) == 2
        err = capsys.readouterr().err
        assert err.splitlines()[-1].startswith("vosgui: ")
        assert message in err.splitlines()[-1]
    assert main(["export", str(made)]) == 2
    assert "--out" in capsys.readouterr().err
    with Project.open(made):
        assert main(["export", str(made), *out]) == 2
    assert str(made) in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["garbage.vosgui"]


def test_a_moved_clip_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = image_folder(tmp_path / "frames")
    make_project(tmp_path / "work.vosgui", folder).close()
    folder.rename(tmp_path / "moved")
    words = ["export", str(tmp_path / "work.vosgui"), "--out", str(tmp_path / "out")]
    assert main(words) == 2
    assert str(folder) in capsys.readouterr().err


def test_a_project_that_cannot_be_written_is_exported(
    unprivileged_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed, out = unprivileged_folder / "closed", unprivileged_folder / "out"
    closed.mkdir()
    make_project(closed / "work.vosgui", image_folder(closed / "frames")).close()
    closed.chmod(0o555)
    try:
        assert main(["export", str(closed / "work.vosgui"), "--out", str(out)]) == 0
    finally:
        closed.chmod(0o755)
    assert sorted(read_tree(out / "train", style="train")) == ["frames"]
