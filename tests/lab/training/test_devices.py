"""Training computes where it is told to, and nowhere else. Runs where torch is installed, without an accelerator."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from lab.training.pictures.scenes import IGNORED, TrainingPicture
from lab.training.settings import Settings, read_settings

torch: Any = pytest.importorskip("torch", reason="training is not installed here")
train: Any = import_module("lab.training.train")
devices: Any = import_module("lab.training.devices")
grid: Any = import_module("lab.training.network.grid")
network: Any = import_module("lab.training.network.network")
starting: Any = import_module("lab.training.network.starting")

SIDE = 64


@pytest.fixture
def settings() -> Settings:
    """Those of `make train`."""
    return read_settings()


@pytest.fixture
def elsewhere() -> Iterator[None]:
    """Tensors that are made without a device lie on `meta`, where they cannot be mixed with those of the processor."""
    torch.set_default_device("meta")
    yield
    torch.set_default_device(None)


def scenes() -> list[TrainingPicture]:
    """A picture with a heap and an ignored box, and an empty one."""
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (SIDE, SIDE, 3), np.uint8)
    heap = np.array([[8, 8, 40, 40], [40, 40, 60, 60]], np.float32)
    nothing = np.zeros((0, 4), np.float32)
    return [
        TrainingPicture(image, heap, np.array([0, IGNORED], np.int64)),
        TrainingPicture(image, nothing, np.zeros(0, np.int64)),
    ]


def run(settings: Settings) -> Any:  # noqa: ANN401 - a run of training
    """A run from weights of chance, on the processor."""
    start = network.Start().eval().requires_grad_(requires_grad=False)
    torch.manual_seed(settings.seed)
    grown = starting.grow(start, len(settings.garbage_labels))
    return train.Run(settings, start, grown, torch.device("cpu"))


def test_auto_is_an_accelerator_where_there_is_one(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """As torch says; a name is taken at its word."""
    assert settings.device == "auto"
    for there, kind in ((True, "cuda"), (False, "cpu")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=there: there)
        assert devices.device_of("auto").type == kind
    assert devices.device_of("cuda:1") == torch.device("cuda", 1)


def test_a_batch_and_its_anchors_go_to_the_device() -> None:
    """Every tensor that a step begins with."""
    meta = torch.device("meta")
    pictures, boxes, labels = train.tensors(scenes(), meta)
    assert {each.device for each in (pictures, *boxes, *labels, *grid.anchors(SIDE, SIDE, meta))} == {meta}


def test_a_run_goes_to_the_device(settings: Settings) -> None:
    """The start, the network and its average."""
    meta = torch.device("meta")
    start = network.Start()
    made = train.Run(settings, start, starting.grow(start, len(settings.garbage_labels)), meta)
    parts = (made.start, made.network, made.average)
    assert {each.device for part in parts for each in (*part.parameters(), *part.buffers())} == {meta}


def test_a_step_makes_no_tensor_without_saying_where(settings: Settings, request: pytest.FixtureRequest) -> None:
    """One that did would lie elsewhere, and the step would fail as it would on an accelerator."""
    learning = run(settings)
    learning.learn(scenes())  # the optimiser makes its own counters at the first step
    grid.anchors.cache_clear()
    request.getfixturevalue("elsewhere")
    loss, keep = learning.learn(scenes())
    assert np.isfinite([loss, keep]).all()


@pytest.mark.usefixtures("elsewhere")
def test_a_tensor_made_elsewhere_is_noticed() -> None:
    """The net of the test above holds."""
    with pytest.raises(RuntimeError, match="device"):
        torch.zeros(2) + torch.zeros(2, device="cpu")
