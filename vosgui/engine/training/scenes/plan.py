"""What a synthetic clip shows, drawn from a seed alone: small numbers, no pixels yet.

So a loading process draws it, it is the same on every device and in every batch, and rendering many
at once is left to the device (`render.py`).

Nearly half of the clips are whole photographs that move and bend with their objects in place:
there are no edges of cut-outs to learn from. The others are cut-outs over another photograph.
Look-alikes, things that pass before an object, objects that leave and return, growth, tint and
light, blur, streaks, noise and grey come at random.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vosgui.engine.training.paths import Path, draw_path
from vosgui.engine.training.scenes.motion import Floats, Numbers, back_to_photograph, draw_bend
from vosgui.engine.training.scenes.photograph_tensors import ObjectTable

_IN_PLACE = 0.45  # share of clips that are whole photographs
_WITH_MATE = 0.35  # of objects that another touches: both are one
_LOOK_ALIKE, _OCCLUDER, _HIDDEN = 0.4, 0.25, 0.12  # shares of clips
_LEAVES, _GROWS = 0.12, 0.18  # shares of objects
_MOST_LAYERS = 4
_REFERENCE = 192  # pixels of a frame's height that bends are told for

Pair = tuple[int, int]  # ids of a photograph that are one object; the second 0 where it is one


@dataclass(frozen=True)
class Placed:
    """A photograph, or a part of it, on its way through the frames.

    maps : float32 (T, 2, 3), from the frame's pixels to the photograph's
    bend : float32 (T, 2, 5, 8), how far they are displaced before
    ids : what is shown of it: objects in the order of their numbers, of a background; of a layer
        the one thing that it is
    number : of the object that a layer is, 0 for none
    gain : float32 (3,), of red, green and blue. tint : float32 (T, 3), added, of 255
    sharpness : of its edge
    """

    photograph: int
    maps: Floats
    bend: Floats
    ids: tuple[Pair, ...]
    number: int
    gain: Floats
    tint: Floats
    sharpness: float = 1.0


@dataclass(frozen=True)
class Light:
    """What the camera makes of a scene.

    gain : float32 (T, 3). added : float32 (T,), of 255. noise : its deviation, of 255; seed : its
    streak : direction in radians and length in pixels of the motion's blur; None for none
    """

    gain: Floats
    added: Floats
    is_grey: bool
    is_soft: bool
    streak: tuple[float, float] | None
    noise: float
    seed: int


@dataclass(frozen=True)
class ScenePlan:
    """A clip of T frames of hw pixels, with so many objects; later layers are before earlier ones.

    spare : the seed of another, where this one's first frame shows none of its objects
    """

    T: int
    hw: tuple[int, int]
    n_objects: int
    background: Placed
    layers: tuple[Placed, ...]
    light: Light
    spare: int


@dataclass(frozen=True)
class _Target:
    """Where an object is: in the frames, (T, 2), how large there, in pixels, and its row."""

    places: Numbers
    size_px: float
    row: int


def draw_scene(
    rng: np.random.Generator, table: ObjectTable, T: int, hw: tuple[int, int], objects: int = 1
) -> ScenePlan:
    """Draw a clip with at most so many objects."""
    return _Planner(rng, table, T, hw).scene(objects)


class _Planner:
    """Draws one clip."""

    def __init__(
        self, rng: np.random.Generator, table: ObjectTable, T: int, hw: tuple[int, int]
    ) -> None:
        self.rng, self.table, self.T, self.hw = rng, table, T, hw
        self.pace = rng.uniform(0.35, 1.7)
        self.size = np.array([hw[1], hw[0]], np.float32)  # width, height
        pace, still = self.pace, self._one_of(0.0, 0.008, 0.02, 0.035)
        self.camera = draw_path(rng, T, hw, still * pace, 0.015 * pace, 0.015 * pace)
        self.shift = np.stack([self.camera.x, self.camera.y], 1)  # (T, 2)

    def scene(self, most: int) -> ScenePlan:
        wanted = int(self.rng.integers(1, most + 1))
        if self.rng.random() < _IN_PLACE:
            background, targets = self._photograph_in_motion(wanted)
            layers = self._distractors(targets)
            n_objects = len(targets)
        else:
            background = self._background()
            layers, targets = self._cut_outs(wanted)
            n_objects = len(targets)
        layers += self._occluder(targets)
        return ScenePlan(
            self.T, self.hw, n_objects, background, tuple(layers), self._light(), self._seed()
        )

    # -- what is behind ----------------------------------------------------------------------

    def _background(self) -> Placed:
        """Draw a photograph that nothing of is followed."""
        photograph = int(self.rng.integers(len(self.table.extents)))
        centre = self.table.side * (0.5 + self.rng.uniform(-0.2, 0.2, 2))
        unit = self._unit(photograph, self.rng.uniform(0.5, 1.0))
        stretch = self._stretch(photograph)
        maps = back_to_photograph(
            self.camera.linear(unit), self.size / 2 + self.shift, centre, stretch
        )
        return self._placed(photograph, maps, (), 0, bend_px=self.rng.uniform(0, 3))

    def _photograph_in_motion(self, wanted: int) -> tuple[Placed, list[_Target]]:
        """Draw a photograph that moves as a whole, and which of its objects are followed."""
        rng, table = self.rng, self.table
        first = int(rng.choice(table.in_place))
        photograph = int(table.photograph[first])
        others = [int(row) for row in table.of_photograph(photograph) if row != first]
        mate = int(table.mates[first]) if rng.random() < _WITH_MATE else 0
        others = [row for row in others if table.ids[row] != mate]
        rows = [first, *rng.permutation(others)[: wanted - 1].tolist()]
        ids = [(int(table.ids[row]), mate if row == first else 0) for row in rows]
        middle = self._middle(first)
        centre = 0.6 * middle + 0.2 * table.side + rng.normal(0, table.side / 24, 2)
        unit = self._unit(photograph, rng.uniform(0.55, 1.02))
        stretch, linear = self._stretch(photograph), self.camera.linear(unit)
        places = self.size / 2 + self.shift
        maps = back_to_photograph(linear, places, centre, stretch)
        targets = []
        for row in rows:
            offset = (self._middle(row) - centre) * stretch
            where = np.einsum("tij,j->ti", linear, offset) + places
            targets.append(_Target(where, self._longest(row) * unit, row))
        background = self._placed(photograph, maps, tuple(ids), 0, bend_px=self.rng.uniform(0, 9))
        return background, targets

    # -- what is before it -------------------------------------------------------------------

    def _cut_outs(self, wanted: int) -> tuple[list[Placed], list[_Target]]:
        """Draw one to four cut-outs, and which of them are followed."""
        rng = self.rng
        n = max(wanted, int(rng.integers(1, _MOST_LAYERS + 1)))
        rows = rng.choice(self.table.cut, n).tolist()
        numbers = np.zeros(n, int)
        numbers[rng.permutation(n)[:wanted]] = np.arange(1, wanted + 1)
        if n > 1 and rng.random() < _LOOK_ALIKE:
            first = int(np.argmax(numbers == 1))
            rows[(first + int(rng.integers(1, n))) % n] = rows[first]
        layers, targets = [], {}
        for row, number in zip(rows, numbers.tolist(), strict=True):
            path = self._path()
            if number:
                self._events(path)
            layer, target = self._layer(row, path, number)
            layers.append(layer)
            if number:
                targets[number] = target
        return layers, [targets[number] for number in sorted(targets)]

    def _distractors(self, targets: Sequence[_Target]) -> list[Placed]:
        """Draw up to two cut-outs that nothing of is followed, at times like an object that is."""
        rng = self.rng
        rows = rng.choice(self.table.cut, int(rng.integers(0, 3))).tolist()
        if rows and rng.random() < _LOOK_ALIKE:
            rows[int(rng.integers(len(rows)))] = targets[0].row
        return [self._layer(row, self._path(), 0)[0] for row in rows]

    def _layer(self, row: int, path: Path, number: int) -> tuple[Placed, _Target]:
        """Place a cut-out anywhere in the frame, with its own path beside the camera's."""
        rng = self.rng
        size_px = min(self.hw) * math.exp(rng.uniform(math.log(0.14), 0))
        start = rng.uniform(0.13, 0.87, 2) * self.size
        places = start + self.shift + np.stack([path.x, path.y], 1)
        return self._cut_out(row, path, places, size_px, number), _Target(places, size_px, row)

    def _occluder(self, targets: Sequence[_Target]) -> list[Placed]:
        """At times send something across an object; now and then so large that it hides it."""
        rng, event = self.rng, self.rng.random()
        if event > _OCCLUDER:
            return []
        target = targets[int(rng.integers(len(targets)))]
        hides = event < _HIDDEN
        path = self._path()
        direction, far = rng.uniform(0, 2 * math.pi), rng.uniform(0.3, 0.9) * self.hw[1]
        size_px = min(self.hw) * math.exp(rng.uniform(math.log(0.14), 0))
        if hides:
            size_px = min(target.size_px * rng.uniform(1.3, 1.8), 1.5 * max(self.hw))
            far = max(far, 0.8 * size_px)
        way = np.linspace(-far, far, self.T)
        places = target.places + np.stack([np.cos(direction) * way, np.sin(direction) * way], 1)
        places = places + 0.2 * np.stack([path.x, path.y], 1)
        return [self._cut_out(int(rng.choice(self.table.cut)), path, places, size_px, 0)]

    def _cut_out(
        self, row: int, path: Path, places: Numbers, size_px: float, number: int
    ) -> Placed:
        photograph = int(self.table.photograph[row])
        linear = path.linear(size_px / self._longest(row))
        stretch = self._stretch(photograph)
        maps = back_to_photograph(linear, places, self._middle(row), stretch)
        ids = ((int(self.table.ids[row]), 0),)
        return self._placed(
            photograph, maps, ids, number, bend_px=self.rng.uniform(0, 9), is_tinted=True
        )

    def _path(self) -> Path:
        rng, pace = self.rng, self.pace
        shift, scale = self._one_of(0.008, 0.02, 0.04, 0.07), rng.uniform(0, 0.06)
        turn = rng.uniform(0, 0.12)
        return draw_path(rng, self.T, self.hw, shift * pace, scale * pace, turn * pace)

    def _events(self, path: Path) -> None:
        """Let an object leave and return, or change its size a lot."""
        rng, event = self.rng, self.rng.random()
        if event < _LEAVES:
            direction = rng.uniform(0, 2 * math.pi)
            away = np.sin(np.linspace(0, math.pi, self.T))
            path.x = (path.x + math.cos(direction) * away * self.hw[1]).astype(np.float32)
            path.y = (path.y + math.sin(direction) * away * self.hw[0]).astype(np.float32)
        elif event < _LEAVES + _GROWS:
            grown = path.log_scale + rng.uniform(-1.1, 1.1) * np.linspace(0, 1, self.T)
            path.log_scale = np.clip(grown, -1.6, 1.4).astype(np.float32)

    # -- parts -------------------------------------------------------------------------------

    def _placed(
        self,
        photograph: int,
        maps: Floats,
        ids: tuple[Pair, ...],
        number: int,
        *,
        bend_px: float,
        is_tinted: bool = False,
    ) -> Placed:
        rng = self.rng
        px = bend_px * self.hw[0] / _REFERENCE * min(self.pace, 1.2)
        gain, tint = np.ones(3, np.float32), np.zeros((self.T, 3), np.float32)
        if is_tinted:
            if rng.random() < 0.5:
                gain += rng.uniform(-0.15, 0.15, 3)
            if rng.random() < 0.5:
                tint += rng.normal(0, 8, 3)
            drift = rng.standard_normal((self.T, 3)) * self._one_of(0.0, 0.0, 1.5, 4.0)
            tint += np.cumsum(drift, 0)
        sharpness = float(rng.uniform(1, 2)) if is_tinted else 1.0
        bend = draw_bend(rng, self.T, px)
        return Placed(photograph, maps, bend, ids, number, gain, tint, sharpness)

    def _light(self) -> Light:
        rng, T = self.rng, self.T
        flicker = rng.standard_normal((T, 3)) * self._one_of(0.0, 0.012, 0.03)
        gain = np.exp(np.cumsum(flicker, 0) + rng.uniform(-0.3, 0.3))
        added = np.cumsum(rng.standard_normal(T) * self._one_of(0.0, 1.5, 4.0))
        kind, grey = rng.random(), rng.random()
        streak = (float(rng.uniform(0, math.pi)), float(rng.uniform(1.5, 6)))
        return Light(
            gain=gain.astype(np.float32),
            added=added.astype(np.float32),
            is_grey=bool(grey < 0.06),
            is_soft=bool(kind < 0.2),
            streak=streak if 0.2 <= kind < 0.35 else None,
            noise=float(rng.uniform(0, 6)),
            seed=self._seed(),
        )

    def _unit(self, photograph: int, share: float) -> float:
        """Return the frame's pixels for one of a photograph, of which so large a part is seen."""
        width, height = self.table.side * self.table.extents[photograph]
        across = min(width, height * self.hw[1] / self.hw[0])
        return float(self.hw[1] / (share * across))

    def _stretch(self, photograph: int) -> Floats:
        """Draw how a square is stretched: about as the photograph was; at times mirrored."""
        more = math.exp(self.rng.uniform(-0.1, 0.1))
        mirrored = -1.0 if self.rng.random() < 0.5 else 1.0
        shape = np.array([mirrored * more, 1 / more], np.float32)
        return np.asarray(self.table.extents[photograph] * shape, np.float32)

    def _middle(self, row: int) -> Floats:
        left, top, right, bottom = self.table.boxes[row]
        return np.array([(left + right) / 2, (top + bottom) / 2], np.float32)

    def _longest(self, row: int) -> float:
        """Return the longer side of an object, in pixels of its photograph as it was."""
        left, top, right, bottom = self.table.boxes[row]
        width, height = self.table.extents[int(self.table.photograph[row])]
        return float(max((right - left) * width, (bottom - top) * height))

    def _one_of(self, *values: float) -> float:
        return values[int(self.rng.integers(len(values)))]

    def _seed(self) -> int:
        return int(self.rng.integers(2**62))
