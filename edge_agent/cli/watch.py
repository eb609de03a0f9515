"""``edge-agent watch``: see the feed as the operations centre receives it."""

from __future__ import annotations

import json
from pathlib import Path
from queue import Empty, Queue
from typing import Annotated, Any, Final

import typer

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.mqtt import MqttSubscriber
from edge_agent.app.feed import EVERY_INCIDENT
from edge_agent.cli.refusing import refusing
from edge_agent.cli.tables import told_line
from edge_agent.config.deployment import BrokerSettings
from edge_agent.config.loading import load_site
from edge_agent.config.secret import Secret
from edge_agent.core.errors import BadInputError, OutsideError

LISTENING: Final = "listening on"
POLL_S: Final = 0.2


def watch(
    site: Annotated[Path | None, typer.Option(help="Use the broker of this site file.")] = None,
    host: Annotated[str, typer.Option(help="The broker.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Its port.")] = 1883,
    username: Annotated[str | None, typer.Option(help="Who logs in.")] = None,
    password: Annotated[str | None, typer.Option(envvar="EDGE_AGENT_PASSWORD", help="From the environment.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The messages as they come, one a line.")] = False,
    kind: Annotated[str | None, typer.Option(help="Only this kind.")] = None,
    zone: Annotated[str | None, typer.Option(help="Only this zone.")] = None,
    client: Annotated[str, typer.Option(help="The client id; the broker keeps for it what comes meanwhile.")] = "watch",
    count: Annotated[int | None, typer.Option(help="End after so many events.")] = None,
) -> None:
    """Print every event of an incident as it arrives; a message that comes twice (the same id) is printed once."""
    with refusing():
        broker = _broker(site, host, port, username, password)
        heard: Queue[bytes] = Queue()
        subscriber = MqttSubscriber(
            broker, EVERY_INCIDENT, lambda _topic, payload: heard.put(payload), client_id=client
        )
        typer.echo(f"{LISTENING} {broker.host}:{broker.port}", err=True)
        try:
            _print(heard, subscriber, as_json=as_json, wanted={"kind": kind, "zone": zone}, count=count)
        finally:
            subscriber.close()


def _broker(site: Path | None, host: str, port: int, username: str | None, password: str | None) -> BrokerSettings:
    if site is None:
        secret = None if password is None else Secret("EDGE_AGENT_PASSWORD", password)
        return BrokerSettings(host=host, port=port, username=username, password=secret)
    broker = load_site(site).broker
    if not isinstance(broker, BrokerSettings):
        raise BadInputError(f"{site}: its broker is embedded and has another port at every start; expected --port")
    return broker


def _print(
    heard: Queue[bytes],
    subscriber: MqttSubscriber,
    *,
    as_json: bool,
    wanted: dict[str, str | None],
    count: int | None,
) -> None:
    """Print what is heard until ``count`` is reached, Ctrl-C, or the broker goes."""
    zone, known = SystemClock().zone(), set[str]()
    while count is None or len(known) < count:
        message = _next(heard, subscriber)
        if message is None or message["id"] in known or not _is_wanted(message["data"], wanted):
            continue
        known.add(message["id"])
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        print(text if as_json else told_line(message["data"], zone), flush=True)  # noqa: T201 - at once, also into a pipe


def _next(heard: Queue[bytes], subscriber: MqttSubscriber) -> dict[str, Any] | None:
    """The next CloudEvent, or None where nothing came in a while or what came is none."""
    try:
        payload = heard.get(timeout=POLL_S)
    except Empty:
        if subscriber.lost.is_set():
            raise OutsideError("the connection to the broker is gone") from None
        return None
    try:
        message = json.loads(payload)
    except ValueError:
        message = None
    if isinstance(message, dict) and isinstance(message.get("data"), dict) and "id" in message:
        return message
    typer.echo(f"ignored a message that is no event of the feed: {payload[:60]!r}", err=True)
    return None


def _is_wanted(data: dict[str, Any], wanted: dict[str, str | None]) -> bool:
    return all(value is None or data.get(name) == value for name, value in wanted.items())
