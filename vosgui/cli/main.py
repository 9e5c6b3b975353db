"""The command line: one table of subcommands, each loaded only when it is called for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

import click

from vosgui import __version__
from vosgui.cli.display import missing_library
from vosgui.errors import InputError, VosguiError

# name: (module under vosgui.cli that holds a click command called `command`, line for --help)
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Do the main job on the demo clip, then open the window."),
    "propagate": ("propagate", "Carry given masks through a clip."),
    "export": ("export", "Write the clips of a project as a dataset."),
    "evaluate": ("evaluate", "Score masks against the truth: J and F."),
    "evaluate-vis": ("evaluate_vis", "Score tracks as YouTube-VIS does: AP and AR."),
    "evaluate-rvos": ("evaluate_rvos", "Score masks found by expressions: J and F."),
    "compare": ("compare", "Compare two annotations of the same clips."),
    "convert": ("convert", "Write a dataset in another format."),
    "validate": ("validate", "Check a dataset against what its readers rely on."),
    "import": ("import_", "Add the clips of a dataset to a project."),
    "train": ("model.train", "Train a network on clips, photographs, or textures alone."),
    "average": ("model.average", "Make a model of the mean of others' weights."),
    "scores": ("model.benchmark", "Work out a model's scores on annotated clips, for its card."),
    "calibrate": ("model.calibrate", "Fit the constants of confidence to a model; for developers."),
    "models": ("model.list_", "Show the models that are installed."),
}


def _load(module: str) -> click.Command:
    """Return the command of a module, which is loaded now; InputError where the system lacks it."""
    try:
        command = importlib.import_module(f"vosgui.cli.{module}").command
    except ImportError as error:
        if ".so" not in str(error):
            raise
        raise missing_library(error) from error
    assert isinstance(command, click.Command)
    return command


class _Subcommands(click.Group):
    """A group whose members are imported when named; a first word that names none is a path."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        return _load(SUBCOMMANDS[cmd_name][0])

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in SUBCOMMANDS.items()])


@click.group(
    cls=_Subcommands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="A PATH (a video, a folder of frames or a .vosgui project) in place of a command "
    "opens it in the window; nothing at all opens the empty window.",
)
@click.version_option(__version__, prog_name="vosgui")
@click.pass_context
def _group(ctx: click.Context) -> None:
    """Make video object segmentation datasets with a recurrent network at hand."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status: 0, 2 for bad input, 1 for our own faults."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if not words or (words[0] not in SUBCOMMANDS and not words[0].startswith("-")):
            _check_path(words)
            status = _load("window").main(args=words, prog_name="vosgui", standalone_mode=False)
        else:
            status = _group.main(args=words, prog_name="vosgui", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.exceptions.Exit as stop:
        return int(stop.exit_code)
    except click.UsageError as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        print("Stopped.", file=sys.stderr)
        return 130
    except VosguiError as error:
        print(f"vosgui: {error.command_line}", file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1


def _check_path(words: list[str]) -> None:
    if len(words) > 1:
        raise InputError(
            f"{words[0]!r} is not a command; to open the window give one path. "
            f"Commands: {', '.join(SUBCOMMANDS)}."
        )
