"""What runs can be made with, found out in a job: finding out loads torch."""

from __future__ import annotations

from dataclasses import dataclass

from vosgui.ui.session.job import Job


@dataclass(frozen=True)
class Choice:
    """One model. tip : what it was trained on and how it scores."""

    name: str
    tip: str


@dataclass(frozen=True)
class Choices:
    """The trained models, the default one first, and the devices of this machine."""

    models: tuple[Choice, ...] = ()
    devices: tuple[str, ...] = ()

    @property
    def default_model(self) -> str:
        """Return the name of the default model; empty where none is known."""
        return self.models[0].name if self.models else ""

    @property
    def best_device(self) -> str:
        """Return what "auto" means here; empty before it is known."""
        return next((kind for kind in ("cuda", "mps", "cpu") if kind in self.devices), "")


class ModelFinder(Job):
    """Finds models and devices once; yields `Choices`."""

    _is_begun = False

    def find(self) -> None:
        """Begin to look, if that was not begun before. Returns at once."""
        if not self._is_begun:
            self._is_begun = True
            self.begin(lambda _progress: _find())


def _find() -> Choices:
    from vosgui.engine.models.device import is_available
    from vosgui.engine.models.installed import DEFAULT_MODEL, list_models

    trained = [model for model in list_models() if model.carries_masks]
    trained.sort(key=lambda model: model.name != DEFAULT_MODEL)
    return Choices(
        tuple(Choice(model.name, "\n".join(model.describe())) for model in trained),
        tuple(kind for kind in ("cpu", "cuda", "mps") if is_available(kind)),
    )
