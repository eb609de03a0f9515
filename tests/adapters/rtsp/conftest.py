"""One camera for all of these tests, and a broken network for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cameras import clips
from tests.cameras.fault_proxy import FaultProxy
from tests.cameras.server import CameraServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of clips; each has a keyframe every half a second, so that no test waits long."""
    folder = tmp_path_factory.mktemp("cameras")
    clips.street(folder / "street.mp4", seconds=4, gop=5)
    clips.street(folder / "small.mp4", seconds=4, gop=5, size=(320, 180))
    clips.sound(folder / "sound.wav")
    return folder


@pytest.fixture(scope="session")
def camera(shown: Path) -> Iterator[CameraServer]:
    """A camera that shows the clips."""
    with CameraServer(shown) as server:
        yield server


@pytest.fixture
def network(camera: CameraServer) -> Iterator[FaultProxy]:
    """The network between the camera and us, whole until a test breaks it."""
    with FaultProxy(("127.0.0.1", camera.port)) as proxy:
        yield proxy
