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
from queue import Empty
from typing import Annotated, Any, Final, TypeVar
from zoneinfo import ZoneInfo

import typer
from rich.live import Live

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.mqtt import MqttSubscriber
from edge_agent.adapters.process import end_with_input
from edge_agent.app.doctor.broker import PROBE
from edge_agent.app.feed.messages import EVERY_INCIDENT, EVERYTHING, source_of
from edge_agent.cli.feed.brokers import chosen_broker, named_broker
from edge_agent.cli.feed.feed_lines import feed_line
from edge_agent.cli.feed.waiting_messages import WaitingMessages
from edge_agent.cli.options import refusing
from edge_agent.cli.output import show
from edge_agent.cli.tables import incidents_table
from edge_agent.config.site.loading import load_site
from edge_agent.core.printable import printable_line

WORDS: Final = {"work_order": "work order", "notify": "notification"}
REMEMBERED: Final = 100_000  # events, and incidents: what comes again comes sooner than that

Message = dict[str, Any]
Value = TypeVar("Value")


@dataclass(slots=True)
class Arrivals:
    """Takes messages as they come; ``gaps`` are sentences about what is missing, for the caller to tell and clear.

    One that comes before its turn is kept until those before it have come, or until `late` says that nobody waits any
    longer. The first that is heard of a subject begins it: who comes late has missed nothing that could be told.
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
        incident, seq = (known[0], str(message.get("subject", data["incident"]))), data["seq"]
        if seq > self._next.get(incident, seq):
            self._early.setdefault(incident, {})[seq] = message
            return []
        return [message, *self._following(incident, max(seq + 1, self._next.get(incident, 0)))]

    def late(self) -> list[Message]:
        """What came before its turn, in order: what is missing will not come."""
        overdue = []
        for incident, early in tuple(self._early.items()):
            seq, due = min(early), self._next[incident]
            missing = str(due) if seq == due + 1 else f"{due} to {seq - 1}"
            what = WORDS.get(str(early[seq].get("type")).partition(".")[0], "incident")
            self.gaps.append(f"{what} {incident[1]}: event {missing} is missing")
            overdue += self._following(incident, seq)
        return overdue

    def _following(self, incident: tuple[str, str], seq: int) -> list[Message]:
        early, in_order = self._early.get(incident, {}), []
        while seq in early:
            in_order.append(early.pop(seq))
            seq += 1
        if not early:
            self._early.pop(incident, None)
        _remember(self._next, incident, seq)
        return in_order


def _remember(memory: dict[tuple[str, str], Value], key: tuple[str, str], value: Value) -> None:
    memory.pop(key, None)
    memory[key] = value
    if len(memory) > REMEMBERED:
        del memory[next(iter(memory))]


LISTENING: Final = "listening on"
ROWS: Final = 20
NO_EVENTS: Final = (["site"], ["open"], ["status"], ["cmd"])  # the topics of what has no envelope
ODD: Final = (AttributeError, KeyError, OverflowError, TypeError, ValueError)  # what comes of data of another shape


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
    incidents: Annotated[bool, typer.Option("--incidents", help="Only what is told of incidents.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The messages as they come, one a line.")] = False,
    kind: Annotated[str | None, typer.Option(help="Only this kind.")] = None,
    zone: Annotated[str | None, typer.Option(help="Only this zone.")] = None,
    camera: Annotated[str | None, typer.Option(help="Only this camera.")] = None,
    incident: Annotated[str | None, typer.Option(help="Only this incident.")] = None,
    client: Annotated[str, typer.Option(help="The client id; the broker keeps for it what comes meanwhile.")] = "watch",
    count: Annotated[int | None, typer.Option(help="End after so many events.")] = None,
    _bound: Annotated[bool, typer.Option("--with-input", hidden=True, callback=_ended_with)] = False,
) -> None:
    """Print what boxes say as it arrives, each once: incidents, work orders, notifications, health, receipts.

    What is missing is said. Times are those of the box, by its own time zone, as it tells us or as the site file says.

    A broker that goes away is waited for; it keeps for the client id what comes meanwhile. On a terminal, incidents are
    shown as a table that changes with them.
    """
    with refusing():
        loaded = None if site is None else load_site(site, secrets_needed=False)
        broker = chosen_broker(loaded, login) or named_broker(host, port, username, password)
        zones = _Zones(SystemClock().zone() if loaded is None else loaded.timezone)
        heard = WaitingMessages()
        topics, changed = EVERY_INCIDENT if incidents else EVERYTHING, _BrokerConnection().changed
        subscriber = MqttSubscriber(broker, topics, heard.put, client_id=client, on_change=changed)
        show(f"{LISTENING} {broker.host}:{broker.port}", err=True)
        wanted = {"kind": kind, "zone": zone, "camera": camera, "incident": incident}
        table = sys.stdout.isatty() and not as_json
        try:
            messages = _messages(heard, wanted, zones, anything=as_json)
            _show(messages, zones, count=count) if table else _print(messages, zones, as_json, count)
        finally:
            heard.close()
            subscriber.close()


class _BrokerConnection:
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


class _Zones:
    """The time zone of each box, as it tells it; ``otherwise`` until it has."""

    def __init__(self, otherwise: tzinfo) -> None:
        self._otherwise = otherwise
        self._told: dict[str, ZoneInfo] = {}

    def hear(self, source: str, payload: bytes) -> None:
        """Take in what a box tells of itself; what cannot be understood changes nothing."""
        try:
            zone = ZoneInfo(json.loads(payload)["timezone"])
        except (*ODD, OSError, RecursionError):
            return
        if self._told.get(source) != zone:
            self._told[source] = zone
            show(printable_line(f"times of {source.rpartition('/')[2]} are those of {zone.key}"), err=True)

    def of(self, message: Message) -> tzinfo:
        """That of whoever sent a message."""
        return self._told.get(str(message.get("source")), self._otherwise)


def _messages(
    heard: WaitingMessages, wanted: dict[str, str | None], zones: _Zones, *, anything: bool
) -> Iterator[Message]:
    """What is to be shown, for ever: each event once, in the order of its incident.

    Without ``anything``, an event that cannot be shown to a person is said to be none, and passed over.
    """
    arrivals = Arrivals()
    while True:
        message = _next(heard, zones)
        for each in arrivals.late() if message is None else arrivals.take(message):
            if not anything and not _can_be_shown(each, zones.of(each)):
                _ignored("it lacks what is shown of an event", json.dumps(each).encode())
            elif _is_wanted(each["data"], wanted):
                yield each
        for gap in arrivals.gaps:
            show(printable_line(gap), err=True)
        arrivals.gaps.clear()


def _can_be_shown(message: Message, zone: tzinfo) -> bool:
    """Whether a line can be made of it; a box of another make, or a stranger, may send anything."""
    try:
        feed_line(message, zone)
    except ODD:
        return False
    return True


def _print(messages: Iterator[Message], zones: _Zones, as_json: bool, count: int | None) -> None:
    for message in islice(messages, count):
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        show(text if as_json else feed_line(message, zones.of(message)))


def _show(messages: Iterator[Message], zones: _Zones, *, count: int | None) -> None:
    """The latest incidents as a table that changes with them; all else as lines above it."""
    shown = dict[str, list[Message]]()
    with Live(auto_refresh=False) as live:
        for message in islice(messages, count):
            zone = zones.of(message)
            if not str(message["data"].get("type", "")).startswith("incident."):
                live.console.print(feed_line(message, zone), markup=False, highlight=False, soft_wrap=True)
                continue
            incident, before = str(message["data"].get("incident")), dict(shown)
            shown[incident] = [*shown.pop(incident, []), message["data"]]
            if len(shown) > ROWS:
                del shown[next(iter(shown))]
            try:
                table = incidents_table([each for events in shown.values() for each in events], zone, ids=True)
            except ODD:
                shown = before
                _ignored("it lacks what is shown of an event", json.dumps(message).encode())
            else:
                live.update(table, refresh=True)


def _next(heard: WaitingMessages, zones: _Zones) -> Message | None:
    """The next CloudEvent, or None where nothing came in a while.

    Commands, and what a broker keeps of a box, are none; of the latter the time zone is taken.
    """
    while True:
        try:
            topic, payload = heard.get()
        except Empty:
            return None
        below = topic.split("/")[4:5]
        if below == ["site"]:
            zones.hear(source_of(topic), payload)
        if below not in NO_EVENTS and (message := _event(source_of(topic), payload)) is not None:
            return message


def _event(source: str, payload: bytes) -> Message | None:
    """The CloudEvent in a payload; what is none is said and passed over."""
    try:
        message = json.loads(payload)
    except (ValueError, RecursionError):
        message = None
    if not (isinstance(message, dict) and isinstance(message.get("data"), dict) and "id" in message):
        _ignored("", payload)
    elif message.get("source", source) != source:
        _ignored(f"its source is not {source}, whose topic it came on", payload)
    elif message.get("type") != PROBE:
        return message
    return None


def _ignored(why: str, payload: bytes) -> None:
    reason = f" ({why})" if why else ""
    show(printable_line(f"ignored a message that is no event of the feed{reason}: {payload[:60]!r}"), err=True)


def _is_wanted(data: dict[str, Any], wanted: dict[str, str | None]) -> bool:
    return all(value is None or data.get(name) == value for name, value in wanted.items())
