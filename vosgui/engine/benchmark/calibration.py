"""What confidence and object presence go by: fitted to the truth of synthetic clips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from vosgui.core.metrics.region_contour import region_similarity
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.engine.propagation.bidirectional import weigh
from vosgui.engine.propagation.propagator import LOST, Logits
from vosgui.engine.propagation.recurrent import Encoded, NetworkPropagator
from vosgui.engine.propagation.tracker import ObjectPrediction
from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.synthetic import Scene, synthetic_clip
from vosgui.engine.training.synthetic_disappearance import DisappearanceScene
from vosgui.errors import DatasetError
from vosgui.network.confidence import BLEND_SIGNS, OWN_SIGNS, SIGNS, Weights, confidence
from vosgui.network.object_presence import OBJECT_PRESENCE_SIGNS, object_presence

CLIP_HW = (224, 384)
CLIP_T = 16
DISAPPEARANCE_T = 22
# A mask with less overlap than the first shows something else, one with more than the second the
# object; those between teach nothing.
_ABSENT_J, _PRESENT_J = 0.1, 0.3
# Its three signs tell nearly the same: with less, which of them counts is left to chance.
_PRESENCE_DECAY = 0.1
_MISSED = 0.05  # share of the synthetic objects still there that would be taken for gone
# Added to the bias then: real objects change more than synthetic ones, and one that is emptied
# wrongly is worse than a mask too many. Chosen by the J of 30 clips, see the card of s2s-lite.
DOUBT = 0.35
_DECAY = 5e-3  # of the weights of normalised signs, so that two that tell the same share it


@dataclass(frozen=True)
class Side:
    """What was carried to a frame from one end of a clip.

    signs : float32 (5,), or (8,) with those of object presence, see network/confidence.py.
    age : frames from that end. J : overlap with the truth.
    """

    signs: Tensor
    logits: Logits
    age: int
    J: float


Pair = tuple[Side, Side, npt.NDArray[np.bool_]]  # from both ends to one frame, and the truth


@dataclass(frozen=True)
class SyntheticClips:
    """So many synthetic clips, drawn from a seed. T, hw : their length and size; None: as usual."""

    photographs: Photographs
    n: int
    seed: int
    T: int | None = None
    hw: tuple[int, int] = CLIP_HW

    def encoded(
        self, propagator: NetworkPropagator, T: int, scene: type[Scene], progress: Progress
    ) -> Iterator[tuple[list[Encoded], npt.NDArray[np.bool_]]]:
        """Yield the frames of each, encoded, and the masks of its object, bool (T, h, w)."""
        for number in range(self.n):
            rng = np.random.default_rng((self.seed, number))
            frames, masks = synthetic_clip(rng, self.photographs, self.T or T, self.hw, scene)
            yield [propagator.encode(frame) for frame in frames], masks == 1
            progress.report(number + 1, self.n)


def gather(
    propagator: NetworkPropagator, clips: SyntheticClips, progress: Progress = NO_PROGRESS
) -> list[Pair]:
    """Carry a mask through synthetic clips from both ends; return what came to each frame.

    Clips whose object is not there at the end are left out.
    """
    pairs: list[Pair] = []
    for features, truth in clips.encoded(propagator, CLIP_T, Scene, progress):
        if truth[-1].any():
            ahead, behind = (_carry(propagator, features, truth, way) for way in (1, -1))
            pairs += [(ahead[t], behind[t], truth[t]) for t in range(1, len(truth) - 1)]
    return pairs


def gather_disappearances(
    propagator: NetworkPropagator, clips: SyntheticClips, progress: Progress = NO_PROGRESS
) -> list[Side]:
    """Carry a mask through synthetic clips whose object may disappear; return every frame."""
    drawn = clips.encoded(propagator, DISAPPEARANCE_T, DisappearanceScene, progress)
    return [side for clip in drawn for side in _carry(propagator, *clip, 1).values()]


def _carry(
    propagator: NetworkPropagator,
    features: Sequence[Encoded],
    truth: npt.NDArray[np.bool_],
    way: int,
) -> dict[int, Side]:
    """Carry the first mask to the last frame, or backward; return what came to each other one."""
    first, *others = range(len(features))[::way]
    state = propagator.start(features[first], truth[first][None])
    found = {}
    for age, t in enumerate(others, 1):
        logits, state, signs = propagator.step_with_signs(features[t], state)
        one = logits[0].cpu().numpy()
        found[t] = Side(signs[0].cpu(), one, age, region_similarity(one > 0, truth[t]))
    return found


def tell_of_presence(pairs: Sequence[Pair]) -> bool:
    """Return whether the signs of a network's masks hold those of object presence."""
    return len(pairs[0][0].signs) > len(OWN_SIGNS)  # else it keeps no frames


