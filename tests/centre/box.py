"""A box by its contract: it tells an incident, and obeys what the centre tells it. A test holds it to the schemas."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Final

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from centre.clock import now
from tests.centre.stories import SOURCE, START, Street, payload_of, picture, receipt, topic_of

STATUS: Final = {"accept": "accepted", "dispatch": "dispatched", "resolve": "handled", "return": "dispatched"}
WORDS: Final = ("reason", "note", "photo")  # of a command, that its messages carry on
ENDS: Final = {"reject": "rejected", "cancel": "withdrawn"}


@dataclass(slots=True)
class Box:
    """A box on a broker. ``minutes`` is its clock, counted from ``START``; it stands still unless told otherwise."""

    client: Client
    source: str = SOURCE
    minutes: float = 0
    streets: dict[str, Street] = field(default_factory=dict)
    heard: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    refuses: str = ""
    _lock: Lock = field(default_factory=Lock)

    def opens(self, street: Street) -> Street:
        """An incident is opened."""
        self.streets[street.incident] = street
        self.tell(street.opened(self.minutes))
        return street

    def warns(self, street: Street, n: int) -> None:
        """A warning was played."""
        self.tell(street.warned(n, self.minutes))

    def orders(self, street: Street, reason: str = "unheeded", **more: object) -> None:
        """It becomes a work order."""
        self.tell(street.event("escalated", self.minutes, work_order=street.order, reason=reason, **more))
        self.tell(street.ordered("opened", self.minutes))

    def sees_it_leave(self, street: Street) -> None:
        """The camera sees the place clear: the order is verified and closed."""
        who = {"to": "officer-1", "verified_by": "camera"}
        self.tell(street.event("resolved", self.minutes, work_order=street.order, reason="left", stage="after_order"))
        self.tell(street.ordered("verified", self.minutes, **who))
        self.tell(street.ordered("closed", self.minutes, **who))

    def refers(self, street: Street, until: str) -> None:
        """A person is asked to confirm it before an order."""
        self.tell(
            street.event("referred", self.minutes, reason="before_order", review="before_order", review_until=until)
        )

    def sees_it_done(self, street: Street, command: dict[str, Any]) -> None:
        """A person has seen that the order is done: it is over."""
        words_given = {word: command[word] for word in (*WORDS, "by") if word in command}
        end = {"work_order": street.order, "reason": "by_centre", "stage": "after_order"}
        self.tell(street.event("resolved", self.minutes, **end, by=command["by"], verb="verify"))
        for status in ("verified", "closed"):
            self.tell(street.ordered(status, self.minutes, to="officer-1", verified_by="person", **words_given))

    def tell(self, *messages: dict[str, Any]) -> None:
        """Publish, and wait until the broker has taken it."""
        for message in messages:
            with self._lock:
                self.sent.append(message)
            self.client.publish(topic_of(message), payload_of(message), qos=1).wait_for_publish(30)

    def obey(self, message: MQTTMessage) -> None:
        """Do what a command says, once, and answer it."""
        verb = message.topic.rpartition("/")[2]
        command = {"verb": verb, **json.loads(message.payload)}
        again = any(each["id"] == command["id"] for each in self.heard)
        self.heard.append(command)
        street = self.streets.get(command.get("incident", ""))
        if again:
            return
        if self.refuses:
            self._answer(command, "refused", reason=self.refuses)
        elif "incident" in command and street is None:
            self._answer(command, "refused", reason=f"no incident {command['incident']}")
        else:
            self._do(command, street)

    def _do(self, command: dict[str, Any], street: Street | None) -> None:
        verb = command["verb"]
        if street is not None and verb == "dispatch" and street.order not in street.seqs:
            self.orders(street, reason="dispatched")
        if street is not None and verb in STATUS:
            to = {"to": command.get("to", command["by"])}
            words_given = {word: command[word] for word in WORDS if word in command}
            self.tell(street.ordered(STATUS[verb], self.minutes, **to, **words_given))
        if street is not None and verb == "confirm":
            word = {"by": command["by"], "confirmed_by": command["by"], "verb": verb, "review": "confirmed"}
            self.tell(street.event("confirmed", self.minutes, **word))
        if street is not None and verb == "verify":
            self.sees_it_done(street, command)
        if street is not None and verb in ENDS:
            self.tell(
                street.event("cancelled", self.minutes, by=command["by"], verb=verb, reason=command.get("reason"))
            )
            if street.order in street.seqs:
                self.tell(street.ordered(ENDS[verb], self.minutes))
        more: dict[str, Any] = {}
        if verb == "look":
            more = {
                "result": {
                    "file": "now.jpg",
                    "sha256": "0" * 64,
                    "at": _now(),
                    "jpeg": base64.b64encode(picture(80)).decode(),
                }
            }
        self._answer(command, "accepted", **more)

    def _answer(self, command: dict[str, Any], outcome: str, **more: object) -> None:
        answer = receipt(command["id"], command["verb"], outcome, _now(), **more)
        answer["source"] = self.source
        self.client.publish(topic_of(answer), payload_of(answer), qos=1)


@contextmanager
def box_on(port: int, source: str = SOURCE) -> Iterator[Box]:
    """A box that is online and listens, for the length of the block."""
    client = Client(CallbackAPIVersion.VERSION2, client_id=source.replace("/", "-"), protocol=MQTTv5)
    box = Box(client, source, minutes=minutes_now())

    def connected(*_: object) -> None:
        client.subscribe(f"{source}/cmd/+", qos=1)

    # Not obeyed on the network's thread: what a command makes the box say is to be waited for. A queue takes in what
    # still comes while the box is leaving; nobody obeys that.
    orders: SimpleQueue[MQTTMessage | None] = SimpleQueue()

    def commanded(_client: Client, _data: object, message: MQTTMessage) -> None:
        orders.put(message)

    def obey_all() -> None:
        while (message := orders.get()) is not None:
            box.obey(message)

    client.on_connect = connected
    client.on_message = commanded
    obeying = Thread(target=obey_all, daemon=True)
    obeying.start()
    client.connect("127.0.0.1", port)
    client.loop_start()
    status = {"agent": source.rpartition("/")[2], "state": "online"}
    client.publish(f"{source}/status", json.dumps(status), qos=1, retain=True).wait_for_publish(30)
    yield box
    orders.put(None)
    obeying.join()
    client.publish(f"{source}/status", json.dumps(status | {"state": "offline"}), qos=1, retain=True).wait_for_publish(
        30
    )
    client.disconnect()
    client.loop_stop()


def minutes_now() -> float:
    """The present, as a box counts it."""
    return (now() - START).total_seconds() / 60


def _now() -> str:
    return now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
