"""A lamp: light that says what may not be heard; on for a while, and off again whatever happens.

::

    on ─▶ yes ─▶ wait ``lit`` ─▶ off
     └ no answer, or no ───────▶ off   (it may be on all the same)

A lamp that could not be put out is put out before the next time, at the end, and when the agent comes back after a
power cut in the middle.

The lamps that there are: behind an address, behind an MQTT topic, on a pin of the box.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from edge_agent.adapters.speakers.answering import forgotten
from edge_agent.adapters.speakers.http.broadcast import SECOND
from edge_agent.adapters.speakers.http.device import Device
from edge_agent.adapters.speakers.template import type_of
from edge_agent.adapters.speakers.webhook import path_of, reach
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.ports import SpeakerAnswer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta
    from pathlib import Path

    from edge_agent.config.fields.secret import Secret
    from edge_agent.ports import Clock
    from edge_agent.ports.outlets import Announcement

_log = logging.getLogger(__name__)


class Lamp:
    """What all lamps do.

    Args:
        name: What it is called in messages.
        on: Puts it on; raises OutsideError where that fails.
        off: Puts it off; raises OutsideError where that fails.
        lit: How long it burns.
        clock: Waits meanwhile.
    """

    def __init__(
        self, *, name: str, on: Callable[[], None], off: Callable[[], None], lit: timedelta, clock: Clock
    ) -> None:
        self._name = name
        self._on = on
        self._off = off
        self._lit = lit
        self._clock = clock
        self._burning = False

    def play(self, announcement: Announcement) -> SpeakerAnswer:  # noqa: ARG002 - a lamp has no words
        """Light it for as long as is set; played where it was lit, even if it could not be put out."""
        self._burning = True
        try:
            self._on()
            self._clock.sleep(self._lit / SECOND)
        except OutsideError as error:
            return SpeakerAnswer(result=Result.FAILED, reason=str(error))
        finally:
            still = self._put_out()
        return SpeakerAnswer(result=Result.PLAYED, reason=still)

    def recall(self, announcement: Announcement) -> SpeakerAnswer:  # noqa: ARG002 - nothing is kept
        """It cannot tell; what a power cut may have left burning is put out."""
        self._burning = True
        self._put_out()
        return forgotten(self._name)

    def close(self) -> None:
        """Put out what is still burning."""
        if self._burning:
            self._put_out()

    def _put_out(self) -> str:
        """Why it still burns; empty where it does not."""
        try:
            self._off()
        except OutsideError as error:
            _log.warning("the lamp could not be put out: %s", error)
            return f"{error} (when it was put out)"
        self._burning = False
        return ""


class HookLamp(Lamp):
    """A lamp or relay on the network: one request puts it on, another off.

    Args:
        on: The address that puts it on.
        off: The address that puts it off.
        method: Of both requests.
        on_body: Sent along with the first.
        off_body: Sent along with the second.
        username: For a relay with a login, by digest or basic, as it asks for.
        password: Goes to nobody else.
        seconds: How long it may say nothing.
        lit: How long it burns.
        clock: Waits meanwhile.
        ca: Whose certificates are believed over https, instead of the system's authorities.
    """

    def __init__(  # noqa: PLR0913 - one setting each
        self,
        *,
        on: str,
        off: str,
        method: str = "GET",
        on_body: str = "",
        off_body: str = "",
        username: str | None = None,
        password: Secret | None = None,
        seconds: float = 5.0,
        lit: timedelta,
        clock: Clock,
        ca: Path | None = None,
    ) -> None:
        def device(address: str) -> Device:
            return Device(
                kind="lamp",
                address=address,
                username=username or "",
                password=password,
                seconds=seconds,
                openly=True,
                ca=ca,
            )

        def turn(address: str, body: str) -> None:
            with device(address).visit() as visit:
                headers = {"Content-Type": type_of(body)} if body else None
                visit.need(method, path_of(address), body=body.encode(), headers=headers)

        self._devices = (device(on), device(off))
        super().__init__(
            name=self._devices[0].name,
            on=lambda: turn(on, on_body),
            off=lambda: turn(off, off_body),
            lit=lit,
            clock=clock,
        )

    def probe(self) -> str:
        """Whether anything listens there; the lamp stays dark."""
        for each in self._devices:
            reach(each)
        return f"something listens on {self._devices[0].host}:{self._devices[0].port}; it was not switched"


class TopicLamp(Lamp):
    """A lamp or relay that listens on an MQTT topic.

    Args:
        publish: Hands topic and payload to the broker; returns when it took them, raises OutsideError where not.
        topic: Where the lamp listens.
        on: The payload that puts it on.
        off: The payload that puts it off.
        lit: How long it burns.
        clock: Waits meanwhile.
    """

    def __init__(
        self,
        *,
        publish: Callable[[str, bytes], None],
        topic: str,
        on: str = "ON",
        off: str = "OFF",
        lit: timedelta,
        clock: Clock,
    ) -> None:
        self._topic = topic
        super().__init__(
            name=f"lamp {topic}",
            on=lambda: publish(topic, on.encode()),
            off=lambda: publish(topic, off.encode()),
            lit=lit,
            clock=clock,
        )

    def probe(self) -> str:
        """The topic; whether a lamp listens there cannot be seen without switching it."""
        return f"the topic {self._topic}; whether a lamp listens there was not tried"


class FileLamp(Lamp):
    """A lamp on a pin of the box: a file of the kernel that is written to.

    Args:
        file: Such as ``/sys/class/gpio/gpio17/value`` or ``/sys/class/leds/strobe/brightness``.
        on: What is written to put it on.
        off: What is written to put it off.
        lit: How long it burns.
        clock: Waits meanwhile.
    """

    def __init__(self, *, file: Path, on: str = "1", off: str = "0", lit: timedelta, clock: Clock) -> None:
        self._file = file
        super().__init__(
            name=f"lamp {file}",
            on=lambda: self._write(on),
            off=lambda: self._write(off),
            lit=lit,
            clock=clock,
        )

    def probe(self) -> str:
        """Whether the file is there and may be written; nothing is written."""
        if not self._file.is_file():
            raise OutsideError(f"lamp {self._file}: there is no such file, expected one of the kernel's")
        if not os.access(self._file, os.W_OK):
            raise OutsideError(f"lamp {self._file}: may not be written, expected the agent's user to have the right")
        return f"the file {self._file}; it was not written"

    def _write(self, value: str) -> None:
        try:
            file = os.open(self._file, os.O_WRONLY | os.O_TRUNC)  # a mistyped name must not become a new file
            try:
                os.write(file, value.encode())
            finally:
                os.close(file)
        except OSError as error:
            raise OutsideError(f"lamp {self._file}: cannot be written: {error.strerror}") from error
