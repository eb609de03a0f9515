"""`edge-agent watch`: the feed as it comes, each event once, filtered as asked, to the end of the broker."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge_agent.adapters.broker import EmbeddedBroker
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber
from edge_agent.app.agent.embedded_broker import LOGIN, MaintainedBroker
from edge_agent.app.feed.messages import EVERY_INCIDENT, EVERYTHING
from edge_agent.cli.feed.watch import LISTENING
from edge_agent.config.broker.broker_settings import BrokerSettings
from tests.cli.streets import refused, typed
from tests.config.samples import SITE, write_site
from tests.feed.story import retained, story
from tests.ports import free_port

TOPIC = "cityops/v1/320402/box-01/incident/illegal_parking/opened"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A broker that the tests of this file share; each has a client id of its own."""
    with EmbeddedBroker() as broker:
        yield broker.port


def event(n: int, *, kind: str = "illegal_parking", zone: str = "kerb") -> dict[str, Any]:
    """The n-th event of the feed, with what is printed of it."""
    text = {"en": f"event {n} at {zone}", "zh-CN": f"第{n}次"}
    data = {
        "type": "incident.opened",
        "incident": f"inc-{n}",
        "at": "2026-11-01T08:01:00.000Z",
        "kind": kind,
        "zone": zone,
        "text": text,
    }
    return {"specversion": "1.0", "id": f"e-{n}", "data": data}


def publish_to(client: str, port: int, *messages: dict[str, Any] | bytes) -> None:
    """Publish for a client that was here before: the broker keeps for it what it will hear when it comes back."""
    broker = BrokerSettings(host="127.0.0.1", port=port)
    MqttSubscriber(broker, EVERY_INCIDENT, lambda _topic, _payload: None, client_id=client).close()
    publisher = MqttPublisher(broker, client_id=f"{client}-agent")
    for message in messages:
        publisher.publish(TOPIC, message if isinstance(message, bytes) else json.dumps(message).encode())
    publisher.close()


def watched(client: str, port: int, *words: str) -> tuple[list[str], str]:
    """The lines that are printed, and what is said besides."""
    result = typed("watch", "--port", str(port), "--client", client, *words)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines(), result.stderr


def test_events_are_printed_as_they_come(port: int) -> None:
    """One line each, in both languages, after a word that it listens."""
    publish_to("plain", port, event(1), event(2))
    lines, besides = watched("plain", port, "--count", "2")
    assert [line.split("  ", 1)[1] for line in lines] == [
        "inc-1  opened     event 1 at kerb | 第1次",
        "inc-2  opened     event 2 at kerb | 第2次",
    ]
    assert besides == f"{LISTENING} 127.0.0.1:{port}\n"


def test_a_message_that_comes_twice_is_printed_once(port: int) -> None:
    """The same id is the same event."""
    publish_to("twice", port, event(1), event(1), event(2))
    lines, _ = watched("twice", port, "--count", "2", "--json")
    assert [json.loads(line) for line in lines] == [event(1), event(2)]


@pytest.mark.parametrize("foreign", [b"\xff\xfe", b"[1, 2]", b'{"data": {}}', b'{"id": "x", "data": 5}'])
def test_what_is_no_event_is_passed_over(port: int, foreign: bytes) -> None:
    """Another program's message: said, and the next one is printed."""
    client = f"foreign-{foreign.hex()}"
    publish_to(client, port, foreign, event(1))
    lines, besides = watched(client, port, "--count", "1")
    assert len(lines) == 1
    assert f"ignored a message that is no event of the feed: {foreign!r}" in besides


def odd(n: int, **change: object) -> bytes:
    """An event of which a field of the data is another, or missing where it is ``...``."""
    whole = event(n)
    data = {name: value for name, value in {**whole["data"], **change}.items() if value is not ...}
    return json.dumps(whole | {"data": data}).encode()


