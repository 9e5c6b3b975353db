"""How to get a propagator by name.

Others than ours join by an entry point of the group `vosgui.propagators`: its name is the
propagator's, its object is called with the device ("auto", "cpu", "cuda", "mps") and returns a
`Propagator`.
"""

from __future__ import annotations

from importlib.metadata import entry_points

from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.propagator import FLOW, Propagator
from vosgui.engine.propagation.recurrent import load_network_propagator
from vosgui.errors import ModelError

GROUP = "vosgui.propagators"


def load_propagator(
    name: str = "auto", device: str = "auto", *, fallback: bool = False
) -> Propagator:
    """Return a propagator by name: a model's, "flow", an entry point's, or "auto" for the default.

    fallback : return the flow where a model cannot be loaded; its `name` tells.
    Raises ModelError where the name, the weights or the device cannot be used.
    """
    if name == FLOW:
        return FlowPropagator()
    try:
        return _load_other(name, device)
    except ModelError as error:
        if fallback:
            return FlowPropagator()
        raise ModelError(f"{error} Without a model, {FLOW!r} works.") from error


def _load_other(name: str, device: str) -> Propagator:
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
    return load_network_propagator(name, device)
