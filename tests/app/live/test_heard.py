"""The real thing, once: a camera over RTSP, the agent's process, and speakers on the network of which one is broken."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar, Final

from tests.app.live.agent_process import Agent
from tests.cameras import clips
from tests.cameras.server import HOST, CameraServer

SPEAKERS: Final = """\
speakers:
  gate: {{driver: webhook, url: "{hook}/gate", body: "{{text}}", gap: 2s}}
  square:
    driver: webhook
    url: "{hook}/square"
    headers: {{Content-Type: application/json}}
    body: '{{"say": "{{text}}", "loud": {{volume}}, "zone": "{{zone}}"}}'
    volume: 0.5
    gap: 2s
  lamp: {{driver: relay, lit: 1s, file: {{path: gpio, on: "on", off: "off"}}}}
"""


class Hooks(BaseHTTPRequestHandler):
    """One speaker that is broken, and one that says what it is told; both remember."""

    told: ClassVar[list[tuple[str, str]]] = []

    def do_POST(self) -> None:
        """Speak, or fail."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.told.append((self.path, body))
        self.send_response(500 if self.path == "/gate" else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library has it
        """Say nothing of it."""


@contextmanager
def hooks() -> Iterator[str]:
    """The speakers' address."""
    Hooks.told.clear()
    with ThreadingHTTPServer((HOST, 0), Hooks) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def set_up(agent: Agent, hook: str) -> None:
    """Give the agent's site these speakers, and its zone a route."""
    site, zones = agent.folder / "site.yaml", agent.folder / "c1.yaml"
    written = "speakers: {files: {driver: files, folder: warnings/}}\n"
    assert written in site.read_text()
    site.write_text(site.read_text().replace(written, SPEAKERS.format(hook=hook)))
    zones.write_text(zones.read_text().replace("    polygon", "    speakers: [gate, square, lamp]\n    polygon"))
    (agent.folder / "gpio").write_text("off")


def warnings_of(agent: Agent) -> list[dict[str, Any]]:
    """Every attempt at a warning, as the centre was told last."""
    messages = agent.messages("incident.warned")
    warning_records: list[dict[str, Any]] = messages[-1]["data"]["warnings"]
    return warning_records


def test_a_warning_is_heard_by_the_next_speaker_of_the_route(tmp_path: Path) -> None:
    """Tried twice at the one that is broken, said by the other, and the centre is told by which, and what is wrong."""
    shown = tmp_path / "shown"
    shown.mkdir()
    clips.street(shown / "street.mp4", seconds=6)
    with CameraServer(shown) as camera, hooks() as hook:
        agent = Agent(tmp_path / "box", camera.url("street.mp4"))
        set_up(agent, hook)
        with agent:
            agent.waits_for(lambda states_seen: "escalated" in [what for what, _ in states_seen])
            assert agent.end(signal.SIGTERM) == 0
    assert [(each["n"], each["result"], each["speaker"]) for each in warnings_of(agent)] == [
        (1, "played", "square"),
        (2, "played", "square"),
    ]
    in_two_languages = ["/square", "/square"]
    assert [path for path, _ in Hooks.told] == ["/gate", "/gate", *in_two_languages] * 2
    text = json.loads(Hooks.told[2][1])
    assert (text["loud"], text["zone"]) == (0.5, "kerb")
    assert text["say"]
    health = agent.messages("agent.health")
    assert [each["data"]["state"] for each in health] == ["speaker_failed"]
    assert health[0]["data"]["reason"].startswith("gate: ")
    assert (agent.folder / "gpio").read_text() == "off"
    assert {path.name for path in (agent.folder / "state" / "speakers").iterdir()} == {"gate.json", "square.json"}
