"""`model list`: what is installed, what it was trained on, and what it scores."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """Show the models that are installed, what they were trained on, and what they score."""
    from vosgui.engine.models.installed import DEFAULT_MODEL, list_models, own_models

    for info in list_models():
        first, *lines = info.describe()
        print(f"{info.name}{' (default)' if info.name == DEFAULT_MODEL else ''}: {first}")
        for line in (*lines, f"in {info.folder}"):
            print(f"    {line}")
    print(f"Folders of your own models go into {own_models()}; elsewhere, give their path.")
