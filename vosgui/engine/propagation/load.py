"""How to get a propagator by name.

Others than ours come by an entry point of the group `vosgui.propagators`: its name is the
propagator's, its object is called with the device ("auto", "cpu", "cuda", "mps") and returns a
`Propagator`.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

from vosgui.engine.models.device import choose_device
from vosgui.engine.models.installed import DEFAULT_MODEL
from vosgui.engine.models.load import load_network
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.propagator import FLOW, Propagator
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.errors import ModelError

GROUP = "vosgui.propagators"


def load_propagator(name: str = "auto", device: str = "auto") -> Propagator:
    """Return a propagator by name: a model's, "flow", an entry point's, or "auto" for the default.

    Raises ModelError where the name, the weights or the device cannot be used.
    """
    if name == FLOW:
        return FlowPropagator()
    try:
        return _from_entry_point(name, device) or load_network_propagator(name, device)
    except ModelError as error:
        raise ModelError(f"{error} Without a model, {FLOW!r} works.") from error


def load_network_propagator(
    name: str = "auto", device: str = "auto", height: int | None = None
) -> NetworkPropagator:
    """Load a model by name or folder; ModelError where it or the device cannot be used.

    height : as `NetworkPropagator` takes it.
    """
    where, dtype = choose_device(device)
    name = DEFAULT_MODEL if name == "auto" else name
    return NetworkPropagator(load_network(name, where), Path(name).name, where, dtype, height)


def _from_entry_point(name: str, device: str) -> Propagator | None:
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            try:
                made = entry.load()(device)
            except (ImportError, AttributeError, TypeError) as error:
                raise ModelError(
                    f"The propagator {name!r} of {entry.value} cannot be loaded: {error}."
                ) from error
            assert isinstance(made, Propagator), made
            return made
    return None