def calibrate_object_presence(sides: Sequence[Side]) -> Weights:
    """Return the weights of OBJECT_PRESENCE_SIGNS; masks that are empty teach nothing.

    Raise DatasetError where all objects are there, or all gone.
    """
    told = [
        side for side in sides if (side.logits > 0).any() and not _ABSENT_J <= side.J <= _PRESENT_J
    ]
    there = torch.tensor([side.J > _PRESENT_J for side in told])
    if there.all() or not there.any():
        raise DatasetError(
            "On the synthetic clips all masks show their object, or none does. Take more clips.",
            option="--clips",
        )
    found = torch.stack([side.signs[len(OWN_SIGNS) :] for side in told])
    weights = fit(found, there.float(), OBJECT_PRESENCE_SIGNS, _PRESENCE_DECAY)
    level = float(object_presence(found[there], weights).quantile(_MISSED))
    return {**weights, "bias": round(weights["bias"] - level + DOUBT, 4)}


def calibrate(pairs: Sequence[Pair], disappearances: Sequence[Side]) -> dict[str, Weights]:
    """Return the weights of confidence: "single", of a mask that is carried, and "blend".

    disappearances : of clips whose object may disappear. Without them nearly all masks are good,
        and what tells one of something else is not learned.

    Sides that have lost their object teach nothing: their confidence is 0 whatever the signs.
    """
    of_pairs = [side for pair in pairs for side in pair[:2]]
    sides = [side for side in (*of_pairs, *disappearances) if (side.logits > 0).any()]
    found = torch.stack([side.signs for side in sides])
    J = torch.tensor([side.J for side in sides])
    single = fit(found, J, SIGNS[: found.shape[1]])
    blended = [one for pair in pairs if (one := _blended(pair, single)) is not None]
    blend = fit(
        torch.stack([signs for signs, _ in blended]),
        torch.tensor([overlap for _, overlap in blended]),
        BLEND_SIGNS,
    )
    return {"single": single, "blend": blend}


def _blended(pair: Pair, single: Weights) -> tuple[Tensor, float] | None:
    """Blend as a bidirectional run does: the signs of the blend, (2,), and its overlap J.

    None where it shows nothing.
    """
    ahead, behind = (
        ObjectPrediction(side.logits, _level(side, single), ((place, 0),))
        for side, place in ((pair[0], 0), (pair[1], pair[0].age + pair[1].age))
    )
    logits, signs = weigh(pair[0].age, ahead, behind)
    if not (logits > 0).any():
        return None
    return torch.tensor(signs), region_similarity(logits > 0, pair[2])


def _level(side: Side, single: Weights) -> float:
    return float(confidence(side.signs[None], single)) if (side.logits > 0).any() else LOST


def fit(found: Tensor, J: Tensor, names: Sequence[str], decay: float = _DECAY) -> Weights:
    """Fit a logistic to J by cross-entropy; return the weights of signs as they come.

    found : float32 (n, signs). J : float32 (n,) in [0, 1]. names : of the signs, in order.
    """
    spread = found.std(0).clamp(min=1e-6)
    normal = ((found - found.mean(0)) / spread).double()
    target = J.double()
    factors = torch.zeros(len(names) + 1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([factors], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        logits = normal @ factors[:-1] + factors[-1]
        value = torch.nn.functional.binary_cross_entropy_with_logits(logits, target)
        value = value + decay * factors[:-1].square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    raw = factors.detach()[:-1] / spread
    bias = factors.detach()[-1] - (raw * found.mean(0)).sum()
    weights = {name: round(float(one), 4) for name, one in zip(names, raw, strict=True)}
    return {**weights, "bias": round(float(bias), 4)}
