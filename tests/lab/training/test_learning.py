"""What a training step is asked to lessen, and what it must leave alone. Runs where torch is installed."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch", reason="training is not installed here")
aims: Any = import_module("lab.training.aims")
losses: Any = import_module("lab.training.network.losses")
grid: Any = import_module("lab.training.network.grid")
network: Any = import_module("lab.training.network.network")
assignment: Any = import_module("lab.training.network.assignment")
starting: Any = import_module("lab.training.network.starting")

SHAPE = (64, 96)
IGNORED = -1
CAR, PERSON = 2, 0


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)


def anchors() -> tuple[Any, Any]:
    """Cells and strides of a small picture."""
    points: tuple[Any, Any] = grid.anchors(*SHAPE)
    return points


def raw(classes: int = 3, *, sure: float = -5.0) -> Any:  # noqa: ANN401 - a tensor
    """An answer that sees nothing, one picture."""
    cells, _ = anchors()
    answer = torch.zeros(1, len(cells), 5 + classes)
    answer[..., 4] = sure
    return answer


def test_the_start_agrees_with_itself() -> None:
    """No distance, and no pull in any direction."""
    answer = torch.randn(1, len(anchors()[0]), 85, requires_grad=True)
    loss = losses.keeping_loss(answer, aims.as_before(answer.detach(), *anchors()), *anchors(), 5.0)
    loss.backward()
    assert float(loss.detach()) == pytest.approx(0, abs=1e-4)
    assert float(answer.grad.abs().max()) < 1e-4


def test_forgetting_an_object_costs_more_than_forgetting_nothing() -> None:
    """Where the start saw something, being unsure of it is distance."""
    start = raw(80)
    start[0, 10, 4] = 4.0
    forgetful = start.clone()
    forgetful[0, 10, 4] = -4.0
    aim = aims.as_before(start, *anchors())
    assert float(losses.keeping_loss(forgetful, aim, *anchors(), 5.0)) > 1
    assert float(losses.keeping_loss(start, aim, *anchors(), 5.0)) == pytest.approx(0, abs=1e-4)


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


def seeing(kind: int, *, at: int) -> Any:  # noqa: ANN401 - a tensor
    """An answer that sees one thing, of this class, at one anchor, with the box of its cell."""
    answer = raw(80)
    answer[..., 5:] = -9.0
    answer[0, at, 4:] = torch.full((81,), -9.0)
    answer[0, at, 4] = answer[0, at, 5 + kind] = 6.0
    return answer


def known(*vehicles: tuple[float, ...], chances: tuple[float, ...] = (), void: tuple[float, ...] = ()) -> Any:  # noqa: ANN401
    """Cars at these places, with these chances, and a patch without anything."""
    boxes = torch.tensor(vehicles).reshape(-1, 4)
    kinds = torch.full((len(boxes),), CAR, dtype=torch.long)
    return aims.Known(boxes, kinds, torch.tensor(chances), torch.tensor(void).reshape(-1, 4))


def test_a_vehicle_that_the_joint_judgement_denies_is_taken_off_the_aim() -> None:
    """A person at the same place stays, and so does everything where the judge is believed."""
    for kind, believed, left in ((CAR, False, 0.0), (PERSON, False, 1.0), (CAR, True, 1.0)):
        start = seeing(kind, at=10)
        facts = aims.Known(None, None, None, torch.zeros(0, 4)) if believed else known()
        aim = aims.aim_at(start, start, [facts], *anchors())
        assert float(aim.present[0, 10]) == pytest.approx(left, abs=0.01)
        assert (float(aim.counted[0, 10]) > 1) == (left == 0), (
            "that it is none counts more than that the rest is nothing"
        )


def test_a_vehicle_that_the_judge_missed_is_aimed_at_with_its_chance() -> None:
    """Some anchor near it answers for it, as a car, with its box."""
    place = (36.0, 36.0, 24.0, 16.0)
    aim = aims.aim_at(raw(80), raw(80), [known(place, chances=(0.7,))], *anchors())
    answering = (aim.present[0] > 0.5).nonzero().squeeze(1)
    assert len(answering) >= 1
    assert aim.present[0, answering].tolist() == pytest.approx([0.7] * len(answering))
    assert aim.boxes[0, answering[0]].tolist() == list(place)
    assert int(aim.kinds[0, answering[0]].argmax()) == CAR


def test_a_vehicle_cut_by_the_edge_teaches_neither_yes_nor_no() -> None:
    """Where the judge sees a vehicle inside it, nothing counts; beside it, all does."""
    cells, strides = anchors()
    start = raw(80)
    start[..., 5 + CAR] = 5.0
    aim = aims.aim_at(start, start, [known((32.0, 32.0, 32.0, 32.0), chances=(-1.0,))], cells, strides)
    inside = ((((cells + 0.5) * strides) - 32).abs() < 16).all(1)
    assert float(aim.counted[0, inside].max()) == 0
    assert float(aim.counted[0, ~inside].min()) >= 1


def test_nothing_is_aimed_at_where_nothing_is() -> None:
    """Stairs that were drawn on the picture: whatever the judge sees there, it is nothing."""
    at = int((anchors()[1] == 8).nonzero()[0, 0]) + 3 * (SHAPE[1] // 8) + 3  # the cell around 28, 28
    start = seeing(PERSON, at=at)
    spot = (28.0, 28.0, 20.0, 20.0)
    facts = aims.Known(None, None, None, torch.tensor([spot]))
    assert float(aims.aim_at(start, start, [facts], *anchors()).present[0, at]) == 0
    unmarked = aims.Known(None, None, None, torch.zeros(0, 4))
    assert float(aims.aim_at(start, start, [unmarked], *anchors()).present[0, at]) > 0.9


def test_a_finished_model_is_gone_on_from(tmp_path: Path) -> None:
    """What comes out of its file answers as it did, and may learn again."""
    export = import_module("lab.training.export")
    street = starting.grow(network.Start(), 3).eval()
    picture = torch.rand(1, 3, *SHAPE) * 255
    with torch.no_grad():
        before = street(picture)
    export.write(street, tuple(str(number) for number in range(83)), 4096, tmp_path / "street.onnx")
    again = starting.trainable(starting.load_street(tmp_path / "street.onnx", 3))
    with torch.no_grad():
        after, frozen = again(picture), starting.start_of(again)(picture)
    for one, other in zip((*before, before[0]), (*after, frozen), strict=True):
        assert torch.allclose(one, other, atol=1e-3)
    assert any(parameter.requires_grad for parameter in again.parameters())


def test_another_network_is_not_gone_on_from(tmp_path: Path) -> None:
    """A file that computes something else is refused before it is trained on."""
    export, onnx = import_module("lab.training.export"), import_module("onnx")
    path = tmp_path / "street.onnx"
    export.write(starting.grow(network.Start(), 3).eval(), tuple(str(number) for number in range(83)), 4096, path)
    model = onnx.load(path)
    *_, sigmoid = (node for node in model.graph.node if node.op_type == "Sigmoid")
    sigmoid.op_type = "Tanh"
    onnx.save(model, path)
    with pytest.raises(ValueError, match=r"model 'street.onnx': our network differs from it by"):
        starting.load_street(path, 3)


def test_runs_side_by_side_are_exported_as_their_mean(tmp_path: Path) -> None:
    """One checkpoint is itself."""
    export, settings = import_module("lab.training.export"), import_module("lab.training.settings").read_settings()
    runs = [starting.grow(network.Start(), 3) for _ in range(2)]
    paths = [tmp_path / "a.pt", tmp_path / "b.pt"]
    for path, street in zip(paths, runs, strict=True):
        torch.save({"average": street.state_dict()}, path)
    alone, both = (export.load_average(paths[:count], settings).state_dict() for count in (1, 2))
    for name, value in alone.items():
        assert torch.equal(value, runs[0].state_dict()[name])
        assert torch.allclose(both[name], (value + runs[1].state_dict()[name]) / 2)


def test_a_share_of_what_it_began_with_is_kept() -> None:
    """Of every weight; a share of nothing is the trained network."""
    export = import_module("lab.training.export")
    begun, trained = network.Street(3), network.Street(3)
    before, after = ({k: v.clone() for k, v in each.state_dict().items()} for each in (begun, trained))
    for old_share in (0.0, 0.25):
        mixed = network.Street(3)
        mixed.load_state_dict(after)
        for name, value in export.blended(mixed, begun, old_share).state_dict().items():
            assert torch.allclose(value, old_share * before[name] + (1 - old_share) * after[name])
