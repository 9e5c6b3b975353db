"""The command line: one table of commands, each loaded only when it is called for."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import click

from vosgui import __version__
from vosgui.cli.display import missing_library
from vosgui.errors import InputError, VosguiError, with_option

# name: (line for --help, module under vosgui.cli that holds a click command called `command`);
# a group has no module: its commands are those whose names begin with its own
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("Do the main job on the demo clip, then open the window.", "demo"),
    "prepare": ("Cut long videos into clips worth annotating.", "prepare"),
    "propagate": ("Carry given masks through a clip.", "propagate"),
    "export": ("Write the clips of a project as a dataset.", "export"),
    "import": ("Add the clips of a dataset to a project.", "import_"),
    "convert": ("Write a dataset in another format.", "convert"),
    "validate": ("Check a dataset against what its readers rely on.", "validate"),
    "stats": ("Count what a dataset or a project is made of.", "stats"),
    "effort": ("Tell how much time and work a project has taken.", "project.effort"),
    "edits": ("List who did what in a project, and when.", "project.edits"),
    "split": ("Share a dataset out for training, validation and tests.", "split"),
    "evaluate": ("Score predictions against the truth.", "evaluate"),
    "compare": ("Compare two annotations of the same clips.", "compare"),
    "model": ("List, train, average, calibrate and benchmark models.", ""),
    "model list": ("Show the models that are installed, and their scores.", "model.list_"),
    "model train": ("Train a network on clips, photographs or textures.", "model.train"),
    "model average": ("Make a model of the mean of others' weights.", "model.average"),
    "model calibrate": ("Fit confidence and object presence to a model.", "model.calibrate"),
    "model clicks": ("Score how many clicks a mask takes.", "model.clicks"),
    "model benchmark": ("Score a model on annotated clips, for its card.", "model.benchmark"),
}

_NO_READER = 128 + 13  # SIGPIPE
_ENDED = 128 + 15  # SIGTERM

# Where a paragraph of a help begins whose lines stay as they are: commands, or a table.
_LAID_OUT = re.compile(r"(?<=\n\n)(?=vosgui |\w+  )")

# Names of before, which still work: what to type in their place.
OLD_NAMES = {
    "models": "model list",
    "train": "model train",
    "average": "model average",
    "calibrate": "model calibrate",
    "scores": "model benchmark",
    "evaluate-vis": "evaluate --task vis",
    "evaluate-rvos": "evaluate --task rvos",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status: 0, 2 for bad input, 1 for our own faults.

    It is 141, as the system has it, where nobody reads the output any more, and 143 where the
    system has ended it.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = _run(words)
        return status if isinstance(status, int) else 0
    except SystemExit as stop:
        return _NO_READER if stop.code == 1 else int(stop.code or 0)  # click's, of a broken pipe
    except click.exceptions.Exit as stop:
        return int(stop.exit_code)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "vosgui"
        said = " ".join(error.format_message().split())
        end = "" if said.endswith((".", "?")) else "."
        _tell(f"{said}{end} {command} --help tells more.")
        return 2
    except (click.Abort, KeyboardInterrupt) as stop:
        print("Stopped.", file=sys.stderr)
        return _ENDED if _Ended in (type(stop), type(stop.__cause__)) else 130
    except VosguiError as error:
        _tell(with_option(str(error), error.option, _options_of(words)))
        return 2 if isinstance(error, InputError) else 1


def _options_of(words: Sequence[str]) -> list[str] | None:
    """Return the options of the command that was called; None where it is none."""
    called = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in COMMANDS), "")
    module = COMMANDS[called][1] if called else ""
    try:
        params = _load(module).params if module else []
    except InputError:  # what it lacks is what is being told
        return None
    return ["--help", *(name for one in params for name in one.opts)] if params else None


def _run(words: list[str]) -> object:
    first = words[0] if words else ""
    if first in OLD_NAMES:
        _tell(f"{first} is called vosgui {OLD_NAMES[first]} now.")
        words = [*OLD_NAMES[first].split(), *words[1:]]
    is_path = first not in {*COMMANDS, *OLD_NAMES} and os.access(first, os.F_OK)
    if not words or is_path or first == "demo":  # what shows the window; it keeps all by itself
        program = _program() if first == "demo" else _load("window")
        return program.main(args=words, prog_name="vosgui", standalone_mode=False)
    with _ended_as_by_hand():
        return _program().main(args=words, prog_name="vosgui", standalone_mode=False)


class _Ended(KeyboardInterrupt):
    """The system has asked the program to end."""


@contextmanager
def _ended_as_by_hand() -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl+C does: nothing half-done is left, nor other processes."""
    is_ours = threading.current_thread() is threading.main_thread()
    if not is_ours or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return

    def end(_number: int, _frame: object) -> None:
        raise _Ended

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _program() -> click.Command:
    group = _Group(
        help="Make video object segmentation datasets with a recurrent network at hand.",
        epilog="A PATH (a video, a folder of frames or a .vosgui project) in place of a command "
        "opens it in the window; nothing at all opens the empty window.",
        context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
    )
    return click.version_option(__version__, prog_name="vosgui")(group)


def _tell(line: str) -> None:
    print(f"vosgui: {line}", file=sys.stderr)


class _Group(click.Group):
    """The commands whose names begin with a prefix, each imported when it is called for."""

    def __init__(self, prefix: str = "", **about: Any) -> None:
        super().__init__(**about, invoke_without_command=True, callback=_help)
        begin = {
            name.removeprefix(prefix): row
            for name, row in COMMANDS.items()
            if name.startswith(prefix)
        }
        self._rows = {name: row for name, row in begin.items() if " " not in name}
        self._prefix = prefix

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._rows)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        line, module = self._rows[cmd_name]
        return _load(module) if module else _Group(f"{cmd_name} ", help=line)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self._rows:
            raise _unknown(args[0], ctx.command_path)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (line, _) in self._rows.items()])


@click.pass_context
def _help(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _load(module: str) -> click.Command:
    """Return the command of a module, which is loaded now; InputError where the system lacks it."""
    try:
        command = importlib.import_module(f"vosgui.cli.{module}").command
    except ImportError as error:
        if ".so" not in str(error):
            raise
        raise missing_library(error) from error
    assert isinstance(command, click.Command)
    command.help = _LAID_OUT.sub("\b\n", inspect.cleandoc(command.help or ""))
    return command


def _unknown(word: str, where: str) -> InputError:
    """Return what to say of a word that is no command, and no file where one may stand."""
    if where == "vosgui" and (os.sep in word or "." in word):
        return InputError(f"There is no file or folder {word}.")
    names = {name.split()[-1]: name for name in COMMANDS} | OLD_NAMES
    near = [names[name] for name in get_close_matches(word, names, n=1)]
    hint = f"Did you mean vosgui {near[0]}?" if near else f"{where} --help lists the commands."
    what = "neither a command nor a file" if where == "vosgui" else f"no command of {where}"
    return InputError(f"{word!r} is {what}. {hint}")
