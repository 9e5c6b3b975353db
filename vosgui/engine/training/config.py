"""How a training run is set up: everything that decides its result, but for the data's files."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from vosgui.engine.training.samples import Request
from vosgui.errors import ModelError
from vosgui.files.atomic import make_folder
from vosgui.files.json_file import write_json
from vosgui.files.ordinary import read_bytes

Positive = Annotated[int, msgspec.Meta(ge=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Length = Annotated[int, msgspec.Meta(ge=2)]  # frames: the first is given

LAST, SETTINGS = "last.pt", "train.json"  # of a run's folder: its checkpoint, and its config
_SETTINGS_0_1 = "run.json"  # the name of its settings in 0.1


class Stage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of a run.

    steps, epochs, share : its length; an epoch is one sample of each real clip, a share is of the
        whole run, of its steps or of its time
    batch : clips per step, over all processes
    T, hw : frames per clip (drawn anew in each step), and size in pixels
    annotated_only : leave out frames without annotation
    vary : show real clips in part and in another light, for where there are few
    teacher_forcing : share of frames whose true mask is what the network sees of them in the
        next frame, at the stage's start and end
    objects : of a clip that are carried at once, at most; they share the pixels
    kept : how many passed frames stay in memory beside the given one, drawn anew in each step
    """

    batch: Positive
    T: tuple[Length, Length]
    hw: tuple[Positive, Positive]
    steps: int = 0
    epochs: float = 0
    share: float = 0
    annotated_only: bool = True
    vary: bool = False
    teacher_forcing: tuple[float, float] = (0.0, 0.0)
    objects: Positive = 1
    kept: tuple[Count, Count] = (0, 0)

    def __post_init__(self) -> None:
        if not (self.steps > 0 or self.epochs > 0 or self.share > 0):
            raise ValueError("a stage needs `steps`, `epochs` or a `share`")
        if self.T[0] > self.T[1]:
            raise ValueError("`T` is the fewest frames, then the most")
        if self.kept[0] > self.kept[1]:
            raise ValueError("`kept` is the fewest frames, then the most")


class RateGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parameters that learn at another rate than the others.

    start : of their names. factor : of the rate. decays : whether their weights decay
    """

    start: str
    factor: Annotated[float, msgspec.Meta(gt=0)]
    decays: bool = True


class TrainingConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole run.

    sizes : the architecture's, where they differ from its defaults
    minutes : what the run takes in all, over several sessions; 0: it goes by its stages' steps
    synthetic : what draws synthetic clips: OpenCV where samples are loaded, or torch on the device
    imagenet : whether a trunk that can starts from ImageNet's weights, where they are installed
    optimiser : "adam" or "adamw"
    lr, warm_up, lr_end : the rate, the steps it is raised over (a tenth of the run at most), and
        what share of it is left at the end of a half cosine (1: it stays)
    groups : what learns at another rate
    bce, dice : weights of the two losses
    ema : decay of the running mean of the weights, which is what is validated and kept; 0 for none
    ema_rises : it begins short: after n steps it reaches back about a tenth of them
    clip_norm : largest norm of the gradient; 0 for none
    drop_mask : share of frames after which the network is shown an empty previous mask
    freeze_norm : keep batch normalisation at its running statistics
    freeze_norm_of : only that of the parts whose names start so
    freeze_norm_from : all of it from this share of the run on; 1 for never
    truncate : frames after which gradients are cut; 0 for never
    began : the model or weights it starts from, empty for random ones
    data : what it trains on, one source each, as `tree /data/mine/train`
    """

    architecture: str
    stages: Annotated[list[Stage], msgspec.Meta(min_length=1)]
    sizes: dict[str, Any] = {}
    minutes: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    synthetic: Literal["opencv", "torch"] = "opencv"
    imagenet: bool = False
    optimiser: Literal["adam", "adamw"] = "adamw"
    lr: Annotated[float, msgspec.Meta(gt=0)] = 6e-4
    lr_end: float = 0.0
    warm_up: int = 0
    groups: list[RateGroup] = []
    weight_decay: float = 1e-2
    bce: float = 2.0
    dice: float = 1.0
    ema: float = 0.995
    ema_rises: bool = False
    clip_norm: float = 1.0
    drop_mask: float = 0.0
    freeze_norm: bool = False
    freeze_norm_of: list[str] = []
    freeze_norm_from: float = 1.0
    truncate: int = 0
    seed: int = 0
    bf16: bool = False
    began: str = ""
    data: list[str] = []

    def __post_init__(self) -> None:
        shares = [stage.share > 0 for stage in self.stages]
        if any(shares) and not all(shares):
            raise ValueError("all stages have a `share`, or none has")
        if self.minutes and not all(shares):
            raise ValueError("with `minutes`, each stage needs a `share`")

    def describe_data(self) -> str:
        """Return what it was trained on, for a model's card."""
        began = f", from {self.began}" if self.began else ""
        return f"{', '.join(self.data) or 'see train.json beside this folder'}{began}"

    def length(self) -> float:
        """Return how long the run is: its steps, or 1 where it goes by time."""
        return 1.0 if self.minutes else self.n_steps()

    def n_steps(self) -> int:
        """Return the number of steps in all; 0 where the run goes by time."""
        return sum(stage.steps for stage in self.stages)

    def at(self, done: float) -> tuple[Stage, float]:
        """Return the stage that is at hand, and how far through that stage it is, in [0, 1].

        done : of the run's `length`
        """
        for stage in self.stages:
            length = stage.share if self.minutes else stage.steps
            if done < length:
                return stage, done / length
            done -= length
        return self.stages[-1], 1.0

    def rate(self, step: int, done: float | None = None) -> float:
        """Return the learning rate of a step. done : of the run's `length`, if not the steps."""
        share = min(1.0, (step if done is None else done) / max(1, self.length()))
        rise = max((step + 1) / self.warm_up, 10 * share) if self.warm_up else 1.0
        fall = 0.5 * (1 + math.cos(math.pi * share))
        return self.lr * min(1.0, rise) * (self.lr_end + (1 - self.lr_end) * fall)

    def n_clips(self, steps: int) -> int:
        """Return how many clips the first steps of a run that goes by steps have."""
        return sum(self.at(step)[0].batch for step in range(steps))

    def batches(
        self,
        start: int,
        rank: int,
        world: int,
        *,
        done: Callable[[], float] | None = None,
        first: int = 0,
    ) -> Iterator[list[Request]]:
        """Yield what one process of `world` asks for in each step from `start` on.

        done, first : of a run that goes by time, which does not end by itself: how much of it is
            done now, and the clips it had before
        """
        index = self.n_clips(start) if done is None else first
        step = start
        while done is not None or step < self.n_steps():
            stage, _ = self.at(step if done is None else done())
            T = int(np.random.default_rng((self.seed, step)).integers(stage.T[0], stage.T[1] + 1))
            n = stage.batch // world
            own = index + rank * n
            yield [
                Request(i, T, stage.hw, stage.annotated_only, stage.vary, stage.objects)
                for i in range(own, own + n)
            ]
            index += stage.batch
            step += 1


