"""What a camera offers (SDP, RFC 8866): which part of it takes sound, in which code, and what else there is.

In the camera's words, ``a=sendonly`` is what the *client* sends (ONVIF Streaming Specification, 5.3)::

    m=video 0 RTP/AVP 96      a=recvonly   a=control:trackID=1   ─▶ set up alongside
    m=audio 0 RTP/AVP 0       a=recvonly   a=control:trackID=2   ─▶ set up alongside
    m=audio 0 RTP/AVP 0 8     a=sendonly   a=control:trackID=3   ─▶ the backchannel
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_agent.core.errors import OutsideError
from edge_agent.core.printable import whole_number
from edge_agent.core.speak.sound import alaw, mulaw

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.core.speak.sound import Samples

RATE: Final = 8000
_ENCODE: Final[dict[str, Callable[[Samples], bytes]]] = {"PCMU": mulaw, "PCMA": alaw}
_STATIC: Final = {"0": f"PCMU/{RATE}", "8": f"PCMA/{RATE}"}  # payload types that need no rtpmap (RFC 3551)
_RTPMAP: Final = re.compile(r"rtpmap:(\d+)\s+(\S+)")
LAST_TYPE: Final = 127  # of payloads: seven bits of a packet (RFC 3550, 5.1)
MOST_ALONGSIDE: Final = 8  # parts that are set up beside it: a camera has two or three, and each is a question to it
SHOWN: Final = 80  # characters of a camera's words


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtrack:
    """The part of an offer that takes sound: where, and in which code; ``alongside`` are the URLs of the rest."""

    url: str
    codec: str
    payload_type: int
    alongside: tuple[str, ...]

    def encode(self, samples: Samples) -> bytes:
        """Samples in the track's code."""
        return _ENCODE[self.codec](samples)


@dataclass(frozen=True, slots=True)
class _Part:
    """One ``m=`` of an offer."""

    media: str
    payload_types: tuple[str, ...]
    attributes: tuple[str, ...]

    @property
    def control(self) -> str:
        """Where it is set up, as the camera says it; empty where it does not."""
        return next(
            (attribute.partition(":")[2].strip() for attribute in self.attributes if attribute.startswith("control:")),
            "",
        )

    def url(self, base: str) -> str:
        """The same as a whole address."""
        if self.control.lower().startswith("rtsp://"):
            return self.control
        return base if self.control in {"", "*"} else f"{base.rstrip('/')}/{self.control}"

    def sends(self) -> bool:
        """Whether the camera would send pictures or sound there; one that does not say is taken to."""
        silent = {"sendonly", "inactive"} & set(self.attributes)
        return self.media in {"video", "audio"} and bool(self.control) and not silent

    def codecs(self) -> dict[str, str]:
        """What each payload type means, such as ``PCMU/8000``."""
        mapped = {match[1]: match[2] for match in map(_RTPMAP.match, self.attributes) if match}
        return {number: mapped.get(number, _STATIC.get(number, number)) for number in self.payload_types}


def backtrack(description: str, base: str) -> Backtrack:
    """The part of an offer that takes sound we can make; ``base`` is what its addresses are relative to.

    Raises:
        OutsideError: It has none, or only in codes that we do not speak.
    """
    parts = _parts(description)
    offered = [part for part in parts if part.media == "audio" and "sendonly" in part.attributes]
    if not offered:
        raise OutsideError("the camera offers no backchannel: nothing in its stream takes sound")
    for part in offered:
        for number, meaning in part.codecs().items():
            codec = _spoken(meaning)
            if codec is not None:
                alongside = tuple(other.url(base) for other in parts if other.sends())[:MOST_ALONGSIDE]
                return Backtrack(url=part.url(base), codec=codec, payload_type=int(number), alongside=alongside)
    codes = ", ".join(meaning for part in offered for meaning in part.codecs().values())
    raise OutsideError(f"the camera's backchannel takes {_shown(codes)}, expected PCMU/{RATE} or PCMA/{RATE}")


def _spoken(meaning: str) -> str | None:
    name, _, rate = meaning.upper().partition("/")
    return name if name in _ENCODE and rate in {f"{RATE}", f"{RATE}/1"} else None


def _parts(description: str) -> tuple[_Part, ...]:
    parts: list[_Part] = []
    for line in description.splitlines():
        kind, _, value = line.strip().partition("=")
        if kind == "m":
            media, *others = value.split() or [""]
            parts.append(
                _Part(media, tuple(each for each in others[2:] if whole_number(each, LAST_TYPE) is not None), ())
            )
        elif kind == "a" and parts:
            last = parts[-1]
            parts[-1] = _Part(last.media, last.payload_types, (*last.attributes, value.strip()))
    return tuple(parts)


def _shown(text: str) -> str:
    """A camera's own words, short and on one line."""
    return "".join(letter for letter in text if letter.isprintable())[:SHOWN] or "nothing"
