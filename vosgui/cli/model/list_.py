"""`model list`: what is installed, what it was trained on, and what it scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from vosgui.engine.models.checkpoint import ModelInfo


@click.command()
def command() -> None:
    """Show the models that are installed, what they were trained on, and what they score."""
    from vosgui.engine.models.checkpoint import DEFAULT_MODEL, list_models, own_models

    for info in list_models():
        print("\n".join(_lines(info, default=info.name == DEFAULT_MODEL)))
    print(f"Folders of your own models go into {own_models()}; elsewhere, give their path.")


def _lines(info: ModelInfo, *, default: bool) -> list[str]:
    if info.fault:
        return [f"{info.name}: cannot be used: {info.fault}"]
    size = f"{info.n_parameters / 1e6:.1f} million parameters"
    lines = [f"{info.name}{' (default)' if default else ''}: {info.title}, {size}"]
    if info.trained:
        lines.append(f"    trained on: {info.trained_on or 'not said'}")
    else:
        lines.append(f"    needs weights: {info.folder / 'README.md'} says how to train it")
    if info.scores:
        lines.append(
            "    scores: " + ", ".join(f"{k} {_figure(v)}" for k, v in info.scores.items())
        )
    if info.licence:
        lines.append(f"    licence: {info.licence}")
    lines.append(f"    in {info.folder}")
    return lines


def _figure(value: float) -> str:
    """Print J and F as percent, anything above 1 as it is."""
    return f"{100 * value:.1f} %" if value <= 1 else f"{value:.1f}"
