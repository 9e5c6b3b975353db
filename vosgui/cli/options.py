"""What several commands' options share: their kinds of values, and the options of one meaning."""

from __future__ import annotations

import errno
import math
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import reduce, wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from vosgui.datasets.cluster import Cluster
from vosgui.datasets.workers import n_cores
from vosgui.errors import TargetError
from vosgui.files.atomic import check_place, followed, is_stream


class _Path(click.Path):
    """A path whose name the system can have."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; refuse one that is too long."""
        try:
            os.lstat(value)
        except OSError as error:  # of others the command says what they mean to it
            if error.errno == errno.ENAMETOOLONG:
                self.fail(f"{value} is too long a name for this system.", param, ctx)
        return super().convert(value, param, ctx)


PATH = _Path(path_type=Path)
FILE = _Path(path_type=Path, dir_okay=False)

T = TypeVar("T")
_STDOUT = "vosgui.stdout"  # in a command's context: a report is what goes there


def as_one(name: str, kind: type[T], *options: Callable[..., Any]) -> Callable[..., Any]:
    """Return a decorator that adds options to a command, which gets them as one value.

    kind : a dataclass; its fields are the options. One whose name another kind has as well is an
        option of the name NAME__FIELD.
    """
    own_name = f"{name}__"

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(**values: Any) -> Any:
            fields = {key: key.removeprefix(own_name) for key in values}
            own = {key: field for key, field in fields.items() if field in kind.__annotations__}
            made = kind(**{field: values.pop(key) for key, field in own.items()})
            return function(**values, **{name: made})

        return reduce(lambda made, option: option(made), reversed(options), command)

    return add


def one_of(name: str, values: Sequence[str], text: str) -> Callable[..., Any]:
    """Return an option that takes one of these values, the first by default."""
    return click.option(name, type=click.Choice(values), default=values[0], help=text)


def workers_given(default: int | None, words: str) -> Callable[..., Any]:
    """Return the options that say who shares the clips; the command gets them as `workers`.

    default : processes, in `words`; None for one per core.
    """

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(*, workers: int | None, scheduler: str | None, **values: Any) -> Any:
            if workers and scheduler:
                raise click.UsageError("Give one of --workers and --scheduler.")
            n = workers or default or n_cores()
            return function(workers=Cluster(scheduler) if scheduler else n, **values)

        help_n = f"Processes that share the clips.  [default: {words}]"
        n = click.option("--workers", type=click.IntRange(min=1), help=help_n)
        help_cluster = "Of a running Dask cluster, whose workers share the clips instead."
        return n(click.option("--scheduler", metavar="ADDRESS", help=help_cluster)(command))

    return add


workers_option = workers_given(None, "one per core")

model_option = click.option(
    "--model",
    default="auto",
    help="A model's name or folder, or flow; auto is the best there is.",
)


def _device(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
    if value.partition(":")[0] not in ("auto", "cpu", "cuda", "mps"):
        raise click.BadParameter(f"{value!r} is none of auto, cpu, cuda, cuda:1 and mps.")
    return value


device_option = click.option(
    "--device",
    default="auto",
    callback=_device,
    help="cpu, cuda, cuda:1 or mps; auto chooses the fastest there is.",
)


def report_file(name: str, text: str, key: str = "") -> Callable[..., Any]:
    """Return an option for a file to write, refused at once where it cannot or must not be.

    "-" is the standard output, and all else that is printed goes to stderr then.
    key : what the command calls it, where that is not the option's own name.
    """
    key = key or name.removeprefix("--")

    def checked(ctx: click.Context, _: click.Parameter, path: Path | None) -> Path | None:
        if path is None:
            return None
        if str(path) == "-":
            return _standard_output(ctx)
        if not path.resolve().parent.is_dir():
            raise TargetError(f"Cannot write {path}: there is no folder {path.parent}.")
        if not is_stream(path):
            check_place(path)
            return followed(path)
        return path

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(**values: Any) -> Any:
            if (path := values[key]) is not None and not is_stream(path):
                _check_apart(path, (values[other] for other in values if other != key))
            return function(**values)

        return click.option(name, key, type=FILE, metavar="FILE", help=text, callback=checked)(
            command
        )

    return add


def _check_apart(path: Path, values: Iterable[Any]) -> None:
    """Raise TargetError where a report would take the place of what the command reads or writes."""
    others = (one for value in values for one in (value if isinstance(value, tuple) else (value,)))
    if any(isinstance(one, Path) and one.resolve() == path.resolve() for one in others):
        raise TargetError(f"{path} is named twice: a report needs a file of its own.")


def _standard_output(ctx: click.Context) -> Path:
    """Return the standard output as a file for a report alone: what is printed goes to stderr."""
    if _STDOUT in ctx.meta:
        raise click.UsageError("Two reports cannot share the standard output.")
    ctx.meta[_STDOUT] = True
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)

    def give_back() -> None:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)

    ctx.call_on_close(give_back)
    return Path(f"/dev/fd/{kept}")


def comma_names(
    _ctx: click.Context | None, _option: click.Parameter | None, value: str | None
) -> tuple[str, ...] | None:
    """Return names that were given with commas between them; None where nothing was given."""
    if value is None:
        return None
    return tuple(name.strip() for name in value.split(",") if name.strip())


class Above0(click.FloatRange):
    """A finite number above 0."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; refuse what is not finite."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):  # nan is in any range
            self.fail(f"{value} is not a number above 0.", param, ctx)
        return number