ODD = (
    odd(5, type=...),
    odd(5, type=7),
    odd(5, text=...),
    odd(5, text="words"),
    odd(5, text={"en": "x"}),
    odd(5, at=...),
    odd(5, at=None),
    odd(5, at="today"),
    odd(5, at="0001-01-01T00:00:00+14:00"),
    odd(5, at="9999-12-31T23:59:59-14:00"),
    b'{"id": "x", "data": ' + b"[" * 100_000,
    json.dumps(event(5) | {"source": "cityops/v1/320402/box-02"}).encode(),
)


@pytest.mark.parametrize("n", range(len(ODD)))
def test_it_survives_any_message(port: int, n: int) -> None:
    """Said to be none, and the next one is shown; also one that speaks for another box than that of its topic."""
    publish_to(f"odd-{n}", port, ODD[n], event(1))
    lines, besides = watched(f"odd-{n}", port, "--count", "1")
    assert "event 1" in lines[0]
    assert "ignored a message that is no event of the feed" in besides


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_no_sign_of_others_steers_the_terminal(port: int, words: tuple[str, ...]) -> None:
    """The title, the screen, a faked line, a half of a pair: all of it is written out."""
    client = f"signs-{len(words)}"
    text = {"en": "\x1b]0;PWNED\x07\x1b[2J\r\nfaked", "zh-CN": "\x9b2J\ud800"}
    publish_to(client, port, odd(1, text=text))
    lines, _ = watched(client, port, "--count", "1", *words)
    assert len(lines) == 1
    assert lines[0].isprintable()
    assert r"\u001b]0;PWNED\u0007\u001b[2J" in lines[0]
    if words:
        assert json.loads(lines[0])["data"]["text"] == text


@pytest.mark.parametrize(("words", "wanted"), [(("--kind", "exposed_garbage"), 2), (("--zone", "verge"), 3)])
def test_only_what_is_asked_for(port: int, words: tuple[str, str], wanted: int) -> None:
    """By kind or by zone."""
    client = f"filter-{wanted}"
    publish_to(client, port, event(1), event(2, kind="exposed_garbage"), event(3, zone="verge"))
    lines, _ = watched(client, port, "--count", "1", "--json", *words)
    assert [json.loads(line)["id"] for line in lines] == [f"e-{wanted}"]


def test_the_broker_of_a_site(tmp_path: Path, port: int) -> None:
    """Named by the site file; of the embedded one an agent that was started has left the login."""
    site = write_site(tmp_path, site=f"{SITE}broker: {{host: 127.0.0.1, port: {port}}}\n")
    publish_to("of-a-site", port, event(1))
    result = typed("watch", "--site", site, "--client", "of-a-site", "--count", "1")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)
    site.write_text(SITE)
    error = refused("watch", "--site", site)
    login = tmp_path / "state" / LOGIN
    assert error == f"{login}: cannot be read: No such file or directory; has the agent been started there?"
    with MaintainedBroker(login.parent) as broker:
        publisher = MqttPublisher(broker.login.settings, client_id="agent")
        for words, name in ((("--site", site), "by-site"), (("--login", login), "by-login")):
            MqttSubscriber(broker.login.settings, EVERY_INCIDENT, lambda *_: None, client_id=name).close()
            publisher.publish(TOPIC, json.dumps(event(1)).encode())
            heard = typed("watch", *words, "--client", name, "--count", "1")
            assert (heard.exit_code, len(heard.stdout.splitlines())) == (0, 1)
        publisher.close()
    login.write_text("{}")
    assert (
        refused("watch", "--login", login) == f"{login}: found something else, expected the login of an embedded broker"
    )


def test_a_login_that_is_refused() -> None:
    """In one sentence, without the password."""
    with EmbeddedBroker(logins={"centre": "right"}) as broker:
        error = refused("watch", "--port", str(broker.port), "--username", "centre", "--password", "hunter2")
        assert error.startswith(f"broker 127.0.0.1:{broker.port}: ")
        assert "hunter2" not in error


