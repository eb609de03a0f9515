"""The XML of Hikvision's two-way audio, read without caring for its namespace, which differs between firmwares.

Source: Hikvision, Intelligent Security API (General Application) Developer Guide, "Two-Way Audio":
``TwoWayAudioChannelList``, ``TwoWayAudioSession`` and ``ResponseStatus``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from edge_agent.core import sound
from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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
