"""How one speaks with a broker: as well as both can, and never better than it announces.

A login with all that we would like is tried first. A broker that refuses it for one thing is offered less, and what is
lost by that is logged once::

    Retain not supported           the status is not kept for those who come later
    QoS not supported              a message under way when the connection breaks is lost, or its loss is not noticed
    Unsupported protocol version   MQTT 3.1.1: no reason comes with a refusal, no limit is known beforehand

Many a broker from before version 5 does not say so: it hangs up, or says nothing at all. One that has been reached and
has answered nothing is therefore asked in 3.1.1 once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from paho.mqtt.properties import Properties

RETAIN_NOT_SUPPORTED: Final = 0x9A
QOS_NOT_SUPPORTED: Final = 0x9B
UNSUPPORTED_VERSION: Final = 0x84
BYTE: Final = 128  # of a variable byte integer (MQTT 5, 1.5.5)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Manner:
    """What is asked of a broker, and then what it grants."""

    v5: bool = True
    retain: bool = True
    qos: int = 1

    def less(self, refusal: int) -> Manner | None:
        """What to ask next of a broker that has refused this with a reason; None where asking for less cannot help."""
        match refusal:
            case int(code) if code == RETAIN_NOT_SUPPORTED and self.retain:
                return replace(self, retain=False)
            case int(code) if code == QOS_NOT_SUPPORTED and self.qos:
                return replace(self, qos=0)
            case int(code) if code == UNSUPPORTED_VERSION and self.v5:
                return replace(self, v5=False)
            case _:
                return None

    def older(self) -> Manner | None:
        """What to ask next of a broker that has answered nothing."""
        return replace(self, v5=False) if self.v5 else None

    def granted(self, properties: Properties | None) -> Manner:
        """The same within what a broker announces as it accepts a login."""
        retain = bool(getattr(properties, "RetainAvailable", 1))
        return replace(self, retain=self.retain and retain, qos=min(self.qos, getattr(properties, "MaximumQoS", 1)))

    def say(self, name: str) -> None:
        """Log what is lost, once for each broker."""
        if not self.v5:
            _warn(f"{name}: speaks MQTT 3.1.1 only: it cannot say why it refuses a message, nor what it takes")
        if not self.retain:
            _warn(f"{name}: keeps no retained messages: whoever subscribes later does not see the agent's status")
        if not self.qos:
            _warn(f"{name}: takes QoS 0 only: a message under way when the connection breaks is lost")


def publish_size(topic: str, payload: bytes, properties: Properties, qos: int) -> int:
    """The bytes of a PUBLISH packet of MQTT 5 (3.3), to the last."""
    rest = 2 + len(topic.encode()) + (2 if qos else 0) + len(properties.pack()) + len(payload)  # type: ignore[no-untyped-call]
    length, left = 1, rest // BYTE
    while left:
        length, left = length + 1, left // BYTE
    return 1 + length + rest


@cache
def _warn(sentence: str) -> None:
    _log.warning(sentence)