def test_it_waits_for_a_broker_that_goes() -> None:
    """It says so, comes back by itself, and hears what is said then; one that was never there is refused."""
    with EmbeddedBroker(port=free_port()) as broker:
        command = [sys.executable, "-m", "edge_agent", "watch", "--port", str(broker.port), "--count", "1"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            assert LISTENING in process.stderr.readline()
            broker.stop()
            gone = process.stderr.readline()
            broker.start()
            lines = [process.stderr.readline() for _ in range(2)]
            publisher = MqttPublisher(BrokerSettings(host="127.0.0.1", port=broker.port), client_id="agent")
            publisher.publish(TOPIC, json.dumps(event(1)).encode())
            publisher.close()
            output, _ = process.communicate(timeout=60)
        broker.stop()
        assert gone.endswith("; trying again\n")
        assert "has forgotten us" in lines[0]  # the embedded broker's memory ends with it
        assert lines[1] == "connected again\n"
        assert (process.returncode, "event 1 at kerb" in output) == (0, True)
        assert refused("watch", "--port", str(broker.port)).startswith(f"broker 127.0.0.1:{broker.port}: cannot be")


def test_all_that_boxes_say_is_shown_in_their_own_time(port: int) -> None:
    """Orders, notifications, health and receipts beside incidents; the box tells its time zone."""
    broker = BrokerSettings(host="127.0.0.1", port=port)
    sent = [each for each in story() if json.loads(each.payload)["data"]["at"] > "2026-11-01T08:16"][:12]
    publisher = MqttPublisher(broker, client_id="all-agent")
    MqttSubscriber(broker, EVERYTHING, lambda _topic, _payload: None, client_id="all").close()
    publisher.keep({f"cityops/v1/320402/box-01/{name}": payload for name, payload in retained().items()})
    for each in sent:
        publisher.publish(each.topic, each.payload)
    publisher.publish("cityops/v1/320402/box-01/cmd/reload", b"{}")
    lines, besides = watched("all", port, "--count", str(len(sent)))
    publish_to("only", port)
    for each in story():
        publisher.publish(each.topic, each.payload)
    publisher.keep({f"cityops/v1/320402/box-01/{name}": b"" for name in retained()})
    publisher.close()
    assert besides.splitlines()[1:] == ["times of box-01 are those of Asia/Shanghai"]
    order, incident = "wo-23692388c196506c", "inc-3b60a0687ee02f0e"
    shown = [line.split("  ")[:3] for line in lines]
    assert [at for at, who, what in shown if what.startswith("receipt dispatch")][:1] == ["2026-11-01 16:16:41 CST"]
    whole = "\n".join(lines)
    assert f"{order}  order dispatched of {incident}, to officer-1, due 2026-11-01T10:16:00.000Z: " in whole
    assert f"{incident}  notify officer of-203: " in whole
    assert "receipt accept: accepted" in whole
    only, _ = watched("only", port, "--incidents", "--incident", incident, "--count", "6", "--json")
    assert {json.loads(line)["type"].partition(".")[0] for line in only} == {"incident"}


def test_health_is_shown_with_whose_it_is(port: int) -> None:
    """Of a camera and of the agent, with its reason; a type that we do not know by its subject."""
    publish_to("health", port)
    publisher = MqttPublisher(BrokerSettings(host="127.0.0.1", port=port), client_id="health-agent")
    data = {"at": "2026-11-01T08:01:00.000Z", "camera": "c1", "agent": "box-01", "state": "dark", "reason": "night"}
    for number, type_ in enumerate(("camera.health", "agent.health", "thing.seen")):
        waiting_event = {"id": f"h-{number}", "type": type_, "subject": "s-1", "data": data}
        publisher.publish(TOPIC, json.dumps(waiting_event).encode())
    publisher.close()
    lines, _ = watched("health", port, "--count", "3")
    assert [line.split("  ", 1)[1] for line in lines] == [
        "c1  health dark",
        "box-01  health dark (night)",
        "s-1  thing.seen",
    ]
