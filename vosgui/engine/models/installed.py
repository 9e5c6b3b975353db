"""The models that are found by name, and what each is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vosgui import paths
from vosgui.engine.models.config import CARD, CONFIG, WEIGHTS, ModelConfig, read_config
from vosgui.errors import ModelError

DEFAULT_MODEL = "s2s-lite"


@dataclass(frozen=True)
class ModelInfo:
    """A model folder, as a list shows it.

    config : what it says of itself; None where its config.json cannot be read, and problem says why
    """

    folder: Path
    config: ModelConfig | None
    problem: str = ""

    @property
    def name(self) -> str:
        """Return the name it is found by."""
        return self.folder.name

    @property
    def is_trained(self) -> bool:
        """Return whether its weights are there."""
        return self.config is not None and (self.folder / WEIGHTS).is_file()

    @property
    def carries_masks(self) -> bool:
        """Return whether runs can be made with it: it has weights and is no head for clicks."""
        return self.is_trained and self.config is not None and self.config.trunk is None

    def describe(self) -> list[str]:
        """Return what it is in lines: title and size, then what it was trained on and scores."""
        config = self.config
        if config is None:
            return [f"cannot be used: {self.problem}"]
        lines = [f"{config.title}, {config.n_parameters / 1e6:.1f} million parameters"]
        if config.trunk is not None:
            lines[0] += f", on the trunk of {config.trunk.model}"
        if self.is_trained:
            lines.append(f"trained on: {config.trained_on or 'not said'}")
        else:
            lines.append(f"needs weights: {self.folder / CARD} says how to train it")
        if config.scores:
            figures = (f"{name} {_figure(value)}" for name, value in config.scores.items())
            lines.append(f"scores: {', '.join(figures)}")
        if config.licence:
            lines.append(f"licence: {config.licence}")
        return lines


def _figure(value: float) -> str:
    """Print J and F as percent, anything above 1 as it is."""
    return f"{100 * value:.1f} %" if value <= 1 else f"{value:.1f}"


def list_models() -> list[ModelInfo]:
    """Return the models that come with the program, then the user's own, by name.

    A folder that cannot be read is among them; it keeps nobody from the others.
    """
    roots = (root for root in (paths.models(), own_models()) if root.is_dir())
    return [_info(path.parent) for root in roots for path in sorted(root.glob(f"*/{CONFIG}"))]


def own_models() -> Path:
    """Return the folder in which the user's own models are found by name."""
    return paths.user_data() / "models"


def find_model(name: str | Path) -> Path:
    """Return the folder of a model given by name or path; ModelError where there is none."""
    for root in (Path(), paths.models(), own_models()):
        folder = root / name
        if (folder / CONFIG).is_file():
            return folder.resolve()
    known = ", ".join(info.name for info in list_models() if info.config) or "none"
    raise ModelError(
        f"There is no model {str(name)!r}: neither a folder with {CONFIG} nor one of {known}."
    )


def _info(folder: Path) -> ModelInfo:
    try:
        return ModelInfo(folder, read_config(folder))
    except ModelError as error:
        return ModelInfo(folder, None, str(error))
