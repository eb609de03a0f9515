"""The loudspeaker of an Axis device, by VAPIX: one request that lasts as long as its sound.

::

    GET  /axis-cgi/param.cgi?action=list&group=Properties.Audio.Decoder   which codes it takes; the login's challenge
    POST /axis-cgi/audio/transmit.cgi   Content-Type: audio/basic         G.711 µ-law, 8000 bytes a second

Source: Axis, VAPIX Audio API, "Transmit audio data": with a length given, every sound that was played is answered, and
where playing fails the connection is closed without an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.adapters.speakers.answering import answer, forgotten
from edge_agent.adapters.speakers.http.broadcast import Broadcast, broadcast
from edge_agent.adapters.speakers.http.device import Device, Visit
from edge_agent.adapters.speakers.voice.loudness import as_heard
from edge_agent.core.errors import OutsideError
from edge_agent.core.speak.sound import mulaw

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.config.fields.secret import Secret
    from edge_agent.ports import Clock, SpeakerAnswer
    from edge_agent.ports.outlets import Announcement

DECODER: Final = "/axis-cgi/param.cgi?action=list&group=Properties.Audio.Decoder"
TRANSMIT: Final = "/axis-cgi/audio/transmit.cgi"
CODEC: Final = "g711"
RATE: Final = 8000


class AxisOutlet:
    """The loudspeaker of one Axis device.

    Args:
        address: ``http://192.168.1.90`` or the host alone.
        username: Whom it knows us as; a viewer on most devices, an operator on newer ones.
        password: Goes to nobody else.
        seconds: How long it may say nothing.
        clock: Paces the sound.
        ca: Whose certificates are believed over https, instead of the system's authorities.
    """

    def __init__(
        self, *, address: str, username: str, password: Secret, seconds: float, clock: Clock, ca: Path | None = None
    ) -> None:
        self._device = Device(
            kind="axis", address=address, username=username, password=password, seconds=seconds, ca=ca
        )
        self._clock = clock

    def play(self, announcement: Announcement) -> SpeakerAnswer:
        """Send it; played only where the device answered that it was."""
        return answer(lambda: self._play(announcement))

    def recall(self, announcement: Announcement) -> SpeakerAnswer:  # noqa: ARG002 - the device keeps no record
        """It cannot tell."""
        return forgotten(self._device.name)

    def probe(self) -> str:
        """Which codes it takes; makes no sound."""
        with self._device.visit() as visit:
            return f"a loudspeaker that takes {', '.join(self._taken(visit)) or 'what it does not say'}"

    def close(self) -> None:
        """Nothing is held between announcements."""

    def _play(self, announcement: Announcement) -> None:
        code = mulaw(as_heard(announcement, RATE))
        with self._device.visit() as visit:
            self._taken(visit)
            sound = Broadcast(
                method="POST",
                path=TRANSMIT,
                headers={"Content-Type": "audio/basic"},
                code=code,
                rate=RATE,
                until=announcement.until,
            )
            broadcast(visit, sound, self._clock)

    def _taken(self, visit: Visit) -> tuple[str, ...]:
        """The codes that the device takes, ours among them; empty where it has no such list, and must be tried."""
        listed = visit.need("GET", DECODER).decode(errors="replace")
        values = [line.partition("=")[2] for line in listed.splitlines() if "Audio.Decoder.Format=" in line]
        codecs = tuple(word.strip() for value in values for word in value.split(",") if word.strip())
        if values and CODEC not in codecs:
            there = ", ".join(codecs) or "no sound at all"
            raise OutsideError(f"{self._device.name}: takes {there}, expected {CODEC} among it")
        return codecs