def with_length(
    config: TrainingConfig,
    *,
    n_clips: int,
    steps: int | None = None,
    minutes: float | None = None,
    batch: int | None = None,
    lr: float | None = None,
    synthetic: Literal["opencv", "torch"] | None = None,
    seed: int = 0,
    bf16: bool = False,
    began: str = "",
    data: Sequence[str] = (),
) -> TrainingConfig:
    """Return a run with the lengths of its stages worked out, and what the user chose.

    steps, minutes : length in all, one of them, shared out as the stages' own lengths are
    began, data : as `TrainingConfig` has them
    Raises ModelError for epochs of data that never ends, and for shares of no length.
    """
    stages = config.stages
    if batch is not None:
        stages = [msgspec.structs.replace(stage, batch=batch) for stage in stages]
    if not n_clips and not steps and not minutes and any(stage.epochs for stage in stages):
        text = "Synthetic clips never end, so they have no epochs: say how many steps to make."
        raise ModelError(text, option="--steps")
    if not steps and not minutes and not config.minutes and any(stage.share for stage in stages):
        text = "Its stages are shares of the whole: say how many steps to make, or minutes to take."
        raise ModelError(text, option="--steps")
    lengths = [s.share or s.steps or s.epochs * max(1, n_clips) / s.batch for s in stages]
    minutes = minutes or (0.0 if steps else config.minutes)
    scale = (1.0 if minutes else steps or sum(lengths)) / sum(lengths)
    stages = [
        msgspec.structs.replace(
            stage,
            epochs=0,
            share=length * scale if minutes else 0,
            steps=0 if minutes else max(1, round(length * scale)),
        )
        for stage, length in zip(stages, lengths, strict=True)
    ]
    return msgspec.structs.replace(
        config,
        stages=stages,
        minutes=minutes,
        lr=config.lr if lr is None else lr,
        synthetic=synthetic or config.synthetic,
        seed=seed or config.seed,
        bf16=bf16 or config.bf16,
        began=began,
        data=list(data),
    )


def read_training_config(path: Path) -> TrainingConfig:
    """Read a train.json; ModelError where it is not one."""
    try:
        return msgspec.json.decode(read_bytes(path), type=TrainingConfig)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"{path} does not say how to train: {error}.") from error


def open_run_folder(folder: Path, config: TrainingConfig, *, write: bool) -> None:
    """Make the folder of a run, or see that the run that was begun in it is the same.

    write : note the settings of a run that has no checkpoint yet.
    Raises ModelError for another run's folder, TargetError where it cannot be made.
    """
    make_folder(folder)
    if not (folder / LAST).is_file():
        if write:
            write_json(folder / SETTINGS, config, indent=2)
        return
    names = (name for name in (SETTINGS, _SETTINGS_0_1) if (folder / name).is_file())
    name = next(names, SETTINGS)
    before = read_training_config(folder / name)
    if before != config:
        old, new = msgspec.to_builtins(before), msgspec.to_builtins(config)
        differ = " and ".join(key for key in old if old[key] != new[key])
        raise ModelError(
            f"{folder} holds another run: {name} in it has other {differ}. Train into another "
            "folder, or give the same settings to go on."
        )
