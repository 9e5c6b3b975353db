"""Training runs with a name: the paper's, and those of `s2s-lite`."""

from __future__ import annotations

from functools import partial

from vosgui.engine.training.config import Stage, TrainingConfig
from vosgui.errors import ModelError

_PAPER_HW = (256, 448)
# section 4.3: binary cross-entropy alone, Adam at 1e-5 throughout
_paper = partial(
    TrainingConfig,
    architecture="s2s",
    optimiser="adam",
    lr=1e-5,
    lr_end=1.0,
    weight_decay=0.0,
    bce=1.0,
    dice=0.0,
    ema=0.0,
    clip_norm=0.0,
)

PRESETS: dict[str, TrainingConfig] = {
    # section 4.3: annotated frames alone until the loss is stable, then all frames
    "paper": _paper(
        stages=[
            Stage(epochs=60, batch=8, T=(5, 11), hw=_PAPER_HW),
            Stage(epochs=20, batch=8, T=(5, 11), hw=_PAPER_HW, annotated_only=False),
        ],
    ),
    # section 5.3: fine-tuning on the 30 training clips of DAVIS
    "paper-davis": _paper(
        stages=[Stage(epochs=200, batch=8, T=(5, 11), hw=_PAPER_HW)],
    ),
    # section 5.4: one VGG-16 that sees the mask of the frame before; teacher forcing, then none
    "paper-mask-input": _paper(
        sizes={"mask_input": True},
        stages=[
            Stage(epochs=30, batch=8, T=(5, 11), hw=_PAPER_HW, teacher_forcing=(1.0, 1.0)),
            Stage(epochs=50, batch=8, T=(5, 11), hw=_PAPER_HW),
        ],
    ),
    # s2s-lite from nothing
    "lite": TrainingConfig(
        architecture="s2s-lite",
        stages=[
            Stage(steps=6000, batch=8, T=(3, 5), hw=(192, 320), teacher_forcing=(0.5, 0.0)),
            Stage(steps=6000, batch=8, T=(5, 8), hw=(192, 320)),
            Stage(steps=4000, batch=4, T=(5, 8), hw=(288, 480)),
        ],
        warm_up=200,
        drop_mask=0.05,
    ),
    # s2s-lite from weights that work already, to one's own clips. Keep half of what it learns
    # (`vosgui model average`): models/s2s-lite/README.md has what that gains on clips it never saw.
    "lite-continue": TrainingConfig(
        architecture="s2s-lite",
        stages=[Stage(steps=400, batch=2, T=(4, 7), hw=(256, 448), vary=True)],
        lr=1e-4,
        warm_up=20,
        ema=0.98,
        drop_mask=0.04,
        freeze_norm=True,
    ),
}


def named_config(name: str) -> TrainingConfig:
    """Return a preset; ModelError for a name that is none."""
    if name not in PRESETS:
        raise ModelError(f"There is no preset {name!r}; there are {', '.join(PRESETS)}.")
    return PRESETS[name]
