"""Hikvision's two-way audio: the loudspeaker of a camera, or one of its own, by ISAPI.

::

    GET  …/TwoWayAudio/channels               which code it wants; also the login's challenge
    PUT  …/channels/N/open                    a session; only one at a time, of anybody
    PUT  …/channels/N/audioData?sessionId=…   the sound, as fast as it is heard
    PUT  …/channels/N/close                   always, for what stays open keeps everybody out

Source: Hikvision, Intelligent Security API (General Application) Developer Guide, "Two-Way Audio". Many firmwares
answer an occupied channel with 401 or 403, which is told apart from a wrong password by the first request.

The XML of Hikvision's two-way audio, read without caring for its namespace, which differs between firmwares.

Source: Hikvision, Intelligent Security API (General Application) Developer Guide, "Two-Way Audio":
``TwoWayAudioChannelList``, ``TwoWayAudioSession`` and ``ResponseStatus``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from edge_agent.adapters.speakers.answering import answer, forgotten
from edge_agent.adapters.speakers.http.broadcast import SECOND, Broadcast, broadcast
from edge_agent.adapters.speakers.http.device import Device, Visit
from edge_agent.adapters.speakers.http.faults import DeviceRefusedError
from edge_agent.adapters.speakers.voice.loudness import as_heard
from edge_agent.core.errors import OutsideError
from edge_agent.core.speak import sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from edge_agent.config.fields.secret import Secret
    from edge_agent.ports import Clock, SpeakerAnswer
    from edge_agent.ports.outlets import Announcement

RATE: Final = 8000  # of G.711 where the device does not say
CODES: Final[Mapping[str, Callable[[sound.Samples], bytes]]] = {"G.711ulaw": sound.mulaw, "G.711alaw": sound.alaw}
BUSY: Final = 2  # statusCode of ResponseStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkChannel:
    """One loudspeaker of a device: what it wants to be given, in its own words, and at how many samples a second."""

    id: int
    codec: str
    rate: int


def talk_channels(document: bytes) -> tuple[TalkChannel, ...]:
    """The channels of a ``TwoWayAudioChannelList``.

    Raises:
        OutsideError: It is none.
    """
    return tuple(_channel(each) for each in _root(document).iter() if _name(each) == "TwoWayAudioChannel")


def session_of(document: bytes) -> str | None:
    """The id that a ``TwoWayAudioSession`` gives; some firmwares give none."""
    try:
        return next(_texts(_root(document), "sessionId"), None)
    except OutsideError:
        return None


def is_busy(document: bytes) -> bool:
    """Whether a ``ResponseStatus`` says that somebody else uses it."""
    try:
        root = _root(document)
    except OutsideError:
        return False
    codes, details = _texts(root, "statusCode"), _texts(root, "subStatusCode")
    return str(BUSY) in codes or any("busy" in each.lower() for each in details)


def _channel(element: ET.Element) -> TalkChannel:
    try:
        kilohertz = next(_texts(element, "audioSamplingRate"), None)
        return TalkChannel(
            id=int(next(_texts(element, "id"), "")),
            codec=next(_texts(element, "audioCompressionType"), "nothing"),
            rate=RATE if kilohertz is None else round(float(kilohertz) * 1000),
        )
    except (ValueError, OverflowError) as error:
        raise OutsideError("its list of two-way audio channels cannot be read") from error


def _root(document: bytes) -> ET.Element:
    try:
        if b"<!DOCTYPE" in document or b"<!ENTITY" in document:  # nothing that grows while it is read
            raise OutsideError("its answer is more than plain XML")
        return ET.fromstring(document)  # noqa: S314 - it declares nothing, see above, and is short
    except (ET.ParseError, ValueError) as error:
        raise OutsideError("its answer is no XML, expected that of two-way audio") from error


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _texts(element: ET.Element, name: str) -> Iterator[str]:
    return (each.text.strip() for each in element.iter() if _name(each) == name and each.text and each.text.strip())


CHANNELS: Final = "/ISAPI/System/TwoWayAudio/channels"
TAIL: Final = timedelta(milliseconds=500)  # what the device still holds when all was sent; closing would cut it off
OCCUPIED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT})

_log = logging.getLogger(__name__)


class IsapiOutlet:
    """One two-way audio channel of a Hikvision device.

    Args:
        address: ``http://192.168.1.64`` or the host alone.
        channel: The number of its two-way audio channel, mostly 1.
        username: Whom it knows us as; needs the right to two-way audio.
        password: Goes to nobody else.
        seconds: How long it may say nothing.
        clock: Paces the sound.
        ca: Whose certificates are believed over https, instead of the system's authorities.
    """

    def __init__(
        self,
        *,
        address: str,
        channel: int,
        username: str,
        password: Secret,
        seconds: float,
        clock: Clock,
        ca: Path | None = None,
    ) -> None:
        self._device = Device(
            kind="isapi", address=address, username=username, password=password, seconds=seconds, ca=ca
        )
        self._channel = channel
        self._clock = clock
        self._left_open = False

    def play(self, announcement: Announcement) -> SpeakerAnswer:
        """Open, send, close; played only where the device took all of it and said so."""
        return answer(lambda: self._play(announcement))

    def recall(self, announcement: Announcement) -> SpeakerAnswer:  # noqa: ARG002 - the device keeps no record
        """It cannot tell; the session that a power cut may have left open is closed, or nobody could speak again."""
        self._left_open = True
        self.close()
        return forgotten(self._device.name)

    def probe(self) -> str:
        """Its channel and what that wants to be given; makes no sound and opens no session."""
        with self._device.visit() as visit:
            channel = self._wanted(visit)
        return f"two-way audio channel {channel.id}, {channel.codec} at {channel.rate} Hz"

    def close(self) -> None:
        """Close a session that could not be closed before."""
        if self._left_open:
            self._hang_up()

    def _play(self, announcement: Announcement) -> None:
        with self._device.visit() as visit:
            channel = self._wanted(visit)
            code = CODES[channel.codec](as_heard(announcement, channel.rate))
            if self._left_open:
                self._hang_up()
            session = self._open(visit)
            try:
                path = self._path("audioData") + (f"?sessionId={quote(session, safe='')}" if session else "")
                sound = Broadcast(
                    method="PUT",
                    path=path,
                    headers={"Content-Type": "application/octet-stream"},
                    code=code,
                    rate=channel.rate,
                    until=announcement.until,
                )
                broadcast(visit, sound, self._clock)
                self._clock.sleep(TAIL / SECOND)
            finally:
                self._hang_up()

    def _wanted(self, visit: Visit) -> TalkChannel:
        """Our channel, if it takes a code that we can give."""
        name = self._device.name
        document = visit.need("GET", CHANNELS)
        try:
            channels = talk_channels(document)
        except OutsideError as error:
            raise OutsideError(f"{name}: {error}") from error
        channel = next((each for each in channels if each.id == self._channel), None)
        if channel is None:
            there = ", ".join(str(each.id) for each in channels) or "none"
            raise OutsideError(f"{name}: no two-way audio channel {self._channel}, expected one of {there}")
        if channel.codec not in CODES:
            wanted = " or ".join(CODES)
            raise OutsideError(
                f"{name}: channel {channel.id} is set to {channel.codec}, expected {wanted}; set it there"
            )
        return channel

    def _open(self, visit: Visit) -> str | None:
        try:
            document = visit.need("PUT", self._path("open"))
        except DeviceRefusedError as error:
            if error.status in OCCUPIED or is_busy(error.body):
                raise OutsideError(
                    f"{self._device.name}: two-way audio channel {self._channel} is busy (HTTP {error.status}), "
                    "expected no other session on it and a user who may use it"
                ) from error
            raise
        except OutsideError:
            self._hang_up()  # it may have been opened, and only the answer was lost
            raise
        return session_of(document)

    def _hang_up(self) -> None:
        """Close the session, on a connection of its own: the others may have broken with the sound."""
        try:
            with self._device.visit() as visit:
                visit.need("PUT", self._path("close"))
        except OutsideError as error:
            self._left_open = True
            _log.warning("the session could not be closed: %s", error)
        else:
            self._left_open = False

    def _path(self, verb: str) -> str:
        return f"{CHANNELS}/{self._channel}/{verb}"
