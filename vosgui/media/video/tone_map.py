"""High dynamic range brought down to the ordinary: PQ and HLG as an SDR screen shows them."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from vosgui.media import libav as av

Curve = Literal["PQ", "HLG"]
Values = npt.NDArray[np.float64]

_WHITE_NITS = 203.0  # of diffuse white, ITU-R BT.2408: what becomes white here
PEAK_NITS = 1000.0  # of the masters that most films and all phones are made to
_LEAST_PEAK, _MOST_PEAK = 100.0, 10_000.0  # what PQ can say, and no dimmer than any screen
_SCREEN_GAMMA = 2.4  # ITU-R BT.1886
_NODES = 33  # a side of the table; what lies between is interpolated
# ITU-R BT.2100, table 4
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
# ITU-R BT.2100, table 5
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073
_LUMA = np.array([0.2627, 0.6780, 0.0593])
# ITU-R BT.2087: linear light of BT.2020 to that of BT.709
_TO_709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)


def pq_nits(values: Values) -> Values:
    """Return the light in cd/m2 of PQ values, float64 (n,) or any shape, 0 to 1 (BT.2100)."""
    root = np.power(np.clip(values, 0, 1), 1 / _M2)
    light = np.power(np.maximum(root - _C1, 0) / (_C2 - _C3 * root), 1 / _M1)
    return np.asarray(10_000 * light)


def pq_values(nits: Values) -> Values:
    """Return the PQ values of light in cd/m2, float64 (n,) or any shape."""
    power = np.power(np.clip(nits / 10_000, 0, 1), _M1)
    return np.power((_C1 + _C2 * power) / (1 + _C3 * power), _M2)


def hlg_nits(values: Values) -> Values:
    """Return the light of HLG values, float64 (n, 3) RGB of 0 to 1, on a screen of 1000 cd/m2.

    The gamma of the system is the 1.2 of such a screen (ITU-R BT.2100, table 5).
    """
    dark, bright = values**2 / 3, (np.exp((values - _C) / _A) + _B) / 12
    scene = np.where(values <= 0.5, dark, bright)
    gain = np.power(np.maximum(scene @ _LUMA, 1e-9), 0.2)[..., None]
    return np.asarray(PEAK_NITS * scene * gain)


def toned_nits(nits: Values, peak_nits: float = PEAK_NITS) -> Values:
    """Return light in cd/m2, float64 (n,) or any shape, with the peak brought to white.

    The curve is that of ITU-R BT.2390, section 5.4: what is dark stays as it is.
    """
    if peak_nits <= _WHITE_NITS:
        return np.minimum(nits, _WHITE_NITS)
    peak, most = pq_values(np.array([peak_nits, _WHITE_NITS]))
    white = most / peak
    knee = 1.5 * white - 0.5
    light = np.minimum(pq_values(nits) / peak, 1)
    t = np.clip((light - knee) / (1 - knee), 0, 1)
    spline = (
        (2 * t**3 - 3 * t**2 + 1) * knee
        + (t**3 - 2 * t**2 + t) * (1 - knee)
        + (3 * t**2 - 2 * t**3) * white
    )
    return pq_nits(peak * np.where(light < knee, light, spline))


def ordinary_rgb(values: Values, curve: Curve, peak_nits: float = PEAK_NITS) -> Values:
    """Return HDR values as those of an ordinary screen, float64 (n, 3) RGB of 0 to 1.

    peak_nits : the brightest light that there is, in cd/m2.

    The brightest channel is toned and the others with it, so that the hue stays; then BT.2020's
    colours become BT.709's, and what these do not reach is clipped.
    """
    nits = pq_nits(values) if curve == "PQ" else hlg_nits(values)
    brightest = np.maximum(nits.max(axis=-1, keepdims=True), 1e-9)
    light = nits * (toned_nits(brightest, peak_nits) / brightest) / _WHITE_NITS
    return np.asarray(np.power(np.clip(light @ _TO_709.T, 0, 1), 1 / _SCREEN_GAMMA))


def peak_nits_of(frame: Any) -> float:
    """Return the brightest light of a PQ video in cd/m2, as a decoded frame of it says.

    What is known of the content comes before the screen on which it was made (CTA-861.3, SMPTE ST
    2086); where neither is said, or is nonsense, it is 1000.
    """
    kinds = av.sidedata.sidedata.Type
    said = []
    light = frame.side_data.get(kinds.CONTENT_LIGHT_LEVEL)
    if light is not None:
        said.append(float(np.frombuffer(bytes(light), np.uint32)[0]))
    screen = frame.side_data.get(kinds.MASTERING_DISPLAY_METADATA)
    if screen is not None:
        # Ten fractions: colours, white and darkest before the brightest; then what of it is known.
        numbers = np.frombuffer(bytes(screen), np.int32)[:22]
        above, below, _, is_known = (int(one) for one in numbers[18:22])
        said.append(above / below if is_known and below else 0.0)
    return next((one for one in said if _LEAST_PEAK <= one <= _MOST_PEAK), PEAK_NITS)


class ToneMap:
    """Brings frames of one HDR curve down, through a table of colours in FFmpeg's filter `lut3d`.

    It belongs to one thread, as a decoder does.
    """

    def __init__(self, curve: Curve, peak_nits: float = PEAK_NITS) -> None:
        self._curve, self._peak_nits = curve, peak_nits
        self._filters: dict[tuple[int, int, str], Any] = {}

    def apply(self, frame: Any) -> Any:
        """Return a frame of PyAV, of any size, in ordinary colours."""
        kind = frame.width, frame.height, frame.format.name
        if kind not in self._filters:
            self._filters[kind] = self._filter(frame)
        filters = self._filters[kind]
        # The filters look at order in time; there is one frame at a time.
        frame.pts, frame.time_base = 0, Fraction(1, 1)
        filters.vpush(frame)
        return filters.vpull()

    def _filter(self, frame: Any) -> Any:
        """Return filters for frames like this one."""
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder) / "table.cube"
            table.write_text(_cube(self._curve, self._peak_nits), "ascii")
            graph = av.filter.Graph()
            size = {"width": frame.width, "height": frame.height, "format": frame.format}
            source = graph.add_buffer(**size, time_base=Fraction(1, 1))
            rgb = graph.add("format", "gbrp12le")
            toned = graph.add("lut3d", file=str(table), interp="tetrahedral")
            sink = graph.add("buffersink")
            source.link_to(rgb)
            rgb.link_to(toned)
            toned.link_to(sink)
            graph.configure()  # which reads the table
        return graph


def _cube(curve: Curve, peak_nits: float) -> str:
    """Return the table as a file of colours, red running fastest."""
    steps = np.linspace(0, 1, _NODES)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    colours = ordinary_rgb(np.stack([red, green, blue], axis=-1).reshape(-1, 3), curve, peak_nits)
    lines = [f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in colours.tolist()]
    return "\n".join([f"LUT_3D_SIZE {_NODES}", *lines, ""])
