"""Training runs with a name: the paper's, and those of `s2s-lite`.

What was tried of each is told in the models' cards and in docs/training.md.
"""

from __future__ import annotations

from functools import partial

from vosgui.engine.training.config import RateGroup, Stage, TrainingConfig
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

# The default model's own recipe, for a GPU: its card tells what came of it.
_pretrained = partial(
    TrainingConfig,
    architecture="s2s-lite",
    sizes={
        "trunk": "efficientnet-lite0",
        "key": 64,
        "default_height": 352,
        "n_kept": 4,
        "keep_every": 15,
    },
    imagenet=True,
    synthetic="torch",
    warm_up=150,
    lr_end=0.02,
    groups=[RateGroup("encoder.base", 0.17), RateGroup("tau", 20.0, decays=False)],
    ema=0.998,
    ema_rises=True,
    drop_mask=0.05,
    freeze_norm_of=["encoder.base"],
    freeze_norm_from=0.82,
    bf16=True,
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
    # the default model, from ImageNet; 8 minutes of a large GPU were 1,600 steps
    "pretrained": _pretrained(
        lr=7e-4,
        stages=[
            Stage(share=0.30, batch=48, T=(5, 5), hw=(224, 384), teacher_forcing=(0.5, 0.0)),
            Stage(share=0.42, batch=32, T=(7, 7), hw=(256, 448)),
            Stage(share=0.28, batch=16, T=(8, 8), hw=(320, 576)),
        ],
    ),
    # on from the default model, with what it was not trained with: longer clips, several objects
    # that share the pixels, frames that are kept. Not tried yet on a GPU.
    "pretrained-longer": _pretrained(
        lr=2e-4,
        stages=[
            Stage(share=0.6, batch=16, T=(10, 10), hw=(256, 448), objects=3, kept=(0, 3)),
            Stage(share=0.4, batch=8, T=(12, 12), hw=(320, 576), objects=3, kept=(0, 3)),
        ],
    ),
    # s2s-lite with a trunk of its own, from nothing
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
