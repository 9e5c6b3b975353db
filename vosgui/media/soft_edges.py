"""Which colours of colour masks are objects, and which are blends that soft edges left.

A program that draws with soft edges, or resizes a mask like a picture, leaves mixtures of two or
three colours where these meet, and beside them colours that overshoot. A colour is an object's for
sure where all nine pixels of a 3x3 square have it somewhere: a core. Any other is a blend where the
cores around its pixels explain them, for a mixture of what lies elsewhere is none. Where nothing
explains it, it is a thin object. Masks without blends keep every colour, however close.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.core.mask import MAX_OBJECT_ID
from vosgui.errors import MaskError

Colours = npt.NDArray[np.uint8]  # (H, W, 3) RGB
Codes = npt.NDArray[np.int32]  # colours as one number each, 0xRRGGBB
Labels = npt.NDArray[np.int32]  # (H, W): which of some colours a pixel has, -1 for none of them
Places = npt.NDArray[np.integer]  # (n,) rows or columns of pixels
Images = Callable[[], Iterable[Colours]]  # the masks of a clip, as often as they are asked for
Levels = npt.NDArray[np.float64]  # (n, 3) red, green and blue
Chosen = npt.NDArray[np.bool_]  # (n,)

SQUARE = np.ones((3, 3), np.uint8)
_MAX_DISTINCT = 1 << 15  # more colours than blends can explain
_CLOSE = 4  # levels by which colours that are numbers may differ
_FEW = 24  # levels between two colours that do not blend visibly: they are numbers
_OFF = 6.0  # how far, in levels, rounding takes a blend off what explains it
_CUT_OFF = 16.0  # the same where it overshoots and is cut at 0 and 255
_OVERSHOOT = 0.15  # how far beyond an end, of the way between two; Lanczos reaches 0.12
_NEAR = 40.0  # levels around a colour that ringing reaches
_EXPLAINED = 0.8  # of a colour's pixels, for it to be a blend
_MOSTLY = 0.4  # of the colours that are no cores, for the masks to have soft edges
_CLEARLY = 3  # blends that no exact mask has by chance
_THIN_PX = 6  # pixels that a thin object needs, in one mask
_CLEAR_PX = 40  # pixels of one that may lie between two others in colour
_MOST_THIN = 32
_ALIKE = 8.0  # levels within which soft edges leave most of a thin object
_LOW_GREEN = 31  # of numbers below 8192; no colour that shows has so little of it and no blue
_MOST_REDS = 3  # colours of hardly anything but red, black included: more of them are numbers
_FEW_SHADES = 8  # soft edges leave more, unless the red is one that palettes have
_PUBLISHED_REDS = frozenset((0, 64, 128, 191, 192, 255))
_BRIGHT = 100  # a red that is darker is no colour that people choose: it is a number
_KNOWN = 0.3  # of all pixels, which have a colour that fills areas; photographs have almost none
_AROUND = 4  # cores around a pixel that are looked at
_REACH = 3  # pixels that a blend is away from what it blends
NONE = -1  # the label of a pixel of none of the colours


@dataclass(frozen=True)
class FoundColours:
    """The colours of a clip's masks, as codes.

    objects : of objects, in order of appearance. thin : those of them that are known by thin parts
        alone; soft edges may have changed these by some levels.
    is_soft : whether edges are blended. may_be_ids : all are red alone, as numbers are too.
    """

    background: int
    objects: tuple[int, ...]
    thin: frozenset[int] = frozenset()
    is_soft: bool = False
    may_be_ids: bool = False


def codes_of(image: Colours) -> Codes:
    """Return the colours of an image as one number each, int32 (H, W)."""
    red, green, blue = (image[..., channel].astype(np.int32) for channel in range(3))
    return (red << 16) | (green << 8) | blue


def rgb_of(codes: Sequence[int] | npt.NDArray[np.integer]) -> Levels:
    """Return red, green and blue of each code, float64 (n, 3)."""
    values = np.asarray(codes, np.int64).reshape(-1)
    return np.stack([values >> 16, values >> 8 & 255, values & 255], axis=1).astype(np.float64)


def labelled(codes: Codes, known: Sequence[int]) -> Labels:
    """Return which of the known colours each pixel has, int32 (H, W), -1 for none."""
    order = np.argsort(known)
    ascending = np.asarray(known, np.int32)[order]
    at = np.minimum(np.searchsorted(ascending, codes), len(known) - 1)
    return np.where(ascending[at] == codes, order[at], NONE).astype(np.int32)


def _nearly(labels: Labels, codes: Codes, known: Sequence[int]) -> Labels:
    """Return labels that also pixels have whose colour is near to a known one."""
    ys, xs = np.nonzero(labels == NONE)
    rare, of = np.unique(codes[ys, xs], return_inverse=True)
    off = np.linalg.norm(rgb_of(rare)[:, None] - rgb_of(known), axis=2)
    nearest = np.where(off.min(axis=1, initial=np.inf) <= _NEAR, off.argmin(axis=1), NONE)
    labels = labels.copy()
    labels[ys, xs] = nearest[of]
    return labels


def around(labels: Labels, ys: Places, xs: Places, reach: int = _REACH) -> Labels:
    """Return the labels nearest to some pixels, int32 (n, 4), each once, -1 where there are fewer.

    labels : int32 (H, W). ys, xs : of the pixels, int (n,). reach : how far to look, in pixels.
    """
    padded = np.pad(labels, reach, constant_values=NONE)
    steps = range(-reach, reach + 1)
    ways = sorted(((y, x) for y in steps for x in steps), key=lambda way: way[0] ** 2 + way[1] ** 2)
    found = np.full((ys.size, _AROUND), NONE, np.int32)
    n_found = np.zeros(ys.size, np.int64)
    for dy, dx in ways:
        here = padded[ys + reach + dy, xs + reach + dx]
        is_new = (here != NONE) & (n_found < _AROUND) & (found != here[:, None]).all(axis=1)
        rows = np.flatnonzero(is_new)
        found[rows, n_found[rows]] = here[rows]
        n_found[rows] += 1
    return found


def find_colours(images: Images) -> FoundColours:
    """Return the colours of objects in all masks of a clip, uint8 (H, W, 3) RGB each.

    Black is background, or else the most frequent colour.
    Raises MaskError where there are more colours than objects fit, as in a photograph.
    """
    count = _counted(images())
    background = 0 if 0 in count.pixels else max(count.pixels, key=lambda c: (count.pixels[c], -c))
    cores = [background, *(code for code in count.flat if code != background)]
    ringing = len(count.pixels) > 3 * len(cores)
    if ringing:
        cores = [code for code in cores if code == background or not _is_ringing(code, count)]
    rare = [code for code in count.pixels if code not in set(cores)]
    exact = FoundColours(background, (*cores[1:], *rare))
    if not rare or len(cores) < 2 or (len(rare) <= len(cores) and has_close(cores)):
        return _checked(exact)
    is_low = are_low(count.pixels)
    if is_low and _are_ids(cores, rare):
        return _checked(exact)
    around_rare = _Surroundings(images(), cores, ringing=ringing)
    if not around_rare.is_soft:
        return _checked(exact)
    n_known = sum(count.pixels[code] for code in cores)
    if n_known < _KNOWN * sum(count.pixels.values()):
        raise _photograph(len(count.pixels))
    thin = around_rare.thin_objects()
    if len(thin) > max(2, len(cores) - 1):
        raise MaskError(
            f"Their edges are soft, and {len(thin)} colours are there in thin parts alone, "
            f"{len(cores) - 1} in areas: objects and blends cannot be told apart. Save them "
            "without smoothing, at the size at which they were drawn."
        )
    found = (background, (*cores[1:], *thin), frozenset(thin))
    return _checked(FoundColours(*found, is_soft=True, may_be_ids=is_low))


def _checked(found: FoundColours) -> FoundColours:
    if len(found.objects) > MAX_OBJECT_ID:
        raise MaskError(
            f"They hold {len(found.objects)} colours; at most {MAX_OBJECT_ID} objects fit."
        )
    return found


@dataclass(frozen=True)
class _Count:
    """How many pixels each colour has, in all and in the middle of 3x3 of the same."""

    pixels: dict[int, int]
    flat: dict[int, int]  # in order of appearance


def _counted(images: Iterable[Colours]) -> _Count:
    count = _Count({}, {})
    for image in images:
        codes = codes_of(image)
        same = (cv2.erode(image, SQUARE) == image) & (cv2.dilate(image, SQUARE) == image)
        found, places, n = np.unique(codes[same.all(axis=2)], return_index=True, return_counts=True)
        order = np.argsort(places)
        for where, some, n_some in (
            (count.flat, found[order], n[order]),
            (count.pixels, *np.unique(codes, return_counts=True)),
        ):
            for code, k in zip(some.tolist(), n_some.tolist(), strict=True):
                where[code] = where.get(code, 0) + k
        if len(count.flat) > MAX_OBJECT_ID + 1 or len(count.pixels) > _MAX_DISTINCT:
            raise _photograph(max(len(count.flat), len(count.pixels)))
    return count


def _photograph(n_colours: int) -> MaskError:
    return MaskError(
        f"They hold {n_colours} colours, as photographs do: these are no masks of objects."
    )


def _is_ringing(code: int, count: _Count) -> bool:
    """Return whether a core is a level that overshoots along a straight edge: narrow, and near."""
    if count.flat[code] > 0.3 * count.pixels[code]:
        return False
    larger = [one for one, n in count.flat.items() if n >= 20 * count.flat[code]]
    return bool(larger) and np.linalg.norm(rgb_of(larger) - rgb_of([code]), axis=1).min() <= _NEAR


def has_close(codes: Sequence[int]) -> bool:
    """Return whether two colours are only a few levels apart, as numbers are and no colours."""
    points = rgb_of(codes)
    return any(
        (np.abs(points[n + 1 :] - points[n]).max(axis=1) <= _CLOSE).any()
        for n in range(len(points) - 1)
    )


def are_low(codes: Iterable[int]) -> bool:
    """Return whether all colours are as numbers of two bytes are: red, little green and no blue."""
    return all(code & 0xFF == 0 and code >> 8 & 0xFF <= _LOW_GREEN for code in codes)


def _are_ids(cores: Sequence[int], rare: Sequence[int]) -> bool:
    """Return whether colours of red alone are numbers for sure, by how many they are and which.

    cores : colours of areas, the background among them. rare : all others. Raises MaskError where
    few thin ones may be shades of a red that no palette has.
    """
    if len(cores) > _MOST_REDS:
        return True
    reds = {code >> 16 for code in cores if code & 0xFFFF == 0}
    if len(rare) > _FEW_SHADES or (reds <= _PUBLISHED_REDS and len(reds) == len(cores)):
        return False
    brightest = max(code >> 16 for code in (*cores, *rare))
    if brightest < _BRIGHT:
        return True
    raise MaskError(
        f"They hold {len(cores) + len(rare) - 1} reds up to {brightest}: these may be numbers, R + "
        "256 G + 65536 B, or shades that soft edges left. Save them as palette PNG with ids."
    )


class _Surroundings:
    """What the pixels of colours that are no cores have around them, added up."""

    def __init__(self, images: Iterable[Colours], cores: Sequence[int], *, ringing: bool) -> None:
        rows: dict[tuple[int, ...], int] = {}
        self._cores = list(cores)
        self._n_direct = 0  # neighbours of two cores that do not blend
        for image in images:
            codes = codes_of(image)
            labels = labelled(codes, cores)
            ys, xs = np.nonzero(labels == NONE)
            near = np.sort(around(_nearly(labels, codes, cores) if ringing else labels, ys, xs), 1)
            keys = np.column_stack([codes[ys, xs], near])
            found, n = np.unique(keys, axis=0, return_counts=True)
            for key, k in zip(map(tuple, found.tolist()), n.tolist(), strict=True):
                rows[key] = max(rows.get(key, 0), k)
            for a, b in ((labels[1:], labels[:-1]), (labels[:, 1:], labels[:, :-1])):
                self._n_direct += int(np.count_nonzero((a != b) & (a >= 0) & (b >= 0)))
        keys = np.array(list(rows), np.int64)
        self._codes, self._near = keys[:, 0], keys[:, 1:]
        self._n = np.array(list(rows.values()), np.int64)
        self._ends = np.where(
            (self._near >= 0)[..., None], rgb_of(cores)[self._near], np.float64(np.nan)
        )
        self._points = rgb_of(self._codes)
        self._is_blend, self._is_mixed = explained(self._points, self._ends)
        far = np.linalg.norm(self._points[:, None] - self._ends, axis=2)
        self._off = np.where(np.isnan(far), np.inf, far).min(axis=1)  # from the nearest core around

    @property
    def is_soft(self) -> bool:
        """Return whether cores around them explain most of the colours as blends."""
        colours, of = np.unique(self._codes, return_inverse=True)
        n = np.bincount(of, self._n)
        is_blend = np.bincount(of, self._n * self._is_blend) >= _EXPLAINED * n
        is_blend &= np.bincount(of, self._n * self._is_mixed) > 0
        if colours.size + len(self._cores) > MAX_OBJECT_ID + 1:
            return True
        n_blends, n_others = int(np.count_nonzero(is_blend)), colours.size
        if colours.size > 2 * len(self._cores):  # so many: those near to a core may be its ringing
            is_near = np.bincount(of, self._n * (self._off <= _NEAR)) >= _EXPLAINED * n
            n_others -= int(np.count_nonzero(is_near & ~is_blend))
        if n_blends < _MOSTLY * n_others:
            return False
        return n_blends >= _CLEARLY or bool(self._n_direct <= (n * is_blend).sum() > 0)

    def thin_objects(self) -> list[int]:
        """Return the colours that nothing explains, purest first: of objects that fill no area."""
        points = self._points
        left = self._unexplained()
        found: list[int] = []
        while left.any() and len(found) < _MOST_THIN:
            best, n_alike = self._densest(left)
            end = rgb_of([best])
            is_clear = n_alike >= _CLEAR_PX or not self._may_be_known(end)
            if n_alike >= _THIN_PX and is_clear:
                found.append(best)
                self._cores.append(best)
            left &= np.linalg.norm(points - end, axis=1) > 1.2 * _NEAR
            left &= ~self._explained_with(end, left)
        return found

    def _may_be_known(self, point: Levels) -> bool:
        """Return whether a colour, (1, 3), may be a blend of known ones, or one that overshoots."""
        if np.linalg.norm(rgb_of(self._cores) - point, axis=1).min() <= 1.6 * _NEAR:
            return True
        pairs = np.array([*combinations(self._cores, 2)], np.int64)
        ends = np.stack([rgb_of(pairs[:, 0]), rgb_of(pairs[:, 1])], axis=1)
        return bool(explained(np.repeat(point, len(pairs), axis=0), ends)[0].any())

    def _densest(self, rows: Chosen) -> tuple[int, int]:
        """Return the colour that most pixels are like, far from all around, and how many are."""
        points, n = self._points[rows], self._n[rows]
        at = (points // _ALIKE).astype(np.int64) + 1
        side = int(256 // _ALIKE) + 2
        cube = np.zeros((side,) * 3)
        np.add.at(cube, tuple(at.T), n)
        for axis in range(3):
            cube = cube + np.roll(cube, 1, axis) + np.roll(cube, -1, axis)
        alike = cube[tuple(at.T)]
        best = int((alike * np.minimum(self._off[rows], 2 * _NEAR)).argmax())
        is_alike = (np.abs(at - at[best]) <= 1).all(axis=1)
        codes, of = np.unique(self._codes[rows][is_alike], return_inverse=True)
        return int(codes[np.bincount(of, n[is_alike]).argmax()]), int(alike[best])

    def _unexplained(self) -> Chosen:
        """Return which rows nothing explains: no core is near in colour, or a part of the blend."""
        left = np.asarray(~self._is_blend & (self._off > _NEAR))
        for core in rgb_of(self._cores):
            if left.any():
                left &= np.linalg.norm(self._points - core, axis=1) > _NEAR
                left &= ~self._explained_with(core[None], left)
        return left

    def _explained_with(self, end: Levels, rows: Chosen) -> Chosen:
        """Return which rows a colour explains with what is around them, bool (n,).

        end : (1, 3), of an object of which no area needs to be near: a thin part of it may be.
        """
        is_explained = np.zeros(len(self._points), bool)
        ends = self._ends[rows]
        known = np.broadcast_to([end[0], rgb_of(self._cores[:1])[0]], (len(ends), 2, 3))
        ends = np.concatenate([ends, known], axis=1)
        is_explained[rows] = explained(self._points[rows], ends)[0]
        return is_explained


def explained(points: Levels, ends: Levels) -> tuple[Chosen, Chosen]:
    """Return which colours are blends of two or three ends, or overshoot; and which are mixed.

    points : (n, 3). ends : (n, k, 3) those of each colour, nan where there are fewer than k.
    Both results are bool (n,). Mixed are those that lie between two ends.
    """
    is_blend = np.zeros(len(points), bool)
    is_mixed = np.zeros(len(points), bool)
    with np.errstate(invalid="ignore", divide="ignore"):
        for i, k in combinations(range(ends.shape[1]), 2):
            a, way = ends[:, i], ends[:, k] - ends[:, i]
            is_far = np.abs(way).max(axis=1) >= _FEW
            along = ((points - a) * way).sum(axis=1) / (way * way).sum(axis=1)
            reached = np.clip(along, -_OVERSHOOT, 1 + _OVERSHOOT)[:, None]
            off = np.linalg.norm(points - np.clip(a + reached * way, 0, 255), axis=1)
            is_between = (along > 0.02) & (along < 0.98)
            is_mixed |= is_far & is_between & (off <= _OFF)
            is_blend |= is_far & (off <= np.where(is_between, _OFF, _CUT_OFF))
        for i, k, m in combinations(range(ends.shape[1]), 3):
            is_blend |= _in_triangle(points, ends[:, i], ends[:, k], ends[:, m])
    return np.asarray(is_blend | is_mixed), is_mixed


def _in_triangle(points: Levels, a: Levels, b: Levels, c: Levels) -> Chosen:
    u, v, w = b - a, c - a, points - a
    uu, vv, uv = ((x * y).sum(axis=1) for x, y in ((u, u), (v, v), (u, v)))
    wu, wv = (w * u).sum(axis=1), (w * v).sum(axis=1)
    det = uu * vv - uv * uv
    s, t = (vv * wu - uv * wv) / det, (uu * wv - uv * wu) / det
    off = np.linalg.norm(w - s[:, None] * u - t[:, None] * v, axis=1)
    is_inside = (s >= -_OVERSHOOT) & (t >= -_OVERSHOOT) & (s + t <= 1 + _OVERSHOOT)
    return np.asarray(is_inside & (det > 1) & (off <= 2 * _OFF))
