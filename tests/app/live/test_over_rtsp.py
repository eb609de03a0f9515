"""The real thing, once: a camera over RTSP, a network that breaks, the agent's process, its end and its start."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import pytest

from edge_agent.adapters.store.outcomes import read_outcomes
from edge_agent.config.wire.manifest_file import decode_manifest
from tests.adapters.video.test_decoding_marks import dies
from tests.app.live.agent_process import Agent
from tests.cameras import clips
from tests.cameras.fault_proxy import FaultProxy
from tests.cameras.faults import Corrupt, Cut, Pass, Refuse, Stall
from tests.cameras.fuzz_camera import FuzzCamera
from tests.cameras.server import HOST, CameraServer

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEDS = (5, 15, 4)  # pictures of which the first states colours that nobody converts, within seconds


@pytest.fixture
def network(tmp_path: Path) -> Iterator[tuple[FaultProxy, str]]:
    """A camera behind a network that breaks as it is told, and its address."""
    shown = tmp_path / "shown"
    shown.mkdir()
    clips.street(shown / "street.mp4", seconds=6)
    with CameraServer(shown) as camera, FaultProxy((HOST, camera.port)) as proxy:
        yield proxy, camera.url("street.mp4", port=proxy.port)


def happened(pairs_seen: list[tuple[str, str]]) -> list[str]:
    """What became of incidents."""
    return [what for what, _ in pairs_seen if what != "health"]


def states(pairs_seen: list[tuple[str, str]]) -> list[str]:
    """What became of the camera."""
    return [state for what, state in pairs_seen if what == "health"]


def test_an_incident_survives_orderly_ends_and_power_cuts(tmp_path: Path, network: tuple[FaultProxy, str]) -> None:
    """Told to end, it ends well and keeps all; killed, it goes on from there: one incident, each of its events once."""
    with Agent(tmp_path / "box", network[1]) as agent:
        agent.waits_for(lambda pairs_seen: "warned 1" in happened(pairs_seen))
        assert agent.end(signal.SIGTERM) == 0
        before = agent.happenings
        agent.start()
        agent.waits_for(lambda pairs_seen: "warned 2" in happened(pairs_seen))
        assert agent.end(signal.SIGKILL) == -signal.SIGKILL
        agent.start()
        agent.waits_for(lambda pairs_seen: "escalated" in happened(pairs_seen))
        assert agent.end(signal.SIGTERM) == 0
    assert agent.happenings[: len(before)] == before
    assert happened(agent.happenings) == ["opened", "warned 1", "warned 2", "escalated"]
    assert len({incident for what, incident in agent.happenings if what != "health"}) == 1
    assert len(list((tmp_path / "box" / "warnings").glob("*-warning-*-en.wav"))) == 2
    (outcome,) = read_outcomes(tmp_path / "box" / "state" / "agent.db", None)
    assert (outcome.heard, outcome.ordered, outcome.ended) == (2, True, None)
    assert any((tmp_path / "box" / "state" / "phrases").glob("*.wav"))


def test_a_network_that_breaks_in_every_way_loses_nothing(tmp_path: Path, network: tuple[FaultProxy, str]) -> None:
    """Pictures with holes, then silence, then nobody there, then a cut: each is told, and each time it is over."""
    proxy, url = network
    with Agent(tmp_path / "box", url) as agent:
        agent.waits_for(lambda pairs_seen: "opened" in happened(pairs_seen))
        proxy.fault = Corrupt(2)
        agent.waits_for(lambda pairs_seen: bool(states(pairs_seen)))
        proxy.fault = Pass()
        agent.waits_for(lambda pairs_seen: states(pairs_seen)[-1] == "ok")
        proxy.fault = Stall()
        agent.waits_for(lambda pairs_seen: states(pairs_seen)[-1] != "ok")
        proxy.fault = Refuse()
        agent.waits_for(lambda pairs_seen: states(pairs_seen)[-1] == "no_connection")
        proxy.fault = Pass()
        agent.waits_for(lambda pairs_seen: states(pairs_seen)[-1] == "ok")
        proxy.fault = Cut()
        agent.waits_for(lambda pairs_seen: "escalated" in happened(pairs_seen))
        assert agent.end(signal.SIGTERM) == 0
    assert happened(agent.happenings) == ["opened", "warned 1", "warned 2", "escalated"]
    assert len({incident for what, incident in agent.happenings if what != "health"}) == 1


def test_cameras_gone_mad_do_not_touch_the_one_beside_them(tmp_path: Path, network: tuple[FaultProxy, str]) -> None:
    """Made-up H.264 from three cameras: whatever breaks, the process goes on, and the fourth is watched as if alone."""
    with ExitStack() as stack:
        mad = {f"mad{seed}": stack.enter_context(FuzzCamera(seed)) for seed in SEEDS}
        agent = Agent(tmp_path / "box", network[1])
        agent.also_watches({name: camera.url for name, camera in mad.items()})
        with agent:
            agent.waits_for(lambda pairs_seen: "escalated" in happened(pairs_seen))
            assert agent.end(signal.SIGTERM) == 0
    assert all(camera.played for camera in mad.values())
    assert happened(agent.happenings) == ["opened", "warned 1", "warned 2", "escalated"]
    assert {each["data"]["camera"] for each in agent.messages("camera.health")} <= set(mad)


def test_a_hangup_reads_the_files_again_and_ends_nothing(tmp_path: Path, network: tuple[FaultProxy, str]) -> None:
    """As ``systemctl reload`` asks for it; a mistake that was made meanwhile is told."""
    with Agent(tmp_path / "box", network[1]) as agent:
        agent.waits_for(lambda pairs_seen: "opened" in happened(pairs_seen))
        agent.process.send_signal(signal.SIGHUP)  # type: ignore[union-attr]
        agent.waits_for(lambda _: "ok" in agent.own_states)
        (tmp_path / "box" / "c1.yaml").write_text("version: 1\ncamera: c9\n")
        agent.process.send_signal(signal.SIGHUP)  # type: ignore[union-attr]
        agent.waits_for(lambda _: "config_refused" in agent.own_states)
        agent.waits_for(lambda pairs_seen: "escalated" in happened(pairs_seen))
        assert agent.end(signal.SIGTERM) == 0
    assert "asked to read the files of the site again" in (tmp_path / "box" / "agent.log").read_text()


def test_a_camera_in_hand_at_two_deaths_in_a_row_is_held_back(tmp_path: Path, network: tuple[FaultProxy, str]) -> None:
    """It is told why; an agent that is told to stop does not wait for it."""
    agent = Agent(tmp_path / "box", network[1])
    for _ in range(2):
        dies(tmp_path / "box" / "state" / "decoding", "c1", cameras=("c1",))
    with agent:
        agent.waits_for(lambda _: "camera_failed" in agent.own_states)
        agent.waits_for(lambda pairs_seen: "no_connection" in states(pairs_seen))
        assert agent.end(signal.SIGTERM) == 0
    (pairs_seen,) = (
        each["data"] for each in agent.messages("agent.health") if each["data"]["state"] == "camera_failed"
    )
    assert pairs_seen["reason"] == "camera c1, decoding: it was being decoded when the agent died, 2 times in a row"
    assert happened(agent.happenings) == []


def test_stills_have_the_size_of_the_stream(tmp_path: Path) -> None:
    """Not the one that the detector looks at; every stage is captioned, and sealed when the agent has ended."""
    (tmp_path / "shown").mkdir()
    clips.street(tmp_path / "shown" / "street.mp4", seconds=6, size=(1280, 720))
    with CameraServer(tmp_path / "shown") as camera, Agent(tmp_path / "box", camera.url("street.mp4")) as agent:
        agent.waits_for(lambda pairs_seen: "warned 1" in happened(pairs_seen))
        assert agent.end(signal.SIGTERM) == 0
    (manifest,) = (tmp_path / "box" / "state" / "evidence").glob("*/manifest.json")
    sealed = decode_manifest(manifest.read_bytes())
    panoramas = [file for file in sealed.files if file.role == "panorama"]
    assert len(panoramas) >= 2
    assert {(file.width, file.height) for file in panoramas} == {(1280, 720)}
    assert len([file for file in sealed.files if file.role == "annotated"]) == len(panoramas)
    for file in panoramas:
        picture = cv2.imread(str(manifest.parent / file.name))
        assert picture is not None
        assert picture.shape == (720, 1280, 3)
