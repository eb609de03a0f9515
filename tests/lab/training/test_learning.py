"""What a training step is asked to lessen, and what it must leave alone. Runs where torch is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch", reason="training is not installed here")
losses: Any = import_module("lab.training.network.losses")
grid: Any = import_module("lab.training.network.grid")
network: Any = import_module("lab.training.network.network")
assignment: Any = import_module("lab.training.network.assignment")
starting: Any = import_module("lab.training.network.starting")

SHAPE = (64, 96)
IGNORED = -1


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)


def anchors() -> tuple[Any, Any]:
    """Cells and strides of a small picture."""
    found: tuple[Any, Any] = grid.anchors(*SHAPE)
    return found


def raw(classes: int = 3, *, sure: float = -5.0) -> Any:  # noqa: ANN401 - a tensor
    """An answer that sees nothing, one picture."""
    cells, _ = anchors()
    answer = torch.zeros(1, len(cells), 5 + classes)
    answer[..., 4] = sure
    return answer


def test_the_start_agrees_with_itself() -> None:
    """No distance, and no pull in any direction."""
    answer = torch.randn(1, len(anchors()[0]), 85, requires_grad=True)
    loss = losses.keeping_loss(answer, answer.detach(), *anchors(), 5.0)
    loss.backward()
    assert float(loss.detach()) == pytest.approx(0, abs=1e-4)
    assert float(answer.grad.abs().max()) < 1e-4


def test_forgetting_an_object_costs_more_than_forgetting_nothing() -> None:
    """Where the start saw something, being unsure of it is distance."""
    start = raw(80)
    start[0, 10, 4] = 4.0
    forgetful = start.clone()
    forgetful[0, 10, 4] = -4.0
    assert float(losses.keeping_loss(forgetful, start, *anchors(), 5.0)) > 1
    assert float(losses.keeping_loss(start, start, *anchors(), 5.0)) == pytest.approx(0, abs=1e-4)


def test_an_ignored_box_teaches_neither_yes_nor_no() -> None:
    """Inside it, objectness has no gradient; outside, it has."""
    answer = raw().requires_grad_(True)  # noqa: FBT003 - torch's own word order
    boxes, labels = [torch.tensor([[32.0, 32.0, 32.0, 32.0]])], [torch.tensor([IGNORED])]
    losses.garbage_loss(answer, boxes, labels, *anchors(), 5.0).backward()
    cells, strides = anchors()
    centres = (cells + 0.5) * strides
    inside = ((centres - 32).abs() < 16).all(1)
    assert float(answer.grad[0, inside, 4].abs().max()) == 0
    assert float(answer.grad[0, ~inside, 4].abs().min()) > 0


def test_a_perfect_answer_costs_less_than_silence() -> None:
    """The loss wants what is labelled."""
    cells, strides = anchors()
    boxes, labels = [torch.tensor([[36.0, 36.0, 16.0, 16.0]])], [torch.tensor([1])]
    at = int(((cells == torch.tensor([4.0, 4.0])).all(1) & (strides[:, 0] == 8)).nonzero()[0])
    right = raw()
    right[0, at] = torch.tensor([0.5, 0.5, 0.6931, 0.6931, 9.0, -9.0, 9.0, -9.0])
    silent = losses.garbage_loss(raw(), boxes, labels, cells, strides, 5.0)
    spoken = losses.garbage_loss(right, boxes, labels, cells, strides, 5.0)
    assert float(spoken) < float(silent) - 1


def test_every_box_is_answered_for_and_no_anchor_answers_twice() -> None:
    """Two boxes side by side share no anchor."""
    cells, strides = anchors()
    centres = (cells + 0.5) * strides
    boxes = torch.tensor([[24.0, 24.0, 20.0, 20.0], [40.0, 24.0, 20.0, 20.0]])
    predicted = torch.cat((centres, strides.expand(-1, 2) * 2), 1)
    match = assignment.assign(
        boxes, torch.tensor([0, 1]), predicted, torch.full((len(cells), 3), 0.1), centres, strides
    )
    assert set(match.box.tolist()) == {0, 1}
    assert len(set(match.anchor.tolist())) == len(match.anchor)
    assert float(match.quality.min()) > 0


def test_growing_a_tower_changes_nothing_the_start_says() -> None:
    """And storing filters as shares of their size computes the same."""
    start = network.Start().eval()
    street = starting.grow(start, 3).eval()
    picture = torch.rand(1, 3, *SHAPE) * 255
    with torch.no_grad():
        before, (after, garbage) = start(picture), street(picture)
    assert torch.allclose(before, after, atol=1e-3)
    assert garbage.shape == (1, len(anchors()[0]), 8)
    assert float(garbage[..., 4].sigmoid().mean()) < 0.2
    sizes = [
        m.weight.detach().square().mean((1, 2, 3)) for m in street.modules() if isinstance(m, network.ScaledConv2d)
    ]
    assert max(float(size.max()) for size in sizes) < 1.01
    assert not any(p.requires_grad for p in street.trunk.dark2.parameters())


def test_the_folded_network_is_the_trained_one() -> None:
    """What is exported computes what was trained."""
    export = import_module("lab.training.export")
    street = starting.grow(network.Start(), 3).eval()
    picture = torch.rand(1, 3, *SHAPE) * 255
    with torch.no_grad():
        before = street(picture)[1]
        export.fold(street)
        after = street(picture)[1]
    assert torch.allclose(before, after, atol=1e-4)
