"""``edge-agent command``: tell a box something, as the operations centre does, and see what came of it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from queue import Empty, Queue
from secrets import token_hex
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber
from edge_agent.cli.feed.brokers import chosen_broker, named_broker
from edge_agent.cli.options import refusing
from edge_agent.cli.output import show
from edge_agent.config.site.loading import load_site
from edge_agent.config.wire.commands import read_command
from edge_agent.config.wire.events import instant_text
from edge_agent.config.wire.feed_schemas import ROOT, VERBS
from edge_agent.core.commands import CommandOutcome
from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from edge_agent.config.broker.broker_settings import BrokerSettings

DONE: Final = (CommandOutcome.ACCEPTED, CommandOutcome.ALREADY_DONE)
WORDS: Final = ", ".join(name.removeprefix("command.") for name in VERBS)


def command(
    verb: Annotated[str, typer.Argument(help=f"One of: {WORDS}.")],
    keys: Annotated[list[str] | None, typer.Argument(help="Its keys: incident=inc-…, text.en=…, kinds=a,b.")] = None,
    *,
    by: Annotated[str, typer.Option(help="The person who gives it.")] = "",
    box: Annotated[str | None, typer.Option(help="Which box: its district and id, such as 320402/box-01.")] = None,
    site: Annotated[Path | None, typer.Option(help="The box and broker of this site file.")] = None,
    login: Annotated[Path | None, typer.Option(help="The embedded broker's login, a file in the state folder.")] = None,
    host: Annotated[str, typer.Option(help="The broker.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Its port.")] = 1883,
    username: Annotated[str | None, typer.Option(help="Who logs in.")] = None,
    password: Annotated[str | None, typer.Option(envvar="EDGE_AGENT_PASSWORD", help="From the environment.")] = None,
    minutes: Annotated[float, typer.Option(help="After so many it may not be done any more.")] = 5.0,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the receipt.")] = 30.0,
) -> None:
    """Send one command to a box with live cameras and print its receipt; it is refused here already where it is none.

    Try it:  edge-agent command silence zone=kerb until=2026-11-01T12:00:00Z --by wang.fang --site site.yaml
    """
    with refusing():
        loaded = None if site is None else load_site(site)
        broker = chosen_broker(loaded, login) or named_broker(host, port, username, password)
        named = box if loaded is None else f"{loaded.site.adcode}/{loaded.site.agent}"
        if named is None:
            raise BadInputError("command: found no box, expected --site FILE or --box such as 320402/box-01")
        base, now = f"{ROOT}/{named}", SystemClock().now()
        body = {"id": f"cli-{token_hex(8)}", "issued": instant_text(now)}
        body["expires"] = instant_text(now + timedelta(minutes=minutes))
        payload = json.dumps({**body, **({"by": by} if by else {}), **_keys(keys or [])}, ensure_ascii=False).encode()
        read_command(verb, payload)
        _print(_sent(broker, f"{base}/cmd/{verb}", payload, ident=body["id"], wait=wait))


def _sent(broker: BrokerSettings, topic: str, payload: bytes, *, ident: str, wait: float) -> dict[str, Any]:
    """The receipt of a command that is sent now; raises OutsideError where none comes."""
    heard: Queue[bytes] = Queue()
    receipts = f"{topic.rpartition('/cmd/')[0]}/receipt/+"
    ears = MqttSubscriber(broker, receipts, lambda _, message: heard.put(message), client_id="command-receipts")
    publisher = MqttPublisher(broker, client_id=ident)
    try:
        if not publisher.publish(topic, payload):
            raise OutsideError(f"nobody listens to commands on {topic}; is the box there?")
        return _receipt(heard, ident, wait)
    finally:
        publisher.close()
        ears.close()


def _keys(written: list[str]) -> dict[str, Any]:
    """The keys of a verb: ``key=value``, ``text.en=words``, and lists for ``kinds``, ``goods`` and ``plates``."""
    keys: dict[str, Any] = {}
    for each in written:
        key, equals, value = each.partition("=")
        if not equals:
            raise BadInputError(f"command: found {each!r}, expected KEY=VALUE")
        name, dot, language = key.partition(".")
        if dot:
            keys.setdefault(name, {})[language] = value
        else:
            keys[name] = _value(name, value)
    return keys


def _value(name: str, value: str) -> object:
    """What is written for one key; a polygon as ``0.1,0.5 0.9,0.5 0.9,0.9``."""
    try:
        match name:
            case "kinds" | "goods" | "plates":
                return value.split(",")
            case "capacity" | "elsewhere":
                return int(value)
            case "polygon":
                return [[float(side) for side in corner.split(",")] for corner in value.split()]
            case _:
                return value
    except ValueError as error:
        example = "0.1,0.5 0.9,0.5 0.9,0.9" if name == "polygon" else "6"
        raise BadInputError(f"command: {name}: found {value!r}, expected such as {name}={example!r}") from error


def _receipt(heard: Queue[bytes], ident: str, wait: float) -> dict[str, Any]:
    """The receipt of our command; those of others are passed over."""
    clock = SystemClock()
    until = clock.now() + timedelta(seconds=wait)
    while (left := (until - clock.now()).total_seconds()) > 0:
        try:
            receipt = dict(json.loads(heard.get(timeout=left))["data"])
        except Empty:
            break
        except (ValueError, LookupError, TypeError, RecursionError):
            continue  # no receipt
        if receipt.get("command") == ident:
            return receipt
    raise OutsideError(f"command {ident}: no receipt within {wait:g} s; it may be done still, until it expires")


def _print(receipt: dict[str, Any]) -> None:
    show(json.dumps(receipt, ensure_ascii=False, indent=2))
    if receipt.get("outcome") not in DONE:
        raise typer.Exit(1)
