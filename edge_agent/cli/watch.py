"""``edge-agent watch``: see the feed as the operations centre receives it.

What a receiver makes of a feed that is delivered at least once: one of each event, in order, and gaps are told.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from queue import Empty, Queue
from typing import Annotated, Any, Final, TypeVar

import typer
from rich.live import Live

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.mqtt import MqttSubscriber
from edge_agent.adapters.process import end_with_input
from edge_agent.app.agent.embedded_broker import LOGIN, read_login
from edge_agent.app.doctor.broker import PROBE
from edge_agent.app.feed.messages import EVERY_INCIDENT, EVERY_MATTER, source_of
from edge_agent.cli.options import refusing
from edge_agent.cli.output import show
from edge_agent.cli.tables import incidents_table, told_line
from edge_agent.config.fields.secret import Secret
from edge_agent.config.site.broker_settings import BrokerSettings
from edge_agent.config.site.loading import load_site
from edge_agent.core.printable import printable_line

REMEMBERED: Final = 100_000  # events, and incidents: what comes again comes sooner than that

Message = dict[str, Any]
Value = TypeVar("Value")


@dataclass(slots=True)
class Arrivals:
    """Takes messages as they come; ``gaps`` are sentences about what is missing, for the caller to tell and clear.

    One that comes before its turn is kept until those before it have come, or until `late` says that nobody waits any
    longer. The first that is heard of an incident begins it: who comes late has missed nothing that could be told.
    """

    gaps: list[str] = field(default_factory=list)
    _known: dict[tuple[str, str], None] = field(default_factory=dict)
    _next: dict[tuple[str, str], int] = field(default_factory=dict)
    _early: dict[tuple[str, str], dict[int, Message]] = field(default_factory=dict)

    def take(self, message: Message) -> list[Message]:
        """What may be told now that ``message`` is there."""
        known = (str(message.get("source", "")), str(message["id"]))
        if known in self._known:
            return []
        _remember(self._known, known, None)
        data = message["data"]
        if not isinstance(data.get("seq"), int) or "incident" not in data:
            return [message]
        subject = data.get("work_order") if _is_order(message) else data["incident"]
        incident, seq = (known[0], str(subject)), data["seq"]
        if seq > self._next.get(incident, seq):
            self._early.setdefault(incident, {})[seq] = message
            return []
        return [message, *self._following(incident, max(seq + 1, self._next.get(incident, 0)))]

    def late(self) -> list[Message]:
        """What came before its turn, in order: what is missing will not come."""
        told = []
        for incident, early in tuple(self._early.items()):
            seq, due = min(early), self._next[incident]
            missing = str(due) if seq == due + 1 else f"{due} to {seq - 1}"
            self.gaps.append(f"incident {incident[1]}: event {missing} is missing")
            told += self._following(incident, seq)
        return told

    def _following(self, incident: tuple[str, str], seq: int) -> list[Message]:
        early, told = self._early.get(incident, {}), []
        while seq in early:
            told.append(early.pop(seq))
            seq += 1
        if not early:
            self._early.pop(incident, None)
        _remember(self._next, incident, seq)
        return told


def _is_order(message: Message) -> bool:
    return str(message.get("type", "")).startswith(ORDER)


def _remember(memory: dict[tuple[str, str], Value], key: tuple[str, str], value: Value) -> None:
    memory.pop(key, None)
    memory[key] = value
    if len(memory) > REMEMBERED:
        del memory[next(iter(memory))]


ORDER: Final = "work_order."
OTHERS: Final = ("notify.", "camera.")  # come with the topics of work orders, and are about something else
LISTENING: Final = "listening on"
POLL_S: Final = 0.2
ROWS: Final = 20
ODD: Final = (AttributeError, KeyError, OverflowError, TypeError, ValueError)  # what comes of data of another shape

Heard = Queue[tuple[str, bytes]]  # topics and payloads


def _ended_with(given: bool) -> bool:
    """End with the input where that was asked for: a demo that is killed leaves no subscriber behind."""
    if given:
        end_with_input()
    return given


def watch(
    site: Annotated[Path | None, typer.Option(help="Use the broker of this site file.")] = None,
    login: Annotated[Path | None, typer.Option(help="The embedded broker's login, a file in the state folder.")] = None,
    host: Annotated[str, typer.Option(help="The broker.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Its port.")] = 1883,
    username: Annotated[str | None, typer.Option(help="Who logs in.")] = None,
    password: Annotated[str | None, typer.Option(envvar="EDGE_AGENT_PASSWORD", help="From the environment.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The messages as they come, one a line.")] = False,
    kind: Annotated[str | None, typer.Option(help="Only this kind.")] = None,
    zone: Annotated[str | None, typer.Option(help="Only this zone.")] = None,
    camera: Annotated[str | None, typer.Option(help="Only this camera.")] = None,
    incident: Annotated[str | None, typer.Option(help="Only this incident.")] = None,
    client: Annotated[str, typer.Option(help="The client id; the broker keeps for it what comes meanwhile.")] = "watch",
    count: Annotated[int | None, typer.Option(help="End after so many events.")] = None,
    orders: Annotated[bool, typer.Option("--orders", help="Also every step of a work order, as lines.")] = False,
    _bound: Annotated[bool, typer.Option("--with-input", hidden=True, callback=_ended_with)] = False,
) -> None:
    """Print every event of an incident as it arrives: each once, in the order of its incident; what is missing is said.

    A broker that goes away is waited for; it keeps for the client id what comes meanwhile. On a terminal, incidents are
    shown as a table that changes with them.
    """
    with refusing():
        broker = _broker(site, login) or _written(host, port, username, password)
        heard: Heard = Queue()
        subscriber = MqttSubscriber(
            broker,
            EVERY_MATTER if orders else EVERY_INCIDENT,
            lambda *each: heard.put(each),
            client_id=client,
            on_change=_Connection().changed,
        )
        show(f"{LISTENING} {broker.host}:{broker.port}", err=True)
        wanted = {"kind": kind, "zone": zone, "camera": camera, "incident": incident}
        table = sys.stdout.isatty() and not (as_json or orders)
        try:
            told = _told(heard, wanted, anything=as_json)
            _show(told, count=count) if table else _print(told, as_json, count)
        finally:
            subscriber.close()


class _Connection:
    """Says that the connection is gone, once, and that it is back."""

    def __init__(self) -> None:
        self._gone = False

    def changed(self, trouble: str) -> None:
        """There is no connection for this reason, or one again."""
        if trouble and not self._gone:
            show(f"{trouble}; trying again", err=True)
        elif not trouble:
            show("connected again", err=True)
        self._gone = bool(trouble)


def _broker(site: Path | None, login: Path | None) -> BrokerSettings | None:
    """The broker of a site or of a login file, where either is named."""
    if login is not None:
        return read_login(login).settings
    if site is None:
        return None
    loaded = load_site(site, secrets_needed=False)
    return loaded.broker if isinstance(loaded.broker, BrokerSettings) else read_login(loaded.state / LOGIN).settings


def _written(host: str, port: int, username: str | None, password: str | None) -> BrokerSettings:
    secret = None if password is None else Secret("EDGE_AGENT_PASSWORD", password)
    return BrokerSettings(host=host, port=port, username=username, password=secret)


def _told(heard: Heard, wanted: dict[str, str | None], *, anything: bool) -> Iterator[Message]:
    """What is to be shown, for ever: each event once, in the order of its incident.

    Without ``anything``, an event that cannot be shown to a person is said to be none, and passed over.
    """
    arrivals, zone = Arrivals(), SystemClock().zone()
    while True:
        message = _next(heard)
        for each in arrivals.late() if message is None else arrivals.take(message):
            if not anything and not _can_be_shown(each["data"], zone):
                _ignored("it lacks what is shown of an event", json.dumps(each).encode())
            elif _is_wanted(each["data"], wanted):
                yield each
        for gap in arrivals.gaps:
            show(printable_line(gap), err=True)
        arrivals.gaps.clear()


def _can_be_shown(data: dict[str, Any], zone: tzinfo) -> bool:
    """Whether a line and a row can be made of it; a box of another make, or a stranger, may send anything."""
    try:
        told_line(data, zone)
    except ODD:
        return False
    return True


def _print(told: Iterator[Message], as_json: bool, count: int | None) -> None:
    zone = SystemClock().zone()
    for message in islice(told, count):
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        show(text if as_json else told_line(message["data"], zone))


def _show(told: Iterator[Message], *, count: int | None) -> None:
    """The latest incidents as a table that changes with them."""
    zone, shown = SystemClock().zone(), dict[str, list[Message]]()
    with Live(incidents_table([], zone), auto_refresh=False) as live:
        for message in islice(told, count):
            incident, before = str(message["data"].get("incident")), dict(shown)
            shown[incident] = [*shown.pop(incident, []), message["data"]]
            if len(shown) > ROWS:
                del shown[next(iter(shown))]
            try:
                table = incidents_table([each for events in shown.values() for each in events], zone)
            except ODD:
                shown = before
                _ignored("it lacks what is shown of an event", json.dumps(message).encode())
            else:
                live.update(table, refresh=True)


def _next(heard: Heard) -> Message | None:
    """The next CloudEvent, or None where nothing came in a while; what is none is said and passed over."""
    while True:
        try:
            topic, payload = heard.get(timeout=POLL_S)
        except Empty:
            return None
        try:
            message = json.loads(payload)
        except (ValueError, RecursionError):
            message = None
        if not (isinstance(message, dict) and isinstance(message.get("data"), dict) and "id" in message):
            _ignored("", payload)
        elif message.get("source", source_of(topic)) != source_of(topic):
            _ignored(f"its source is not {source_of(topic)}, whose topic it came on", payload)
        elif str(message.get("type", "")).startswith(OTHERS):
            continue
        elif message.get("type") != PROBE:
            return message


def _ignored(why: str, payload: bytes) -> None:
    reason = f" ({why})" if why else ""
    show(printable_line(f"ignored a message that is no event of the feed{reason}: {payload[:60]!r}"), err=True)


def _is_wanted(data: dict[str, Any], wanted: dict[str, str | None]) -> bool:
    return all(value is None or data.get(name) == value for name, value in wanted.items())
