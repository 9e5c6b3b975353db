"""The options that say how videos are shared out for training, validation and tests."""

from __future__ import annotations

import click

from vosgui.cli.options import as_one, comma_names
from vosgui.datasets.composition.split import SplitRules

split_options = as_one(
    "rules",
    SplitRules,
    click.option(
        "--unseen",
        metavar="CATEGORY,...",
        default="",
        callback=comma_names,
        help="Categories that training must not see: every video with an object of one is kept "
        "for test-unseen.",
    ),
    click.option(
        "--valid",
        "n_valid",
        type=click.IntRange(min=0),
        default=SplitRules.n_valid,
        help="Videos of each other category for validation.",
    ),
    click.option(
        "--test",
        "n_test",
        type=click.IntRange(min=0),
        default=SplitRules.n_test,
        help="Videos of each other category for test-seen.",
    ),
    click.option("--seed", type=int, default=SplitRules.seed, help="Of the draw."),
)
