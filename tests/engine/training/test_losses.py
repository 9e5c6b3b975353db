"""Losses: what is annotated counts, each clip the same, and objects share the pixels."""

from __future__ import annotations

import torch

from vosgui.engine.propagation.soft_aggregation import soft_aggregate
from vosgui.engine.training.losses import aggregate_logits, mean_overlap, sequence_loss

ALONE = torch.arange(2)  # two objects, each alone in its clip


def test_loss_leaves_out_what_is_not_annotated() -> None:
    logits, masks = torch.randn(2, 3, 1, 8, 8), torch.rand(2, 3, 1, 8, 8).round()
    known = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    loss = sequence_loss(logits, masks, known, ALONE, bce=1.0, dice=0.5)
    changed = logits.clone()
    changed[0, 1] = 50
    assert float(sequence_loss(changed, masks, known, ALONE, bce=1.0, dice=0.5)) == float(loss)
    bce = torch.nn.functional.binary_cross_entropy_with_logits
    first = (bce(logits[0, 0], masks[0, 0]) + bce(logits[0, 2], masks[0, 2])) / 2
    want = (first + bce(logits[1, 2], masks[1, 2])) / 2
    torch.testing.assert_close(sequence_loss(logits, masks, known, ALONE), want)
    assert mean_overlap(masks * 20 - 10, masks, known) == 1


def test_each_clip_counts_the_same_however_many_objects_it_has() -> None:
    logits, masks = torch.randn(3, 2, 1, 8, 8), torch.rand(3, 2, 1, 8, 8).round()
    known, clips = torch.ones(3, 2), torch.tensor([0, 0, 1])
    apart = [
        sequence_loss(logits[i : i + 1], masks[i : i + 1], known[:1], clips[:1]) for i in range(3)
    ]
    want = ((apart[0] + apart[1]) / 2 + apart[2]) / 2
    torch.testing.assert_close(sequence_loss(logits, masks, known, clips), want)


def test_aggregated_logits_are_the_shares_of_a_run() -> None:
    logits = torch.randn(6, 1, 5, 7) * 6
    clips = torch.tensor([0, 1, 1, 1, 2, 2])
    shares = torch.sigmoid(aggregate_logits(logits, clips, 3))
    for clip in range(3):
        want = soft_aggregate(logits[clips == clip, 0].numpy())
        torch.testing.assert_close(
            shares[clips == clip, 0], torch.from_numpy(want), atol=1e-6, rtol=1e-4
        )


def test_an_object_that_is_alone_keeps_its_logits() -> None:
    logits = torch.randn(2, 1, 5, 7) * 30
    assert aggregate_logits(logits, ALONE, 1) is logits
    torch.testing.assert_close(aggregate_logits(logits, ALONE, 2), logits, atol=1e-5, rtol=1e-5)


def test_objects_learn_from_each_other_also_where_they_are_certain() -> None:
    logits = torch.tensor([3.0, -2.0, 90.0, -90.0]).view(4, 1, 1, 1).requires_grad_()
    shares = aggregate_logits(logits, torch.tensor([0, 0, 1, 1]), 2)
    shares[[0, 2]].sum().backward()
    assert logits.grad is not None and bool(logits.grad.isfinite().all())
    assert float(logits.grad[1]) < 0  # one object's share falls where another's logit rises
