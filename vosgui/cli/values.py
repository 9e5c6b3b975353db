"""Kinds of values that several commands' options take."""

from __future__ import annotations

import math
from typing import Any

import click


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
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):  # nan is in any range
            self.fail(f"{value} is not a number above 0.", param, ctx)
        return number
