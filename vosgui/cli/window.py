"""`vosgui [PATH]`: the window, on a clip or project where one is given."""

from __future__ import annotations

import click

from vosgui.cli.display import check_display
from vosgui.ui.app import run_window


@click.command(hidden=True)
@click.argument("path", required=False)
def command(path: str | None) -> int:
    """Open the window on PATH: a video, a folder of frames or a .vosgui project."""
    check_display()
    return run_window(path)
