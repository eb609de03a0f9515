"""What a stranger gets who has MQTT and the documented fetch: the order, and its whole redacted picture."""

from __future__ import annotations

import base64
import json
import signal
import urllib.request
from contextlib import closing
from hashlib import sha256
from operator import itemgetter
from queue import Queue
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
import pytest

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.mqtt import MqttSubscriber
from edge_agent.app.agent.embedded_broker import LOGIN, read_login
from edge_agent.core.errors import BadInputError, OutsideError
from tests.adapters.evidence.dav_server import LOGIN as STORE
from tests.adapters.evidence.dav_server import dav_server
from tests.app.live.agent_process import PATIENCE_S, POLL_S, Agent
from tests.app.live.judged_street import PLATES, film_judged, judged, judged_street
from tests.cameras.server import CameraServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from edge_agent.ports import Image

SUBJECT: Final = next(iter(PLATES))
ESCALATED: Final = ("-escalated-annotated.jpg", "-escalated-main-annotated.jpg")
EVIDENCE: Final = """
evidence:
  store:
    service: webdav
    options: {{endpoint: '{url}', username: box, password: {{env: STORE_PASSWORD}}}}
    url: {url}
    per_second: 50MB
"""


class Subscriber:
    """Hears everything a box says; ``fetch`` gets what an address leads to."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._heard: Queue[dict[str, Any]] = Queue()

    def listening(self) -> AbstractContextManager[object]:
        """To be entered once the agent has been started; its broker may take a moment to come up."""
        for _ in range(round(PATIENCE_S / POLL_S)):
            try:
                broker = read_login(self._agent.folder / "state" / LOGIN).settings
                return closing(MqttSubscriber(broker, "cityops/v1/#", self._hear, client_id="stranger"))
            except (BadInputError, OutsideError):
                SystemClock().sleep(POLL_S)
        raise AssertionError((self._agent.folder / "agent.log").read_text())

    def _hear(self, topic: str, payload: bytes) -> None:
        if topic.split("/")[4] in ("work_order", "evidence"):
            self._heard.put(json.loads(payload))

    def until(self, kind: str) -> Iterator[dict[str, Any]]:
        """The messages of a type as they come."""
        while True:
            message = self._heard.get(timeout=PATIENCE_S)
            if message["type"] == kind:
                yield message["data"]

    def fetch(self, url: str) -> bytes:
        """The file at an address of the store."""
        login = base64.b64encode(f"{STORE['username']}:{STORE['password']}".encode()).decode()
        request = urllib.request.Request(url, headers={"Authorization": f"Basic {login}"})  # noqa: S310 - the loopback
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the loopback
            content: bytes = answer.read()
        return content


def decoded(content: bytes) -> Image:
    """The picture in a JPEG."""
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


@pytest.mark.parametrize(("size", "main"), [((1280, 720), None), ((640, 360), (1920, 1080))])
def test_a_subscriber_gets_the_order_and_its_redacted_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], main: tuple[int, int] | None
) -> None:
    """Full size, by the hash in the order; no face, no plate but the subject's; of a main stream where there is one."""
    monkeypatch.setenv("STORE_PASSWORD", STORE["password"])
    for folder in ("shown", "store"):
        (tmp_path / folder).mkdir()
    film_judged(tmp_path / "shown" / "sub.mp4", size, seconds=4)
    if main is not None:
        film_judged(tmp_path / "shown" / "main.mp4", main, seconds=4)
    with CameraServer(tmp_path / "shown") as camera, dav_server(tmp_path / "store") as store:
        agent = Agent(tmp_path / "box", camera.url("sub.mp4"))
        site = agent.folder / "site.yaml"
        named = f", main: '{camera.url('main.mp4')}'}}\n" if main is not None else "}\n"
        site.write_text(
            site.read_text().replace("zones: c1.yaml}\n", f"zones: c1.yaml{named}") + EVIDENCE.format(url=store)
        )
        with agent:
            stranger = Subscriber(agent)
            with stranger.listening():
                order = next(stranger.until("work_order.opened"))
            assert agent.end(signal.SIGTERM) == 0  # which seals
            agent.start()
            with stranger.listening():
                stored = next(stranger.until("evidence.stored"))
            assert agent.end(signal.SIGTERM) == 0
        named_picture = decoded(fetched(stranger, ordered(order, "annotated"), stored))
        assert named_picture.shape[1] in {size[0], (main or size)[0]}
        assert judged(named_picture).faces == 0
        (of_order,) = (each for each in stored["evidence"] if each["url"].endswith(ESCALATED[main is not None]))
        check_picture(decoded(fetched(stranger, of_order, stored)), main or size)
    before = judged(
        decoded(next((tmp_path / "box" / "state" / "evidence").glob("*/*-escalated*-frame.jpg")).read_bytes())
    )
    assert before.faces >= 2


def ordered(order: dict[str, Any], role: str) -> dict[str, Any]:
    """The largest file of a role that the order names; a main stream's comes later where the box had no time for it."""
    largest: dict[str, Any] = max((each for each in order["evidence"] if each["role"] == role), key=itemgetter("width"))
    return largest


def fetched(stranger: Subscriber, wanted: dict[str, Any], stored: dict[str, Any]) -> bytes:
    """The file of an entry, found by its hash."""
    (place,) = (each["url"] for each in stored["evidence"] if each["sha256"] == wanted["sha256"])
    content = stranger.fetch(place)
    assert sha256(content).hexdigest() == wanted["sha256"]
    assert len(content) == wanted["bytes"]
    assert wanted["redacted"]
    return content


def check_picture(picture: Image, size: tuple[int, int]) -> None:
    """As wide as the stream and as high with a strip below; nobody can be known by it but the subject."""
    assert picture.shape[1] == size[0]
    assert picture.shape[0] > size[1]
    assert judged(picture).faces == 0
    assert judged(picture).plates == {SUBJECT}


def test_the_judge_sees_all_that_is_there() -> None:
    """Else its seeing nothing would say nothing."""
    seen = judged(judged_street())
    assert seen.plates == frozenset(PLATES)
    assert seen.faces >= 2
