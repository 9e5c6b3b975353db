"""What README and guide say is so: commands parse, files and names exist, links lead somewhere."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docs.scripts.keys import PAGE, page
from vosgui.cli.main import COMMANDS
from vosgui.formats.registry import FORMATS

ROOT = Path(__file__).resolve().parents[1]
GUIDE = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *GUIDE, *ROOT.glob("models/*/README.md")]
LONGEST = 150  # lines of a page of the guide
PROGRAMS = ("vosgui", "python main.py")
SHELL = r"^(vosgui|make|pip|python3?) "
each_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command of this program in a page's blocks of shell."""
    for block in re.findall(r"```sh\n(.*?)```", text, re.S):
        for line in block.replace("\\\n", " ").splitlines():
            program = next((one for one in PROGRAMS if f"{line} ".startswith(f"{one} ")), None)
            if program:
                yield shlex.split(line.removeprefix(program), comments=True)


def parse(words: list[str]) -> None:
    """Parse the words of a command without running it; raise where they are wrong."""
    n = 2 if " ".join(words[:2]) in COMMANDS else 1
    name, rest = " ".join(words[:n]), words[n:]
    _, module = COMMANDS[name]
    assert module, f"{name} is no command by itself"
    command = importlib.import_module(f"vosgui.cli.{module}").command
    assert isinstance(command, click.Command)
    if "--help" not in rest:
        command.make_context(name, rest)


@each_page
def test_commands_parse(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.Path, "convert", lambda _type, value, *_: Path(value))
    text = path.read_text("utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)
    plain = [block for kind, block in blocks if not kind and re.search(SHELL, block, re.M)]
    assert plain == [], "a block of commands begins with ```sh"
    for words in commands(text):
        if words and words[0] in COMMANDS:
            parse(words)
        else:  # nothing, or what the window is to open
            assert len(words) <= 1 and "-" not in "".join(words)[:1]


@each_page
def test_python_is_python(path: Path) -> None:
    for block in re.findall(r"```python\n(.*?)```", path.read_text("utf-8"), re.S):
        ast.parse(block)


@pytest.mark.parametrize("words", ["propagate --no-such", "evaluate --task no A B", "model no"])
def test_a_wrong_command_is_found(words: str) -> None:
    with pytest.raises((click.UsageError, AssertionError)):
        parse(words.split())


@each_page
def test_links_and_named_files_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in link:
            assert (path.parent / link).exists(), link
    for module in re.findall(r"\b(?:vosgui|tests|resources|docs)/[\w/]+\.\w+", text):
        assert (ROOT / module).exists(), module


@each_page
def test_named_functions_exist(path: Path) -> None:
    """A cell with a module has beside it what of that, before a colon."""
    rows = re.findall(r"\| `(vosgui/[\w/]+\.py)` \|([^|]*)\|", path.read_text("utf-8"))
    for module, names in rows:
        known = names_in(ROOT / module)
        for name in re.findall(r"`([\w.]+)`", names.partition(":")[0]):
            assert name in known, f"{module} has no {name}"


def names_in(path: Path) -> set[str]:
    """Return functions and classes of a module, and methods as Class.method."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
            inside = node.body if isinstance(node, ast.ClassDef) else []
            found |= {f"{node.name}.{one.name}" for one in inside if hasattr(one, "name")}
    return found


def test_the_guide_is_whole() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    for path in GUIDE:
        assert path.name == "index.md" or f"({path.name})" in index, path
        if path != PAGE:
            assert len(path.read_text("utf-8").splitlines()) <= LONGEST, path
    formats = (ROOT / "docs" / "formats.md").read_text("utf-8")
    for row in FORMATS:
        assert f"`{row.name}`" in formats, row.name
    text = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    for name in COMMANDS:
        assert f"vosgui {name}" in text, name


def test_pictures_are_small_and_shown() -> None:
    shown = "".join(path.read_text("utf-8") for path in PAGES)
    for path in (ROOT / "docs" / "pictures").iterdir():
        assert f"pictures/{path.name})" in shown, path
        assert path.stat().st_size < (3 << 20 if path.suffix == ".webp" else 250_000), path


def test_the_page_of_keys_is_that_of_the_table() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m docs.scripts.keys writes it anew"


@pytest.mark.slow
def test_the_pictures_can_be_taken_still(tmp_path: Path) -> None:
    """Up to the first one: three objects drawn with the mouse, each near the truth."""
    code = """
from docs.scripts.pictures import main_job, save
from docs.scripts.outlines import truth
from docs.scripts.stage import START, open_stage
from vosgui.core.metrics.region_contour import score_frame
import pathlib, sys
with open_stage(model="flow") as stage:
    name = next(main_job(stage))
    save(stage.picture(), pathlib.Path(sys.argv[1]) / f"{name}.png")
    J, _ = score_frame(stage.window.session.annotation.mask(START), truth(START), (1, 2, 3))
    assert J.min() > 0.85, J
"""
    run = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    (picture,) = tmp_path.iterdir()
    assert 50_000 < picture.stat().st_size < 250_000
