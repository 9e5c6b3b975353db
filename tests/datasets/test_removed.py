"""An export while others remove its files: whole where it says so, else one line; never a trace."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.datasets.kill_at_rename import write
from tests.datasets.remove_at_event import DONE, RAISED, REFUSED
from tests.datasets.test_convert import bytes_of
from tests.datasets.test_killed import put_clip
from tests.trees import put_text
from vosgui.datasets import convert as conversion
from vosgui.datasets.resuming.partial_tree import partial_tree
from vosgui.datasets.target_tree import put_tree
from vosgui.errors import TargetError
from vosgui.formats.registry import read_format, writable, write_format
from vosgui.formats.writer import WriteOptions

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ("youtube-vos", "davis", "coco", "cvat", "youtube-vis", "youtube-vos-submission")


SAID = ("mevis", "refer-youtube-vos", "refer-youtube-vos-submission")  # of clips with expressions


@pytest.fixture
def tree(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    root, stems = tmp_path / "tree", ["00000", "00005"]
    is_said = "to" in request.fixturenames and request.getfixturevalue("to") in SAID
    for number, name in enumerate(("a", "b")):
        put_clip(root / "train" if is_said else root, name, number, tuple(stems))
    if is_said:
        objects = {"1": {"category": "ball", "frames": stems}}
        said = {"frames": stems, "expressions": {"0": {"exp": "the ball", "obj_id": "1"}}}
        meta = {"videos": {name: {"objects": objects} for name in ("a", "b")}}
        put_text(root / "train/meta.json", json.dumps(meta))
        text = json.dumps({"videos": dict.fromkeys(("a", "b"), said)})
        put_text(root / "meta_expressions/train/meta_expressions.json", text)
    return root


def ended(tree: Path, out: Path, to: str, kind: str, step: int) -> dict[int, int]:
    """Return how exports ended, by the moment at which something was removed."""
    words = json.dumps([str(tree), str(out), to, kind, step])
    command = [sys.executable, "-m", "tests.datasets.remove_at_event", words]
    said = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return {int(n): status for n, status in json.loads(said.stdout).items()}


@pytest.mark.slow
@pytest.mark.parametrize("to", (*FORMATS, *SAID))
def test_what_is_called_done_is_whole(tree: Path, tmp_path: Path, to: str) -> None:
    write(tree, tmp_path / "whole", to)
    whole = bytes_of(tmp_path / "whole")
    found = ended(tree, tmp_path / "out", to, "part", 11)
    assert len(found) > 8
    assert RAISED not in found.values()
    done = [n for n, status in found.items() if status == DONE]
    assert done
    for n in found:
        target = tmp_path / "out" / str(n) / "dataset"
        if n not in done:
            assert not target.exists()
            write(tree, target, to)
        assert bytes_of(target) == whole, n


@pytest.mark.slow
@pytest.mark.parametrize("to", ["youtube-vos", "coco"])
def test_a_target_that_goes_is_told(tree: Path, tmp_path: Path, to: str) -> None:
    found = ended(tree, tmp_path / "out", to, "all", 17)
    assert set(found.values()) <= {DONE, REFUSED}
    assert REFUSED in found.values()


def test_a_file_that_went_is_written_again(tree: Path, tmp_path: Path) -> None:
    write(tree, tmp_path / "whole", "youtube-vos")
    target = tmp_path / "out"
    dataset = read_format("mose").list_clips(tree)
    writer = write_format("youtube-vos").writer(WriteOptions())
    (clip, *_) = [one.read() for one in dataset.clips]
    with partial_tree(target, ["a"]) as partial:
        with partial.stage() as files:
            partial.keep(files, "a", writer.write_clip(clip, files))
        assert partial.whole("a")
        (mask,) = partial.folder.rglob("Annotations/a/00005.png")
        data = mask.read_bytes()
        for wrong in (None, data[:-1]):
            if wrong is None:
                mask.unlink()
            else:
                mask.write_bytes(wrong)
            assert partial.whole("a") is None
            assert partial.missing(["a"]) == ["train/Annotations/a/00005.png"]
        mask.write_bytes(data)
        assert partial.missing(["a"]) == []
        partial.gather(["a"])
        assert partial.whole("a") and partial.missing(["a"]) == []


def test_a_clip_is_not_kept_without_a_file_of_its_own(tree: Path, tmp_path: Path) -> None:
    dataset = read_format("mose").list_clips(tree)
    writer = write_format("masks").writer(WriteOptions())
    with partial_tree(tmp_path / "out", ["a"]) as partial, partial.stage() as files:
        written = writer.write_clip(dataset.clips[0].read(), files)
        (files / written.files[0]).unlink()
        with pytest.raises(FileNotFoundError):
            partial.keep(files, "a", written)
        assert partial.whole("a") is None


def test_what_goes_time_and_again_is_named(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vosgui.formats.youtubevos.writer import YoutubeVosWriter

    finish = YoutubeVosWriter.finish

    def and_remove(self: YoutubeVosWriter, clips: object, root: Path, *rest: object) -> object:
        (root / "train/JPEGImages/b/00005.jpg").unlink()
        return finish(self, clips, root, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(YoutubeVosWriter, "finish", and_remove)
    with pytest.raises(TargetError, match="JPEGImages/b/00005"):
        write(tree, tmp_path / "out", "youtube-vos")
    assert not (tmp_path / "out").exists()
    monkeypatch.undo()
    write(tree, tmp_path / "out", "youtube-vos")
    write(tree, tmp_path / "whole", "youtube-vos")
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "whole")


@pytest.mark.parametrize("to", [row.name for row in writable() if row.name != "toy"])
def test_of_every_format_each_planned_file_is_looked_for(
    tree: Path, tmp_path: Path, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file of each kind of folder goes at the end, time and again: each is named."""
    target = tmp_path / "out"
    write(tree, target, to)
    paths = [file for file in target.rglob("*") if file.is_file()]
    one_of_each = {file.parent: file for file in paths}.values()
    for file in one_of_each:
        name = file.relative_to(target)

        def put(tree: Path, at: Path, *rest: object, name: Path = name) -> None:
            (tree / name).unlink()
            put_tree(tree, at, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(conversion, "put_tree", put)
        with pytest.raises(TargetError, match=re.escape(str(name))):
            write(tree, tmp_path / "again" / file.name, to)
